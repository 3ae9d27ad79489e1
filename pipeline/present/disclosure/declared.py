"""What a published file is told to be: its columns with their headings, kinds and units, as the page shows them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from pipeline.downloads.declared import SYMBOLS, DeclaredColumn, DeclaredFile, Kind
from pipeline.present.disclosure.columns import Cell
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.disclosure.table_files import ABOUT, list_about, list_all_columns
from pipeline.present.sentences import join_notes, say

_LIMITS = {"_lower": "lower limit", "_upper": "upper limit"}
_Value = str | int | float


def declare_file(name: str, tables: Sequence[PublishedTable]) -> DeclaredFile:
    """Return what a file of tables is told to be; those of several measures have the columns of all of them."""
    first = tables[0]
    found: dict[str, DeclaredColumn] = {}
    for table in tables:
        for column in _columns(table):
            known = found.get(column.name)
            found[column.name] = _widest(known, column) if known else column
    notes = dict.fromkeys(note for table in tables for note in (table.note, table.rounding) if note)
    return DeclaredFile(
        name=name,
        title=first.title,
        population=first.population,
        period=first.period,
        source=first.source,
        note=join_notes(notes),
        columns=_with_own_labels([found[key] for key in list_all_columns(*tables)]),
    )


def declare_frame(name: str, frame: pd.DataFrame, told: pd.DataFrame, source: str) -> DeclaredFile:
    """Return what a file of findings is told to be, which no page shows; its headings are its names in words.

    `told` is the frame with its numbers in the digits that the file has.
    """
    columns = []
    for key in map(str, frame.columns):
        kind = _frame_kind(frame[key])
        decimals = 0 if kind == "text" else _decimals(told[key].dropna())
        columns.append(DeclaredColumn(key, in_words(key), kind, decimals=decimals))
    return DeclaredFile(name, "", "", "", source, "", tuple(columns))


def _frame_kind(values: pd.Series) -> Kind:
    if pd.api.types.is_float_dtype(values):
        return "number"
    return "count" if pd.api.types.is_integer_dtype(values) else "text"


def in_words(name: str) -> str:
    """Return a column's name as words.

    >>> in_words("confidence_level")
    'Confidence level'
    """
    return name.replace("_", " ").capitalize()


def _columns(table: PublishedTable) -> Iterator[DeclaredColumn]:
    """Every column of the file: those that say what the table is about, the others as the cells have filled them."""
    for key in list_about(table):
        yield DeclaredColumn(key, say(f"column {key.removeprefix(ABOUT)}"), "text")
    for place, heading in enumerate(table.labels):
        cells = [row[place] for row in table.cells]
        names = list(cells[0].values)
        for name in names:
            values = [cell.values[name] for cell in cells]
            kind = _kind(values, numeric=table.numeric[place])
            part_of = heading if len(names) > 1 and kind != "text" else ""
            unit = _unit(cells) if kind == "number" else ""
            decimals = 0 if kind == "text" else _decimals(values)
            yield DeclaredColumn(name, _label(name, heading, names), kind, part_of, unit, decimals)


def _label(name: str, heading: str, names: Sequence[str]) -> str:
    """The heading for the figure or the words under it, which of its limits it is, or a code's name in words."""
    figure = next((each for each in names if f"{each}_lower" in names), names[-1])
    limit = _LIMITS.get(name.removeprefix(figure), "")
    if limit and heading:
        return say(f"column {limit}", heading=heading)
    return heading if name == figure and heading else in_words(name)


def _kind(values: Iterable[_Value], *, numeric: bool) -> Kind:
    """What the values are, symbols aside; of a column of nothing but symbols, what its page has it for."""
    types = {type(value) for value in values if value not in SYMBOLS}
    if str in types or (not types and not numeric):
        return "text"
    return "count" if types == {int} else "number"


def _unit(cells: Iterable[Cell]) -> str:
    """The unit that every figure is shown with: per cent, pounds, or none of the two."""
    texts = [cell.text for cell in cells if cell.text not in SYMBOLS]
    if texts and all("%" in text for text in texts):
        return "%"
    return "£" if texts and all(text.startswith("£") for text in texts) else ""


def _decimals(values: Iterable[object]) -> int:
    """The most decimals of any of the numbers, without noughts at their ends."""
    numbers = (Decimal(str(value)) for value in values if value not in SYMBOLS)
    exponents = (number.normalize().as_tuple().exponent for number in numbers)
    return max((-exponent for exponent in exponents if isinstance(exponent, int) and exponent < 0), default=0)


def _widest(one: DeclaredColumn, other: DeclaredColumn) -> DeclaredColumn:
    """A column of several tables: text where one of them has text, and a unit only where all have it."""
    kinds: tuple[Kind, ...] = ("count", "number", "text")
    kind = max(one.kind, other.kind, key=kinds.index)
    unit = one.unit if one.unit == other.unit else ""
    return replace(one, kind=kind, unit=unit, decimals=max(one.decimals, other.decimals))


def _with_own_labels(columns: Sequence[DeclaredColumn]) -> tuple[DeclaredColumn, ...]:
    """The columns, those whose label another has too called by their names besides."""
    labels = [column.label.casefold() for column in columns]
    own = {
        each.name: say("column own", heading=each.label, name=in_words(each.name).lower())
        for each in columns
        if labels.count(each.label.casefold()) > 1
    }
    return tuple(replace(each, label=own.get(each.name, each.label)) for each in columns)
