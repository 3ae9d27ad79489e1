"""Two independent groups compared: difference, ratio, tests, and how a gap has changed.

`group` is the group of interest, `reference` the one it is held against; no person may be in both.
"""

import math

from scipy import special

from pipeline.stats.inputs import LARGEST, normal_quantile, t_quantile
from pipeline.stats.proportions.one_group import mean_interval, wilson_interval, wilson_limits
from pipeline.stats.proportions.score_ratio import ScoreTestOfRatio
from pipeline.stats.results import Counts, Estimate, NotEstimable, PValue, Result

_NOBODY = NotEstimable("nobody in one of the two groups")


def independent_difference(a: Result, b: Result, method: str = "square-and-add") -> Result:
    """a - b for two independent estimates, from their intervals alone; null value 0.

    MOVER (Zou and Donner 2008): each limit goes out by the root of the sum of the squared distances of `a`
    and `b` to the limits that matter on that side. For symmetric intervals this adds up standard errors as
    usual. ValueError when confidence levels or units differ.

    >>> a = Estimate(0.6, 0.5, 0.7, 0.95, "Wilson score", "proportion")
    >>> b = Estimate(0.5, 0.4, 0.6, 0.95, "Wilson score", "proportion")
    >>> round(independent_difference(a, b).lower, 6)
    -0.041421
    """
    if isinstance(a, NotEstimable):
        return a
    if isinstance(b, NotEstimable):
        return b
    if (a.confidence_level, a.unit) != (b.confidence_level, b.unit):
        raise ValueError(
            f"estimates at {a.confidence_level:g} in {a.unit!r} and at {b.confidence_level:g} in {b.unit!r}, "
            "expected one confidence level and one unit"
        )
    difference = a.value - b.value
    lower = difference - math.hypot(a.value - a.lower, b.upper - b.value)
    upper = difference + math.hypot(a.upper - a.value, b.value - b.lower)
    return Estimate(difference, lower, upper, a.confidence_level, method, a.unit)


def newcombe_difference(group: Counts, reference: Counts, confidence_level: float = 0.95) -> Result:
    """Difference of proportions, group - reference, by Newcombe's (1998) method 10; null value 0.

    >>> interval = newcombe_difference(Counts(7, 34), Counts(1, 34))
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.0189, 0.3404)
    """
    rate = wilson_interval(group, confidence_level)
    reference_rate = wilson_interval(reference, confidence_level)
    if isinstance(rate, NotEstimable) or isinstance(reference_rate, NotEstimable):
        return _NOBODY
    return independent_difference(rate, reference_rate, method="Newcombe, method 10")


def koopman_ratio(group: Counts, reference: Counts, confidence_level: float = 0.95) -> Result:
    """Ratio of proportions, group / reference, with Koopman's (1984) score interval; null value 1.

    Contains 1 exactly when the p-value of `score_test` is above 1 - confidence_level. With no events in the
    reference group, value and upper limit are infinite; with none in either, the ratio is not estimable.

    >>> interval = koopman_ratio(Counts(7, 34), Counts(1, 34))
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (1.2209, 42.5757)
    """
    z = normal_quantile(confidence_level)
    if group.total == 0 or reference.total == 0:
        return _NOBODY
    if group.events == 0 and reference.events == 0:
        return NotEstimable("no events in either group")
    test = ScoreTestOfRatio(group, reference)
    value = group.rate / reference.rate if reference.events > 0 else math.inf
    return Estimate(
        value, test.lower_limit(z), test.upper_limit(z), confidence_level, "Koopman score", unit="ratio"
    )


