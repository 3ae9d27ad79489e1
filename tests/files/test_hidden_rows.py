"""Rows and columns that a sheet does not show are read like the others, counted and said, in every kind of workbook."""

import struct
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter.worksheet import Worksheet

from pipeline.files.formats.file_types import SentFile
from pipeline.files.formats.ods_facts import read_ods_facts

sys.path.append(str(Path(__file__).parents[1] / "bad_files"))
from clean_dataset import HEADER, TABLE
from writers import change_zip, ods_cell, ods_rows, record, write_ods, write_xls, write_xlsx

SHEET, TABLE_PART = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
CRITERIA = '<filterColumn colId="6"><filters><filter val="9"/></filters></filterColumn>'
HIDE = {"hidden": True}
ONE, TWO = "1 row is hidden; it was read like the others", "2 rows are hidden; they were read like the others"
FILTERED = "2 rows are hidden by a filter; they were read like the others"
SOME = "3 rows are hidden (2 by a filter); they were read like the others"
AREA = "the column 'area' is hidden; it was read like the others"
AGE = "the columns 'age', 'ethnicity' are hidden; they were read like the others"


def xlsx(tweak: Callable[[Worksheet], object], *changes: tuple[str, str, str]) -> bytes:
    raw = write_xlsx({"episodes": TABLE}, lambda _, sheet: tweak(sheet))
    for change in changes:
        raw = change_zip(raw, *change)
    return raw


def hide(*rows: int, **options: int) -> Callable[[Worksheet], object]:
    """Hide rows of the sheet, counted from 0."""
    return lambda sheet: [sheet.set_row(row, None, None, {**HIDE, **options}) for row in rows]


def then(*steps: Callable[[Worksheet], object]) -> Callable[[Worksheet], object]:
    return lambda sheet: [step(sheet) for step in steps]


def pick(cells: str, column: int = 6) -> Callable[[Worksheet], object]:
    return then(lambda sheet: sheet.autofilter(cells), lambda sheet: sheet.filter_column(column, "x == 9"))


def add_table(sheet: Worksheet) -> None:
    sheet.add_table("A1:I4", {"columns": [{"header": name} for name in HEADER]})


def mode(raw: bytes) -> bytes:
    """As after an advanced filter in place, which leaves no criteria in the sheet."""
    return change_zip(raw, SHEET, "<dimension", '<sheetPr filterMode="1"/><dimension')


def in_row(number: int, more: str) -> tuple[str, str, str]:
    return SHEET, f'<row r="{number}" ', f'<row r="{number}" {more} '


XLSX: dict[str, tuple[Callable[[], bytes], Sequence[str]]] = {
    "rows by hand": (lambda: xlsx(hide(1, 3)), [TWO]),
    "a row, said in words": (lambda: xlsx(then(), in_row(3, 'hidden="true"')), [ONE]),
    "a row of no height": (lambda: xlsx(then(), in_row(3, 'ht="0" customHeight="1"')), [ONE]),
    "a row of little height": (lambda: xlsx(then(), in_row(3, 'ht="0.75" customHeight="1"')), []),
    "a group folded": (lambda: xlsx(hide(1, 2, level=1)), [TWO]),
    "a filter": (lambda: xlsx(then(hide(2, 3), pick("A1:I4"))), [FILTERED]),
    "a filter over some of them": (lambda: xlsx(then(hide(1, 2, 3), pick("A2:I3"))), [SOME]),
    "a filter that picks nothing": (lambda: xlsx(then(hide(1, 2), lambda sheet: sheet.autofilter("A1:I4"))), [TWO]),
    "a filter that hides nothing": (lambda: xlsx(pick("A1:I4")), []),
    "a table's filter": (
        lambda: xlsx(
            then(add_table, hide(2, 3)),
            (TABLE_PART, '<autoFilter ref="A1:I4"/>', f'<autoFilter ref="A1:I4">{CRITERIA}</autoFilter>'),
        ),
        [FILTERED],
    ),
    "a table's filter that picks nothing": (lambda: xlsx(then(add_table, hide(2, 3))), [TWO]),
    "an advanced filter": (lambda: mode(xlsx(hide(2, 3))), [FILTERED]),
    "a column": (lambda: xlsx(lambda sheet: sheet.set_column("I:I", None, None, HIDE)), [AREA]),
    "columns of no width": (
        lambda: xlsx(lambda sheet: sheet.set_column("G:H", 5), (SHEET, 'width="5.7109375"', 'width="0"')),
        [AGE],
    ),
    "columns and rows": (lambda: xlsx(then(hide(1), lambda sheet: sheet.set_column("I:XFD", None, None, HIDE))),
        [ONE, AREA]),
    "rows and columns beyond the table": (
        lambda: xlsx(then(hide(4, 9), lambda sheet: sheet.set_column("J:XFD", None, None, HIDE))),
        [],
    ),
}  # fmt: skip


