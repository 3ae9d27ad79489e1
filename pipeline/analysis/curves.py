"""Whether a curve is turning: what came after the action against a forecast made from before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from pipeline.analysis.kpis import judged_tallies
from pipeline.analysis.periods import PER_CENT, PeriodFigure, rate_of, size_of, unit_of
from pipeline.contract.context import MeasureFacts
from pipeline.contract.curves import Curve
from pipeline.contract.periods import period_days
from pipeline.stats.forecast import (
    Backtest,
    Line,
    Series,
    backtest,
    fit_line,
    forecast_points,
    judge_turn,
    mean_departure,
)
from pipeline.stats.results import Estimate

Verdict = Literal["turned", "not turned", "cannot tell yet", "too few to say"]
FEWEST_BEFORE = 6
FEWEST_AFTER = 2
_DAYS_IN_YEAR = 365.25


@dataclass(frozen=True)
class CurveFinding:
    """What is known of a curve, in the measure's unit.

    `departure` is actual less forecast since the action, all periods together (None where there are too few);
    `needed` what a straight way from the forecast at the action to the target asks for by now.
    """

    verdict: Verdict
    before: int
    after: int
    departure: Estimate | None = None
    needed: float = 0.0
    forecasts: Mapping[str, Estimate] = field(default_factory=dict)
    tried: Backtest | None = None


def judge_curve(
    curve: Curve, measure: MeasureFacts, figures: Sequence[PeriodFigure], confidence_level: float
) -> CurveFinding:
    """The verdict from the periods that may be judged, split at the action; its own period counts as after it."""
    judged = [figure for figure in figures if figure.judged]
    number = sum(period_days(figure.period)[1] < curve.action_on for figure in judged)
    after = judged[number:]
    if number < FEWEST_BEFORE or len(after) < FEWEST_AFTER or not judged_tallies(figures):
        return CurveFinding("too few to say", number, len(after))
    series = _series(judged, measure)
    before, since = series.part(0, number), series.part(number, len(judged))
    chance = _chance(before, measure)
    line = fit_line(before, chance)
    departure = mean_departure(line, since, confidence_level, measure.unit)
    needed = _needed(curve, line, since)
    turn = judge_turn(departure, needed, measure.direction == "higher")
    told = forecast_points(line, since.times, since.sizes, confidence_level, measure.unit)
    return CurveFinding(
        "cannot tell yet" if turn == "cannot tell" else turn,
        number,
        len(after),
        departure,
        needed,
        {figure.period: _within(estimate, measure) for figure, estimate in zip(after, told, strict=True)},
        backtest(before, chance, confidence_level),
    )


def _series(figures: Sequence[PeriodFigure], measure: MeasureFacts) -> Series:
    tallies = [figure.shown for figure in figures if figure.shown is not None]
    return Series(
        tuple(_years(figure.period) for figure in figures),
        tuple(rate_of(tally, measure) for tally in tallies),
        tuple(size_of(tally) for tally in tallies),
    )


def _years(period: str) -> float:
    """The middle of a period, in years."""
    first, last = period_days(period)
    return (first.toordinal() + last.toordinal()) / 2 / _DAYS_IN_YEAR


def _within(told: Estimate, measure: MeasureFacts) -> Estimate:
    """A forecast no lower and no higher than the measure can be."""
    highest = PER_CENT if measure.unit == "percent" else np.inf
    value, lower, upper = (min(max(number, 0.0), highest) for number in (told.value, told.lower, told.upper))
    return replace(told, value=value, lower=lower, upper=upper)


def _chance(before: Series, measure: MeasureFacts) -> float:
    """The variance of a figure that rests on one person or one child-year, in the measure's unit squared.

    Half an event is added to either side, so that it is never 0.
    """
    unit, size = unit_of(measure), sum(before.sizes)
    events = float(np.dot(before.values, before.sizes)) / unit
    if measure.unit == "percent":
        share = (events + 0.5) / (size + 1)
        return PER_CENT**2 * share * (1 - share)
    return unit**2 * (events + 0.5) / size


def _needed(curve: Curve, line: Line, since: Series) -> float:
    """Mean departure that a straight way from the forecast at the action to the target at its date asks for."""
    start, due = (day.toordinal() / _DAYS_IN_YEAR for day in (curve.action_on, curve.due))
    level = float(line.at([start])[0])
    gone = np.clip((np.asarray(since.times) - start) / (due - start), 0.0, 1.0)
    course = level + gone * (curve.target - level)
    return float(np.average(course - line.at(since.times), weights=since.sizes))
