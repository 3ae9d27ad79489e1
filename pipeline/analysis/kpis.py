"""What a measure's periods say: variation from its control chart, and assurance of a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from pipeline.analysis.periods import PeriodFigure, rate_of
from pipeline.analysis.tally import Tally
from pipeline.contract.context import MeasureFacts
from pipeline.stats.control_chart import Assurance, ControlChart, Limits, control_chart, time_between_chart

Verdict = Literal["better", "worse", "no clear change", "too few to say"]
_FEWEST = 8
# Hidden periods are those with few events: beyond this share, those left are not like all.
_MOST_HIDDEN = 0.25


@dataclass(frozen=True)
class KpiVerdict:
    """A measure over time: its verdict, the chart of the judged periods, and how it was read.

    `chart` is None where there are too few points, and where the verdict comes from the times between rare events.
    """

    variation: Verdict
    assurance: Assurance | None
    chart: ControlChart | None
    rare: bool = False

    @property
    def limits(self) -> Limits | None:
        """The limits that stand after the last point."""
        return self.chart.points[-1].limits if self.chart else None


def judge_kpi(
    figures: Sequence[PeriodFigure], measure: MeasureFacts, target: float | None, exact: pd.DataFrame
) -> KpiVerdict:
    """The verdict from the periods that may be judged; of a rare event from the times between events.

    `exact` are the measure's monthly rows; of them only times between events are used, at least eight of them.
    """
    shown = judged_tallies(figures)
    if len(shown) >= _FEWEST:
        chart = control_chart([rate_of(tally, measure) for tally in shown])
        assured = None if target is None else chart.assurance(target, measure.direction)
        return KpiVerdict(chart.variation(measure.direction), assured, chart)
    gaps = [] if measure.unit == "percent" else time_between(exact)
    if len(gaps) < _FEWEST:
        return KpiVerdict("too few to say", None, None)
    rarer_is_better = measure.direction == "lower"
    variation = time_between_chart(gaps).variation("higher" if rarer_is_better else "lower")
    return KpiVerdict(variation, None, None, rare=True)


def judged_tallies(figures: Sequence[PeriodFigure]) -> list[Tally]:
    """The tallies of the periods that may be judged; none where too many of these are hidden."""
    ready = [figure for figure in figures if figure.state == "ready"]
    shown = [figure.shown for figure in ready if figure.shown is not None]
    return shown if len(shown) >= (1 - _MOST_HIDDEN) * len(ready) else []


def time_between(months: pd.DataFrame) -> list[float]:
    """Child-years between one event and the next; the events of a month are spread evenly over it.

    Events between which nobody spent any time count as one.

    >>> time_between(pd.DataFrame({"month": [1, 2, 3], "events": [1, 0, 2], "child_years": [2.0, 3.0, 4.0]}))
    [5.0, 2.0]
    """
    places, gone = [], 0.0
    for events, years in (
        months.groupby("month", sort=True)[["events", "child_years"]].sum().itertuples(index=False)
    ):
        places += [gone + years * (place + 0.5) / events for place in range(int(events))]
        gone += years
    return [later - earlier for earlier, later in pairwise(places) if later > earlier]


def signals_of(figures: Sequence[PeriodFigure], chart: ControlChart) -> dict[str, tuple[str, ...]]:
    """The signals of each judged period, by its name."""
    judged = [figure.period for figure in figures if figure.judged]
    return {
        period: tuple(name for name, _ in point.signals)
        for period, point in zip(judged, chart.points, strict=True)
    }