def row_record(row: int, how: int, size: int = 255) -> bytes:
    return record(0x208, struct.pack("<8H", row, 0, len(HEADER), size, 0, 0, how, 0))


def column_record(first: int, last: int, width: int, how: int) -> bytes:
    return record(0x7D, struct.pack("<6H", first, last, width, 0, how, 0))


def xls(*records: bytes) -> bytes:
    return write_xls(TABLE, cells=b"".join(records))


FILTER_MODE, FILTER = record(0x9B), record(0x9E, b"\6\0" + b"\0" * 22)
XLS: dict[str, tuple[Callable[[], bytes], Sequence[str]]] = {
    "rows by hand": (lambda: xls(row_record(1, 0x120), row_record(2, 0x100), row_record(3, 0x120)), [TWO]),
    "a row of no height": (lambda: xls(row_record(1, 0x140, 0)), [ONE]),
    "a row of a standard height": (lambda: xls(row_record(1, 0x100, 0), row_record(2, 0x100, 0x80FF)), []),
    "a group folded": (lambda: xls(*(row_record(row, 0x121) for row in (1, 2)), row_record(3, 0x110)), [TWO]),
    "a filter": (lambda: xls(FILTER_MODE, FILTER, *(row_record(row, 0x120) for row in (2, 3))), [FILTERED]),
    "a filter that hides nothing": (lambda: xls(FILTER_MODE, FILTER), []),
    "a column": (lambda: xls(column_record(8, 8, 2340, 1)), [AREA]),
    "columns of no width": (lambda: xls(column_record(6, 7, 0, 0)), [AGE]),
    "beyond the table": (lambda: xls(column_record(9, 255, 2340, 1), row_record(9, 0x120)), []),
    "columns and rows": (lambda: xls(column_record(8, 255, 2340, 1), row_record(1, 0x120)), [ONE, AREA]),
}

ROWS = [f"{row}</table:table-row>" for row in ods_rows(TABLE).split("</table:table-row>")[:-1]]
STYLE = (
    '<style:style style:name="{0}" style:family="table-{1}">'
    '<style:table-{1}-properties style:{2}="0cm"/></style:style>'
)
FORMULA = '<table:table-cell table:formula="of:=5+5" office:value-type="float" office:value="10"><text:p>10</text:p>'


def ods(rows: str, columns: str = "", styles: str = "") -> bytes:
    raw = write_ods({"episodes": columns + rows})
    return change_zip(raw, "content.xml", "<office:automatic-styles>", f"<office:automatic-styles>{styles}")


def shown_as(said: dict[int, str]) -> str:
    """The rows of the table, some with more said of them."""
    return "".join(
        row.replace("<table:table-row", f"<table:table-row {said.get(number, '')}", 1)
        for number, row in enumerate(ROWS)
    )


def column(times: int, more: str = "") -> str:
    return f'<table:table-column table:number-columns-repeated="{times}" {more}/>'


