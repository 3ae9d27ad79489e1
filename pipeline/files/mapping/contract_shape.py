"""From a file's own columns to the contract's: by name where it is in the contract's shape, else mapped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.contract.tables import RETURN_TABLES, Table, load_table
from pipeline.contract.values import ISO_DATE, Fault, find_hidden, suggest
from pipeline.files.formats.table_rows import names_in
from pipeline.files.formats.text import (
    Mask,
    RefusedFileError,
    RowFault,
    TextColumn,
    TextTable,
    Tidied,
    constant_column,
)
from pipeline.files.intake.headings import Remark, find_meant, list_tidied, place_columns, remark_own
from pipeline.files.mapping.convert import SCORES, UNITS, Refusal, to_age, to_scales
from pipeline.files.mapping.mapping_file import Block


@dataclass(frozen=True)
class Shaped:
    """A file's rows under the contract's column names, still text; `tidied` is what was done on reading the file."""

    columns: Mapping[str, TextColumn]
    row_numbers: npt.NDArray[np.int64]
    out_of_scope: int
    ignored_columns: int
    tidied: tuple[Tidied, ...] = ()


def shape_own(text: TextTable, table: Table) -> tuple[Shaped, tuple[Remark, ...]]:
    """Return a file in the contract's shape, and what is to be said of its columns.

    RefusedFileError where a required column is missing, or two headings are the same name.
    """
    places = place_columns(text, table.columns)
    _check_meant(text, table, places)
    strangers = [name for place, name in enumerate(text.header) if place not in places.values()]
    for name in table.required:
        if name not in places:
            meant = next(iter(find_meant(table, [name], strangers)), "")
            message = f"the column '{name}' is missing" + (f"; did you mean '{meant}'?" if meant else "")
            fix = f"add the column '{name}' (needed are {', '.join(table.required)})"
            raise RefusedFileError(Fault("file.column", message, fix), text.lines, name)
    columns = {name: text.columns[place] for name, place in places.items()}
    tidied = list_tidied(text, places)
    shaped = Shaped(columns, text.row_numbers, 0, len(text.header) - len(columns), tidied)
    return shaped, remark_own(text, table, places)


def _check_meant(text: TextTable, table: Table, places: Mapping[str, int]) -> None:
    """Refuse a file that has the columns of another table, or none that the table asks for."""
    if set(table.required) <= set(places):
        return
    held = {name: names_in(text.header, load_table(name).columns) for name in RETURN_TABLES}
    likely = max(held, key=lambda name: held[name])
    needed = ", ".join(table.required)
    if table.name in RETURN_TABLES and held[likely] > max(1, len(places)):
        message = f"its columns are those of {likely}, not of {table.name}"
        fix = f"name it {likely} if it holds the {likely}; else send a file with the columns {needed}"
    elif not places:
        message = f"row {text.header_row} holds no column name of {table.name}"
        fix = f"put the column names in row 1 (needed are {needed})"
    else:
        return
    raise RefusedFileError(Fault("file.column", message, fix), text.lines)


def shape_mapped(text: TextTable, block: Block) -> Shaped:
    """A file read through a block of mapping.yaml; RefusedFileError where it lacks a column the block names."""
    places = place_columns(text, block.their_columns, spelt=True)
    for name in block.their_columns:
        if name not in places:
            place = f"mapping.yaml, line {block.lines[name]}, block '{block.name}'"
            message = f"{place}: the file has no column '{name}'{suggest(name, text.header)}"
            fix = "write the column's name in mapping.yaml as the file has it"
            raise RefusedFileError(Fault("file.mapping", message, fix), text.lines, name)
    keep = _in_scope(text, block)
    constants = {
        column: constant_column(constant, int(keep.sum()))
        for column, constant in block.constants.items()
        if column != "period"
    }
    columns = {
        column: text.column(theirs).take(keep).change(_change(block, column))
        for column, theirs in block.columns.items()
    }
    return Shaped(
        columns=_convert(block, {**constants, **columns}, text, keep),
        row_numbers=text.row_numbers[keep],
        out_of_scope=int((~keep).sum()),
        ignored_columns=len(text.header) - len(set(places.values())),
        tidied=list_tidied(text, places),
    )


def _in_scope(text: TextTable, block: Block) -> Mask:
    keep = np.ones(len(text.row_numbers), dtype=bool)
    for name, allowed in block.in_scope.items():
        keep &= text.column(name).where(lambda cell, allowed=allowed: cell.strip() in allowed)  # type: ignore[misc]
    for name in block.needs:
        keep &= text.column(name).where(lambda cell: cell.strip() not in block.missing)
    return keep


def _change(block: Block, column: str) -> Callable[[str], str]:
    """What the block does to one cell of `column`: blank where missing, else recoded, in our unit and prefixed."""
    codes = block.values.get(column, {})
    prefix = block.prefix.get(column, "")
    unit = UNITS[block.units[column]].convert if column in block.units else None

    def change(text: str) -> str:
        if hidden := find_hidden(text):
            return Refusal(hidden, text)
        trimmed = text.strip()
        if trimmed in block.missing:
            return ""
        ours = codes.get(trimmed, trimmed)
        if unit:
            return unit(ours) if ours else ours
        return prefix + ours if codes or prefix else text

    return change


def _convert(
    block: Block, columns: Mapping[str, TextColumn], text: TextTable, keep: Mask
) -> Mapping[str, TextColumn]:
    """The columns that depend on another one: scores on the contract's scales, and age from date of birth."""
    found = dict(columns)
    if block.scales:
        for name in [name for name in SCORES if name in columns]:
            found[name] = to_scales(columns[name], columns["scale"], block.scales)
    rule = block.age_from
    if rule:
        born = text.column(rule.column).take(keep)
        missing = block.missing
        blanked = born.change(lambda cell: cell if cell.strip() not in missing or find_hidden(cell) else "")
        day_format = block.date_formats.get(rule.at, ISO_DATE)
        found["age"] = to_age(blanked, columns[rule.at], rule, day_format, block.table)
    return found


def visible_faults(text: TextTable, block: Block | None) -> tuple[RowFault, ...]:
    """Rows that cannot be read, without their cells where one of these is a date of birth."""
    if block is None or block.age_from is None:
        return text.faults
    return tuple(replace(bad, value="") for bad in text.faults)
