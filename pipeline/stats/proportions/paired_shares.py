"""How a share of the same people changed: each is its own comparison, so only those who crossed over tell."""

import math

from scipy import special
from scipy.optimize import brentq

from pipeline.stats.inputs import check_number, normal_quantile
from pipeline.stats.results import Estimate, NotEstimable, PValue, Result

_STEP = 1e-9


def paired_difference(gained: float, lost: float, total: float, confidence_level: float = 0.95) -> Result:
    """The share with the event afterwards less the share before, of the same people; null value 0.

    `gained` have it only afterwards, `lost` only before. Interval by inverting the score test (Tango 1998): it holds 0
    exactly when McNemar's test, without continuity correction, does not reject, and it has a width where nobody crossed
    over. Numbers that were rounded need not be whole. ValueError where more cross over than there are.

    >>> interval = paired_difference(gained=6, lost=16, total=161)
    >>> round(interval.value, 4), round(interval.lower, 4), round(interval.upper, 4)
    (-0.0621, -0.124, -0.0054)
    """
    z = normal_quantile(confidence_level)
    for name, number in (("gained", gained), ("lost", lost), ("total", total)):
        check_number(name, number, lowest=0)
    if gained + lost > total:
        raise ValueError("more people cross over than there are, expected them to be a part of the total")
    if total == 0:
        return NotEstimable("nobody was seen before and after")
    found = (gained - lost) / total

    def excess(difference: float) -> float:
        b = (2 - found) * difference - (gained + lost) / total
        c = -lost / total * difference * (1 - difference)
        # The likeliest share of those who lost it, if the difference held, twice over.
        both = (math.sqrt(max(b**2 - 8 * c, 0.0)) - b) / 2
        variance = (both + difference * (1 - difference)) / total
        return abs(difference - found) - z * math.sqrt(max(variance, 0.0))

    def limit(end: float) -> float:
        start = found + _STEP * (end - found)
        return float(brentq(excess, start, end, xtol=1e-13)) if excess(start) < 0 < excess(end) else end

    return Estimate(found, limit(-1.0), limit(1.0), confidence_level, "Tango score", "proportion")


def mcnemar_mid_p(gained: float, lost: float) -> PValue:
    """McNemar's exact test of as many gaining the event as losing it, less half the chance of what was seen.

    The mid-P test of Fagerland, Lydersen and Laake (2013), two-sided; 1 where nobody crossed over. Numbers that were
    rounded need not be whole.

    >>> round(mcnemar_mid_p(gained=7, lost=1).value, 4)
    0.0391
    """
    for name, number in (("gained", gained), ("lost", lost)):
        check_number(name, number, lowest=0)
    fewer, more = sorted((gained, lost))
    p_value = 1.0
    if more:
        # Of so many or fewer, and of fewer: their mean leaves out half of what was seen.
        at_most = special.betainc(more, fewer + 1, 0.5)
        below = special.betainc(more + 1, fewer, 0.5) if fewer else 0.0
        p_value = float(at_most + below if fewer < more else 1 - (at_most - below) / 2)
    return PValue(p_value, "McNemar mid-P", "as many gain it as lose it")
