"""Inequality along an ordered scale such as deprivation: slope and relative index."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from pipeline.stats.inputs import Floats, complete_numbers
from pipeline.stats.results import Estimate, NotEstimable, Result

_FEWEST_LEVELS = 3
_FARTHEST = 1e6


def slope_index(levels: Sequence[Estimate], sizes: ArrayLike) -> Result:
    """How much higher the figure is at the top of the scale than at its bottom, by a straight line; null value 0.

    SII (Low and Low 2004, as England's public health guidance has it): `levels` in order, each at the midpoint of its
    share of all `sizes`, weighted by that share. Interval from those of the levels (MOVER, Zou and Donner 2008), which
    for symmetric ones is that of a weighted sum. Not estimable below three levels with somebody in them. ValueError for
    different confidence levels or units.

    >>> levels = [Estimate(y, y - 1, y + 1, 0.95, "made up", "years") for y in (60.0, 63.0, 66.0, 69.0, 72.0)]
    >>> round(slope_index(levels, [20] * 5).value, 9)
    15.0
    """
    ends = _ends(levels, sizes)
    if isinstance(ends, NotEstimable):
        return ends
    return _sum_of(levels, ends[1] - ends[0], "slope index", levels[0].unit)


def relative_index(levels: Sequence[Estimate], sizes: ArrayLike) -> Result:
    """The line of `slope_index` at the top over the line at the bottom; null value 1.

    RII; its interval holds every ratio at which top - ratio x bottom may be 0 by an interval of the same kind. Not
    estimable where the line is not above 0 at both ends.

    >>> levels = [Estimate(y, y - 1, y + 1, 0.95, "made up", "years") for y in (60.0, 63.0, 66.0, 69.0, 72.0)]
    >>> round(relative_index(levels, [20] * 5).value, 4)
    1.2564
    """
    ends = _ends(levels, sizes)
    if isinstance(ends, NotEstimable):
        return ends
    bottom, top = ends
    values = np.array([each.value for each in levels])
    if min(bottom @ values, top @ values) <= 0:
        return NotEstimable("the line through the levels is not above 0 at both ends of the scale")
    ratio = float(top @ values / (bottom @ values))

    def beyond(log_ratio: float, side: int) -> float:
        """Above 0 where the ratio lies outside the interval on that side."""
        difference = _sum_of(levels, top - math.exp(log_ratio) * bottom, "", "")
        return difference.lower if side < 0 else -difference.upper

    def limit(side: int) -> float:
        far = math.log(ratio) + side * math.log(_FARTHEST)
        if beyond(far, side) <= 0:
            return 0.0 if side < 0 else math.inf
        return math.exp(brentq(beyond, math.log(ratio), far, args=(side,), xtol=1e-12))

    return Estimate(ratio, limit(-1), limit(1), levels[0].confidence_level, "relative index", "ratio")


def _ends(levels: Sequence[Estimate], sizes: ArrayLike) -> tuple[Floats, Floats] | NotEstimable:
    """The weight that each level has in the height of the line at the bottom of the scale, and at its top."""
    people = complete_numbers("sizes", sizes, lowest=0)
    if len(levels) != people.size or len({(each.confidence_level, each.unit) for each in levels}) > 1:
        raise ValueError(
            "levels and sizes do not fit, expected one size and one kind of estimate for each level"
        )
    if (people > 0).sum() < _FEWEST_LEVELS:
        return NotEstimable("fewer than three levels with somebody in them")
    complete_numbers("levels", [limit for each in levels for limit in (each.value, each.lower, each.upper)])
    share = people / people.sum()
    rank = np.cumsum(share) - share / 2
    centred = rank - share @ rank
    slope = share * centred / (share @ centred**2)
    bottom = share - slope * float(share @ rank)
    return bottom, bottom + slope


def _sum_of(levels: Sequence[Estimate], weights: Floats, method: str, unit: str) -> Estimate:
    """A weighted sum of independent estimates, each limit by the distances that matter on its side (MOVER)."""
    value, below, above = (
        np.array([getattr(each, name) for each in levels]) for name in ("value", "lower", "upper")
    )
    down, up = weights * (value - below), weights * (above - value)
    total = float(weights @ value)
    lower = total - float(np.linalg.norm(np.where(weights > 0, down, up)))
    upper = total + float(np.linalg.norm(np.where(weights > 0, up, down)))
    return Estimate(total, lower, upper, levels[0].confidence_level, method, unit)
