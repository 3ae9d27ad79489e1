"""Counts of a measure, added up, and what they say: a level, a gap between two groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.contract.context import MeasureFacts, Unit
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.ethnicity import NOT_KNOWN
from pipeline.stats.one_group import event_rate, wilson_interval
from pipeline.stats.results import Counts, NotEstimable, Result
from pipeline.stats.two_groups import independent_difference, newcombe_difference

Protect = Callable[[int], int | None]
Mask = npt.NDArray[np.bool_]
"""Of which rows something holds."""
PER_CHILD_YEARS = 100


@dataclass(frozen=True)
class Tally:
    """Rows counted (`events`) out of `total`, or over `child_years` for a rate.

    A protected tally knows what was `counted`, which may be judged and is never shown.
    """

    events: int
    total: int
    child_years: float
    counted: Tally | None = field(default=None, compare=False, repr=False)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.events + other.events, self.total + other.total, self.child_years + other.child_years
        )

    def without(self, part: Tally) -> Tally:
        """The rest, once a part is taken out."""
        return Tally(
            self.events - part.events, self.total - part.total, max(self.child_years - part.child_years, 0.0)
        )

    @property
    def size(self) -> int:
        """How many the figure rests on: the denominator, or for a rate the events themselves."""
        return self.total if self.total else self.events

    def protected(self, protect: Protect) -> Tally | None:
        """The tally from counts as they may be shown; None where one of them is hidden."""
        events, total = protect(self.events), protect(self.total)
        if events is None or total is None:
            return None
        return Tally(min(events, total) if total else events, total, self.child_years, counted=self)

    def counts(self) -> Counts:
        """As a proportion's counts."""
        return Counts(self.events, self.total)


NOBODY = Tally(0, 0, 0.0)


def join(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    events, total, years = 0, 0, 0.0
    for tally in tallies:
        events, total, years = events + tally.events, total + tally.total, years + tally.child_years
    return Tally(events, total, years)


_COUNTS = ("events", "total", "child_years")


def add_up(measures: pd.DataFrame) -> Tally:
    """The tally of all rows of a tidy measures table."""
    events, total, years = (measures[name].to_numpy().sum() for name in _COUNTS)
    return Tally(int(events), int(total), float(years))


def add_up_where(measures: pd.DataFrame, holds: Mask) -> Tally:
    """The tally of the rows for which it holds."""
    events, total, years = (measures[name].to_numpy()[holds].sum() for name in _COUNTS)
    return Tally(int(events), int(total), float(years))


def sum_by(measures: pd.DataFrame, columns: Sequence[str]) -> dict[tuple[Any, ...], Tally]:
    """A tally for each combination of the columns' values that has any rows, in their order.

    The same as grouping a table and adding up, which takes four times as long for tables as small as these.
    """
    if measures.empty:
        return {}
    codes, values = zip(*(pd.factorize(measures[column], sort=True) for column in columns), strict=True)
    shape = [len(each) for each in values]
    places, cell = np.unique(np.ravel_multi_index(codes, shape), return_inverse=True)
    there = zip(values, np.unravel_index(places, shape), strict=True)
    keys = zip(*(each.take(code).tolist() for each, code in there), strict=True)
    sums = zip(*(np.bincount(cell, weights=measures[name]).tolist() for name in _COUNTS), strict=True)
    return {
        key: Tally(int(events), int(total), years)
        for key, (events, total, years) in zip(keys, sums, strict=True)
    }


def of_measure(measures: pd.DataFrame, measure: MeasureFacts) -> pd.DataFrame:
    """The rows of one measure under its latest definition: no figure adds up two definitions."""
    return measures[(measures["measure_id"] == measure.measure_id) & (measures["version"] == measure.version)]


def in_months(rows: pd.DataFrame, first: int, last: int) -> Mask:
    """Which rows are of the months from `first` to `last`, both included."""
    months = rows["month"].to_numpy()
    return (months >= first) & (months <= last)


def between_months(measures: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """The rows of those months."""
    return measures[in_months(measures, first, last)]


def tally_by(measures: pd.DataFrame, column: str) -> dict[str, Tally]:
    """A tally for each value of a column that has any rows."""
    return {str(name): tally for (name,), tally in sum_by(measures, [column]).items()}


def level(tally: Tally, unit: Unit, confidence_level: float) -> Result:
    """A proportion (Wilson) or events per 100 child-years (Byar, exact below 10)."""
    if unit == "percent":
        return wilson_interval(tally.counts(), confidence_level)
    if tally.child_years == 0:
        return NotEstimable("no time spent in the service")
    return event_rate(tally.events, tally.child_years, PER_CHILD_YEARS, confidence_level)


def difference(group: Tally, reference: Tally, unit: Unit, confidence_level: float) -> Result:
    """Group less reference: Newcombe for proportions, square-and-add of Byar intervals for rates; null 0."""
    if unit == "percent":
        return newcombe_difference(group.counts(), reference.counts(), confidence_level)
    return independent_difference(
        level(group, unit, confidence_level), level(reference, unit, confidence_level)
    )


def has(rows: pd.DataFrame, column: str, value: str) -> Mask:
    """Which rows have this value."""
    held = rows[column]
    # Texts of scores are objects, which numpy compares at once; those of the other tables stay with Arrow.
    return np.asarray((held.to_numpy() if held.dtype == object else held) == value, dtype=bool)


def in_group(rows: pd.DataFrame, group: str) -> Mask:
    """Whose rows are of a group: a broad group, or a code of the classification."""
    return has(rows, "ethnic_group", group) | has(rows, "ethnicity", group)


def in_comparator(rows: pd.DataFrame, group: str, comparator: str) -> Mask:
    """Whose rows are of the comparator: the named group, or everyone else of known ethnicity; never the group."""
    others = ~in_group(rows, group) & ~has(rows, "ethnic_group", NOT_KNOWN)
    return others if comparator == EVERYONE_ELSE else others & in_group(rows, comparator)
