"""What a measure's periods say: variation from its control chart, and assurance of a target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import pandas as pd

from pipeline.analysis.group_counts import Tally, sum_by, tally_by
from pipeline.analysis.performance.periods import PeriodFigure, size_of, unit_of
from pipeline.contract.context import MeasureFacts
from pipeline.stats.monitoring.control_chart import Assurance, ControlChart, Limits, time_between_chart
from pipeline.stats.monitoring.counts_chart import cases_between_chart, rate_chart, share_chart

Verdict = Literal["better", "worse", "no clear change", "too few to say"]
_FEWEST = 8
# Hidden periods are those with few events: beyond this share, those left are not like all.
_MOST_HIDDEN = 0.25
_QUIET_MONTH, _FEWEST_CHILDREN = 0.4, 10
Read = Literal["chart", "exact counts", "times between", "cases between"]


@dataclass(frozen=True)
class KpiVerdict:
    """A measure over time: its verdict, the chart of the judged periods, and how it was read.

    The verdict and the chart's signals come from the exact counts, the points and limits that are drawn from counts as
    they may be shown: two roundings set against each other can look like a change where there is none.
    A target is held against the limits only while the measure stays as it is: else these hold old and new.
    `chart` is None where nothing may be drawn: where there are too few points, or events too rare to show.
    """

    variation: Verdict
    assurance: Assurance | None
    chart: ControlChart | None
    read: Read = "chart"

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
    if len(shown) < _FEWEST:
        return _judge_rare([f.period for f in figures if f.state == "ready"], measure, exact())
    chart = _chart([tally.counted or tally for tally in shown], measure)
    points = zip(_chart(shown, measure).points, chart.points, strict=True)
    drawn = ControlChart(tuple(replace(point, signals=told.signals) for point, told in points))
    variation = chart.variation(measure.direction)
    if target is None or variation != "no clear change":
        return KpiVerdict(variation, None, drawn)
    return KpiVerdict(variation, chart.assurance(target, measure.direction), drawn)


def _chart(tallies: Sequence[Tally], measure: MeasureFacts) -> ControlChart:
    """The chart of a share (p') or of a rate (u'), in the measure's unit."""
    make = share_chart if measure.unit == "percent" else rate_chart
    return make([t.events for t in tallies], [size_of(t) for t in tallies], unit_of(measure))


def _judge_rare(ready: Sequence[str], measure: MeasureFacts, exact: pd.DataFrame) -> KpiVerdict:
    """The verdict on events too few to show by period: the exact counts say a word, and are not drawn.

    In months that each hold two fifths of an event or fewer, when in its month an event came hardly matters, and what
    lies between them is read: time, or of a share the cases without the event. Else the counts of periods are.
    """
    if _events_a_month(exact) <= _QUIET_MONTH:
        return _judge_between(measure, exact)
    by_period = tally_by(exact, "period")
    counts = [by_period[period] for period in ready if period in by_period and size_of(by_period[period])]
    children = sum(tally.total for tally in counts)
    few = measure.unit == "percent" and children < _FEWEST_CHILDREN * len(counts)
    if few or len(counts) < _FEWEST:
        return KpiVerdict("too few to say", None, None)
    return KpiVerdict(_chart(counts, measure).variation(measure.direction), None, None, "exact counts")


def _judge_between(measure: MeasureFacts, exact: pd.DataFrame) -> KpiVerdict:
    """The verdict from what lies between rare events; a high point means rarer ones."""
    gaps, share = size_between(exact), measure.unit == "percent"
    if len(gaps) < _FEWEST:
        return KpiVerdict("too few to say", None, None)
    chart = cases_between_chart([max(gap - 1, 0.0) for gap in gaps]) if share else time_between_chart(gaps)
    variation = chart.variation("higher" if measure.direction == "lower" else "lower")
    return KpiVerdict(variation, None, None, "cases between" if share else "times between")


def _events_a_month(exact: pd.DataFrame) -> float:
    if exact.empty:
        return 0.0
    return float(exact["events"].sum()) / float(exact["month"].max() - exact["month"].min() + 1)


def judged_tallies(figures: Sequence[PeriodFigure]) -> list[Tally]:
    """The tallies of the periods that may be judged; none where too many of these are hidden."""
    ready = [figure for figure in figures if figure.state == "ready"]
    shown = [figure.shown for figure in ready if figure.shown is not None]
    return shown if len(shown) >= (1 - _MOST_HIDDEN) * len(ready) else []


def size_between(months: pd.DataFrame) -> list[float]:
    """Child-years, or cases, from one event to the next; the events of a month are spread evenly over it.

    Events between which nobody spent any time count as one.

    >>> months = pd.DataFrame({"month": [1, 2, 3], "events": [1, 0, 2], "child_years": [2.0, 3.0, 4.0]})
    >>> size_between(months.assign(total=0))
    [5.0, 2.0]
    """
    places, gone = [], 0.0
    for tally in sum_by(months, ["month"]).values():
        size = size_of(tally)
        places += [gone + size * (place + 0.5) / tally.events for place in range(tally.events)]
        gone += size
    return [later - earlier for earlier, later in pairwise(places) if later > earlier]


def signals_of(figures: Sequence[PeriodFigure], chart: ControlChart) -> dict[str, tuple[str, ...]]:
    """The signals of each judged period, by its name."""
    judged = [figure.period for figure in figures if figure.judged]
    return {
        period: tuple(name for name, _ in point.signals)
        for period, point in zip(judged, chart.points, strict=True)
    }
