"""Sheets of plain cells are measured by one pattern: with the same facts as by the parser, whatever is in them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipeline.files.formats.sheet_facts import BookFacts
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.formats.xlsx_facts import read_xlsx_facts

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample" / "returns"
BOOK = sorted(SAMPLE.glob("*/*.xlsx"))[0]
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = '<c r="B2" s="3"><v>1</v></c><c r="D3" t="s"><v>0</v></c><c r="F9" s="1"/><c r="G9"></c>'
CELLS = {
    "plain": PLAIN,
    "words in the cell": '<c r="C4" t="inlineStr"><is><t>O&amp;K</t></is></c>',
    "an error": '<c r="C4" t="e"><v>#N/A</v></c>',
    "an error written otherwise": "<c r=\"C4\" t='e'><v>#N/A</v></c>",
    "an error by its number": '<c r="C4" t="&#101;"><v>#N/A</v></c>',
    "a formula": '<c r="C4"><f>A1+1</f></c>',
    "a formula with its result": '<c r="C4"><f>A1+1</f><v>2</v></c>',
    "a tab in the tag": '<c\tr="C4"><v>1</v></c>',
    "two spaces in the tag": '<c  r="C4"><v>1</v></c>',
    "no reference": "<c><v>1</v></c>",
    "a prefix": '<x:c xmlns:x="a" r="C4"><x:v>1</x:v></x:c>',
    "a cell in a comment": '<!-- <c r="Z99"><v>1</v></c> -->',
    "a cell in an instruction": '<?note <c r="Z99"><v>1</v></c> ?>',
    "a cell in a text": '<c r="C4" t="inlineStr"><is><t><![CDATA[<c r="Z99"><v>1</v></c>]]></t></is></c>',
    "a value with an attribute": '<c r="C4"><v xml:space="preserve">1</v></c>',
    "an empty value": '<c r="C4"><v/></c>',
    "a reference that is none": '<c r="4C"><v>1</v></c>',
    "an open cell": '<c r="C4"><v>1</v>',
}


def facts(raw: bytes) -> BookFacts | str:
    """The facts of the sample's workbook with this as its first sheet; or how it is refused."""
    stream = BytesIO()
    with ZipFile(BOOK) as before, ZipFile(stream, "w") as after:
        for name in before.namelist():
            after.writestr(name, raw if name == SHEET else before.read(name))
    try:
        return read_xlsx_facts(ZipFile(stream))
    except RefusedFileError as refusal:
        return str(refusal.fault)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize("cell", CELLS)
def test_any_sheet_has_the_facts_that_the_parser_finds(
    cell: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n<worksheet xmlns="http://example.org/main">'
    rows = f'<sheetData><row r="2">{PLAIN}{CELLS[cell]}</row></sheetData>'
    raw = f"{head}{rows}</worksheet>".encode(encoding)
    found = facts(raw)
    monkeypatch.setattr("pipeline.files.formats.xlsx_facts._NOT_PLAIN", re.compile(b""))
    assert found == facts(raw)


def test_merged_cells_are_found() -> None:
    found = facts(
        b'<worksheet><sheetData/><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>',
    )
    assert isinstance(found, BookFacts)
    assert found.sheets[0].merged == ["A1:B2"]


@pytest.mark.long
def test_the_sample_s_workbooks_have_the_facts_that_the_parser_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    books = [ZipFile(path) for path in sorted(SAMPLE.glob("*/*.xlsx"))]
    found = [read_xlsx_facts(book) for book in books]
    monkeypatch.setattr("pipeline.files.formats.xlsx_facts._NOT_PLAIN", re.compile(b""))
    assert found == [read_xlsx_facts(book) for book in books]
    assert max(sheet.rows for book in found for sheet in book.sheets) > 50
