"""Two groups compared within strata by a ratio, and whether that ratio is the same in all of them."""

import math

import numpy as np
from scipy import special

from pipeline.stats.inputs import Floats, normal_quantile
from pipeline.stats.proportions.stratified import Strata
from pipeline.stats.proportions.stratified_rates import RateStrata
from pipeline.stats.results import Estimate, NotEstimable, PValue, Result

_NO_RATIO = NotEstimable("on one side nobody, or everybody, has the event in the strata that tell")
_TOO_FEW = NotEstimable("fewer than two strata in which a ratio can be seen")
_METHOD = "Breslow-Day with Tarone's correction, exact moments"
_MOST_TABLES = 10**6
_TINY = 1e-9
_LEAST_VARIANCE = 3.0
"""Of the events of all strata together: with less the scaled chi-square is not to be trusted."""
_FARTHEST = 700.0


def mantel_haenszel_odds_ratio(strata: Strata, confidence_level: float = 0.95) -> Result:
    """The odds ratio common to all strata, group / reference; null value 1.

    Mantel-Haenszel, interval on the log scale with the variance of Robins, Breslow and Greenland (1986), which holds
    for few large strata and for many small ones. Not estimable where it would be 0 or infinite.

    >>> ratio = mantel_haenszel_odds_ratio(Strata([8, 22], [106, 98], [5, 16], [120, 85]), 0.9)
    >>> round(ratio.value, 4), round(ratio.lower, 4), round(ratio.upper, 4)
    (1.4031, 0.8411, 2.3409)
    """
    people = np.maximum(strata.total + strata.reference_total, 1.0)
    a, b = strata.events, strata.total - strata.events
    c, d = strata.reference_events, strata.reference_total - strata.reference_events
    up, down = a * d / people, b * c / people
    if not (up.sum() > 0 and down.sum() > 0):
        return _NO_RATIO
    with_up, with_down = (a + d) / people, (b + c) / people
    variance = (with_up @ up) / (2 * up.sum() ** 2) + (with_down @ down) / (2 * down.sum() ** 2)
    variance += (with_up @ down + with_down @ up) / (2 * up.sum() * down.sum())
    variance *= _inflation(strata)
    return _on_log_scale(
        up.sum() / down.sum(), float(variance), confidence_level, "Mantel-Haenszel odds ratio"
    )


def mantel_haenszel_rate_ratio(strata: RateStrata, confidence_level: float = 0.95) -> Result:
    """The ratio of two rates over time common to all strata, group / reference; null value 1.

    Interval on the log scale with the variance of Greenland and Robins (1985). Not estimable where it would be 0 or
    infinite.

    >>> smokers = [32, 104, 206, 186, 102], [52407, 43248, 28612, 12663, 5317]
    >>> others = [2, 12, 28, 28, 31], [18790, 10673, 5710, 2585, 1462]
    >>> round(mantel_haenszel_rate_ratio(RateStrata(*smokers, *others)).value, 4)
    1.4247
    """
    time = np.maximum(strata.time + strata.reference_time, np.finfo(float).tiny)
    up = strata.events * strata.reference_time / time
    down = strata.reference_events * strata.time / time
    if not (up.sum() > 0 and down.sum() > 0):
        return _NO_RATIO
    events = strata.events + strata.reference_events
    variance = (events * (strata.time / time) * (strata.reference_time / time)).sum() / (
        up.sum() * down.sum()
    )
    variance *= _inflation(strata)
    return _on_log_scale(
        up.sum() / down.sum(), float(variance), confidence_level, "Mantel-Haenszel rate ratio"
    )


