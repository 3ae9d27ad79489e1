"""From numbered rows of cells to one table: its header, its rows, and what is no row of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Fault
from pipeline.files.text import (
    ColumnBuilder,
    RefusedFileError,
    RowFault,
    TextColumn,
    TextTable,
    Tidied,
)

_HEADER_WITHIN = 50
_BLANK = frozenset({""})
_CHUNK = 2_000
_TOTALS = frozenset({"total", "totals", "grand total", "sub-total", "subtotal", "sum"})
COLUMN_NAMES = frozenset(name for table in RETURN_TABLES for name in load_table(table).columns)
_CORRECT = "correct header_row in mapping.yaml"
EMPTY = Fault("file.empty", "the file is empty", "send the file with its header")


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be read, by its place in the row; without a place, the whole row cannot."""

    place: int | None
    fault: Fault
    value: str = ""


Record = tuple[int, list[str], Sequence[CellFault]]


def build_table(
    records: Iterable[Record], lines: int, known: Collection[str], header_row: int = 0
) -> TextTable:
    """The table in `records` (row number, cells, faults), which come without those that hold nothing.

    `known` are the column names that the reader of the table asks for; `lines` is said of a refused file;
    `header_row` is the row of the column names where rows above it are known to be no part of the table.
    """
    above, below = _skip_to(iter(records), header_row, lines)
    lines -= above
    blank, first, following = _find_header(below, lines, known, header_row)
    if header_row not in (0, first[0]):
        raise _no_header(header_row, lines, _CORRECT)
    header, names_tidied = _check_header(first, lines, known)
    rows = _Rows(header, frozenset(known), lines)
    rows.add(following)
    table = rows.build()
    beyond = len(first[1]) - len(header) + rows.cells_beyond
    tidied = [
        *names_tidied,
        Tidied("", "rows above the column names left out, as mapping.yaml says", above),
        Tidied("", "empty cells beyond the last column left out", beyond),
        Tidied("", "blank rows left out", blank + rows.blank),
    ]
    return _without_totals(table, tuple(entry for entry in tidied if entry.cells))


def _skip_to(records: Iterator[Record], header_row: int, lines: int) -> tuple[int, Iterator[Record]]:
    """How many records stand above the header's row, and those from there on."""
    for above, record in enumerate(records):
        if record[0] >= header_row:
            return above, chain([record], records)
    if header_row:
        raise _no_header(header_row, lines, _CORRECT)
    return 0, records


def is_blank(cells: Sequence[str]) -> bool:
    """Whether no cell holds anything but white space."""
    return not any(cells) or not any(cell.strip() for cell in cells)


def _find_header(
    records: Iterator[Record], lines: int, known: Collection[str], header_row: int
) -> tuple[int, Record, Iterator[Record]]:
    """Blank rows above the header, the header, and all below it."""
    start = list(islice(records, _HEADER_WITHIN))
    filled = [record for record in start if record[2] or not is_blank(record[1])]
    if not filled:
        if start:
            raise _no_header(start[0][0], lines)
        raise RefusedFileError(EMPTY)
    first, *later = filled
    likely = max(later, key=lambda record: _names_in(record[1], known), default=first)
    if _names_in(likely[1], known) > max(1, 2 * _names_in(first[1], known)):
        message = f"the column names seem to be in row {likely[0]}, below other rows"
        mend = _CORRECT if header_row else "delete the rows above the column names"
        raise RefusedFileError(Fault("file.preamble", message, mend), max(0, lines - filled.index(likely)))
    above = start.index(first)
    return above, first, chain(start[above + 1 :], records)


def _names_in(cells: Iterable[str], known: Collection[str]) -> int:
    return len({cell.strip() for cell in cells} & set(known))


def _no_header(number: int, lines: int, mend: str = "put the column names in row 1") -> RefusedFileError:
    return RefusedFileError(Fault("file.header", f"row {number} is not a header", mend), lines)


def _check_header(record: Record, lines: int, known: Collection[str]) -> tuple[tuple[str, ...], list[Tidied]]:
    number, cells, faults = record
    if faults or is_blank(cells):
        raise _no_header(number, lines)
    names = [cell.strip() for cell in cells]
    width = max(place for place, name in enumerate(names, 1) if name)
    header = tuple(names[:width])
    if width == 1 and sum(1 for name in known if name in header[0]) > 1:
        fault = Fault("file.header", "the column names stand in one cell", "separate the cells by commas")
        raise RefusedFileError(fault, lines)
    for place, name in enumerate(header):
        first = header.index(name)
        if name and first != place:
            message = f"columns {first + 1} and {place + 1} have the same name"
            fault = Fault("file.header", message, "give each column its own name")
            raise RefusedFileError(fault, lines, name)
    trimmed = [name for name, cell in zip(header, cells, strict=False) if name != cell]
    return header, [Tidied(name, "spaces around the column's name removed", 1) for name in trimmed]