def rate_ratio(
    events: int,
    time: float,
    reference_events: int,
    reference_time: float,
    confidence_level: float = 0.95,
    effects: tuple[float, float] = (1.0, 1.0),
) -> Result:
    """Ratio of two rates of events over time, group / reference, with the score interval; null value 1.

    Given all events, those of the group are binomial with odds ratio x time / reference time, so Wilson's limits of
    their share give those of the ratio (the score test of Gu et al. 2008, inverted). Infinite where the reference has
    no events; not estimable without time, with endless time, or without any event. `effects` are how many times as
    much as Poisson counts the events of the two vary: events and time are divided by them.

    >>> ratio = rate_ratio(60, 51477.5, 30, 54308.7)
    >>> round(ratio.value, 4), round(ratio.lower, 4), round(ratio.upper, 4)
    (2.11, 1.366, 3.2593)
    """
    if not (time > 0 and reference_time > 0):
        return NotEstimable("no time spent in one of the two groups")
    if max(time, reference_time) > LARGEST or min(time, reference_time) < 1 / LARGEST:
        return NotEstimable("the time spent in one of the two groups is beyond all measure")
    if events + reference_events == 0:
        return NotEstimable("no events in either group")
    own, other = (count / effect for count, effect in zip((events, reference_events), effects, strict=True))
    share = own / (own + other)
    limits = wilson_limits(own, own + other, confidence_level)
    times = reference_time / effects[1] / (time / effects[0])
    value, lower, upper = (
        (limit / (1 - limit) if limit < 1 else math.inf) * times for limit in (share, *limits)
    )
    return Estimate(value, lower, upper, confidence_level, "score interval of a rate ratio", "ratio")


def score_test(group: Counts, reference: Counts) -> PValue | NotEstimable:
    """Two-sided test of equal proportions with the pooled variance; the same as Pearson's chi-square.

    When everyone or no one had the event, the groups are alike and p is 1.

    >>> round(score_test(Counts(16, 16), Counts(60, 72)).value, 3)
    0.079
    """
    if group.total == 0 or reference.total == 0:
        return _NOBODY
    totals = group.effective_total, reference.effective_total
    pooled = (group.effective_events + reference.effective_events) / sum(totals)
    variance = pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1])
    z = (group.rate - reference.rate) / math.sqrt(variance) if variance > 0 else 0.0
    return PValue(2 * float(special.ndtr(-abs(z))), "pooled score test", "the two proportions are equal")


def difference_of_means(
    n1: int,
    mean1: float,
    sd1: float,
    n2: int,
    mean2: float,
    sd2: float,
    confidence_level: float = 0.95,
    *,
    unit: str = "points",
) -> Result:
    """mean1 - mean2 with Welch's t interval (variances may differ); null value 0.

    >>> interval = difference_of_means(10, 5.0, 2.0, 20, 4.0, 1.0)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (-0.4716, 2.4716)
    """
    for n, mean, sd in ((n1, mean1, sd1), (n2, mean2, sd2)):
        alone = mean_interval(n, mean, sd, confidence_level)
        if isinstance(alone, NotEstimable):
            return NotEstimable(f"in one of the two groups: {alone.reason}")
    variance1, variance2 = sd1**2 / n1, sd2**2 / n2
    variance = variance1 + variance2
    degrees_of_freedom = variance**2 / (variance1**2 / (n1 - 1) + variance2**2 / (n2 - 1))
    half_width = t_quantile(confidence_level, degrees_of_freedom) * math.sqrt(variance)
    gap = mean1 - mean2
    return Estimate(gap, gap - half_width, gap + half_width, confidence_level, "Welch t", unit)


def change_in_difference(
    before: tuple[Counts, Counts], after: tuple[Counts, Counts], confidence_level: float = 0.95
) -> Result:
    """How the gap in proportions moved: (group - reference) after, less the same before; null value 0.

    Each pair is (group, reference). The periods must hold different people: for the same people measured
    twice the interval would be too wide or too narrow. Square-and-add of two Newcombe intervals.

    >>> change = change_in_difference((Counts(40, 100), Counts(60, 100)), (Counts(55, 100), Counts(60, 100)))
    >>> round(change.value, 2), round(change.lower, 4), round(change.upper, 4)
    (0.15, -0.0422, 0.3366)
    """
    gap_before = newcombe_difference(*before, confidence_level)
    gap_after = newcombe_difference(*after, confidence_level)
    return independent_difference(gap_after, gap_before, method="square-and-add of Newcombe intervals")
