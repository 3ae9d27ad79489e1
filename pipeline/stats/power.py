"""How large a gap could have been seen."""

import math

from scipy import special
from scipy.optimize import brentq

from pipeline.stats.inputs import normal_quantile
from pipeline.stats.results import Counts, NotEstimable, Result

_BARELY = 1e-30
_POWER = 0.8
"""What is usual: four in five of such gaps would be seen."""


def detectable_difference(
    total: int, reference_total: int, rate: float, confidence_level: float = 0.95
) -> float | NotEstimable:
    """The smallest gap, in absolute terms, that `score_test` would find four times in five (a power of 80 %).

    `rate` is the reference group's. Gaps upward and downward of one size are not equally easy to see: this is
    the size that is seen either way, or the one way in which 0 to 1 leaves room. Normal approximation.
    ValueError for a rate outside 0 to 1.

    >>> round(detectable_difference(270, 270, rate=0.48), 3)
    0.12
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"a rate is {rate!r}, expected a share between 0 and 1")
    z = normal_quantile(confidence_level)
    total, reference_total = Counts(0, total).total, Counts(0, reference_total).total
    if total == 0 or reference_total == 0:
        return NotEstimable("nobody in one of the two groups")

    z_power = float(special.ndtri(_POWER))
    # As easy to see as the same gap in the share without the event; near 0 a float is finer than near 1.
    rate = min(rate, 1 - rate)

    def surplus(gap: float) -> float:
        null_error, true_error = _errors(total, reference_total, rate + gap, rate)
        return abs(gap) - z * null_error - z_power * true_error

    rooms = [room for room in (-rate, 1 - rate) if room != 0 and surplus(room) > 0]
    if not rooms:
        return NotEstimable("the groups are too small to see even the largest possible gap")
    return max(abs(brentq(surplus, _BARELY * room, room)) for room in rooms)


def detectable_from_interval(result: Result) -> float | NotEstimable:
    """The smallest true distance from a value that an interval of this width would leave out four times in five.

    Half-width times (z of the level + z of the power) / z of the level, for an estimate close to normal.

    >>> from pipeline.stats.results import Estimate
    >>> round(detectable_from_interval(Estimate(0, -1.96, 1.96, 0.95, "z", "points")), 2)
    2.8
    """
    if isinstance(result, NotEstimable):
        return result
    z = normal_quantile(result.confidence_level)
    return (result.upper - result.lower) / 2 * (z + float(special.ndtri(_POWER))) / z


def _errors(total: int, reference_total: int, rate: float, reference_rate: float) -> tuple[float, float]:
    """Standard error of the difference if the rates were equal, and as they are."""
    pooled = (total * rate + reference_total * reference_rate) / (total + reference_total)
    null_variance = pooled * (1 - pooled) * (1 / total + 1 / reference_total)
    true_variance = rate * (1 - rate) / total + reference_rate * (1 - reference_rate) / reference_total
    return math.sqrt(max(null_variance, 0.0)), math.sqrt(max(true_variance, 0.0))
