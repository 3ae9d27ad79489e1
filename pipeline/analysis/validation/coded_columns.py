"""Rows numbered by what they hold: whole numbers are compared, counted and sorted many times faster than texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

Numbers = npt.NDArray[np.int32]
AnyNumbers = npt.NDArray[np.signedinteger[Any]]
Mask = npt.NDArray[np.bool_]
_FEW = 2**15 - 2
_DENSE = 8
"""Up to so many times as many numbers as rows, gaps are closed by a list of all numbers; beyond, by a table of those
that there are."""


@dataclass(frozen=True)
class Codes:
    """A column by number: row i holds `distinct[number[i]]`, and -1 is a blank."""

    number: AnyNumbers
    distinct: pd.Index

    @classmethod
    def of(cls, number: AnyNumbers, distinct: pd.Index) -> Codes:
        """In as little room as the numbers need."""
        return cls(number.astype(np.int16 if len(distinct) < _FEW else np.int32), distinct)

    def categories(self) -> pd.Categorical:
        """The column itself, each distinct value held once."""
        return pd.Categorical.from_codes(self.number, self.distinct)

    def count(self) -> tuple[ExtensionArray, npt.NDArray[np.int64]]:
        """Each distinct value, a blank as the last of them, and how often it stands."""
        times = np.bincount(self.number + np.int32(1), minlength=len(self.distinct) + 1)
        places = np.arange(len(self.distinct) + (times[0] > 0))
        places[len(self.distinct) :] = -1
        return self.distinct.array.take(places, allow_fill=True), np.roll(times, -1)[: len(places)]

    def rank(self) -> Numbers:
        """The numbers in the order of what they stand for; blanks last."""
        order = np.empty(len(self.distinct) + 1, dtype=np.int32)
        order[np.argsort(self.distinct.to_numpy(), kind="stable")] = np.arange(len(self.distinct))
        order[-1] = len(self.distinct)
        return order.take(self.number, mode="wrap")

    def among(self, values: Sequence[object]) -> Mask:
        """Whether each row holds one of the values."""
        held: Mask = np.append(self.distinct.isin(list(values)), False)
        return held.take(self.number, mode="wrap")

    def translate(self, by: Mapping[str, object]) -> pd.Series:
        """What stands in `by` for each row's value, missing where nothing does."""
        found = pd.Series(self.distinct).map(dict(by))
        return pd.Series(found.array.take(self.number, allow_fill=True))


