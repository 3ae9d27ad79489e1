"""Intervals for one group: a proportion, a count, a rate, a mean."""

import math
from dataclasses import replace

from scipy import special

from pipeline.stats.inputs import (
    LARGEST,
    check_confidence_level,
    check_number,
    normal_quantile,
    t_quantile,
    upper_tail,
)
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

_EXACT_BELOW = 10
_SAME_TO_ROUNDING = 1e-12


def wilson_interval(counts: Counts, confidence_level: float = 0.95) -> Result:
    """The proportion with the event, with Wilson's score interval (Wilson 1927), never outside 0 to 1.

    What rounding may be off by is added to it by its square (`widen`).

    >>> interval = wilson_interval(Counts(65, 100))
    >>> round(interval.lower, 5), round(interval.upper, 5)
    (0.55254, 0.73636)
    """
    if counts.total == 0:
        return NotEstimable("nobody in the group")
    rate, total, effect = counts.rate, counts.total, counts.effect
    error = math.sqrt(counts.rounding)
    lower, upper = wilson_limits(counts.events / effect, total / effect, confidence_level)
    found = Estimate(rate, lower, upper, confidence_level, method="Wilson score", unit="proportion")
    found = widen(found, error * math.hypot(rate, 1 - rate) / total, 0.0, 1.0)
    if not error or min(counts.events, total - counts.events) > _EXACT_BELOW:
        return found
    # So few are not spread normally about their rounded number: an interval holds those one error away too.
    fewer, more = max(counts.events - error, 0.0), min(counts.events + error, total)
    lowest = wilson_limits(fewer / effect, total / effect, confidence_level)[0]
    highest = wilson_limits(more / effect, total / effect, confidence_level)[1]
    return replace(found, lower=min(found.lower, lowest), upper=max(found.upper, highest))


def widen(estimate: Estimate, error: float, lowest: float = -math.inf, highest: float = math.inf) -> Estimate:
    """An interval that also holds an independent error with this standard error: both distances add by their squares.

    >>> widen(Estimate(10, 7, 13, 0.95, "Wald", "points"), 4 / 1.959964).lower.__round__(3)
    5.0
    """
    if not error:
        return estimate
    reach = normal_quantile(estimate.confidence_level) * error
    lower = max(estimate.value - math.hypot(estimate.value - estimate.lower, reach), lowest)
    upper = min(estimate.value + math.hypot(estimate.upper - estimate.value, reach), highest)
    return replace(estimate, lower=lower, upper=upper)


def wilson_limits(events: float, total: float, confidence_level: float) -> tuple[float, float]:
    """Both limits of `wilson_interval`, of counts that need not be whole; `total` is above 0."""
    z = normal_quantile(confidence_level)
    centre = 2 * events + z**2
    reach = z * math.sqrt(z**2 + 4 * events * (total - events) / total)
    return (
        (centre - reach) / (2 * (total + z**2)) if events > 0 else 0.0,
        (centre + reach) / (2 * (total + z**2)) if events < total else 1.0,
    )


def byar_interval(events: int, confidence_level: float = 0.95, effect: float = 1.0) -> Estimate:
    """A count of events as a Poisson count: Byar's limits (Breslow and Day 1987), exact ones below 10.

    The exact limits are halves of chi-square quantiles. ValueError for a count that is negative or not whole. `effect`
    is how many times as much as a Poisson count it varies: the limits are `effect` times those of events / effect.

    >>> interval = byar_interval(65)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (50.1632, 82.8491)
    """
    worth = Counts(events, events, effect).effective_events
    exact = worth < _EXACT_BELOW
    limits = (_exact_limits if exact else _byar_limits)(worth, confidence_level)
    lower, upper = (effect * limit for limit in limits)
    method = "exact Poisson" if exact else "Byar"
    return Estimate(float(events), lower, upper, confidence_level, method, unit="events")


def event_rate(
    events: int,
    person_years: float,
    per: float = 1.0,
    confidence_level: float = 0.95,
    effect: float = 1.0,
    off_by: tuple[float, float] = (0.0, 0.0),
) -> Result:
    """Events per `per` person-years, with the limits of `byar_interval` scaled.

    `off_by` are the standard errors of events and person-years that were rounded (`widen`).

    >>> rate = event_rate(65, person_years=2_000, per=1_000)
    >>> rate.value, round(rate.lower, 4), round(rate.upper, 4)
    (32.5, 25.0816, 41.4246)
    """
    person_years, per = check_number("person_years", person_years, 0), check_number("per", per, 1 / LARGEST)
    count = byar_interval(events, confidence_level, effect)
    if person_years == 0:
        return NotEstimable("no person-years at risk")
    scale = per / person_years
    found = count.map(lambda number: number * scale, f"events per {per:,g} person-years")
    error = math.hypot(off_by[0] * scale, off_by[1] * count.value * scale / person_years)
    found = widen(found, error, 0.0)
    if not off_by[0] or events > _EXACT_BELOW:
        return found
    # As in `wilson_interval`: so few are not spread normally about their rounded number.
    highest = effect * _exact_limits((events + off_by[0]) / effect, confidence_level)[1]
    return replace(found, upper=max(found.upper, highest * scale))


def mean_interval(
    n: int, mean: float, sd: float, confidence_level: float = 0.95, *, unit: str = "points"
) -> Result:
    """The mean with Student's t interval; `sd` is the sample standard deviation (divisor n - 1).

    Not estimable when all values are the same: an interval of no width would claim certainty. ValueError for
    a mean or SD that is not a number, or an SD below 0.

    >>> interval = mean_interval(n=10, mean=5.0, sd=2.0)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (3.5693, 6.4307)
    """
    check_confidence_level(confidence_level)
    n = Counts(n, n).total
    if n < 2:
        return NotEstimable("fewer than two values, so their spread is unknown")
    mean, sd = check_number("mean", mean), check_number("sd", sd, lowest=0)
    if sd <= _SAME_TO_ROUNDING * abs(mean):
        return NotEstimable("all values are the same, so nothing shows how far their mean may be off")
    half_width = t_quantile(confidence_level, n - 1) * sd / math.sqrt(n)
    return Estimate(mean, mean - half_width, mean + half_width, confidence_level, "Student t", unit)


def _byar_limits(events: float, confidence_level: float) -> tuple[float, float]:
    z, above = normal_quantile(confidence_level), events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    return max(lower, 0.0), above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3


def _exact_limits(events: float, confidence_level: float) -> tuple[float, float]:
    tail = upper_tail(confidence_level)
    lower = float(special.chdtri(2 * events, 1 - tail)) / 2 if events > 0 else 0.0
    return lower, float(special.chdtri(2 * events + 2, tail)) / 2
