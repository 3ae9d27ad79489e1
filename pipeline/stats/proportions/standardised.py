"""Directly standardised rates: what a group's rate would be, had it the make-up of a standard population."""

import math

from numpy.typing import ArrayLike

from pipeline.stats.inputs import LARGEST, check_number, complete_numbers
from pipeline.stats.proportions.one_group import byar_interval
from pipeline.stats.results import Estimate, NotEstimable, Result

_SAME_TO_ROUNDING = 1e-9
FEWEST_EVENTS = 10
"""Below so many events neither the rate nor its interval is any good (Morris and others 2018)."""


def directly_standardised_rate(
    events: ArrayLike,
    exposure: ArrayLike,
    standard: ArrayLike,
    per: float = 1.0,
    confidence_level: float = 0.95,
    effect: float = 1.0,
) -> Result:
    """The mean of the rates of all strata, weighted by a standard population, per `per` units of exposure.

    Byar's limits of all events, moved and stretched to the variance of the weighted sum (Dobson and others 1991), as
    English public health has it. `effect` is how many times as much as Poisson counts the events vary. A stratum
    that weighs nothing is left out; events need be whole in all only. Not estimable below ten events, or where
    nobody of the group is in some stratum of the standard.

    >>> rate = directly_standardised_rate([10, 30], [1_000, 1_000], [3, 1], per=1_000)
    >>> rate.value, round(rate.lower, 4), round(rate.upper, 4)
    (15.0, 10.0521, 21.2657)
    """
    counts, times, weights = (
        complete_numbers(name, values, lowest=0)
        for name, values in (("events", events), ("exposure", exposure), ("standard", standard))
    )
    per = check_number("per", per, 1 / LARGEST)
    if not counts.shape == times.shape == weights.shape:
        raise ValueError("events, exposure and standard differ in length, expected one of each a stratum")
    counts, times, weights = (each[weights > 0] for each in (counts, times, weights))
    total = float(counts.sum())
    whole = byar_interval(math.floor(total + 0.5), confidence_level, effect)
    if abs(total - whole.value) > _SAME_TO_ROUNDING * max(total, 1.0):
        raise ValueError("the events add up to no whole number, expected counts, or shares of one")
    if whole.value < FEWEST_EVENTS:
        return NotEstimable(f"fewer than {FEWEST_EVENTS} events")
    if not times.all():
        return NotEstimable("the group has nobody in a part of the standard population")
    shares = per * (weights / weights.sum()) / times
    value, error = float(shares @ counts), math.sqrt(float(shares**2 @ counts) / whole.value)
    lower, upper = (value + error * (limit - whole.value) for limit in (whole.lower, whole.upper))
    method, unit = "direct standardisation, Dobson", f"events per {per:,g}"
    return Estimate(value, lower, upper, confidence_level, method, unit)
