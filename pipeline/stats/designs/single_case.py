"""One unit that got something against several that did not, each seen once before and once after."""

import math

from numpy.typing import ArrayLike

from pipeline.stats.inputs import check_number, complete_numbers, t_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

_METHOD = "one case against others, modified t"


def single_case_difference(
    change: float,
    variance: float,
    changes: ArrayLike,
    variances: ArrayLike,
    confidence_level: float = 0.95,
    *,
    unit: str = "points",
) -> Result:
    """Change of the one less the mean change of the others; null value 0.

    Units differ for reasons of their own as well as by sampling. What the changes of the others vary beyond their
    sampling variances is how far a unit may move by itself, and the one is given as much: variance
    tau^2 (1 + 1/k) + its own sampling variance + mean sampling variance / k, and t with k - 1 degrees of freedom.
    Without sampling variances this is the modified t of Crawford and Howell (1998). Not estimable with fewer than
    three others. ValueError for a negative variance or unequal lengths.

    >>> result = single_case_difference(78, 0, [100, 110, 90, 105, 95], [0] * 5)
    >>> round(result.value, 2), round(result.lower, 2), round(result.upper, 2)
    (-22.0, -46.04, 2.04)
    """
    others, sampling = (
        complete_numbers("changes", changes),
        complete_numbers("variances", variances, lowest=0),
    )
    change, variance = check_number("change", change), check_number("variance", variance, lowest=0)
    if others.shape != sampling.shape:
        raise ValueError("changes and variances differ in length, expected one of each a unit")
    if others.size < 3:
        return NotEstimable("fewer than three to compare with, so how far one moves by itself is unknown")
    own = float(sampling.mean())
    between = max(0.0, float(others.var(ddof=1)) - own)
    error = math.sqrt(between + variance + (between + own) / others.size)
    if error == 0:
        return NotEstimable("all to compare with changed alike, so there is no spread to judge by")
    value = change - float(others.mean())
    reach = t_quantile(confidence_level, others.size - 1) * error
    return Estimate(value, value - reach, value + reach, confidence_level, _METHOD, unit)
