"""The workbook of a return: filled in as a provider would, it is read and accepted whole."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from small_dataset import FILES, change_file, check, load, write_dataset, write_file

from pipeline.cli import main
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.records import read_records
from pipeline.files.writer import read_table
from pipeline.returns.templates import describe, format_workbooks
from pipeline.returns.workbook import format_workbook

ROWS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "episodes": [
        {
            "episode_id": "0012",
            "service_id": "S01",
            "child_id": "1E5",
            "referral_date": "2009-04-11",
            "start_date": "2009-05-25",
            "age": "9",
            "sex": "female",
            "ethnicity": "Caribbean",
            "disability": "not_known",
        },
        {
            "episode_id": "E2",
            "service_id": "S03",
            "child_id": "NA",
            "referral_date": "2009-04-12",
            "ethnicity": "Refused",
        },
    ],
    "outcomes": [
        {
            "episode_id": "0012",
            "outcome": "confidence",
            "scale": "wellbeing",
            "baseline_score": "17.5",
            "baseline_date": "2009-05-25",
            "review_score": "23",
            "review_date": "2009-06-16",
            "achieved": "partly",
        }
    ],
    "feedback": [
        {"feedback_id": "0001", "service_id": "S01", "date": "2009-06-16", "who": "child", "positive": "yes"}
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset whose only return is the filled workbook."""
    write_dataset(tmp_path / "data")
    for name in FILES:
        if name.startswith("returns/"):
            (tmp_path / "data" / name).unlink()
    filled = format_workbook(describe(load(tmp_path / "data")), ROWS)
    write_file(tmp_path / "data", "returns/harbour/2009-q2.xlsx", filled)
    return tmp_path / "data"


def _xml(workbook: bytes, name: str) -> str:
    with ZipFile(BytesIO(workbook)) as archive:
        return archive.read(name).decode("utf-8")


def test_a_filled_workbook_is_accepted_whole_and_each_cell_means_what_was_typed(folder: Path) -> None:
    summary, returns, aside = check(folder)
    assert aside == []
    assert (summary.read, summary.accepted, summary.set_aside) == (4, 4, 0)
    assert {line["table"]: line["accepted"] for line in returns} == {
        "episodes": "2",
        "outcomes": "1",
        "feedback": "1",
    }
    episodes = read_table(folder.parent / "validate" / "episodes.parquet").to_pylist()
    assert [(row["episode_id"], row["child_id"]) for row in episodes] == [("0012", "1E5"), ("E2", "NA")]
    assert [(row["age"], row["ethnicity"]) for row in episodes] == [(9, "BCRB"), (None, "REFU")]
    assert [row["start_date"] and row["start_date"].isoformat() for row in episodes] == ["2009-05-25", None]


def test_a_blank_workbook_holds_no_row_that_could_be_sent(folder: Path) -> None:
    blank = format_workbooks(load(folder))["returns/return.xlsx"]
    book = CalamineWorkbook.from_filelike(BytesIO(blank))
    assert book.sheet_names == ["Notes", *RETURN_TABLES, "Return", "Lists"]
    for name in RETURN_TABLES:
        assert book.get_sheet_by_name(name).to_python() == [list(load_table(name).columns)]


def test_a_nil_return_is_said_in_its_sheet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blank = folder.parent / "2009-q3.xlsx"
    blank.write_bytes(format_workbooks(load(folder))["returns/return.xlsx"])
    assert main(["check", str(blank)]) == 0
    assert "Where there is nothing to report, say so" in capsys.readouterr().out
    write_file(folder.parent, "2009-q3.yaml", "nil: true\n")
    assert main(["check", str(blank)]) == 0
    assert capsys.readouterr().out.endswith("Ready to send: a nil return.\n")


def test_the_same_dataset_gives_the_same_bytes(folder: Path) -> None:
    assert format_workbooks(load(folder)) == format_workbooks(load(folder))


def test_lists_hold_what_the_dataset_and_the_contract_allow(folder: Path) -> None:
    blank = format_workbooks(load(folder))["returns/return.xlsx"]
    rows = CalamineWorkbook.from_filelike(BytesIO(blank)).get_sheet_by_name("Lists").to_python()
    columns = [[str(cell) for cell in column if cell != ""] for column in zip(*rows, strict=True)]
    lists = {tuple(column[1:]) for column in columns if column}
    assert ("S01", "S02", "S03") in lists
    assert ("Young carers", "Mentoring", "Shared work") in lists
    assert ("wellbeing",) in lists
    assert ("completed", "dropped_out", "moved_away", "other") in lists
    ethnicity = next(column for column in columns if column and column[0] == "ethnicity")
    codes = load(folder).classification.codes
    assert ethnicity[1:] == [entry.label for entry in codes]


@pytest.mark.parametrize("name", RETURN_TABLES)
def test_every_column_has_a_comment_and_every_coded_or_dated_one_a_limit(name: str, folder: Path) -> None:
    blank = format_workbooks(load(folder))["returns/return.xlsx"]
    number = RETURN_TABLES.index(name) + 1
    comments = _xml(blank, f"xl/comments{number}.xml")
    table = load_table(name)
    assert comments.count("<comment ") == len(table.fields)
    limited = re.findall(
        r'<dataValidation [^>]*sqref="([A-Z]+)2:', _xml(blank, f"xl/worksheets/sheet{number + 1}.xml")
    )
    listed = {"service_id", "scale", "provider_id"}
    expected = [
        field.name
        for field in table.fields
        if field.enum or field.codes or field.type != "string" or field.name in listed
    ]
    assert len(limited) == len(expected)


def test_notes_explain_every_column_and_how_to_send(folder: Path) -> None:
    blank = format_workbooks(load(folder))["returns/return.xlsx"]
    rows = CalamineWorkbook.from_filelike(BytesIO(blank)).get_sheet_by_name("Notes").to_python()
    said = {str(row[0]): str(row[1]) for row in rows if len(row) > 1}
    assert "A small borough" in str(rows[0][0])
    for name in RETURN_TABLES:
        for field in load_table(name).fields:
            assert field.name in said
    assert "outturn check" in said["Check it"]
    assert said["Who to ask"].startswith("Your commissioner")


def test_the_examples_workbook_is_read_without_a_fault(folder: Path) -> None:
    change_file(folder, "dataset.yaml", "complete_to: 2009-09-30", "complete_to: 2009-12-31")
    write_file(folder, "returns/harbour/2009-q4.xlsx", format_workbooks(None)["examples/return.xlsx"])
    check(folder)
    files = read_records(folder.parent / "intake" / "files.csv")
    read = [(line["table"], line["read"]) for line in files if line["period"] == "2009-q4"]
    assert read == [("episodes", "1"), ("feedback", "1"), ("outcomes", "1")]
