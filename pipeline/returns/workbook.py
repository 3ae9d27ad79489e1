"""The return as one workbook to fill in, with lists to choose from, limits and notes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.groups.ethnicity_censuses import CENSUSES
from pipeline.contract.tables import RETURN_TABLES, Field, Table, load_table
from pipeline.returns.notes import COVER_NOTES, COVER_SHEET, Notes, column_notes, explain_column

_ROWS = 20_000
"""The last row with lists and limits; rows below are read nevertheless."""
_CREATED = dt.datetime(2000, 1, 1)  # fixed, so that the same contract gives the same bytes
_FIRST_DAY, _LAST_DAY = dt.date(1980, 1, 1), dt.date(2099, 12, 31)
_LARGEST = 1e9
Row = Mapping[str, str]


@dataclass(frozen=True)
class Choices:
    """The choices for a column, and the explanation of each shown beside it in Lists."""

    column: str
    values: tuple[str, ...]
    meanings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Commissioned:
    """What a dataset adds to the contract: its name, its ethnic groups and its short lists of names."""

    title: str
    classification: Classification
    services: Mapping[str, str]
    scales: Mapping[str, str]
    providers: Mapping[str, str]


def format_workbook(commissioned: Commissioned, rows: Mapping[str, Sequence[Row]] | None = None) -> bytes:
    """Return the workbook: a sheet per table filled with `rows`, and the sheets Notes and Lists."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": f"Return: {commissioned.title}", "created": _CREATED})
    formats = _formats(book)
    choices = _list_choices(commissioned)
    notes = book.add_worksheet("Notes")
    sheets = {name: book.add_worksheet(name) for name in RETURN_TABLES}
    _write_cover(book.add_worksheet(COVER_SHEET), formats)
    ranges = _write_lists(book.add_worksheet("Lists"), choices, formats)
    for name, sheet in sheets.items():
        _write_table(sheet, load_table(name), ranges, formats, (rows or {}).get(name, ()))
    _write_notes(notes, column_notes(commissioned.title), formats)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    plain = {"valign": "top"}
    return {
        "needed": book.add_format(
            {"bold": True, "bg_color": "#12436D", "font_color": "#FFFFFF", "border": 1}
        ),
        "optional": book.add_format({"bold": True, "bg_color": "#E6EAEE", "border": 1}),
        "string": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "integer": book.add_format({"num_format": "0"}),
        "number": book.add_format({"num_format": "General"}),
        "title": book.add_format({**plain, "bold": True, "font_size": 16}),
        "heading": book.add_format({**plain, "bold": True, "font_size": 12}),
        "bold": book.add_format({**plain, "bold": True}),
        "text": book.add_format({**plain, "text_wrap": True}),
    }


def _list_choices(commissioned: Commissioned) -> dict[str, Choices]:
    """Return the lists by name: the contract's by their values, the dataset's by column."""
    own = {
        "service_id": commissioned.services, "scale": commissioned.scales, "provider_id": commissioned.providers,
    }  # fmt: skip
    lists = {"ethnicity": _ethnic_choices(commissioned.classification)}
    lists |= {name: Choices(name, tuple(names), tuple(names.values())) for name, names in own.items()}
    for name in RETURN_TABLES:
        for field in load_table(name).fields:
            if field.enum:
                lists[_list_name(field)] = Choices(field.name, field.enum)
    return {name: choices for name, choices in lists.items() if choices.values}


def _ethnic_choices(classification: Classification) -> Choices:
    """Return the labels to choose from, or the codes where two codes share a label."""
    labels = [entry.label.casefold() for entry in classification.codes]
    shared = {label for label in labels if labels.count(label) > 1}
    entries = classification.codes
    return Choices(
        "ethnicity",
        tuple(entry.code if entry.label.casefold() in shared else entry.label for entry in entries),
        tuple(f"{entry.code}: {entry.broad_group_title}" for entry in entries),
    )


def _list_name(field: Field) -> str:
    return "/".join(field.enum) or field.name


