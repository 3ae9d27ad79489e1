"""Where a short series is going: a forecast of its next points, each with the interval of a new point.

The forecast is a line on the scale on which a level cannot leave what it can be: the logit of a share, the logarithm of
a rate, a mean as it is. Every point counts by its size (people, child-years, or one over a mean's variance), and what
points vary by beyond chance is estimated from them. The interval is that of a new point of a size of its own, not of
the line. A season is modelled from three whole ones on: fewer points cannot tell it from the line, and the weights that
smoothing methods fit to so few are mostly 0 or 1. A level without slope would call every trend that was there already
a turn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from pipeline.stats.designs import series_regression
from pipeline.stats.designs.series_regression import Family, fit_coefficients, level_of, link_of, moments_of
from pipeline.stats.inputs import LARGEST, Floats, complete_numbers, normal_quantile, t_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

FEWEST_LEARNT = 4
_WHOLE_SEASONS = 3
_SEASONAL_COEFFICIENTS = 4
_HALF_EVENT, _NEARLY, _TINY = 0.5, 0.01, 1e-12
_WORST_CONDITION, _SETTLINGS, _FAR = 1e7, 2, 30.0
_FURTHEST = 1e6
"""As a multiple of the time seen."""
_NO_LINE = NotEstimable("periods too close together or too unequally sure to draw a line through")
_BOUNDS: Mapping[Family, tuple[float, float]] = {
    "mean": (-math.inf, math.inf),
    "rate": (0.0, math.inf),
    "share": (0.0, 1.0),
}
_METHODS = {"mean": "straight line forecast", "rate": "log-linear forecast", "share": "logistic forecast"}


@dataclass(frozen=True)
class ForecastSeries:
    """Points at `times`, each a share, a rate or a mean that rests on its size. ValueError for a size of 0.

    The size is people, the time at risk, or for a mean one over its variance. `season` is its length, in the unit of
    the times; 0 where none is looked for.
    """

    times: tuple[float, ...]
    values: tuple[float, ...]
    sizes: tuple[float, ...]
    family: Family
    season: float = 0.0

    def __post_init__(self) -> None:
        if not len(self.times) == len(self.values) == len(self.sizes):
            raise ValueError("times, values and sizes differ in number, expected one of each a point")
        complete_numbers("times", self.times)
        values = complete_numbers("values", self.values, -LARGEST if self.family == "mean" else 0.0)
        if not (complete_numbers("sizes", self.sizes) > 0).all():
            raise ValueError("a point has size 0, expected people, time at risk or spread behind each")
        if self.family == "share" and (values > 1).any():
            raise ValueError("a share lies beyond 1, expected 0 to 1")

    def part(self, first: int, end: int) -> ForecastSeries:
        """The points from `first` up to `end`, which is not in it."""
        return replace(
            self, times=self.times[first:end], values=self.values[first:end], sizes=self.sizes[first:end]
        )

    @property
    def seasonal(self) -> bool:
        """Whether there are points of enough whole seasons to know one; each point stands for as long as the next.

        A small group has points in few of the quarters, fewer than a season takes.
        """
        if not self.season or len(self.times) <= _SEASONAL_COEFFICIENTS:
            return False
        step = (self.times[-1] - self.times[0]) / (len(self.times) - 1)
        return self.times[-1] - self.times[0] + step >= _WHOLE_SEASONS * self.season * (1 - _NEARLY)

    def design(self, times: Sequence[float]) -> Floats:
        """The columns of the model at some times: level, slope over the time seen, and a season that is modelled."""
        since = np.asarray(times, dtype=np.float64) - np.mean(self.times)
        columns = [np.ones_like(since), since / (np.ptp(self.times) or 1.0)]
        if self.seasonal:
            turn = 2 * np.pi * since / self.season
            columns += [np.sin(turn), np.cos(turn)]
        return np.column_stack(columns)


@dataclass(frozen=True, eq=False)
class Line:
    """A fitted line and how sure it is.

    `covariances` are the coefficients' by chance alone, and as much wider as the points vary: `spreads` times as much,
    which has `freedom` degrees of freedom.
    """

    learnt: ForecastSeries
    coefficients: Floats
    covariances: tuple[Floats, Floats]
    spreads: tuple[float, float]
    freedom: int

    def at(self, times: Sequence[float]) -> Floats:
        """The line's levels at those times."""
        index = self.learnt.design(times) @ self.coefficients
        family = self.learnt.family
        return level_of(index if family == "mean" else np.clip(index, -_FAR, _FAR), family)

    def forecast(
        self, times: Sequence[float], sizes: Sequence[float], confidence_level: float, unit: str
    ) -> Estimate:
        """What new points of those sizes would be, all taken together, with its prediction interval.

        It is the wider of two: chance is known, so its quantile is the normal one; what was seen has Student's. Either
        alone would be too narrow: the first where points vary beyond chance, the second where few happen to lie on a
        line. The line's own limits and those of points about it are put together as in `independent_difference`.
        """
        family, size = self.learnt.family, sum(sizes)
        weights, levels = np.asarray(sizes) / size, self.at(times)
        level = float(weights @ levels)
        row = (weights * _steepness(levels, family)) @ self.learnt.design(times)
        row /= _steepness(np.array([level]), family)[0]
        quantiles = normal_quantile(confidence_level), t_quantile(confidence_level, self.freedom)
        ends = [
            _ends(level, quantile * math.sqrt(float(row @ covariance @ row)), size / spread, family, quantile)
            for covariance, spread, quantile in zip(self.covariances, self.spreads, quantiles, strict=True)
        ]
        lower, upper = min(low for low, _ in ends), max(high for _, high in ends)
        return Estimate(level, lower, upper, confidence_level, _METHODS[family], unit)


