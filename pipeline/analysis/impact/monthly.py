"""A measure of one service month by month, and what a start changed in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from pipeline.contract.context import Unit
from pipeline.protect.cells import Cells
from pipeline.protect.parts import Floats, as_shown
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.designs.interrupted_series import InterruptedSeries, SeriesModel, interrupted_series
from pipeline.stats.results import NotEstimable

_HALF_YEAR = 6


@dataclass(frozen=True, eq=False)
class Months:
    """One measure of one service in the months from `first` to `last`; `start` is the month of the start.

    A model takes each month as the part that it is of what is shown of all before the start, and from it on: no month
    is shown.
    """

    cells: Cells
    first: int
    start: int
    last: int
    unit: Unit

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """What was counted in each month; nobody where nothing was."""
        found = {month: one for (month,), one in self.cells.sums_by(["month"]).items()}
        return tuple(found.get(month, Sum()) for month in range(self.first, self.last + 1))

    @cached_property
    def _shown(self) -> Floats:
        counts = np.array(
            [[month.events, month.total, month.child_years] for month in self.sums], dtype=float
        ).T
        place = self.start - self.first
        halves = (counts[:, :place], self.first, self.start - 1), (counts[:, place:], self.start, self.last)
        return np.hstack([as_shown(half, self.between(*ends)) for half, *ends in halves])

    @property
    def events(self) -> list[float]:
        """What was counted in each month."""
        return list(self._shown[0])

    @property
    def sizes(self) -> list[float]:
        """What each month is out of: rows, or child-years."""
        return list(self._shown[1 if self.unit == "percent" else 2])

    def between(self, first: int, last: int) -> Tally:
        """What was counted from one of the months to another."""
        return self.cells.in_months(first, last).looked_at(_HALF_YEAR).add_up()

    @property
    def before(self) -> Months:
        """The months before the start."""
        return replace(self, last=self.start - 1)


@dataclass(frozen=True, eq=False)
class Followed:
    """The months with what the model made of them."""

    months: Months
    fitted: InterruptedSeries


def follow_months(measures: Cells, service_id: str, months: tuple[int, int, int], unit: Unit) -> Months:
    """The cells of one measure in one service from the first month to the last, `months` being first, start, last."""
    return Months(measures.where("service_id", service_id), *months, unit)


def interrupt(
    months: Months, model: SeriesModel, confidence_level: float
) -> InterruptedSeries | NotEstimable:
    """Segmented regression on the months: of a share an odds ratio, of a rate a rate ratio."""
    times = np.arange(months.first, months.first + len(months.sums))
    family: Literal["rate", "share"] = "share" if months.unit == "percent" else "rate"
    return interrupted_series(
        family, times, months.events, months.sizes, months.start, model, confidence_level
    )
