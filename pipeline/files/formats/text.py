"""A file's table as text: every cell as it was sent, with what was tidied on reading it said."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.contract.names import fold_name
from pipeline.contract.values import Fault

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TextColumn:
    """A column of text, each distinct text held once: row i holds `distinct[codes[i]]`.

    Columns of several files may share their distinct texts, of which one then holds only some.
    """

    codes: npt.NDArray[np.int32]
    distinct: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def texts(self) -> list[str]:
        """The cells, row by row."""
        return [self.distinct[code] for code in self.codes]

    def cell(self, place: int) -> str:
        """The cell of one row."""
        return self.distinct[int(self.codes[place])]

    def take(self, rows: npt.NDArray[np.int64] | Mask) -> TextColumn:
        """The column at some of its rows only: places, or a mask."""
        return TextColumn(self.codes[rows], self.distinct)

    def change(self, change: Callable[[str], str]) -> TextColumn:
        """The column with every text changed; each distinct one is worked out once."""
        return TextColumn(self.codes, [change(text) for text in self.distinct])

    def where(self, test: Callable[[str], bool]) -> Mask:
        """The rows whose text passes the test; each distinct text is tested once."""
        if len(self.codes) < len(self.distinct):
            return np.fromiter(map(test, self.texts()), dtype=bool, count=len(self.codes))
        passed = np.fromiter(map(test, self.distinct), dtype=bool, count=len(self.distinct))
        return passed[self.codes] if len(passed) else np.zeros(len(self.codes), dtype=bool)

    def is_one_of(self, texts: frozenset[str]) -> Mask:
        """The rows whose text, without spaces around it, is one of `texts`."""
        return self.where(lambda text: text.strip() in texts)


def constant_column(text: str, size: int) -> TextColumn:
    """The same text in every row."""
    return TextColumn(np.zeros(size, dtype=np.int32), [text])


def join_columns(columns: Sequence[TextColumn]) -> TextColumn:
    """Return the columns one below the other."""
    if len(columns) == 1:
        return columns[0]
    number = _Index()
    codes = []
    for column in columns:
        own = np.fromiter(
            map(number.__getitem__, column.distinct), dtype=np.int32, count=len(column.distinct)
        )
        codes.append(own[column.codes])
    return TextColumn(np.concatenate(codes), list(number))


class _Index(defaultdict[str, int]):
    """The number of each text, in the order in which they were first asked for."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class ColumnBuilder:
    """Gathers the cells of one column, chunk by chunk."""

    def __init__(self) -> None:
        self._known = _Index()
        self._codes = array("i")

    def extend(self, cells: Iterable[str]) -> None:
        """Put `cells` below what is there."""
        self._codes.extend(map(self._known.__getitem__, cells))

    def build(self) -> TextColumn:
        """The column."""
        return TextColumn(np.array(self._codes, dtype=np.int32), list(self._known))


@dataclass(frozen=True)
class RowFault:
    """A row that cannot be read as one cell for each column."""

    row: int
    column: str
    fault: Fault
    value: str


@dataclass(frozen=True)
class Tidied:
    """What was done on reading, in how many cells of a column (blank: of the whole file; no cells: to none)."""

    column: str
    what: str
    cells: int


@dataclass(frozen=True)
class TextTable:
    """Every cell as text. `row_numbers` are those a spreadsheet shows, and `header_row` is the header's.

    `odd` is what is to be said of the table as a whole, which is read all the same.
    """

    header: tuple[str, ...]
    columns: tuple[TextColumn, ...]
    row_numbers: npt.NDArray[np.int64]
    faults: tuple[RowFault, ...]
    tidied: tuple[Tidied, ...] = ()
    header_row: int = 1
    odd: tuple[Fault, ...] = ()

    @property
    def lines(self) -> int:
        """All rows below the header, blank ones left out."""
        return len(self.row_numbers) + len(self.faults)

    def places(self, name: str) -> list[int]:
        """Return where the columns stand whose heading is the same name."""
        return [place for place, heading in enumerate(self.header) if fold_name(heading) == fold_name(name)]

    def column(self, name: str) -> TextColumn:
        """Return the column of that name: spelt just so, or else the one that is the same name."""
        return self.columns[self.header.index(name) if name in self.header else self.places(name)[0]]


class RefusedFileError(ValueError):
    """A file that cannot be used at all; `lines` are the rows it seems to hold."""

    def __init__(self, fault: Fault, lines: int = 0, column: str = "") -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.lines = lines
        self.column = column
