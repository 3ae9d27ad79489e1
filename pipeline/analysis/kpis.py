"""What a measure's periods say: variation from its control chart, and assurance of a target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from pipeline.analysis.periods import PeriodFigure, rate_of
from pipeline.analysis.tally import Tally, sum_by, tally_by
from pipeline.contract.context import MeasureFacts
from pipeline.stats.control_chart import (
    Assurance,
    ControlChart,
    Limits,
    control_chart,
    few_events_chart,
    time_between_chart,
)

Verdict = Literal["better", "worse", "no clear change", "too few to say"]
_FEWEST = 8
# Hidden periods are those with few events: beyond this share, those left are not like all.
_MOST_HIDDEN = 0.25
_BUSY_PERIOD, _QUIET_MONTH = 2.0, 0.4


@dataclass(frozen=True)
class KpiVerdict:
    """A measure over time: its verdict, the chart of the judged periods, and how it was read.

    A target is held against the limits only while the measure stays as it is: else these hold old and new.
    `chart` is None where nothing may be drawn: where there are too few points, or events too rare to show.
    """

    variation: Verdict
    assurance: Assurance | None
    chart: ControlChart | None
    read: Literal["chart", "exact counts", "times between"] = "chart"

    @property
    def limits(self) -> Limits | None:
        """The limits that stand after the last point."""
        return self.chart.points[-1].limits if self.chart else None


def judge_kpi(
    figures: Sequence[PeriodFigure],
    measure: MeasureFacts,
    target: float | None,
    exact: Callable[[], pd.DataFrame],
) -> KpiVerdict:
    """The verdict from the periods that may be judged; `exact` gives the measure's monthly rows, for rare events."""
    shown = judged_tallies(figures)
    if len(shown) >= _FEWEST:
        chart = control_chart([rate_of(tally, measure) for tally in shown])
        variation = chart.variation(measure.direction)
        if target is None or variation != "no clear change":
            return KpiVerdict(variation, None, chart)
        return KpiVerdict(variation, chart.assurance(target, measure.direction), chart)
    if measure.unit == "percent":
        return KpiVerdict("too few to say", None, None)
    return _judge_rare([f.period for f in figures if f.state == "ready"], measure, exact())


def _judge_rare(ready: Sequence[str], measure: MeasureFacts, exact: pd.DataFrame) -> KpiVerdict:
    """The verdict on events too few to show by period: the exact counts say a word, and are not drawn.

    In months that each hold two fifths of an event or fewer, when in its month an event came hardly matters, and the
    times between them are read; in periods of two events and more, the counts. Between the two neither holds its level.
    """
    by_period = tally_by(exact, "period")
    counts = [by_period[period] for period in ready if period in by_period]
    counts = [tally for tally in counts if tally.child_years > 0]
    events = [tally.events for tally in counts]
    if len(counts) >= _FEWEST and sum(events) / len(events) >= _BUSY_PERIOD:
        chart = few_events_chart(events, [tally.child_years for tally in counts])
        return KpiVerdict(chart.variation(measure.direction), None, None, "exact counts")
    gaps = time_between(exact) if _events_a_month(exact) <= _QUIET_MONTH else []
    if len(gaps) < _FEWEST:
        return KpiVerdict("too few to say", None, None)
    rarer_is_better = measure.direction == "lower"
    variation = time_between_chart(gaps).variation("higher" if rarer_is_better else "lower")
    return KpiVerdict(variation, None, None, "times between")


def _events_a_month(exact: pd.DataFrame) -> float:
    if exact.empty:
        return 0.0
    return float(exact["events"].sum()) / float(exact["month"].max() - exact["month"].min() + 1)


def judged_tallies(figures: Sequence[PeriodFigure]) -> list[Tally]:
    """The tallies of the periods that may be judged; none where too many of these are hidden."""
    ready = [figure for figure in figures if figure.state == "ready"]
    shown = [figure.shown for figure in ready if figure.shown is not None]
    return shown if len(shown) >= (1 - _MOST_HIDDEN) * len(ready) else []


def time_between(months: pd.DataFrame) -> list[float]:
    """Child-years between one event and the next; the events of a month are spread evenly over it.

    Events between which nobody spent any time count as one.

    >>> months = pd.DataFrame({"month": [1, 2, 3], "events": [1, 0, 2], "child_years": [2.0, 3.0, 4.0]})
    >>> time_between(months.assign(total=0))
    [5.0, 2.0]
    """
    places, gone = [], 0.0
    for tally in sum_by(months, ["month"]).values():
        years = tally.child_years
        places += [gone + years * (place + 0.5) / tally.events for place in range(tally.events)]
        gone += years
    return [later - earlier for earlier, later in pairwise(places) if later > earlier]


def signals_of(figures: Sequence[PeriodFigure], chart: ControlChart) -> dict[str, tuple[str, ...]]:
    """The signals of each judged period, by its name."""
    judged = [figure.period for figure in figures if figure.judged]
    return {
        period: tuple(name for name, _ in point.signals)
        for period, point in zip(judged, chart.points, strict=True)
    }