GONE, PICKED = 'table:visibility="collapse"', 'table:visibility="filter"'
FOLDED = '<table:table-row-group table:display="false">{}</table:table-row-group>'
AGAIN = ROWS[3].replace("<table:table-row", f'<table:table-row table:number-rows-repeated="3" {PICKED}')
ODS: dict[str, tuple[Callable[[], bytes], Sequence[str]]] = {
    "rows by hand": (lambda: ods(shown_as({1: GONE, 3: GONE})), [TWO]),
    "a filter": (lambda: ods(shown_as({2: PICKED, 3: PICKED})), [FILTERED]),
    "a filter and one by hand": (lambda: ods(shown_as({1: GONE, 2: PICKED, 3: PICKED})), [SOME]),
    "rows alike, picked by a filter": (
        lambda: ods("".join(ROWS[:3]) + AGAIN),
        ["3 rows are hidden by a filter; they were read like the others"],
    ),
    "a row of no height": (
        lambda: ods(shown_as({1: 'table:style-name="h"'}), styles=STYLE.format("h", "row", "row-height")),
        [ONE],
    ),
    "a group folded": (lambda: ods(ROWS[0] + FOLDED.format("".join(ROWS[1:3])) + ROWS[3]), [TWO]),
    "a group folded, each row too": (
        lambda: ods(FOLDED.format(shown_as(dict.fromkeys(range(4), GONE)))),
        ["3 rows are hidden; they were read like the others"],
    ),
    "a group open": (
        lambda: ods(ROWS[0] + "<table:table-row-group>" + "".join(ROWS[1:]) + "</table:table-row-group>"),
        [],
    ),
    "a column": (lambda: ods("".join(ROWS), column(8) + column(1, GONE)), [AREA]),
    "columns of no width": (
        lambda: ods(
            "".join(ROWS),
            column(6) + column(2, 'table:style-name="h"') + column(1016),
            STYLE.format("h", "column", "column-width"),
        ),
        [AGE],
    ),
    "a group of columns folded": (
        lambda: ods(
            "".join(ROWS),
            f'{column(8)}<table:table-column-group table:display="false">{column(1)}</table:table-column-group>',
        ),
        [AREA],
    ),
    "rows and columns beyond the table": (
        lambda: ods(
            "".join(ROWS) + f'<table:table-row table:number-rows-repeated="1048000" {GONE}/>',
            column(9) + column(1015, GONE),
        ),
        [],
    ),
    "a row that holds a formula": (
        lambda: ods(shown_as({2: PICKED, 3: PICKED}).replace(ods_cell("age", "10"), f"{FORMULA}</table:table-cell>")),
        [FILTERED],
    ),
}  # fmt: skip
KINDS = {".xlsx": XLSX, ".xls": XLS, ".ods": ODS}
CASES = [(kind, name) for kind, cases in KINDS.items() for name in cases]


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_what_is_hidden_is_read_counted_and_said(kind: str, name: str) -> None:
    make, said = KINDS[kind][name]
    file = SentFile(make(), f"episodes{kind}")
    table = file.read(file.parts()[0], HEADER)
    assert [fault.message for fault in table.odd] == said
    assert {fault.rule for fault in table.odd} <= {"sheet.hidden"}
    assert (
        table.column("episode_id").texts()[: len(TABLE) - 1] == [row[0] for row in TABLE[1:]][: table.lines]
    )
    assert [column.cell(0) for column in table.columns] == list(TABLE[1])


@pytest.mark.parametrize(
    "opens", ["<table:table-row-group>", '<table:table-row-group table:display="false">']
)
def test_a_group_of_rows_does_not_shift_the_rows_below_it(opens: str) -> None:
    bad = ROWS[3].replace(
        "<table:table-cell", '<table:table-cell table:formula="of:=9"/><table:table-cell', 1
    )
    rows = f"{ROWS[0]}{opens}{ROWS[1]}{opens}{ROWS[2]}</table:table-row-group></table:table-row-group>{bad}"
    facts = read_ods_facts(ZipFile(BytesIO(write_ods({"episodes": rows}))))
    assert facts.sheets[0].unstored == {(4, 1)}
    assert facts.sheets[0].rows == len(TABLE)
