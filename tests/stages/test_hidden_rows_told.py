"""Rows that a workbook hides are used, and said to sender and commissioner."""

from pathlib import Path

import pytest
import xlsxwriter
from small_dataset import EPISODES, FILES, RETURN, check, write_dataset

from pipeline.cli import main
from pipeline.files.records import read_records

FILTERED = "2 rows are hidden by a filter; they were read like the others"


def test_a_hidden_row_is_said_to_sender_and_commissioner_and_the_return_stays_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_dataset(tmp_path / "data")
    (folder / EPISODES).unlink()
    with xlsxwriter.Workbook(str(folder / RETURN / "episodes.xlsx")) as book:
        sheet = book.add_worksheet("episodes")
        for number, line in enumerate(FILES[EPISODES].splitlines()):
            sheet.write_row(number, 0, line.split(","))
        sheet.autofilter("A1:H4")
        sheet.filter_column(0, "x == E1")
        for number in (2, 3):
            sheet.set_row(number, None, None, {"hidden": True})
    assert main(["check", str(folder / RETURN), "--dataset", str(folder), "--provider", "harbour"]) == 0
    odd = capsys.readouterr().out.partition("Odd, but used")[2]
    assert FILTERED in odd
    assert "To fix: if they should not count, delete them" in odd
    assert odd.rstrip().endswith("Ready to send: every row would be accepted.")
    check(folder)
    counted = {
        line["table"]: (line["checked"], line["failed"])
        for line in read_records(tmp_path / "validate" / "rules.csv")
        if line["rule"] == "sheet.hidden"
    }
    assert (counted["episodes"], counted["outcomes"]) == (("1", "1"), ("1", "0"))
    page = (tmp_path / "validate" / "feedback" / "harbour.html").read_text("utf-8")
    assert FILTERED in page
    assert "Nothing needs fixing." in page
