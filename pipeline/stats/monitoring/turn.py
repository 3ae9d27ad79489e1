"""What lines through short series tell: whether a curve turned, how such forecasts did, and how far a series moved."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.stats.inputs import Floats, t_quantile
from pipeline.stats.monitoring.forecast import FEWEST_LEARNT, ForecastSeries, Line, fit_line
from pipeline.stats.results import Estimate, NotEstimable, Result

Turn = Literal["turned", "not turned", "cannot tell"]
_SUPPOSED, _SUPPOSED_POINTS, _COEFFICIENTS, _MOST = 0.6, 8, 2, 0.9
_METHOD = "straight line, years leaning on one another"


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
    return told.map(lambda expected: actual - expected)


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


def line_change(
    times: Sequence[float], values: Sequence[float], confidence_level: float, unit: str
) -> Result:
    """How far a straight line goes from the first to the last time; not estimable from under four points.

    Figures of an area wander: one year's leans on the last, and a line through them looks surer than it is. Its
    variance is made larger by (1 + r) / (1 - r), r being the correlation of one distance from the line with the next.
    So few points hardly tell it, so r is drawn towards 0.6 as if eight more points had said so.

    >>> found = line_change(range(8), (10, 11, 12.2, 13, 13.9, 15, 16, 17.1), 0.95, "per cent")
    >>> round(found.value, 2), found.lower > 6
    (7.0, True)
    """
    return _read_line(times, values, lambda design: design[-1] - design[0], confidence_level, unit)


def line_end(times: Sequence[float], values: Sequence[float], confidence_level: float, unit: str) -> Result:
    """Where that straight line stands at the last time, its interval made wider in the same way.

    >>> found = line_end(range(8), (10, 11, 12.2, 13, 13.9, 15, 16, 17.1), 0.95, "per cent")
    >>> round(found.value, 2), round(found.lower, 1), round(found.upper, 1)
    (17.02, 16.8, 17.3)
    """
    return _read_line(times, values, lambda design: design[-1], confidence_level, unit)


def _read_line(
    times: Sequence[float],
    values: Sequence[float],
    weigh: Callable[[Floats], Floats],
    confidence_level: float,
    unit: str,
) -> Result:
    """What coefficients come to with weights of the design, a row a time."""
    if len(times) < FEWEST_LEARNT:
        return NotEstimable("fewer than four periods to draw a line through")
    line = fit_line(ForecastSeries(tuple(times), tuple(values), (1.0,) * len(times), "mean"))
    if isinstance(line, NotEstimable):
        return line
    weights = weigh(line.learnt.design(times))
    value = float(weights @ line.coefficients)
    variance = float(weights @ line.covariances[1] @ weights) * _leaning(line)
    reach = t_quantile(confidence_level, line.freedom) * math.sqrt(variance)
    return Estimate(value, value - reach, value + reach, confidence_level, _METHOD, unit)


def _leaning(line: Line) -> float:
    """How many times as much the line varies as one through independent points."""
    off = np.asarray(line.learnt.values) - line.at(line.learnt.times)
    spread, number = float(off @ off), len(off)
    if not spread:
        return 1.0
    # A fitted line takes away about so much of what neighbouring points share.
    seen = float(off[1:] @ off[:-1]) / spread + _COEFFICIENTS / number
    own = (number * seen + _SUPPOSED_POINTS * _SUPPOSED) / (number + _SUPPOSED_POINTS)
    own = min(max(own, 0.0), _MOST)
    return (1 + own) / (1 - own)