def same_odds_ratio(strata: Strata) -> PValue | NotEstimable:
    """Whether the odds ratio is the same in all strata: the test of Breslow and Day with Tarone's correction (1985).

    Moments of each stratum are exact, given its margins, and so is the variance of their sum, to which the chi-square
    is scaled: with large strata this is their test; with strata of a few people, of which theirs makes nothing, it
    holds its level still. Not estimable where fewer than two strata tell, or few
    events in them.

    >>> round(same_odds_ratio(Strata([8, 22], [106, 98], [5, 16], [120, 85])).value, 2)
    0.56
    """
    common = mantel_haenszel_odds_ratio(strata)
    if isinstance(common, NotEstimable):
        return common
    events = strata.events + strata.reference_events
    lowest = np.maximum(0.0, events - strata.reference_total)
    highest = np.minimum(strata.total, events)
    told = highest > lowest
    if told.sum() < 2:
        return _TOO_FEW
    if (highest - lowest)[told].sum() > _MOST_TABLES:
        return NotEstimable("too many events for an exact test")
    sizes = (highest - lowest)[told].astype(int) + 1
    starts = np.cumsum([0, *sizes[:-1]])

    def spread(values: Floats) -> Floats:
        return np.repeat(values, sizes)

    x = spread(lowest[told]) + np.arange(sizes.sum()) - spread(starts)
    n, m, e = (spread(each[told]) for each in (strata.total, strata.reference_total, events))
    weight = x * math.log(common.value)
    for left in (x, n - x, e - x, m - e + x):
        weight -= special.gammaln(left + 1)
    chance = np.exp(weight - spread(np.maximum.reduceat(weight, starts)))
    chance /= spread(np.add.reduceat(chance, starts))
    mean = np.add.reduceat(chance * x, starts)
    second, fourth = (np.add.reduceat(chance * (x - spread(mean)) ** power, starts) for power in (2, 4))
    return _same_everywhere(strata.events[told] - mean, second, fourth, _inflation(strata))


def same_rate_ratio(strata: RateStrata) -> PValue | NotEstimable:
    """The same for the ratio of rates: given all its events, those of the group are binomial in each stratum.

    >>> smokers = [32, 104, 206, 186, 102], [52407, 43248, 28612, 12663, 5317]
    >>> others = [2, 12, 28, 28, 31], [18790, 10673, 5710, 2585, 1462]
    >>> round(same_rate_ratio(RateStrata(*smokers, *others)).value, 3)
    0.025
    """
    common = mantel_haenszel_rate_ratio(strata)
    if isinstance(common, NotEstimable):
        return common
    events = strata.events + strata.reference_events
    told = (events > 0) & (strata.time > 0) & (strata.reference_time > 0)
    if told.sum() < 2:
        return _TOO_FEW
    n = events[told]
    odds = common.value * strata.time[told] / strata.reference_time[told]
    p, q = odds / (1 + odds), 1 / (1 + odds)
    variance = n * p * q
    fourth = variance * (1 + 3 * (n - 2) * p * q)
    return _same_everywhere(strata.events[told] - n * p, variance, fourth, _inflation(strata))


def _inflation(strata: Strata | RateStrata) -> float:
    """How much more the logarithm of a ratio varies by the design effects, each as much as comes of its side."""
    sides = [[strata.events.sum()], [strata.reference_events.sum()]]
    if isinstance(strata, Strata):
        for side, total in zip(sides, (strata.total, strata.reference_total), strict=True):
            side.append(total.sum() - side[0])
    parts = [sum(1 / (count + 0.5) for count in side) for side in sides]
    return float(np.average(strata.effects, weights=parts))


def _same_everywhere(
    residual: Floats, variance: Floats, fourth: Floats, inflation: float
) -> PValue | NotEstimable:
    """The test from each stratum's surplus of events, its variance and its fourth central moment."""
    told = variance > _TINY
    residual, variance, fourth = residual[told], variance[told], fourth[told]
    expected = residual.size - 1
    if expected < 1:
        return _TOO_FEW
    if variance.sum() < _LEAST_VARIANCE:
        return NotEstimable("too few events in strata that tell")
    statistic = float((residual**2 / variance).sum() - residual.sum() ** 2 / variance.sum()) / inflation
    spread = float((fourth / variance**2 - 1).sum()) * expected / residual.size
    if spread <= _TINY:
        return NotEstimable("the strata are pairs, which show no ratio of their own")
    p_value = float(special.chdtrc(2 * expected**2 / spread, max(statistic, 0.0) * 2 * expected / spread))
    return PValue(p_value, _METHOD, "the ratio is the same in all strata")


def _on_log_scale(ratio: float, variance: float, confidence_level: float, method: str) -> Estimate:
    reach = math.exp(min(normal_quantile(confidence_level) * math.sqrt(variance), _FARTHEST))
    return Estimate(
        float(ratio), float(ratio) / reach, float(ratio) * reach, confidence_level, method, "ratio"
    )
