"""The rows of one table, below its header: whole ones column by column, and what is none."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.contract.names import fold_name, is_column_name
from pipeline.contract.values import Fault
from pipeline.files.formats.ragged import Ragged
from pipeline.files.formats.text import ColumnBuilder, RefusedFileError, RowFault, TextColumn, TextTable

_CHUNK = 2_000


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be read, by its place in the row; without a place, the whole row cannot."""

    place: int | None
    fault: Fault
    value: str = ""


Record = tuple[int, list[str], Sequence[CellFault]]


def is_blank(cells: Sequence[str]) -> bool:
    """Whether no cell holds anything but white space."""
    return not any(cells) or not any(cell.strip() for cell in cells)


def names_in(cells: Iterable[str], known: Collection[str]) -> int:
    """How many of the names stand in the row."""
    return len(set(map(fold_name, cells)) & set(map(fold_name, known)))


class RowReader:
    """Sorts rows into good ones, kept column by column, and those that cannot be read."""

    def __init__(self, header: tuple[str, ...], raw: int, known: frozenset[str], lines: int) -> None:
        self.header = header
        self.raw = raw
        self.known = known
        self.lines = lines
        self.cells_beyond = 0
        self.blank = 0
        self.faults: list[RowFault] = []
        self._columns = [ColumnBuilder() for _ in header]
        self._numbers: list[int] = []
        self._chunk: list[list[str]] = []
        self._ragged: list[tuple[int, list[str]]] = []

    def add(self, records: Iterable[Record]) -> None:
        """Put rows below what is there; most are whole, and those are looked at no further."""
        width = len(self.header)
        whole = width if width == self.raw else -1
        for number, cells, faults in records:
            if len(cells) != whole or faults or not cells[0].strip():
                kept = self._sort_out(number, cells, faults)
                if kept is None:
                    continue
                cells = kept
            self._numbers.append(number)
            self._chunk.append(cells)
            if len(self._chunk) == _CHUNK:
                self._flush()

    def _sort_out(self, number: int, cells: list[str], faults: Sequence[CellFault]) -> list[str] | None:
        """The cells of a good row; None of any other, which is counted, set aside or put by."""
        width = len(self.header)
        if not faults and is_blank(cells):
            self.blank += 1
        elif bad := self._fault_of(number, faults):
            self.faults.append(bad)
        elif len(cells) == self.raw and is_blank(cells[width:]):
            self.cells_beyond += len(cells) - width
            return cells[:width]
        else:
            names = sum(is_column_name(cell) or cell.strip() in {*self.header} - {""} for cell in cells)
            if names >= 2 and 2 * names >= sum(1 for cell in cells if cell.strip()):
                raise _second_table(number, self.lines)
            self._ragged.append((number, cells))
        return None

    def _flush(self) -> None:
        for column, cells in zip(self._columns, zip(*self._chunk, strict=True), strict=False):
            column.extend(cells)
        self._chunk.clear()

    def _fault_of(self, number: int, faults: Sequence[CellFault]) -> RowFault | None:
        for bad in faults:
            if bad.place is None:
                return RowFault(number, self.header[0], bad.fault, bad.value)
            name = self.header[bad.place] if bad.place < len(self.header) else ""
            if name and (names_in([name], self.known) or not self.known):
                return RowFault(number, name, bad.fault, bad.value)
        return None

    def build(self) -> TextTable:
        """The table of all rows that can be read, in their order."""
        self._flush()
        columns = self._build_columns()
        if self._ragged:
            columns = self._judge_ragged(columns)
        numbers = np.array(self._numbers, dtype=np.int64)
        order = np.argsort(numbers) if self._ragged else slice(None)
        columns = tuple(TextColumn(column.codes[order], column.distinct) for column in columns)
        table = TextTable(self.header, columns, numbers[order], tuple(self.faults))
        _check_one_table(table, self.lines)
        return table

    def _build_columns(self) -> tuple[TextColumn, ...]:
        return tuple(column.build() for column in self._columns)

    def _judge_ragged(self, whole: tuple[TextColumn, ...]) -> tuple[TextColumn, ...]:
        """The columns with those rows of another length that can be read in one way only; the others are set aside."""
        width = len(self.header)
        times = Counter(len(cells) for _, cells in self._ragged).most_common(1)[0][1]
        if 2 * times > len(self._ragged) + len(self._numbers):
            whole = self._put_all_by(whole)
        judge = Ragged(self.header, self.raw, whole, [cells for _, cells in self._ragged])
        judge.check_header(self.known, self.lines)
        for number, cells in self._ragged:
            if bad := judge.find_fault(number, cells):
                self.faults.append(bad)
            else:
                self.cells_beyond += len(cells) - width
                self._numbers.append(number)
                self._chunk.append(cells[:width])
        self._flush()
        return self._build_columns()

    def _put_all_by(self, whole: Sequence[TextColumn]) -> tuple[TextColumn, ...]:
        """Put by the rows that are as long as the header too, because most rows are of another length."""
        beyond = [""] * (self.raw - len(self.header))
        rows = zip(*(column.texts() for column in whole), strict=True)
        self._ragged += [(at, [*cells, *beyond]) for at, cells in zip(self._numbers, rows, strict=True)]
        self.cells_beyond = 0
        self._numbers.clear()
        self._columns = [ColumnBuilder() for _ in self.header]
        return self._build_columns()


def _second_table(number: int, lines: int) -> RefusedFileError:
    message = f"row {number} holds column names again: a second table seems to begin there"
    fix = "send each table in a file of its own, with its column names once, in row 1"
    return RefusedFileError(Fault("file.tables", message, fix), lines)


def _check_one_table(table: TextTable, lines: int) -> None:
    """Refuse a table in which a row holds column names: two of them, and in half its filled cells."""
    names = np.zeros(len(table.row_numbers), dtype=np.int32)
    for name, column in zip(table.header, table.columns, strict=True):
        names += column.is_one_of(frozenset({name} - {""})) | column.where(is_column_name)
    for place in np.flatnonzero(names >= 2):
        filled = sum(1 for cell in cells_of(table.columns, int(place)) if cell.strip())
        if 2 * names[place] >= filled:
            raise _second_table(int(table.row_numbers[place]), lines)


def cells_of(columns: Iterable[TextColumn], place: int) -> list[str]:
    """The cells of one row."""
    return [column.cell(place) for column in columns]
