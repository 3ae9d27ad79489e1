"""Rows numbered by what they hold: whole numbers are compared, counted and sorted many times faster than texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.int64]
_ROOM = 2**62


def number_rows(columns: Sequence[pd.Series]) -> Numbers:
    """The same number for rows that hold the same in all columns, a blank being a value like others.

    >>> number_rows([pd.Series(["a", "b", "a", "a"]), pd.Series([1, 1, 1, 2])]).tolist()
    [0, 1, 0, 2]
    """
    number, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        codes, distinct = pd.factorize(column, use_na_sentinel=False)
        if size * len(distinct) > _ROOM:
            number, held = pd.factorize(number)
            size = len(held)
        number, size = number * len(distinct) + codes, size * len(distinct)
    return number if len(columns) == 1 else pd.factorize(number)[0]


def find_distinct(number: Numbers) -> tuple[Numbers, Numbers]:
    """Where each number (0, 1, ... as of `number_rows`) stands first, and how often it stands.

    >>> [places.tolist() for places in find_distinct(np.array([0, 1, 0, 2]))]
    [[0, 1, 3], [2, 1, 1]]
    """
    counts = np.bincount(number)
    first = np.empty(len(counts), dtype=np.int64)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return first, counts


def translate(values: pd.Series, by: Mapping[str, object]) -> pd.Series:
    """What stands in `by` for each value, missing where nothing does; each distinct value is looked up once."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    found = pd.Series(distinct).map(dict(by))
    return pd.Series(found.array.take(codes), index=values.index)
