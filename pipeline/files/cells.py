"""From columns of text to typed Arrow columns; each distinct text is parsed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.contract.tables import FieldType, Table
from pipeline.contract.values import ISO_DATE, Fault, Parsed, Value, Vocabulary, parse_text, plain_text
from pipeline.files.convert import Refusal
from pipeline.files.text import Mask, TextColumn, Tidied, constant_column

ARROW_TYPES: Mapping[FieldType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class Cells:
    """Rows of one table as text: `columns` all of the same length; a column left out is all blank.

    `source` says which file (or block) a row comes from, `row` where it stands there.
    """

    table: Table
    columns: Mapping[str, TextColumn]
    source: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    date_formats: Mapping[str, str]


@dataclass(frozen=True)
class BadCell:
    """A cell that cannot be used."""

    column: str
    fault: Fault
    value: str


@dataclass(frozen=True)
class BadRow:
    """A row with at least one bad cell: the first one's column, rule and value, and every message."""

    source: int
    row: int
    cells: tuple[BadCell, ...]

    @property
    def column(self) -> str:
        """The first bad cell's column."""
        return self.cells[0].column

    @property
    def value(self) -> str:
        """The first bad cell's text."""
        return self.cells[0].value

    @property
    def fault(self) -> Fault:
        """The first bad cell's fault, with the messages of the others."""
        first, *others = self.cells
        messages = [first.fault.message, *(f"{cell.column}: {cell.fault.message}" for cell in others)]
        return replace(first.fault, message="; ".join(messages))


@dataclass(frozen=True)
class Typed:
    """Good rows typed, with `source` and `row`; bad rows with reasons; what was tidied in each source."""

    rows: pa.Table
    bad: tuple[BadRow, ...]
    tidied: tuple[tuple[int, Tidied], ...]


@dataclass(frozen=True)
class _Column:
    """The values row by row, and the distinct texts that are faulty or were tidied, by their place."""

    values: pa.Array
    told: Mapping[int, Parsed]
    texts: TextColumn

    def _rows_where(self, test: Callable[[Parsed], bool]) -> Mask:
        passed = np.zeros(len(self.texts.distinct), dtype=bool)
        passed[[place for place, entry in self.told.items() if test(entry)]] = True
        return passed[self.texts.codes]

    @property
    def faulty(self) -> Mask:
        return self._rows_where(lambda entry: entry.fault is not None)

    def list_tidied(self, name: str, source: npt.NDArray[np.int64]) -> Iterator[tuple[int, Tidied]]:
        for what in sorted({entry.normalised for entry in self.told.values()} - {""}):
            done = self._rows_where(lambda entry, what=what: entry.normalised == what)  # type: ignore[misc]
            places, cells = np.unique(source[done], return_counts=True)
            for place, count in zip(places, cells, strict=True):
                yield int(place), Tidied(name, what, int(count))

    def bad_cell(self, name: str, place: int) -> BadCell | None:
        told = self.told.get(int(self.texts.codes[place]))
        if told is None or told.fault is None:
            return None
        text = self.texts.cell(place)
        return BadCell(name, told.fault, text.shown if isinstance(text, Refusal) else text)


def parse_cells(cells: Cells, vocabularies: Mapping[str, Vocabulary]) -> Typed:
    """Type every column; `vocabularies` holds the codes of columns that the contract leaves to the dataset."""
    columns = {
        name: _parse_column(cells, name, vocabularies)
        for name in cells.table.columns
        if name in cells.columns or cells.table.field(name).required
    }
    none = np.zeros(len(cells.row), dtype=bool)
    faulty = np.logical_or.reduce([none, *(column.faulty for column in columns.values())])
    good = pa.array(~faulty)
    arrays = {
        field.name: (
            columns[field.name].values.filter(good)
            if field.name in columns
            else pa.nulls(int((~faulty).sum()), ARROW_TYPES[field.type])
        )
        for field in cells.table.fields
    }
    rows = pa.table({**arrays, "source": cells.source[~faulty], "row": cells.row[~faulty]})
    bad = tuple(_bad_row(cells, columns, int(place)) for place in np.flatnonzero(faulty))
    tidied = (entry for name, column in columns.items() for entry in column.list_tidied(name, cells.source))
    return Typed(rows, bad, tuple(tidied))


def _parse_column(cells: Cells, name: str, vocabularies: Mapping[str, Vocabulary]) -> _Column:
    field = cells.table.field(name)
    texts = cells.columns.get(name) or constant_column("", len(cells.row))
    date_format = cells.date_formats.get(name, ISO_DATE)
    vocabulary = vocabularies.get(field.codes or "")
    plain = plain_text(field, vocabulary)
    found: list[Value | None] = []
    told: dict[int, Parsed] = {}
    for place, text in enumerate(texts.distinct):
        if plain and plain.fullmatch(text) and not isinstance(text, Refusal):
            found.append(text)
            continue
        parsed = (
            Parsed(fault=text.fault)
            if isinstance(text, Refusal)
            else parse_text(text, field, date_format, vocabulary)
        )
        found.append(parsed.value)
        if parsed.fault or parsed.normalised:
            told[place] = parsed
    values = pa.array(found, type=ARROW_TYPES[field.type])
    return _Column(values.take(pa.array(texts.codes)), told, texts)


def _bad_row(cells: Cells, columns: Mapping[str, _Column], place: int) -> BadRow:
    found = (column.bad_cell(name, place) for name, column in columns.items())
    return BadRow(int(cells.source[place]), int(cells.row[place]), tuple(cell for cell in found if cell))
