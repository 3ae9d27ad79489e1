"""Workbooks, each with one fault or one peculiarity."""

import datetime as dt
import struct
from collections.abc import Callable, Sequence
from functools import partial

from clean_dataset import HEADER, OUTCOMES, TABLE
from writers import (
    Table,
    change_zip,
    ods_rows,
    record,
    write_ods,
    write_xls,
    write_xlsx,
)
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

OUTCOME_TABLE = [line.split(",") for line in OUTCOMES.splitlines()]
_CHILD, _AGE, _REFERRAL, _START, _AREA = (
    HEADER.index(name) for name in ("child_id", "age", "referral_date", "start_date", "area")
)
_DAY = "yyyy-mm-dd"
_NO_VALUE = '<table:table-cell table:formula="of:=9"/>'


def clean_xlsx() -> bytes:
    """The clean table as XLSX."""
    return write_xlsx({"episodes": TABLE})


def clean_ods() -> bytes:
    """The clean table as ODS."""
    return write_ods({"episodes": ods_rows(TABLE)})


def clean_xls() -> bytes:
    """The clean table as XLS."""
    return write_xls(TABLE)


def tweaked(tweak: Callable[[Worksheet], object], table: Table = TABLE, **options: bool) -> bytes:
    """The clean table as XLSX with one thing changed."""
    return write_xlsx({"episodes": table}, lambda _, sheet: tweak(sheet), **options)


def _books(*names: str, table: Table = TABLE) -> bytes:
    return write_xlsx({name: OUTCOME_TABLE if name.casefold() == "outcomes" else table for name in names})