class _Rows:
    """Sorts rows into good ones, kept column by column, and those that cannot be read."""

    def __init__(self, header: tuple[str, ...], known: frozenset[str], lines: int) -> None:
        self.header = header
        self.known = known
        self.lines = lines
        self.cells_beyond = 0
        self.blank = 0
        self.faults: list[RowFault] = []
        self._columns = [ColumnBuilder() for _ in header]
        self._numbers: list[int] = []
        self._chunk: list[list[str]] = []

    def add(self, records: Iterable[Record]) -> None:
        """Put rows below what is there; most are whole, and those are looked at no further."""
        width = len(self.header)
        for number, cells, faults in records:
            if len(cells) != width or faults or not cells[0].strip():
                kept = self._sort_out(number, cells, faults)
                if kept is None:
                    continue
                cells = kept
            self._numbers.append(number)
            self._chunk.append(cells)
            if len(self._chunk) == _CHUNK:
                self._flush()

    def _sort_out(self, number: int, cells: list[str], faults: Sequence[CellFault]) -> list[str] | None:
        """The cells of a good row; None of a blank one and of one that cannot be read, which are counted."""
        width = len(self.header)
        if len(cells) > width and is_blank(cells[width:]):
            self.cells_beyond += len(cells) - width
            cells = cells[:width]
        if not faults and is_blank(cells):
            self.blank += 1
            return None
        if bad := self._fault_of(number, cells, faults):
            self.faults.append(bad)
            return None
        return cells

    def _flush(self) -> None:
        for column, cells in zip(self._columns, zip(*self._chunk, strict=True), strict=False):
            column.extend(cells)
        self._chunk.clear()

    def _fault_of(self, number: int, cells: list[str], faults: Sequence[CellFault]) -> RowFault | None:
        for bad in faults:
            if bad.place is None:
                return RowFault(number, self.header[0], bad.fault, bad.value)
            name = self.header[bad.place] if bad.place < len(self.header) else ""
            if name and (name in self.known or not self.known):
                return RowFault(number, name, bad.fault, bad.value)
        if len(cells) == len(self.header):
            return None
        names = _names_in(cells, COLUMN_NAMES.union(self.header))
        if names >= 2 and 2 * names >= sum(1 for cell in cells if cell.strip()):
            raise _second_table(number, self.lines)
        return _ragged(number, cells, self.header)

    def build(self) -> TextTable:
        self._flush()
        columns = tuple(column.build() for column in self._columns)
        numbers = np.array(self._numbers, dtype=np.int64)
        table = TextTable(self.header, columns, numbers, tuple(self.faults))
        _check_one_table(table, self.lines)
        return table


def _ragged(number: int, cells: list[str], header: tuple[str, ...]) -> RowFault:
    column = header[len(cells)] if len(cells) < len(header) else header[-1]
    counted = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    message = f"{counted}, but the header has {len(header)}"
    mend = "give every column one cell; put a text that holds a comma in quotation marks"
    return RowFault(number, column, Fault("row.ragged", message, mend), " | ".join(cells))


def _second_table(number: int, lines: int) -> RefusedFileError:
    message = f"row {number} holds column names again, so there is more than one table"
    mend = "send one table alone, with its column names in row 1 only"
    return RefusedFileError(Fault("file.tables", message, mend), lines)


def _check_one_table(table: TextTable, lines: int) -> None:
    """Refuse a table in which a row holds column names: two of them, and in half its filled cells."""
    names = np.zeros(len(table.row_numbers), dtype=np.int32)
    for name, column in zip(table.header, table.columns, strict=True):
        names += column.is_one_of(COLUMN_NAMES.union({name} - {""}))
    for place in np.flatnonzero(names >= 2):
        filled = sum(1 for cell in _cells(table.columns, int(place)) if cell.strip())
        if 2 * names[place] >= filled:
            raise _second_table(int(table.row_numbers[place]), lines)


def _without_totals(table: TextTable, tidied: tuple[Tidied, ...]) -> TextTable:
    """The table without rows whose first filled cell says that they are a total: those are set aside."""
    blank_so_far = np.ones(len(table.row_numbers), dtype=bool)
    total = np.zeros(len(table.row_numbers), dtype=bool)
    for column in table.columns:
        total |= blank_so_far & column.where(says_total)
        blank_so_far &= column.is_one_of(_BLANK)
        if not blank_so_far.any():
            break
    fault = Fault(
        "row.total", "the row seems to be a total, not a record", "leave totals out of what you send"
    )
    totals = tuple(
        RowFault(int(number), table.header[0], fault, " | ".join(_cells(table.columns, int(place))))
        for place, number in zip(np.flatnonzero(total), table.row_numbers[total], strict=True)
    )
    columns = tuple(column.take(~total) for column in table.columns) if totals else table.columns
    faults = tuple(sorted((*table.faults, *totals), key=lambda bad: bad.row))
    return TextTable(table.header, columns, table.row_numbers[~total], faults, tidied)


def says_total(text: str) -> bool:
    """Whether a row that begins so is a total."""
    return text.strip().rstrip(":").casefold() in _TOTALS


def _cells(columns: Iterable[TextColumn], place: int) -> list[str]:
    return [column.cell(place) for column in columns]
