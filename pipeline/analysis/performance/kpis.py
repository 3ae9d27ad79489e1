"""What a measure's periods say: variation from its control chart, and assurance of a target."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipeline.analysis.impact.change import ChangeVerdict
from pipeline.analysis.impact.outcomes import is_shown, list_measure_findings
from pipeline.analysis.performance.periods import PER_CENT, PeriodFigure, follow_periods, size_of, unit_of
from pipeline.analysis.scope import Scope, measures_of
from pipeline.contract.context import MeasureFacts
from pipeline.contract.open_words import NoChange, TooFew
from pipeline.contract.plans import Curve
from pipeline.protect.tally import Tally
from pipeline.stats.monitoring.control_chart import Assurance, ControlChart, Limits
from pipeline.stats.monitoring.counts_chart import rate_chart, share_chart
from pipeline.stats.results import Estimate

Verdict = Literal["better", "worse", NoChange, TooFew]
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


CHANGED = ("better", "worse")


def planned_verdicts(scope: Scope, minimum_pairs: int) -> dict[str, ChangeVerdict]:
    """What the service's plans found of the measures that they are about, by measure; of those that can be told."""
    findings = list_measure_findings(scope, scope.service, minimum_pairs) if scope.service else ()
    return {finding.outcome: finding.verdict for finding in findings if is_shown(scope, finding)}


def variation_of(scope: Scope, measure: MeasureFacts, minimum_pairs: int) -> ChangeVerdict:
    """The one word for a measure on every page: what its plan found, and what its chart says where no plan tells."""
    planned = planned_verdicts(scope, minimum_pairs)
    return planned.get(measure.measure_id) or verdict_of(scope, measure).variation


@cache
def _by_period(scope: Scope) -> dict[tuple[str, int], dict[str, Tally]]:
    """What each measure counted in each period, under each of its definitions."""
    found: dict[tuple[str, int], dict[str, Tally]] = {}
    cells = measures_of(scope).within_periods()
    for (measure_id, version, period), tally in cells.sum_by(["measure_id", "version", "period"]).items():
        found.setdefault((measure_id, version), {})[period] = tally
    return found


def periods_of(scope: Scope, measure: MeasureFacts) -> list[tuple[str, int, Tally]]:
    """What a measure counted in each period, under each definition that held in it, in their order."""
    return sorted(
        (
            (period, version, tally)
            for (measure_id, version), by_period in _by_period(scope).items()
            if measure_id == measure.measure_id
            for period, tally in by_period.items()
        ),
        key=lambda told: told[:2],
    )


@cache
def figures_of(scope: Scope, measure: MeasureFacts) -> tuple[PeriodFigure, ...]:
    """The page's periods of a measure."""
    tallies = _by_period(scope).get((measure.measure_id, measure.version), {})
    return follow_periods(tallies, measure, scope.context.commissioned_from)


def target_of(scope: Scope, measure: MeasureFacts) -> Curve | None:
    """The curve that sets a target for the measure on this page; the one due last where there are several."""
    own = scope.service.service_id if scope.service else None
    curves = [
        curve
        for curve in scope.context.curves
        if (curve.measure_id, curve.service_id) == (measure.measure_id, own)
    ]
    return max(curves, key=lambda curve: curve.due, default=None)


@cache
def verdict_of(scope: Scope, measure: MeasureFacts) -> KpiVerdict:
    """What the measure's control chart says on this page; `variation_of` is what is told of the measure."""
    target = target_of(scope, measure)
    aim = target.target if target else None
    return judge_kpi(figures_of(scope, measure), measure, aim)


def limits_of(scope: Scope, measure: MeasureFacts) -> Mapping[str, Estimate]:
    """The chart's mean and limits by judged period, no further than the measure can go."""
    chart = verdict_of(scope, measure).chart
    if chart is None:
        return {}
    highest = PER_CENT if measure.unit == "percent" else math.inf
    judged = [figure.period for figure in figures_of(scope, measure) if figure.judged]
    return {
        period: Estimate(
            point.limits.mean,
            max(0.0, point.limits.lower),
            min(highest, point.limits.upper),
            scope.confidence_level,
            "limits of the control chart",
            measure.unit,
        )
        for period, point in zip(judged, chart.points, strict=True)
    }
