"""Whether a short series went on as it had: a forecast from the points before an action, and what came of it.

The forecast is a straight line by weighted least squares: every point counts by its size (people, child-years), and
what the points vary by beyond chance is estimated from them (quasi-binomial, quasi-Poisson with identity link). Eight
to twelve points cannot carry a season, and the weights that smoothing methods fit to so few are mostly 0 or 1, with
intervals that do not know it. A level without slope would call every trend that was there already a turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.stats.confidence import normal_quantile, t_quantile
from pipeline.stats.results import Estimate

_FEWEST_LEARNT = 4
Turn = Literal["turned", "not turned", "cannot tell"]
Values = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Series:
    """Points at `times`, each a rate that rests on `sizes` people or child-years. ValueError for a size of 0."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    sizes: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.times) == len(self.values) == len(self.sizes):
            raise ValueError("times, values and sizes differ in number")
        if not all(size > 0 for size in self.sizes):
            raise ValueError("a point of size 0")

    def part(self, first: int, end: int) -> Series:
        """The points from `first` up to `end`, which is not in it."""
        return Series(self.times[first:end], self.values[first:end], self.sizes[first:end])


@dataclass(frozen=True)
class Line:
    """A fitted line: its coefficients (level at time 0, slope), and how sure it is.

    `unit_covariance` is the coefficients' covariance where a point of size 1 has variance 1; such a point's variance
    is `chance` by chance alone, and `seen` with `freedom` degrees of freedom by what the points did.
    """

    coefficients: Values
    unit_covariance: Values
    chance: float
    seen: float
    freedom: int

    def at(self, times: Sequence[float]) -> Values:
        """The line's values at those times."""
        values: Values = _design(times) @ self.coefficients
        return values

    def reach(self, row: Values, size: float, confidence_level: float) -> float:
        """Half the prediction interval of a mean of points: the wider of the two variances' own.

        Chance is known, so its quantile is the normal one; what was seen has Student's. Either alone would be
        too narrow: the first where points vary beyond chance, the second where few happen to lie on a line.
        """
        errors = normal_quantile(confidence_level) * math.sqrt(self.chance)
        seen = t_quantile(confidence_level, self.freedom) * math.sqrt(self.seen)
        return max(errors, seen) * math.sqrt(float(row @ self.unit_covariance @ row) + 1 / size)


def fit_line(series: Series, chance: float) -> Line:
    """Weighted least squares, weights the sizes.

    `chance` is the variance of a point of size 1 by chance: p(1 - p) for a share, the rate itself for events per
    child-year. ValueError under three points.
    """
    freedom = len(series.times) - 2
    if freedom < 1:
        raise ValueError(
            f"{len(series.times)} points, expected three or more to fit a line and judge its spread"
        )
    design, weights = _design(series.times), np.asarray(series.sizes)
    inverse: Values = np.linalg.inv(design.T @ (weights[:, None] * design))
    coefficients = inverse @ design.T @ (weights * np.asarray(series.values))
    residuals = np.asarray(series.values) - design @ coefficients
    return Line(coefficients, inverse, chance, float(weights @ residuals**2) / freedom, freedom)


def forecast_points(
    line: Line, times: Sequence[float], sizes: Sequence[float], confidence_level: float, unit: str
) -> list[Estimate]:
    """What a new point of each size would be at each time, with its prediction interval.

    >>> before = Series((0, 1, 2, 3, 4, 5), (0.50, 0.54, 0.56, 0.57, 0.62, 0.63), (100,) * 6)
    >>> [point] = forecast_points(fit_line(before, 0.24), [6], [100], 0.95, "proportion")
    >>> round(point.value, 3), round(point.lower, 3), round(point.upper, 3)
    (0.66, 0.529, 0.791)
    """
    return [
        _interval(float(middle), line.reach(row, size, confidence_level), confidence_level, unit)
        for middle, row, size in zip(line.at(times), _design(times), sizes, strict=True)
    ]


def mean_departure(line: Line, after: Series, confidence_level: float, unit: str) -> Estimate:
    """How far the points after lie from their forecast, together: the mean by size, 0 where nothing changed.

    One number for all of them, so that many points do not make a false turn more likely; its interval holds the
    line's own uncertainty, which the points share, and theirs. ValueError where there is none.
    """
    if not after.times:
        raise ValueError("no point after, expected one or more to set against the forecast")
    size = sum(after.sizes)
    weights = np.asarray(after.sizes) / size
    middle = float(weights @ (np.asarray(after.values) - line.at(after.times)))
    reach = line.reach(weights @ _design(after.times), size, confidence_level)
    return _interval(middle, reach, confidence_level, unit)


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


def backtest(series: Series, chance: float, confidence_level: float) -> Backtest | None:
    """How the method would have forecast each point from those before it (rolling origin), against the last value.

    Errors are mean absolute errors. None where no point has four before it.
    """
    places = range(_FEWEST_LEARNT, len(series.times))
    if not places:
        return None
    errors, naive, inside = [], [], 0
    for place in places:
        line = fit_line(series.part(0, place), chance)
        next_point = series.part(place, place + 1)
        [told] = forecast_points(line, next_point.times, next_point.sizes, confidence_level, "")
        actual = next_point.values[0]
        errors.append(abs(actual - told.value))
        naive.append(abs(actual - series.values[place - 1]))
        inside += told.contains(actual)
    return Backtest(len(places), inside, float(np.mean(errors)), float(np.mean(naive)))


def _interval(middle: float, reach: float, confidence_level: float, unit: str) -> Estimate:
    return Estimate(middle, middle - reach, middle + reach, confidence_level, "straight line forecast", unit)


def _design(times: Sequence[float]) -> Values:
    return np.column_stack([np.ones(len(times)), np.asarray(times, dtype=np.float64)])
