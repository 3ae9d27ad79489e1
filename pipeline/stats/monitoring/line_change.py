"""How far a short series has moved over the time seen, allowing for years that lean on one another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pipeline.stats.confidence import t_quantile
from pipeline.stats.monitoring.forecast import FEWEST_LEARNT, ForecastSeries, Line, fit_line
from pipeline.stats.results import Estimate, NotEstimable, Result

_SUPPOSED, _SUPPOSED_POINTS, _COEFFICIENTS, _MOST = 0.6, 8, 2, 0.9
_METHOD = "straight line, years leaning on one another"


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
    if len(times) < FEWEST_LEARNT:
        return NotEstimable("fewer than four periods to draw a line through")
    series = ForecastSeries(tuple(times), tuple(values), (1.0,) * len(times), "mean")
    line = fit_line(series)
    if isinstance(line, NotEstimable):
        return line
    moved = float(line.coefficients[1])
    variance = float(line.covariances[1][1, 1]) * _leaning(line)
    reach = t_quantile(confidence_level, line.freedom) * math.sqrt(variance)
    return Estimate(moved, moved - reach, moved + reach, confidence_level, _METHOD, unit)


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
