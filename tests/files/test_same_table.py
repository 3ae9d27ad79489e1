"""One table, however it is written down: the same texts come back, and every line is accounted for."""

import csv
import re
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.files.formats.file_types import Part, SentFile
from pipeline.files.formats.text import RefusedFileError, TextTable

HEADER = ["one", "two", "three"]
# Texts of all sorts, but for what ends a spreadsheet's cell early or is a total or a column's name on its own.
TEXT = st.text(alphabet=st.sampled_from("abNAE0159.-,;|'\"=+@ \t\n<>&éß€"), max_size=8)
ROW = st.lists(TEXT, min_size=3, max_size=3)
TABLE = st.lists(ROW, max_size=6)
RAGGED = st.lists(
    st.lists(st.sampled_from(["", " ", "a", "total", "one", "two", "#N/A"]), max_size=5), max_size=8
)


def _csv(rows: list[list[str]], delimiter: str = ",") -> str:
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([HEADER, *rows])
    return stream.getvalue()


def _xlsx(rows: list[list[str]]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("episodes")
        for number, row in enumerate([HEADER, *rows]):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text)
    return stream.getvalue()


def _read(raw: bytes, name: str) -> TextTable:
    file = SentFile(raw, name)
    return file.read(file.parts()[0], HEADER)


def _filled(rows: list[list[str]]) -> dict[int, list[str]]:
    return {number: row for number, row in enumerate(rows, 2) if "".join(row).strip()}


def _cells(table: TextTable) -> dict[int, list[str]]:
    cells = zip(*(column.texts() for column in table.columns), strict=True)
    return dict(zip(table.row_numbers.tolist(), map(list, cells), strict=True))


@given(TABLE, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(deadline=None)
def test_texts_come_back_from_a_csv_of_any_delimiter_and_encoding(
    rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    assert _cells(_read(_csv(rows, delimiter).encode(encoding), "episodes.csv")) == _filled(rows)


@given(TABLE)
@settings(deadline=None, max_examples=50)
def test_texts_come_back_from_a_workbook(rows: list[list[str]]) -> None:
    assert _cells(_read(_xlsx(rows), "episodes.xlsx")) == _filled(rows)


@given(RAGGED, st.sampled_from(["episodes.csv", "episodes.xlsx"]))
@settings(deadline=None)
def test_each_row_is_read_or_set_aside_or_the_file_refused(rows: list[list[str]], name: str) -> None:
    raw = _csv(rows).encode() if name.endswith(".csv") else _xlsx(rows)
    filled = [row for row in rows if "".join(row).strip()]
    try:
        table = _read(raw, name)
    except RefusedFileError as refusal:
        said = r"row \d+ holds column names again|the header has 3 names, but most rows have [1245] cell"
        assert re.match(said, refusal.fault.message)
        return
    assert table.lines == len(filled)
    assert sorted([*table.row_numbers, *(bad.row for bad in table.faults)]) == [
        number for number, row in enumerate(rows, 2) if "".join(row).strip()
    ]


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(RefusedFileError) as caught:
        SentFile(_xlsx([]), "theirs.xlsx").read(Part(sheet="Cases"), HEADER)
    assert str(caught.value) == "there is no sheet 'Cases'"