def _formatted(place: int, value: float | dt.datetime, form: str, **options: bool) -> bytes:
    def tweak(book: Workbook, sheet: Worksheet) -> None:
        number = (
            (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
            if isinstance(value, dt.datetime)
            else value
        )
        sheet.write_number(2, place, number, book.add_format({"num_format": form}))

    return write_xlsx({"episodes": TABLE}, tweak, **options)


def _put(table: Table, row: int, place: int, text: str) -> list[list[str]]:
    changed = [list(line) for line in table]
    changed[row][place] = text
    return changed


def _shown_by_format(row: int, place: int, value: float | str, form: str) -> bytes:
    """A cell whose number format shows more or less than what is stored in it."""
    return write_xlsx(
        {"episodes": TABLE},
        lambda book, sheet: sheet.write(row, place, value, book.add_format({"num_format": form})),
    )


def _xls_by_format(row: int, place: int, value: float, form: str, kind: int = 0x203) -> bytes:
    """The same as XLS: the number in full, or packed into 30 bits."""
    table = _put(TABLE, row, place, "")
    styles = record(0x41E, struct.pack("<HHB", 165, len(form), 1) + form.encode("utf-16-le"))
    styles += b"".join(record(0xE0, struct.pack("<HH", 0, code) + b"\0" * 16) for code in (0, 164, 165))
    at = struct.pack("<HHH", row, place, 2)
    packed = {
        0x203: at + struct.pack("<d", value),
        0x27E: at + struct.pack("<I", int(value) << 2 | 2),
        0xBD: at + struct.pack("<IH", int(value) << 2 | 2, place),
    }
    return write_xls(table, globals_=styles, cells=record(kind, packed[kind]))


def _add_sheet(add: Callable[[Workbook], object]) -> bytes:
    return write_xlsx({"episodes": TABLE}, lambda book, _: add(book))


def _ods(old: str, new: str) -> bytes:
    rows = ods_rows(TABLE)
    assert old in rows
    return write_ods({"episodes": rows.replace(old, new, 1)})


def _ods_number(value: str, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _ods_child(value: str, shown: str) -> bytes:
    old = '<table:table-cell office:value-type="string"><text:p>0012</text:p></table:table-cell>'
    return _ods(old, _ods_number(value, shown))


def _ods_age(cell: str) -> bytes:
    return _ods(
        '<table:table-cell office:value-type="float" office:value="10"><text:p>10</text:p></table:table-cell>',
        cell,
    )


def _xls_error(formula: bool) -> bytes:
    table: Sequence[Sequence[str]] = [list(row) for row in TABLE]
    table = [
        [*row[:_AGE], "" if number == 2 else row[_AGE], *row[_AGE + 1 :]] for number, row in enumerate(table)
    ]
    place = struct.pack("<HHH", 2, _AGE, 0)
    if formula:
        return write_xls(
            table, cells=record(0x06, place + bytes([2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF]) + b"\0" * 8)
        )
    return write_xls(table, cells=record(0x205, place + bytes([0x2A, 1])))


READ: dict[str, Callable[[], bytes]] = {
    "xlsx": clean_xlsx,
    "ods": clean_ods,
    "xls": clean_xls,
    "xlsx with another sheet name": lambda: _books("Sheet1"),
    "workbook of two tables": lambda: _books("episodes", "outcomes"),
    "workbook beside the period": lambda: _books("Episodes", "OUTCOMES"),
    "workbook with our helper sheets": lambda: _books("NOTES", "episodes", "outcomes", "lists"),
    "blank sheets beside": lambda: write_xlsx(
        {"episodes": TABLE}, lambda book, _: [book.add_worksheet(n) for n in "ab"]
    ),
    "chart sheet beside": lambda: _add_sheet(_add_chart),
    "formulas with results": lambda: tweaked(lambda sheet: sheet.write_formula(2, _AGE, "=5+5", None, 10)),
    "rows filtered away": lambda: tweaked(lambda sheet: sheet.set_row(2, None, None, {"hidden": True})),
    "blank rows above": lambda: write_xlsx({"episodes": TABLE}, first_row=3),
    "number shown with noughts": lambda: _shown_by_format(1, _CHILD, 12, "0000"),
    "number shown with letters": lambda: _shown_by_format(1, 0, 1, '"E"0'),
    "number shown with an escaped letter": lambda: _shown_by_format(1, 0, 1, r"\E0;\N0;;@"),
    "text shown with letters": lambda: _shown_by_format(1, 0, "1", '"E"@'),
    "number shown by another format below a limit": lambda: _shown_by_format(
        2, 0, 2, '[Red][<2]"N"0;[>=2]"E"0'
    ),
    "age shown with decimals": lambda: _shown_by_format(2, _AGE, 10, "0.00"),
    "age shown as a price": lambda: _shown_by_format(2, _AGE, 10, "[$£-809]#,##0.00"),
    "xls number shown with noughts": lambda: _xls_by_format(1, _CHILD, 12, "0000"),
    "xls packed number shown with letters": lambda: _xls_by_format(1, 0, 1, '"E"0', 0x27E),
    "xls packed numbers shown with letters": lambda: _xls_by_format(1, 0, 1, '"E"0', 0xBD),
    "ods number shown with noughts": lambda: _ods_child("12", "0012"),
    "ods number shown with letters": lambda: _ods(
        '<table:table-cell office:value-type="string"><text:p>E1</text:p></table:table-cell>',
        '<table:table-cell office:value-type="float" office:value="1"><text:p>E1</text:p></table:table-cell>',
    ),
    "ods age shown with decimals": lambda: _ods_age(_ods_number("10", "10,00")),
    "blank formatted cells beyond": lambda: _add_sheet(_format_beyond),
    "blank row between": lambda: write_xlsx({"episodes": [*TABLE[:2], [""] * len(HEADER), *TABLE[2:]]}),
    "dates from 1904": lambda: write_xlsx({"episodes": TABLE}, date_1904=True),
    "xls dates from 1904": lambda: write_xls(_earlier(TABLE), globals_=record(0x22, b"\1\0")),
    "date that hides its time": lambda: _formatted(_START, dt.datetime(2009, 5, 26, 12, 30), "yyyy-mm-dd"),
    "date of a built-in format that hides its time": lambda: _formatted(
        _START, dt.datetime(2009, 5, 26, 0, 0, 1), "d-mmm-yy"
    ),
    "xls date that hides its time": lambda: _xls_by_format(2, _START, 39959.5, "dd/mm/yyyy"),
    "ods date that hides its time": lambda: _ods(
        'office:date-value="2009-05-26"><text:p>2009-05-26',
        'office:date-value="2009-05-26T12:30:00"><text:p>26/05/09',
    ),
    "date as text with midnight": lambda: tweaked(
        lambda sheet: sheet.write_string(2, _START, "2009-05-26 00:00:00")
    ),
    "age as text with decimals": lambda: tweaked(lambda sheet: sheet.write_string(2, _AGE, "10.0")),
    "formula as text in a workbook": lambda: tweaked(
        lambda sheet: sheet.write_string(1, _AREA, '=HYPERLINK("x")')
    ),
    "text that looks like an error": lambda: tweaked(lambda sheet: sheet.write_string(1, _AREA, "#N/A")),
}
SET_ASIDE: dict[str, Callable[[], bytes]] = {
    "error cell": lambda: tweaked(lambda sheet: sheet.write_formula(2, _AGE, "=NA()", None, "#N/A")),
    "reference error": lambda: tweaked(lambda sheet: sheet.write_formula(2, _AREA, "=#REF!", None, "#REF!")),
    "formula without a result": lambda: tweaked(lambda sheet: sheet.write_formula(2, _AGE, "=5+5", None, "")),
    "formula never worked out": lambda: tweaked(lambda sheet: sheet.write_formula(2, _AGE, "=5+5")),
    "bare number in a date column": lambda: tweaked(lambda sheet: sheet.write_number(2, _START, 39959)),
    **{
        f"serial {number} in a date cell": partial(_formatted, _REFERRAL, number, _DAY)
        for number in (0, 1, 59, 60)
    },
    "serial 1 from 1904": lambda: _formatted(_REFERRAL, 1, _DAY, date_1904=True),
    "xls serial 60 in a date cell": lambda: _xls_by_format(2, _START, 60, _DAY),
    "xls serial 1 from 1904": lambda: write_xls(
        _put(_earlier(TABLE), 2, _START, "1899-12-31"), globals_=record(0x22, b"\1\0")
    ),
    "ods empty date": lambda: _ods('date-value="2009-04-12"', 'date-value="1899-12-30"'),
    "date with a time of day": lambda: _formatted(
        _START, dt.datetime(2009, 5, 26, 12, 30), "yyyy-mm-dd hh:mm"
    ),
    "number that its format rounds": lambda: _shown_by_format(2, 0, 2.4, '"E"0'),
    "number shown in thousands": lambda: _shown_by_format(2, _AGE, 10, '0.0,"K"'),
    "age shown with its unit": lambda: _shown_by_format(2, _AGE, 10, '0" years"'),
    "age shown as a percentage": lambda: _shown_by_format(2, _AGE, 10, "0%"),
    "xls number shown in thousands": lambda: _xls_by_format(2, _AGE, 10, '0.0,"K"'),
    "ods number shown in thousands": lambda: _ods_age(_ods_number("10000", "10")),
    "ods age shown as a percentage": lambda: _ods_age(
        '<table:table-cell office:value-type="percentage" office:value="0.1"><text:p>10%</text:p></table:table-cell>'
    ),
    "hidden sign in a workbook": lambda: tweaked(lambda sheet: sheet.write_string(2, _AREA, "N\u0085A")),
    "NUL in a workbook": lambda: change_zip(
        tweaked(lambda sheet: sheet.write_string(2, _AREA, "Nxx0000xA")),
        "xl/sharedStrings.xml",
        "xx0000x",
        "_x0000_",
    ),
    "time in a date column": lambda: _formatted(_START, 0.5, "hh:mm"),
    "duration in a number column": lambda: _formatted(_AGE, 1.5, "[h]:mm"),
    "date in a number column": lambda: _formatted(_AGE, 10, "yyyy-mm-dd"),
    "name that became a date": lambda: _formatted(_CHILD, dt.datetime(2009, 4, 3), "d-mmm"),
    "truth in a number column": lambda: tweaked(lambda sheet: sheet.write_boolean(2, _AGE, True)),
    "fraction in a whole number": lambda: tweaked(lambda sheet: sheet.write_number(2, _AGE, 10.5)),
    "number of nineteen digits": lambda: tweaked(
        lambda sheet: sheet.write_number(2, _CHILD, 1234567890123456789)
    ),
    "date as text": lambda: tweaked(lambda sheet: sheet.write_string(2, _START, "26/05/2009")),
    "totals row in a workbook": lambda: write_xlsx(
        {"episodes": [*TABLE, ("Total", *[""] * 5, "30", "", "")]}
    ),
    "cell beyond the last column": lambda: tweaked(
        lambda sheet: sheet.write_string(2, len(HEADER), "see e-mail")
    ),
    "ods error": lambda: _ods_age(_ods_value('office:value-type="string" office:string-value=""', "#DIV/0!")),
    "ods error read as nought": lambda: _ods_age(
        _ods_value('office:value-type="float" office:value="0"', "Err:502")
    ),
    "ods formula without a result": lambda: _ods_age(_NO_VALUE),
    "xls error": lambda: _xls_error(False),
    "xls formula with an error": lambda: _xls_error(True),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "hidden sheet": lambda: _hide("hide"),
    "very hidden sheet": lambda: _hide("very_hidden"),
    "ods hidden sheet": lambda: write_ods(
        {"cover": ods_rows(OUTCOME_TABLE), "episodes": ods_rows(TABLE)}, ["episodes"]
    ),
    "xls hidden sheet": lambda: write_xls(TABLE, hidden=1),
    "merged cells": lambda: tweaked(lambda sheet: sheet.merge_range("B2:B4", "S01")),
    "merged title": lambda: write_xlsx(
        {"episodes": TABLE}, lambda _, s: s.merge_range("A1:I1", "Harbour"), first_row=2
    ),
    "ods merged cells": lambda: _ods(
        '<table:table-cell office:value-type="string"><text:p>S01',
        '<table:table-cell table:number-rows-spanned="3" table:number-columns-spanned="1" '
        'office:value-type="string"><text:p>S01',
    ),
    "xls merged cells": lambda: write_xls(TABLE, cells=record(0xE5, struct.pack("<5H", 1, 1, 3, 1, 1))),
    "blank workbook": lambda: write_xlsx({"episodes": [[]]}),
    "notes only": lambda: _books("Notes"),
    "no table among the sheets": lambda: _books("Summary", "Contacts"),
    "stray sheet beside": lambda: _books("episodes", "Summary"),
    "misspelt sheet": lambda: _books("episode", "outcomes"),
    "xlsx title above the header": lambda: write_xlsx({"episodes": [("Harbour", *[""] * 8), *TABLE]}),
    "xlsx table below": lambda: write_xlsx(
        {"episodes": [*TABLE, _padded(OUTCOME_TABLE[0]), _padded(OUTCOME_TABLE[1])]}
    ),
    "xlsx two columns of one name": lambda: tweaked(
        lambda sheet: sheet.write_string(0, _START, "referral_date")
    ),
    "table twice in a return": clean_xlsx,
}


def _ods_value(value: str, shown: str) -> str:
    error = f'<table:table-cell table:formula="of:=1" {value} calcext:value-type="error">'
    return f"{error}<text:p>{shown}</text:p></table:table-cell>"


def _add_chart(book: Workbook) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=episodes!$G$2:$G$4"})
    book.add_chartsheet("picture").set_chart(chart)


def _format_beyond(book: Workbook) -> None:
    for row in range(60):
        book.worksheets()[0].write_blank(row, 40, None, book.add_format({"bold": True}))


def _hide(how: str) -> bytes:
    def tweak(book: Workbook, sheet: Worksheet) -> None:
        book.worksheets()[1].activate()
        book.worksheets()[1].set_first_sheet()
        getattr(sheet, how)()

    return write_xlsx({"episodes": TABLE, "outcomes": OUTCOME_TABLE}, tweak)


def _padded(row: Sequence[str]) -> list[str]:
    return [*row, *[""] * (len(HEADER) - len(row))]


def _earlier(table: Table) -> Table:
    """The dates as many days earlier as 1904 begins later, so that a workbook from 1904 shows them as they are."""

    def earlier(name: str, text: str) -> str:
        if not text or not name.endswith("_date"):
            return text
        return (dt.date.fromisoformat(text) - dt.timedelta(days=1462)).isoformat()

    header, *rows = table
    return [header, *[[earlier(name, text) for name, text in zip(header, row, strict=True)] for row in rows]]


CASES = {**READ, **SET_ASIDE, **REFUSED}
