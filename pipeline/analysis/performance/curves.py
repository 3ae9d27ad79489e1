"""Whether a curve is turning: what came after the action against a forecast made from before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import numpy as np

from pipeline.analysis.performance.kpis import figures_of
from pipeline.analysis.performance.periods import PeriodFigure, size_of, unit_of
from pipeline.analysis.scope import Scope, Scoped, part_of
from pipeline.contract.context import MeasureFacts
from pipeline.contract.open_words import CannotTell, NotTurned, TooFew
from pipeline.contract.periods import period_days
from pipeline.contract.plans import Curve
from pipeline.stats.monitoring.forecast import ForecastSeries, Line, fit_line
from pipeline.stats.monitoring.turn import Backtest, backtest, judge_turn, mean_departure
from pipeline.stats.results import Estimate, NotEstimable

Verdict = Literal["turned", NotTurned, CannotTell, TooFew]
FEWEST_BEFORE = 6
FEWEST_AFTER = 2
_DAYS_IN_YEAR = 365.25


@dataclass(frozen=True)
class CurveFinding:
    """What is known of a curve, in the measure's unit.

    `departure` is actual less forecast since the action, all periods together (None where there are too few);
    `needed` what a straight way from the forecast at the action to the target asks for by now. `seasonal` where the
    forecast knows the season.
    """

    verdict: Verdict
    before: int
    after: int
    departure: Estimate | None = None
    needed: float = 0.0
    forecasts: Mapping[str, Estimate] = field(default_factory=dict)
    tried: Backtest | None = None
    seasonal: bool = False

    @property
    def past_errors(self) -> Mapping[str, float]:
        """How far forecasts of earlier periods were off, and the period before taken as it was; none untried."""
        return {"past_error": self.tried.error, "past_naive": self.tried.naive_error} if self.tried else {}


def judge_curve(
    curve: Curve, measure: MeasureFacts, figures: Sequence[PeriodFigure], confidence_level: float
) -> CurveFinding:
    """The verdict from the periods that may be judged, split at the action; its own period counts as after it."""
    judged = [figure for figure in figures if figure.judged]
    number = sum(period_days(figure.period)[1] < curve.action_on for figure in judged)
    after = judged[number:]
    few = CurveFinding("too few to say", number, len(after))
    if number < FEWEST_BEFORE or len(after) < FEWEST_AFTER or _is_rare(judged, measure):
        return few
    series = _series(judged, measure)
    before, since = series.part(0, number), series.part(number, len(judged))
    line, unit = fit_line(before), unit_of(measure)
    if isinstance(line, NotEstimable):
        return few

    def in_unit(number: float) -> float:
        return unit * number

    departure = mean_departure(line, since, confidence_level, measure.unit).map(in_unit)
    needed = unit * _needed(curve, line, since, unit)
    turn = judge_turn(departure, needed, measure.direction == "higher")
    told = [since.part(place, place + 1) for place in range(len(after))]
    tried = backtest(before, confidence_level)
    return CurveFinding(
        "cannot tell yet" if turn == "cannot tell" else turn,
        number,
        len(after),
        departure,
        needed,
        {
            figure.period: line.forecast(point.times, point.sizes, confidence_level, measure.unit).map(
                in_unit
            )
            for figure, point in zip(after, told, strict=True)
        },
        tried and replace(tried, error=unit * tried.error, naive_error=unit * tried.naive_error),
        before.seasonal,
    )


def _is_rare(figures: Sequence[PeriodFigure], measure: MeasureFacts) -> bool:
    """Whether a rate's periods hold fewer events on average than counts are rounded to."""
    base = figures[0].tally.rule.round_to
    events = sum(figure.tally.events for figure in figures)
    return measure.unit != "percent" and base > 1 and events < base * len(figures)


def _series(figures: Sequence[PeriodFigure], measure: MeasureFacts) -> ForecastSeries:
    tallies = [figure.tally for figure in figures]
    return ForecastSeries(
        tuple(_years(figure.period) for figure in figures),
        tuple(tally.events / size_of(tally) for tally in tallies),
        tuple(size_of(tally) / tally.effect for tally in tallies),
        "share" if measure.unit == "percent" else "rate",
        season=1.0,
    )


def _years(period: str) -> float:
    """The middle of a period, in years."""
    first, last = period_days(period)
    return (first.toordinal() + last.toordinal()) / 2 / _DAYS_IN_YEAR


def _needed(curve: Curve, line: Line, since: ForecastSeries, unit: int) -> float:
    """Mean departure that a straight way from the forecast at the action to the target at its date asks for."""
    start, due = (day.toordinal() / _DAYS_IN_YEAR for day in (curve.action_on, curve.due))
    level = float(line.at([start])[0])
    gone = np.clip((np.asarray(since.times) - start) / (due - start), 0.0, 1.0)
    course = level + gone * (curve.target / unit - level)
    return float(np.average(course - line.at(since.times), weights=since.sizes))


def curve_scope(scope: Scoped, curve: Curve) -> Scoped:
    """Return the part whose rows a curve is about."""
    return scope if curve.service_id is None else part_of(scope, curve.service_id)


@cache
def finding_of(scope: Scope, curve: Curve) -> CurveFinding:
    """What is known of a curve, from counts as they may be shown."""
    own, measure = curve_scope(scope, curve), scope.context.measure(curve.measure_id)
    return judge_curve(curve, measure, figures_of(own, measure), scope.confidence_level)
