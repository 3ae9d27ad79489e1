"""What an XLSX says of its cells besides their values, however a program writes it."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipeline.files.formats.sheet_facts import SheetFacts
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.formats.xlsx_facts import read_xlsx_facts

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample" / "returns"
BOOK = sorted(SAMPLE.glob("*/*.xlsx"))[0]
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = '<c r="B2" s="3"><v>1</v></c><c r="D3" t="s"><v>0</v></c><c r="F9" s="1"/><c r="G9"></c>'
HEAD = '<?xml version="1.0" encoding="{}"?>\n<worksheet xmlns="http://example.org/main">'


def facts(cell: str, encoding: str = "utf-8", after: str = "") -> SheetFacts:
    """The facts of a sheet with a few plain cells and this one, in a workbook of the sample."""
    rows = f'<sheetData><row r="2">{PLAIN}{cell}</row></sheetData>'
    raw = f"{HEAD.format(encoding)}{rows}{after}</worksheet>".encode(encoding)
    stream = BytesIO()
    with ZipFile(BOOK) as before, ZipFile(stream, "w") as changed:
        for name in before.namelist():
            changed.writestr(name, raw if name == SHEET else before.read(name))
    return read_xlsx_facts(ZipFile(stream)).sheets[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize(
    ("cell", "extent"),
    [
        ("", (3, 4)),
        ('<c r="C4" t="inlineStr"><is><t>O&amp;K</t></is></c>', (4, 4)),
        ('<c\tr="C5"><v>1</v></c>', (5, 4)),
        ("<c><v>1</v></c>", (9, 8)),
        ('<x:c xmlns:x="a" r="H4"><x:v>1</x:v></x:c>', (4, 8)),
        ('<!-- <c r="Z99"><v>1</v></c> -->', (3, 4)),
        ('<?note <c r="Z99"><v>1</v></c> ?>', (3, 4)),
        ('<c r="C4" t="inlineStr"><is><t><![CDATA[<c r="Z99"><v>1</v></c>]]></t></is></c>', (4, 4)),
        ('<c r="C4"><v xml:space="preserve">1</v></c>', (4, 4)),
    ],
)
def test_a_sheet_reaches_to_its_last_filled_cell(cell: str, extent: tuple[int, int], encoding: str) -> None:
    found = facts(cell, encoding)
    assert (found.rows, found.columns) == extent


@pytest.mark.parametrize(
    ("cell", "errors", "unstored"),
    [
        ('<c r="C4" t="e"><v>#N/A</v></c>', {(4, 3): "#N/A"}, set()),
        ("<c r=\"C4\" t='&#101;'><v>#N/A</v></c>", {(4, 3): "#N/A"}, set()),
        ('<c r="C4"><f>A1+1</f></c>', {}, {(4, 3)}),
        ('<c r="C4"><f>A1+1</f><v>2</v></c>', {}, set()),
    ],
)
def test_errors_and_formulas_without_a_result_are_told(
    cell: str, errors: dict[tuple[int, int], str], unstored: set[tuple[int, int]]
) -> None:
    found = facts(cell)
    assert (found.errors, found.unstored) == (errors, unstored)


@pytest.mark.parametrize("cell", ['<c r="4C"><v>1</v></c>', '<c r="C4"><v>1</v>'])
def test_what_is_no_sheet_is_refused(cell: str) -> None:
    with pytest.raises(RefusedFileError):
        facts(cell)


def test_merged_cells_are_told() -> None:
    merged = facts("", after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>').merged
    assert merged == ["A1:B2"]
