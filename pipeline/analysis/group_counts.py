"""Counts of a measure, added up, and what they say: a level, a gap between two groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.contract.clusters import ACROSS, WHOLE, excess_within
from pipeline.contract.context import MeasureFacts, Unit
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.periods import MONTHS_IN, period_length
from pipeline.stats.proportions.one_group import event_rate, wilson_interval
from pipeline.stats.proportions.two_groups import independent_difference, newcombe_difference
from pipeline.stats.results import Counts, NotEstimable, Result

Protect = Callable[[int], int | None]
Mask = npt.NDArray[np.bool_]
"""Of which rows something holds."""
PER_CHILD_YEARS = 100


@dataclass(frozen=True)
class Tally:
    """Rows counted (`events`) out of `total`, or over `child_years` for a rate.

    `excess` is how many rows (child-years) more it would take for rows of different children to vary as much as these
    do (`contract/clusters.py`): 0 where no two rows are of the same child. A protected tally knows what was `counted`,
    which may be judged and is never shown.
    """

    events: int
    total: int
    child_years: float
    excess: float = 0.0
    counted: Tally | None = field(default=None, compare=False, repr=False)

    def __add__(self, other: Tally) -> Tally:
        return join((self, other))

    def without(self, part: Tally) -> Tally:
        """The rest, once a part is taken out."""
        return Tally(
            self.events - part.events,
            self.total - part.total,
            max(self.child_years - part.child_years, 0.0),
            max(self.excess - part.excess, 0.0),
        )

    @property
    def size(self) -> int:
        """How many the figure rests on: the denominator, or for a rate the events themselves."""
        return self.total if self.total else self.events

    @property
    def effect(self) -> float:
        """The design effect: how many times as much it varies as if all rows were of different children."""
        rows = self.total or self.child_years
        return 1 + self.excess / rows if rows else 1.0

    @property
    def worth(self) -> float:
        """What it takes to be judged: the denominator, or of a rate the events, were each of another child.

        Two dozen events may be those of three children, of whom no interval knows enough.
        """
        return self.total or self.events / self.effect

    @property
    def effective_rate(self) -> tuple[float, float]:
        """Events and child-years, as many as independent ones would be."""
        return self.events / self.effect, self.child_years / self.effect

    def protected(self, protect: Protect) -> Tally | None:
        """The tally from counts as they may be shown; None where one of them is hidden."""
        events, total = protect(self.events), protect(self.total)
        if events is None or total is None:
            return None
        effect = protect_effect(self.total, self.effect, protect)
        excess = (effect - 1) * (total or self.child_years)
        events = min(events, total) if total else events
        return Tally(events, total, self.child_years, excess, counted=self)

    def counts(self) -> Counts:
        """As a proportion's counts."""
        return Counts(self.events, self.total, self.effect)

    def rated(self) -> tuple[int, float, float]:
        """As a rate's: events, child-years and the design effect."""
        return self.events, self.child_years, self.effect


def protect_effect(total: int, effect: float, protect: Protect = lambda count: count) -> float:
    """A design effect as far as it may be known of `total` rows, which may be shown; of a rate `total` is 0.

    It grows by whole rows of few children, so what the rows count as is protected as a count is; for a rate it is
    rounded to one decimal.

    >>> protect_effect(103, 1.064, lambda count: 5 * round(count / 5))
    1.0476190476190477
    """
    if not total:
        return math.floor(effect * 10 + 0.5) / 10
    grown, shown = protect(math.floor(total * effect + 0.5)), protect(total)
    return max(grown / shown, 1.0) if grown and shown else 1.0


NOBODY = Tally(0, 0, 0.0)


def join(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    events, total, years, excess = 0, 0, 0.0, 0.0
    for tally in tallies:
        events, total = events + tally.events, total + tally.total
        years, excess = years + tally.child_years, excess + tally.excess
    return Tally(events, total, years, excess)


_COUNTS = ("events", "total", "child_years", WHOLE)


def _columns(measures: pd.DataFrame) -> list[npt.NDArray[np.generic]]:
    """What is added up. Rows without an excess are all of different children."""
    return [measures[name].to_numpy() if name in measures else np.zeros(len(measures)) for name in _COUNTS]


def _tally(events: float, total: float, years: float, excess: float) -> Tally:
    return Tally(int(events), int(total), float(years), float(excess))


def add_up(measures: pd.DataFrame) -> Tally:
    """The tally of all rows of a tidy measures table."""
    return _tally(*(numbers.sum() for numbers in _columns(measures)))


def add_up_where(measures: pd.DataFrame, holds: Mask) -> Tally:
    """The tally of the rows for which it holds."""
    return _tally(*(numbers[holds].sum() for numbers in _columns(measures)))


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
    sums = zip(*(np.bincount(cell, weights=numbers).tolist() for numbers in _columns(measures)), strict=True)
    return {key: _tally(*summed) for key, summed in zip(keys, sums, strict=True)}


def of_measure(measures: pd.DataFrame, measure: MeasureFacts) -> pd.DataFrame:
    """The rows of one measure under its latest definition: no figure adds up two definitions."""
    return measures[(measures["measure_id"] == measure.measure_id) & (measures["version"] == measure.version)]


def in_months(rows: pd.DataFrame, first: int, last: int) -> Mask:
    """Which rows are of the months from `first` to `last`, both included."""
    months = rows["month"].to_numpy()
    return (months >= first) & (months <= last)


def between_months(measures: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """The rows of those months, with the excess that they have when they are looked at together."""
    return looked_at(measures[in_months(measures, first, last)], last - first + 1)


def looked_at(measures: pd.DataFrame, months: int) -> pd.DataFrame:
    """The rows with the excess of such as are looked at together within so many months."""
    name = excess_within(months)
    return measures if name == WHOLE or name not in measures else measures.assign(**{WHOLE: measures[name]})


def over_services(measures: pd.DataFrame) -> pd.DataFrame:
    """The rows with the excess of such as are looked at together whatever their service."""
    both = {own: measures[own] + measures[more] for own, more in ACROSS.items() if more in measures}
    return measures.assign(**both)


def within_periods(measures: pd.DataFrame) -> pd.DataFrame:
    """The rows with the excess of such as are looked at together within a period."""
    length = period_length(measures["period"].iloc[0]) if len(measures) else None
    return measures if length is None else looked_at(measures, MONTHS_IN[length])


def tally_by(measures: pd.DataFrame, column: str) -> dict[str, Tally]:
    """A tally for each value of a column that has any rows."""
    return {str(name): tally for (name,), tally in sum_by(measures, [column]).items()}


def level(tally: Tally, unit: Unit, confidence_level: float) -> Result:
    """A proportion (Wilson) or events per 100 child-years (Byar, exact below 10)."""
    if unit == "percent":
        return wilson_interval(tally.counts(), confidence_level)
    if tally.child_years == 0:
        return NotEstimable("no time spent in the service")
    return event_rate(tally.events, tally.child_years, PER_CHILD_YEARS, confidence_level, tally.effect)


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