def fit_line(series: ForecastSeries) -> Line | NotEstimable:
    """Weighted least squares for a mean, quasi-Poisson for a rate, quasi-binomial for a share.

    Half an event is added to either side, spread over the points by size, so that nothing is ever certain, and of slope
    and season it is believed before that they move a logit or a logarithm by about 1 over the time seen: else a few
    points at 100 % could go anywhere from there. ValueError where there is no point more than coefficients.

    Not estimable where points lie too close together, or are so unequally sure, that no line can be told.
    """
    if len(series.times) < 3:
        raise ValueError(
            f"{len(series.times)} points, expected three or more to fit a line and judge its spread"
        )
    design, sizes = series.design(series.times), np.asarray(series.sizes)
    freedom = len(sizes) - design.shape[1]
    outcome = np.asarray(series.values) * sizes
    counted = series_regression.Series(outcome, sizes, series.family)
    held = np.eye(design.shape[1])[1:] if series.family != "mean" else np.empty((0, design.shape[1]))
    if np.linalg.cond(np.sqrt(sizes / sizes.max())[:, None] * design) > _WORST_CONDITION:
        return _NO_LINE
    coefficients, seen = np.zeros(design.shape[1]), 1.0
    for _ in range(_SETTLINGS):
        found = fit_coefficients(_eased(counted), design, held * math.sqrt(max(seen, 1.0)))
        if isinstance(found, NotEstimable):
            return found
        mean, variance = moments_of(counted, design @ found)
        coefficients, seen = found, float((outcome - mean) ** 2 @ (1 / variance)) / freedom
    information = design.T @ (variance[:, None] * design)
    spreads = 1.0, max(seen, _TINY)
    chance, wider = (np.linalg.inv(information / spread + held.T @ held) for spread in spreads)
    return Line(series, coefficients, (np.asarray(chance), np.asarray(wider)), spreads, freedom)


def _eased(counted: series_regression.Series) -> series_regression.Series:
    """The same with half an event on either side."""
    if counted.family == "mean":
        return counted
    share = _HALF_EVENT / counted.size.sum()
    size = counted.size * (1 + 2 * share) if counted.family == "share" else counted.size
    return replace(counted, outcome=counted.outcome + share * counted.size, size=size)


def forecast_level(series: ForecastSeries, at: Sequence[float], confidence_level: float, unit: str) -> Result:
    """What new points of the usual size would be at later times, all taken together; not estimable from under four.

    >>> before = ForecastSeries((0, 1, 2, 3, 4, 5), (0.80, 0.88, 0.90, 0.92, 0.97, 0.98), (100,) * 6, "share")
    >>> told = forecast_level(before, [9], 0.95, "proportion")
    >>> round(told.value, 3), round(told.lower, 3), round(told.upper, 3)
    (0.992, 0.96, 1.0)
    """
    times = complete_numbers("at", at).tolist()
    if len(series.times) < FEWEST_LEARNT:
        return NotEstimable("fewer than four periods to draw a line through")
    line = fit_line(series)
    if isinstance(line, NotEstimable):
        return line
    seen = float(np.ptp(series.times)) or 1.0
    if np.abs(np.asarray(times) - series.times[-1]).max() > _FURTHEST * seen:
        return NotEstimable("the time asked for is too far from those seen")
    return line.forecast(times, [float(np.mean(series.sizes))] * len(times), confidence_level, unit)


def _steepness(levels: Floats, family: Family) -> Floats:
    """How fast a level grows with its linear predictor."""
    if family == "mean":
        return np.ones_like(levels)
    return levels if family == "rate" else levels * (1 - levels)


def _ends(level: float, reach: float, size: float, family: Family, quantile: float) -> tuple[float, float]:
    """The limits of a new point: the line's, which `reach` so far on its scale, and those of points about it."""
    index = float(link_of(np.array([level]), family)[0])
    low, high = (float(each) for each in level_of(np.array([index - reach, index + reach]), family))
    least, most = _new_point(level, size, family, quantile)
    lower = level - math.hypot(level - low, level - min(least, level))
    upper = level + math.hypot(high - level, max(most, level) - level)
    lowest, highest = _BOUNDS[family]
    return max(lower, lowest), min(upper, highest)


def _new_point(level: float, size: float, family: Family, quantile: float) -> tuple[float, float]:
    """Between which values a point lies about a level that is known: exact tails of counts."""
    tail = float(special.ndtr(-quantile))
    match family:
        case "share":
            return (
                float(special.bdtrik(tail, size, level)) / size,
                1 - float(special.bdtrik(tail, size, 1 - level)) / size,
            )
        case "rate":
            expected = level * size
            return (
                float(special.pdtrik(tail, expected)) / size,
                (float(special.pdtrik(1 - tail, expected)) + 1) / size,
            )
        case "mean":
            return level - quantile / math.sqrt(size), level + quantile / math.sqrt(size)