def _write_lists(sheet: Any, choices: Mapping[str, Choices], formats: Mapping[str, Any]) -> dict[str, str]:
    """Write each list in a column with its meanings in the next; return the range of each as a formula."""
    ranges = {}
    place = 0
    for name, listed in choices.items():
        ranges[name] = f"=Lists!{_absolute(1, place)}:{_absolute(len(listed.values), place)}"
        for heading, texts, widest in ((listed.column, listed.values, 40), ("means", listed.meanings, 60)):
            if texts:
                sheet.write_string(0, place, heading, formats["bold"])
                sheet.write_column(1, place, texts, formats["string"])
                sheet.set_column(place, place, min(widest, 3 + max(map(len, (heading, *texts)))))
                place += 1
        place += 1
    sheet.freeze_panes(1, 0)
    return ranges


def _write_cover(sheet: Any, formats: Mapping[str, Any]) -> None:
    """Write the sheet about the return as a whole: one row, blank unless there is something to report."""
    choices = {"nil": ["yes", "no"], "ethnic_classification": list(CENSUSES)}
    for place, (name, note) in enumerate(COVER_NOTES.items()):
        sheet.set_column(place, place, 40, formats["string"])
        sheet.write_string(0, place, name, formats["optional"])
        sheet.write_comment(0, place, note, {"x_scale": 2})
        if name in choices:
            sheet.data_validation(1, place, 1, place, {"validate": "list", "source": choices[name]})
    sheet.freeze_panes(1, 0)


def _absolute(row: int, column: int) -> str:
    return str(xlsxwriter.utility.xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _write_table(
    sheet: Any, table: Table, ranges: Mapping[str, str], formats: Mapping[str, Any], rows: Sequence[Row]
) -> None:
    for place, field in enumerate(table.fields):
        sheet.set_column(place, place, max(12, len(field.name) + 2), formats[field.type])
        sheet.write_string(0, place, field.name, formats["needed" if field.required else "optional"])
        sheet.write_comment(0, place, explain_column(field), {"x_scale": 2, "y_scale": 1.5})
        limits = _limits(field, ranges.get(_list_name(field)))
        if limits:
            sheet.data_validation(1, place, _ROWS, place, limits)
        for number, row in enumerate(rows, 1):
            _write_cell(sheet, number, place, field, row.get(field.name, ""))
    sheet.freeze_panes(1, 1)


def _write_cell(sheet: Any, row: int, place: int, field: Field, text: str) -> None:
    """Write a date as a date and a number as a number, as typing into a spreadsheet does."""
    match field.type:
        case _ if not text:
            return
        case "date":
            sheet.write_datetime(row, place, dt.datetime.fromisoformat(text))
        case "integer" | "number":
            sheet.write_number(row, place, float(text))
        case "string":
            sheet.write_string(row, place, text)


def _limits(field: Field, choices: str | None) -> dict[str, Any] | None:
    """Return the data validation for a column; blanks are allowed, as the check reports those that must be filled."""
    common: dict[str, Any] = {"ignore_blank": True, "error_title": field.title[:32]}
    if choices:
        message = "Choose one from the list; the sheet Lists says what each means."
        return {**common, "validate": "list", "source": choices, "error_message": message}
    match field.type:
        case "date":
            between = {"minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            return {
                **common, "validate": "date", "criteria": "between", **between,
                "error_message": "Write a date: year-month-day, like 2009-05-31.",
            }  # fmt: skip
        case "integer" | "number":
            low = -_LARGEST if field.minimum is None else field.minimum
            high = _LARGEST if field.maximum is None else field.maximum
            whole = field.type == "integer"
            words = "a whole number" if whole else "a number"
            span = f" from {low:g} to {high:g}" if abs(low) < _LARGEST and high < _LARGEST else ""
            return {
                **common, "validate": "integer" if whole else "decimal", "criteria": "between",
                "minimum": int(low) if whole else low, "maximum": int(high) if whole else high,
                "error_message": f"Write {words}{span}, in digits only.",
            }  # fmt: skip
    return None


def _write_notes(sheet: Any, notes: Notes, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, notes.title, formats["title"])
    row = 2
    for heading, lines in notes.sections:
        sheet.write_string(row, 0, heading, formats["heading"])
        row += 1
        for term, said in lines:
            sheet.write_string(row, 0, term, formats["bold"])
            sheet.write_string(row, 1, said, formats["text"])
            row += 1
        row += 1
