"""Where a straight line through past estimates would be on a later day."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from pipeline.stats.confidence import normal_quantile, t_quantile
from pipeline.stats.inputs import LARGEST, check_number, complete_numbers
from pipeline.stats.results import Estimate, NotEstimable, Result

_FEWEST_POINTS = 4
_WORST_CONDITION = 1e7


def linear_forecast(
    times: ArrayLike, estimates: Sequence[Estimate], at: float, confidence_level: float = 0.95
) -> Result:
    """The level of a weighted straight line at time `at`, with the interval of the line (not of a new point).

    Weighted least squares, weights one over the squared half-widths of the estimates' own intervals. The
    residual scale is estimated and never taken below 1, so that a lucky run of points cannot make the line
    surer than its points; t with n - 2 degrees of freedom. Not estimable with fewer than four points, or with points
    so unequally sure that no line can be told.
    ValueError for a time that is missing.

    >>> points = [Estimate(y, y - 1.96, y + 1.96, 0.95, "made up", "points") for y in (1.0, 2.0, 3.0, 4.0)]
    >>> round(linear_forecast([0, 1, 2, 3], points, at=5).value, 6)
    6.0
    """
    moments, at = complete_numbers("times", times), check_number("at", at)
    if moments.size != len(estimates):
        raise ValueError("times and estimates differ in number, expected one time for each estimate")
    if moments.size < _FEWEST_POINTS or np.ptp(moments) == 0:
        return NotEstimable("fewer than four periods to draw a line through")
    values = complete_numbers("estimates", [estimate.value for estimate in estimates])
    errors = np.array([_standard_error(estimate) for estimate in estimates])
    if not ((errors >= 1 / LARGEST) & (errors <= LARGEST)).all():
        return NotEstimable("a period without spread to judge by")
    distance = (moments - at) / np.abs(moments - at).max()
    surest = errors.min()
    design = np.column_stack([np.ones_like(moments), distance]) / (errors / surest)[:, None]
    if np.linalg.cond(design) > _WORST_CONDITION:
        return NotEstimable("periods too close together or too unequally sure to draw a line through")
    inverse = np.linalg.inv(design.T @ design)
    weighted = values / (errors / surest)
    coefficients = inverse @ design.T @ weighted
    residuals = (weighted - design @ coefficients) / surest
    freedom = moments.size - 2
    scale = max(1.0, float(residuals @ residuals) / freedom)
    level = float(coefficients[0])
    reach = t_quantile(confidence_level, freedom) * surest * math.sqrt(scale * inverse[0, 0])
    return Estimate(
        level, level - reach, level + reach, confidence_level, "weighted straight line", estimates[0].unit
    )


def _standard_error(estimate: Estimate) -> float:
    return (estimate.upper - estimate.lower) / (2 * normal_quantile(estimate.confidence_level))
