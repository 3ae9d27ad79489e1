"""A measure of one service month by month, and what a start changed in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.analysis.group_counts import Tally, between_months, looked_at
from pipeline.contract.clusters import WHOLE
from pipeline.contract.context import Unit
from pipeline.stats.designs.interrupted_series import (
    InterruptedSeries,
    SeriesModel,
    interrupted_rate,
    interrupted_share,
)
from pipeline.stats.results import NotEstimable

_COUNTED = ("events", "total", "child_years", WHOLE)
_HALF_YEAR = 6


@dataclass(frozen=True)
class Months:
    """What was counted in each month from `first` on, 0 where nothing was; `start` is the month of the start.

    `excess` is that of months looked at by the half-year; left out, rows are of different children.
    """

    first: int
    start: int
    events: tuple[int, ...]
    totals: tuple[int, ...]
    child_years: tuple[float, ...]
    unit: Unit
    excess: tuple[float, ...] = ()

    def tally(self, place: int) -> Tally:
        """What was counted in one month, by its place."""
        excess = self.excess[place] if self.excess else 0.0
        return Tally(self.events[place], self.totals[place], self.child_years[place], excess)

    @property
    def before(self) -> Months:
        """The months before the start."""
        length = self.start - self.first
        return replace(
            self,
            events=self.events[:length],
            totals=self.totals[:length],
            child_years=self.child_years[:length],
        )


@dataclass(frozen=True, eq=False)
class Followed:
    """The months with what the model made of them."""

    months: Months
    fitted: InterruptedSeries


def follow_months(
    measures: pd.DataFrame, service_id: str, months: tuple[int, int, int], unit: Unit
) -> Months:
    """The rows of one measure in one service from the first month to the last, `months` being first, start, last."""
    first, start, last = months
    own = between_months(measures[measures["service_id"] == service_id], first, last)
    half_years = looked_at(own, _HALF_YEAR)
    summed = half_years.reindex(columns=["month", *_COUNTED], fill_value=0.0).groupby("month").sum()
    whole = summed.reindex(range(first, last + 1), fill_value=0)
    return Months(
        first,
        start,
        tuple(int(number) for number in whole["events"]),
        tuple(int(number) for number in whole["total"]),
        tuple(float(number) for number in whole["child_years"]),
        unit,
        tuple(float(number) for number in whole[WHOLE]),
    )


def interrupt(
    months: Months, model: SeriesModel, confidence_level: float
) -> InterruptedSeries | NotEstimable:
    """Segmented regression on the months: of a share an odds ratio, of a rate a rate ratio."""
    times = np.arange(months.first, months.first + len(months.events))
    if months.unit == "percent":
        return interrupted_share(times, months.events, months.totals, months.start, model, confidence_level)
    return interrupted_rate(times, months.events, months.child_years, months.start, model, confidence_level)