class CodedRows:
    """Rows of one table: each column is made, and numbered, once, when it is first asked for."""

    def __init__(self, columns: Iterable[str], index: pd.Index) -> None:
        self.columns = tuple(columns)
        self.index = index
        self._made: dict[str, pd.Series] = {}
        self._codes: dict[str, Codes] = {}
        self._numbers: dict[tuple[str, ...], Numbers] = {}
        self._earlier: dict[tuple[str, ...], Numbers] = {}

    def make_column(self, name: str) -> pd.Series:
        """The column, made anew."""
        raise NotImplementedError

    def make_codes(self, name: str) -> Codes:
        """The column by number, worked out anew."""
        number, distinct = pd.factorize(self[name])
        return Codes.of(number, pd.Index(distinct))

    def count_up(self, key: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], int]:
        """The same number for rows that hold the same, not every number being there, and how many there might be."""
        codes = self.codes(key[-1])
        size = len(codes.distinct) + 1
        if len(key) == 1:
            return codes.number + np.int64(1), size
        before = self.number(key[:-1])
        return before * np.int64(size) + codes.number + 1, (int(before.max(initial=-1)) + 1) * size

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, name: str) -> pd.Series:
        if name not in self._made:
            self._made[name] = self.make_column(name)
        return self._made[name]

    def at(self, chosen: pd.Series | Mask) -> CodedRows:
        """Some of the rows; what is known of all of them is not worked out again."""
        mask = np.asarray(chosen, dtype=bool)
        return self if mask.all() else _Part(self, mask)

    def cut(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns as a frame."""
        return pd.DataFrame({name: self[name] for name in columns})

    def codes(self, name: str) -> Codes:
        """A column by number."""
        if name not in self._codes:
            self._codes[name] = self.make_codes(name)
        return self._codes[name]

    def number(self, columns: Sequence[str]) -> Numbers:
        """0, 1, ... : the same for rows that hold the same in these columns, a blank being a value like others.

        >>> FrameRows(pd.DataFrame({"x": ["b", "a", "b", "b"], "y": [1, 1, 1, 2]})).number(["x", "y"]).tolist()
        [0, 2, 0, 1]
        """
        key = tuple(columns)
        if key not in self._numbers:
            self._numbers[key] = _close_up(*self.count_up(key))
        return self._numbers[key]

    def forget(self) -> None:
        """Let go of what was made and worked out; what is asked for again is worked out again."""
        for held in (self._made, self._codes, self._numbers, self._earlier):
            held.clear()

    def find_earlier(self, key: Sequence[str]) -> Numbers:
        """Where the row with the same key in the nearest earlier period stands; -1 where there is none.

        Of several rows with the key in that period the last counts; a blank in the key is a value like others.
        """
        if tuple(key) not in self._earlier:
            self._earlier[tuple(key)] = _find_before(self.number(key), self.codes("period"))
        return self._earlier[tuple(key)]


class FrameRows(CodedRows):
    """The rows of a frame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__(frame.columns, frame.index)
        self._frame = frame

    def make_column(self, name: str) -> pd.Series:
        """The frame's own."""
        return self._frame[name]


class _Part(CodedRows):
    """Some of other rows."""

    def __init__(self, whole: CodedRows, mask: Mask) -> None:
        super().__init__(whole.columns, whole.index[mask])
        self._whole, self._mask = whole, mask

    def make_column(self, name: str) -> pd.Series:
        """Cut out of the whole."""
        return self._whole.make_column(name)[self._mask]

    def codes(self, name: str) -> Codes:
        """As in the whole; cut out anew, which takes less time than it would take memory to keep."""
        codes = self._whole.codes(name)
        return Codes(codes.number[self._mask], codes.distinct)

    def count_up(self, key: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], int]:
        """As in the whole."""
        number = self._whole.number(key)
        return number[self._mask].astype(np.int64), int(number.max(initial=-1)) + 1


def _close_up(number: npt.NDArray[np.int64], size: int) -> Numbers:
    """The numbers 0 to `size` made 0, 1, ... without gaps."""
    if size > _DENSE * len(number):
        return pd.factorize(number)[0].astype(np.int32)
    there = np.zeros(size, dtype=bool)
    there[number] = True
    return (np.cumsum(there, dtype=np.int32) - np.int32(1))[number]


def _find_before(group: Numbers, period: Codes) -> Numbers:
    rank, size = period.rank(), np.int64(len(period.distinct) + 1)
    order = np.argsort(group * size + rank, kind="stable").astype(np.int32)
    group, rank = group[order], rank[order]
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (group[1:] != group[:-1]) | (rank[1:] != rank[:-1])
    places = np.arange(len(order), dtype=np.int32)
    before = np.maximum.accumulate(np.where(starts, places, np.int32(0))) - np.int32(1)
    found = np.full(len(order), -1, dtype=np.int32)
    same = (before >= 0) & (group == group[before])
    found[order[same]] = order[before[same]]
    return found


def find_distinct(number: Numbers) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Where each number (0, 1, ...) stands first, and how often it stands.

    >>> [places.tolist() for places in find_distinct(np.array([0, 1, 0, 2]))]
    [[0, 1, 3], [2, 1, 1]]
    """
    counts = np.bincount(number)
    first = np.empty(len(counts), dtype=np.int32)
    first[number[::-1]] = np.arange(len(number), dtype=np.int32)[::-1]
    return first, counts
