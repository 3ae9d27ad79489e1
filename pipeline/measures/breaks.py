"""Breaks in a published population: a group whose number moves where nobody else's does."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification
from pipeline.measures.population import name_groups

Floats = NDArray[np.float64]

_COLUMNS = ["counted", "ethnic_group", "before", "year", "growth", "others_growth"]
_FARTHEST = 0.07
"""By how much (of its logarithm) more than the middle group one may move in a year: real groups seldom do."""
_CLEAR = 3.0
"""Standard errors beyond which people coming and going by chance are no explanation."""
_OTHERS = 0.5
"""At most so many are not the same people as the year before; only they come and go."""
_FEWEST_GROUPS, _FEWEST_MOVES = 3, 2


def list_breaks(population: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Broad groups whose number moves, from one year given to the next, otherwise than those of the other groups.

    A move is held against that of all others together, and that of the middle group, which no single group can shift.
    It is a break where it is beyond 7 % a year, beyond what rounding can do and beyond three standard errors of chance
    on both sides; and where its other moves are known (two or more), as far beyond the middle one of these, since some
    groups do grow year after year. `growth` is that of the whole time between, `others_growth` that of all others.
    """
    named = name_groups(population, classification)
    named = named[named["ethnic_group"] != NOT_KNOWN]
    found = [_breaks_of(str(counted), rows) for counted, rows in named.groupby("counted", sort=False)]
    return pd.DataFrame([row for rows in found for row in rows], columns=_COLUMNS)


def _breaks_of(counted: str, rows: pd.DataFrame) -> list[tuple[str, str, int, int, float, float]]:
    """The breaks among people who are counted alike."""
    by_group = rows.groupby(["ethnic_group", "year"])
    sizes = (
        by_group["population"].agg(lambda people: people.sum(skipna=False)).astype("float64").unstack("year")
    )
    off = by_group["off_by"].sum().unstack("year").to_numpy()
    people, years = sizes.to_numpy(), sizes.columns.to_numpy()
    if len(people) < _FEWEST_GROUPS or years.size < 2:
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.diff(np.log(people), axis=1)
        others = np.nansum(people, axis=0) - people
        from_others = moves - np.diff(np.log(others), axis=1)
        chance = np.sqrt(
            _OTHERS
            * sum(1 / side[:, end] for side in (people, others) for end in (slice(None, -1), slice(1, None)))
        )
        rounding = off[:, :-1] / people[:, :-1] + off[:, 1:] / people[:, 1:]
    apart = np.column_stack([_from_middle(move) for move in moves.T])
    limit = np.maximum(_FARTHEST * np.diff(years), _CLEAR * chance) + rounding
    # Who hardly moved is not the one that broke, however far the others went.
    far = [np.abs(moves) > _FARTHEST * np.diff(years)]
    far += [np.abs(each) > limit for each in (from_others, apart, apart - _usual(apart))]
    told = np.isfinite(apart) & np.logical_and.reduce(far)
    return [
        (counted, str(sizes.index[group]), *_years(years, move), *_growth(people[:, move : move + 2], group))
        for group, move in np.argwhere(told)
    ]


def _years(years: NDArray[np.int64], move: int) -> tuple[int, int]:
    return int(years[move]), int(years[move + 1])


def _from_middle(move: Floats) -> Floats:
    """How far each group moved beyond the middle one; NaN where that cannot be told."""
    known = move[np.isfinite(move)]
    return move - np.median(known) if known.size >= _FEWEST_GROUPS else np.full(move.shape, np.nan)


def _usual(apart: Floats) -> Floats:
    """The middle of a group's other moves; 0 where they are too few."""
    usual = np.zeros_like(apart)
    for group, move in np.ndindex(apart.shape):
        others = np.delete(apart[group], move)
        others = others[np.isfinite(others)]
        if others.size >= _FEWEST_MOVES:
            usual[group, move] = np.median(others)
    return usual


def _growth(people: Floats, group: int) -> tuple[float, float]:
    """By what share the group grew, and all others of whom both numbers are known."""
    others = np.delete(people, group, axis=0)
    before, after = others[np.isfinite(others).all(axis=1)].sum(axis=0)
    return float(people[group, 1] / people[group, 0] - 1), float(after / before - 1)
