"""What a measure's periods say: variation from its control chart, and assurance of a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.analysis.performance.periods import PeriodFigure, size_of, unit_of
from pipeline.contract.context import MeasureFacts
from pipeline.protect.tally import Tally
from pipeline.stats.monitoring.control_chart import Assurance, ControlChart, Limits
from pipeline.stats.monitoring.counts_chart import rate_chart, share_chart

Verdict = Literal["better", "worse", "no clear change", "too few to say"]
_FEWEST = 8


@dataclass(frozen=True)
class KpiVerdict:
    """A measure over time: its verdict, and the chart of the judged periods.

    A target is held against the limits only while the measure stays as it is: else these hold old and new.
    `chart` is None where there are too few periods, or events too rare to tell a change from rounding.
    """

    variation: Verdict
    assurance: Assurance | None
    chart: ControlChart | None

    @property
    def limits(self) -> Limits | None:
        """The limits that stand after the last point."""
        return self.chart.points[-1].limits if self.chart else None


def judge_kpi(figures: Sequence[PeriodFigure], measure: MeasureFacts, target: float | None) -> KpiVerdict:
    """The verdict from the periods that may be judged."""
    tallies = [figure.tally for figure in figures if figure.judged]
    if len(tallies) < _FEWEST or _are_rare(tallies):
        return KpiVerdict("too few to say", None, None)
    chart = _chart(tallies, measure)
    variation = chart.variation(measure.direction)
    if target is None or variation != "no clear change":
        return KpiVerdict(variation, None, chart)
    return KpiVerdict(variation, chart.assurance(target, measure.direction), chart)


def _are_rare(tallies: Sequence[Tally]) -> bool:
    """Whether a period holds fewer events on average than counts are rounded to: then the rounding is what moves.

    Of a share near 100 % those without the event are as rare, and move it as much.
    """
    base = tallies[0].rule.round_to
    rarer = sum(tally.events for tally in tallies)
    if base > 1 and tallies[0].total:
        rarer = min(rarer, sum(tally.total - tally.events for tally in tallies))
    return rarer < len(tallies) * base


def _chart(tallies: Sequence[Tally], measure: MeasureFacts) -> ControlChart:
    """The chart of a share (p') or of a rate (u'), in the measure's unit."""
    make = share_chart if measure.unit == "percent" else rate_chart
    return make([t.events for t in tallies], [size_of(t) for t in tallies], unit_of(measure))


def signals_of(figures: Sequence[PeriodFigure], chart: ControlChart) -> dict[str, tuple[str, ...]]:
    """The signals of each judged period, by its name."""
    judged = [figure.period for figure in figures if figure.judged]
    return {
        period: tuple(name for name, _ in point.signals)
        for period, point in zip(judged, chart.points, strict=True)
    }
