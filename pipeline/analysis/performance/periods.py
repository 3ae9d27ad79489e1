"""A measure by the dataset's periods, and which periods may be judged yet."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.analysis.group_counts import PER_CHILD_YEARS
from pipeline.analysis.months import month_number
from pipeline.contract.context import MeasureFacts
from pipeline.contract.periods import period_days
from pipeline.protect.tally import Tally

State = Literal["ready", "too recent", "too early"]
PER_CENT = 100


@dataclass(frozen=True)
class PeriodFigure:
    """One period's tally, and whether it may be judged."""

    period: str
    tally: Tally
    state: State

    @property
    def judged(self) -> bool:
        """Whether it may be judged, and enough stand behind it."""
        return self.state == "ready" and not self.tally.few


def size_of(tally: Tally) -> float:
    """What a figure rests on: people, or child-years."""
    return float(tally.total or tally.child_years)


def unit_of(measure: MeasureFacts) -> int:
    """What events by size are multiplied by in the measure's unit: per cent, or per 100 child-years."""
    return PER_CENT if measure.unit == "percent" else PER_CHILD_YEARS


def follow_periods(
    tallies: Mapping[str, Tally], measure: MeasureFacts, since: dt.date
) -> tuple[PeriodFigure, ...]:
    """What a measure counted in each period, in their order; those in which nothing stood are left out.

    `since` is the first day of commissioned work.
    """
    return tuple(
        PeriodFigure(period, tally, _state(period, measure, since))
        for period, tally in tallies.items()
        if tally.total or tally.child_years
    )


def _state(period: str, measure: MeasureFacts, since: dt.date) -> State:
    first, last = period_days(period)
    if measure.settled_to is not None and last > measure.settled_to:
        return "too recent"
    gone = month_number(first) - month_number(since)
    return "too early" if gone < measure.grown_months else "ready"
