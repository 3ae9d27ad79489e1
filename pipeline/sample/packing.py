"""File formats of providers' returns: a folder of CSV files, one workbook, or a ZIP; the same bytes every time."""

import csv
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter

from pipeline.contract.tables import load_table
from pipeline.sample.truths import unsent_columns

Rows = Sequence[Sequence[str]]
Kind = Literal["folder", "xlsx", "zip"]

PACKED: Mapping[str, Kind] = {
    **dict.fromkeys(("oak_and_anchor", "homefire", "harbour_street", "tilling_carers", "quayside"), "xlsx"),
    **dict.fromkeys(("steady_minds", "kestrel_sports", "umoja_families"), "zip"),
}
"""Providers that send one file a quarter; the others send a folder."""

_CREATED = dt.datetime(2009, 4, 1)
_ZIP_TIME = (2009, 4, 1, 0, 0, 0)


def kind_of(provider_id: str) -> Kind:
    """Return the format of a provider's returns."""
    return PACKED.get(provider_id, "folder")


def address(provider_id: str, name: str, table: str) -> str:
    """Return the path of a table in the return called `name`, as messages give it."""
    match kind_of(provider_id):
        case "xlsx":
            return f"returns/{provider_id}/{name}.xlsx, sheet '{table}'"
        case "zip":
            return f"returns/{provider_id}/{name}.zip, file '{table}.csv'"
        case "folder":
            return f"returns/{provider_id}/{name}/{table}.csv"


def format_csv(table: str, rows: Iterable[Sequence[str]], unsent: Collection[str] = ()) -> bytes:
    """Return a table as CSV, header first, without the columns `unsent`."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        _leave_out(table, [load_table(table).columns, *rows], unsent)
    )
    return text.getvalue().encode("utf-8")


def _leave_out(
    table: str, rows: Iterable[Sequence[str]], unsent: Collection[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the rows without the cells of those columns; a row with a cell too few or too many stays so."""
    places = {place for place, name in enumerate(load_table(table).columns) if name in unsent}
    for row in rows:
        yield tuple(cell for place, cell in enumerate(row) if place not in places)


def pack(provider_id: str, name: str, tables: Mapping[str, Rows]) -> Mapping[str, bytes]:
    """Return the files of a return, by their names in the provider's folder."""
    match kind_of(provider_id):
        case "xlsx":
            return {f"{name}.xlsx": _workbook(tables, unsent_columns(provider_id))}
        case "zip":
            return {f"{name}.zip": _archive(tables, unsent_columns(provider_id))}
        case "folder":
            unsent = unsent_columns(provider_id)
            return {f"{name}/{table}.csv": format_csv(table, rows, unsent) for table, rows in tables.items()}


def _archive(tables: Mapping[str, Rows], unsent: Collection[str]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for table, rows in tables.items():
            member = ZipInfo(f"{table}.csv", _ZIP_TIME)
            member.create_system = 3  # otherwise the ZIP would record the operating system
            archive.writestr(member, format_csv(table, rows, unsent), ZIP_DEFLATED, 9)
    return stream.getvalue()


def _workbook(tables: Mapping[str, Rows], unsent: Collection[str]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for table, rows in tables.items():
            sheet = book.add_worksheet(table)
            fields = [field for field in load_table(table).fields if field.name not in unsent]
            sheet.write_row(0, 0, [field.name for field in fields])
            for number, row in enumerate(_leave_out(table, rows, unsent), start=1):
                for place, (field, text) in enumerate(zip(fields, row, strict=True)):
                    _write_cell(sheet, number, place, field.type, text, day)
    return stream.getvalue()


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    kind: str,
    text: str,
    day: xlsxwriter.format.Format,
) -> None:
    """Write dates and numbers as such where the text is one; other texts as they were typed."""
    try:
        if kind == "date":
            sheet.write_datetime(row, column, dt.datetime.fromisoformat(text), day)
        elif kind in ("integer", "number"):
            sheet.write_number(row, column, float(text))
        elif text:
            sheet.write_string(row, column, text)
    except ValueError:
        if text:
            sheet.write_string(row, column, text)
