"""Whether a curve turned: what came after an action against a forecast from before it, and how such forecasts did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pipeline.stats.monitoring.forecast import FEWEST_LEARNT, ForecastSeries, Line, fit_line
from pipeline.stats.results import Estimate, NotEstimable

Turn = Literal["turned", "not turned", "cannot tell"]


def mean_departure(line: Line, after: ForecastSeries, confidence_level: float, unit: str) -> Estimate:
    """How far the points after lie from their forecast, together: the mean by size, 0 where nothing changed.

    One number for all of them, so that many points do not make a false turn more likely; its interval holds the
    line's own uncertainty, which the points share, and theirs. ValueError where there is none.

    >>> line = fit_line(ForecastSeries((0, 1, 2, 3), (0.5, 0.5, 0.5, 0.5), (100,) * 4, "share"))
    >>> departure = mean_departure(line, ForecastSeries((4, 5), (0.7, 0.8), (100, 100), "share"), 0.95, "proportion")
    >>> round(departure.value, 3), departure.lower > 0
    (0.25, True)
    """
    if not after.times:
        raise ValueError("no point after, expected one or more to set against the forecast")
    actual = float(np.average(after.values, weights=after.sizes))
    told = line.forecast(after.times, after.sizes, confidence_level, unit)
    return replace(told, value=actual - told.value, lower=actual - told.upper, upper=actual - told.lower)


def judge_turn(departure: Estimate, needed: float, higher: bool) -> Turn:
    """Turned where all of the interval is better than forecast; not turned where it holds no gain that was asked for.

    `needed` is the mean departure that the way to the target asks for by now, in the measure's own direction.
    """
    better, best = (departure.lower, departure.upper) if higher else (-departure.upper, -departure.lower)
    asked = needed if higher else -needed
    if better > 0:
        return "turned"
    return "not turned" if best <= 0 or best < asked else "cannot tell"


@dataclass(frozen=True)
class Backtest:
    """Forecasts of the next point from each earlier place: how many, how many in their interval, and the errors."""

    forecasts: int
    inside: int
    error: float
    naive_error: float


def backtest(series: ForecastSeries, confidence_level: float) -> Backtest | None:
    """How the method would have forecast each point from those before it (rolling origin), against the last value.

    Errors are mean absolute errors. None where no point has four before it, or these tell no line.
    """
    places = range(FEWEST_LEARNT, len(series.times))
    if not places:
        return None
    errors, naive, inside = [], [], 0
    for place in places:
        line, next_point = fit_line(series.part(0, place)), series.part(place, place + 1)
        if isinstance(line, NotEstimable):
            return None
        told = line.forecast(next_point.times, next_point.sizes, confidence_level, "")
        actual = next_point.values[0]
        errors.append(abs(actual - told.value))
        naive.append(abs(actual - series.values[place - 1]))
        inside += told.contains(actual)
    return Backtest(len(places), inside, float(np.mean(errors)), float(np.mean(naive)))
