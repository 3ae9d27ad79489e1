"""From columns of text to typed Arrow columns; each distinct text is parsed once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.contract.rules import BY_NAME
from pipeline.contract.tables import Field, FieldType, Table
from pipeline.contract.values import ISO_DATE, Fault, Parsed, Vocabulary, parse_text
from pipeline.files.formats.text import Mask, TextColumn, Tidied
from pipeline.files.mapping.convert import Refusal

ARROW_TYPES: Mapping[FieldType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class Cells:
    """Rows of one table as text: `columns` all of the same length; one that is left out is all blank.

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
    """Good rows typed, with `source` and `row`; bad rows with reasons; what was tidied in each source.

    `odd` are good rows with a cell that counts as not known, as its text is no code.
    """

    rows: pa.Table
    bad: tuple[BadRow, ...]
    tidied: tuple[tuple[int, Tidied], ...]
    odd: tuple[BadRow, ...] = ()


@dataclass(frozen=True)
class _Column:
    """The value of each distinct text, and those texts that are faulty or were tidied, by their place."""

    values: pa.Array
    told: Mapping[int, Parsed]
    texts: TextColumn

    def take(self, good: Mask) -> pa.Array:
        """The values row by row, of the rows chosen."""
        return self.values.take(pa.array(self.texts.codes[good]))

    def _rows_where(self, test: Callable[[Parsed], bool]) -> Mask:
        if not any(map(test, self.told.values())):
            return np.zeros(len(self.texts), dtype=bool)
        passed = np.zeros(len(self.texts.distinct), dtype=bool)
        passed[[place for place, entry in self.told.items() if test(entry)]] = True
        return passed[self.texts.codes]

    @property
    def faulty(self) -> Mask:
        return self._rows_where(lambda entry: entry.fault is not None and not is_soft(entry.fault))

    @property
    def odd(self) -> Mask:
        return self._rows_where(lambda entry: entry.fault is not None and is_soft(entry.fault))

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
    """Type every column; `vocabularies` holds, by column, codes and names that the contract leaves to the dataset."""
    names = [name for name in cells.table.columns if name in cells.columns]
    columns = {name: _parse_column(cells, name, vocabularies) for name in names}
    none = np.zeros(len(cells.row), dtype=bool)
    faulty = np.logical_or.reduce([none, *(column.faulty for column in columns.values())])
    arrays = {name: column.take(~faulty) for name, column in columns.items()}
    size = int((~faulty).sum())
    filled = {
        field.name: arrays[field.name] if field.name in arrays else pa.nulls(size, ARROW_TYPES[field.type])
        for field in cells.table.fields
    }
    rows = pa.table({**filled, "source": cells.source[~faulty], "row": cells.row[~faulty]})
    bad = tuple(_bad_row(cells, columns, int(place)) for place in np.flatnonzero(faulty))
    soft = np.logical_or.reduce([none, *(column.odd for column in columns.values())]) & ~faulty
    odd = tuple(_bad_row(cells, columns, int(place)) for place in np.flatnonzero(soft))
    tidied = (entry for name, column in columns.items() for entry in column.list_tidied(name, cells.source))
    return Typed(rows, bad, tuple(tidied), odd)


def _parse_column(cells: Cells, name: str, vocabularies: Mapping[str, Vocabulary]) -> _Column:
    field = cells.table.field(name)
    texts = cells.columns[name]
    date_format = cells.date_formats.get(name, ISO_DATE)
    vocabulary = vocabularies.get(name)
    parse = partial(_parse, field=field, date_format=date_format, vocabulary=vocabulary)
    parsed = [parse(text) for text in texts.distinct]
    values = pa.array([entry.value for entry in parsed], type=ARROW_TYPES[field.type])
    told = {place: entry for place, entry in enumerate(parsed) if entry.fault or entry.normalised}
    return _Column(values, told, texts)


def _parse(text: str, field: Field, date_format: str, vocabulary: Vocabulary | None) -> Parsed:
    if isinstance(text, Refusal):
        return Parsed(fault=text.fault)
    parsed = parse_text(text, field, date_format, vocabulary)
    if field.characteristic and parsed.fault and parsed.fault.rule == "cell.code":
        said = f"counts as not known: {parsed.fault.message}"
        return replace(parsed, fault=Fault("cell.not_known", said, parsed.fault.fix))
    return parsed


def is_soft(fault: Fault) -> bool:
    """Return whether a cell's fault leaves its row in use."""
    return BY_NAME[fault.rule].severity == "warn"


def _bad_row(cells: Cells, columns: Mapping[str, _Column], place: int) -> BadRow:
    found = (column.bad_cell(name, place) for name, column in columns.items())
    told = sorted((cell for cell in found if cell), key=lambda cell: is_soft(cell.fault))
    return BadRow(int(cells.source[place]), int(cells.row[place]), tuple(told))
