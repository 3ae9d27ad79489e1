"""Rates of many small groups, each drawn towards what is usual among them (empirical Bayes)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import minimize

from pipeline.stats.confidence import upper_tail
from pipeline.stats.one_group import wilson_interval
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

Floats = NDArray[np.float64]

_FEWEST_GROUPS = 3
# Bounds of alpha + beta: a prior of less than one person would call 0 of 2 a certain 0; beyond the upper one,
# a beta is as good as one rate.
_LOOSEST, _TIGHTEST = 1.0, 1e6
_NO_GAIN = 1e-6


@dataclass(frozen=True)
class BetaPrior:
    """How true rates spread over groups: a beta distribution of this mean, or one rate for all of them.

    `concentration` is alpha + beta, the number of people the prior weighs as much as; infinite where the groups
    differ no more than chance alone would have them. `pooled` counts all groups together.

    >>> BetaPrior(mean=0.25, concentration=8.0, pooled=Counts(10, 40)).alpha
    2.0
    """

    mean: float
    concentration: float
    pooled: Counts

    @property
    def alpha(self) -> float:
        """First shape of the beta; infinite for one rate."""
        return self.mean * self.concentration

    @property
    def beta(self) -> float:
        """Second shape of the beta; infinite for one rate."""
        return (1 - self.mean) * self.concentration

    @property
    def is_one_rate(self) -> bool:
        """Whether the groups gave no sign of true differences."""
        return math.isinf(self.concentration)


def fit_beta_binomial(groups: Sequence[Counts]) -> BetaPrior | NotEstimable:
    """The beta distribution of true rates that makes the counts of all groups likeliest.

    Maximum likelihood of the beta-binomial (Griffiths 1973), from a fixed start, so that the same counts give
    the same prior. Where no spread makes them likelier than one rate for all does, the prior is that rate.
    It never weighs less than one person. Groups of nobody are left out. Not estimable below three groups, or
    where nobody or everybody has the event.

    >>> litters = [Counts(0, 10), Counts(8, 10), Counts(2, 10), Counts(5, 10)]
    >>> prior = fit_beta_binomial(litters)
    >>> round(prior.mean, 3), round(prior.concentration, 2)
    (0.358, 2.03)
    """
    with_people = [counts for counts in groups if counts.total > 0]
    if len(with_people) < _FEWEST_GROUPS:
        return NotEstimable("fewer than three groups to learn from how rates differ")
    events = np.array([counts.events for counts in with_people], dtype=np.float64)
    others = np.array([counts.total - counts.events for counts in with_people], dtype=np.float64)
    pooled = Counts(sum(counts.events for counts in with_people), sum(counts.total for counts in with_people))
    if pooled.events in (0, pooled.total):
        return NotEstimable("nobody or everybody has the event, so nothing shows how rates differ")
    one_rate = BetaPrior(pooled.rate, math.inf, pooled)
    bounds = ((None, None), (math.log(_LOOSEST), math.log(_TIGHTEST)))
    start = (float(special.logit(pooled.rate)), math.log(pooled.total / len(with_people)))
    found = minimize(_unlikeliness, start, (events, others), "L-BFGS-B", jac=True, bounds=bounds)
    log_odds, log_concentration = found.x
    alone = float(events.sum() * math.log(pooled.rate) + others.sum() * math.log1p(-pooled.rate))
    if -found.fun < alone + _NO_GAIN:
        return one_rate
    return BetaPrior(float(special.expit(log_odds)), math.exp(log_concentration), pooled)


def shrunk_rate(counts: Counts, prior: BetaPrior, confidence_level: float = 0.95) -> Result:
    """The rate of a group in the light of all groups: posterior mean, with the posterior's interval.

    The posterior is beta(alpha + events, beta + total - events), its tails equal. The prior is taken as known,
    so that the interval is somewhat too short when few groups went into it; it holds its level on average over
    the groups, not for a group whose true rate lies far out. With one rate for all, it is that rate with the
    Wilson interval of all groups together. A group of nobody gets the prior's own mean and interval.

    >>> prior = BetaPrior(mean=0.25, concentration=8.0, pooled=Counts(10, 40))
    >>> rate = shrunk_rate(Counts(4, 4), prior)
    >>> rate.value, round(rate.lower, 4), round(rate.upper, 4)
    (0.5, 0.2338, 0.7662)
    """
    tail = upper_tail(confidence_level)
    if prior.is_one_rate:
        return wilson_interval(prior.pooled, confidence_level)
    alpha, beta = prior.alpha + counts.events, prior.beta + counts.total - counts.events
    return Estimate(
        value=alpha / (alpha + beta),
        lower=_posterior_quantile(alpha, beta, tail),
        upper=_posterior_quantile(alpha, beta, 1 - tail),
        confidence_level=confidence_level,
        method="beta-binomial, empirical Bayes",
        unit="proportion",
    )


def expected_regression(counts: Counts, prior: BetaPrior) -> float | NotEstimable:
    """By how much a group's rate would move when measured again, with nothing done: its shrunk less its raw rate.

    Regression to the mean; positive for a group measured low. Null value 0.

    >>> expected_regression(Counts(1, 8), BetaPrior(mean=0.25, concentration=8.0, pooled=Counts(10, 40)))
    0.0625
    """
    if counts.total == 0:
        return NotEstimable("nobody in the group")
    if prior.is_one_rate:
        return prior.mean - counts.rate
    return prior.concentration / (prior.concentration + counts.total) * (prior.mean - counts.rate)


def _posterior_quantile(alpha: float, beta: float, share: float) -> float:
    return float(special.betaincinv(alpha, beta, share))


def _unlikeliness(at: Floats, events: Floats, others: Floats) -> tuple[float, Floats]:
    """Minus the log-likelihood, binomial coefficients left out, at (logit of mean, log of concentration)."""
    mean, concentration = special.expit(at[0]), math.exp(at[1])
    alpha, beta = mean * concentration, (1 - mean) * concentration
    likelihood = special.betaln(alpha + events, beta + others) - special.betaln(alpha, beta)
    both = special.digamma(concentration) - special.digamma(concentration + events + others)
    by_alpha = float((special.digamma(alpha + events) - special.digamma(alpha) + both).sum())
    by_beta = float((special.digamma(beta + others) - special.digamma(beta) + both).sum())
    slope = mean * (1 - mean) * concentration * (by_alpha - by_beta), alpha * by_alpha + beta * by_beta
    return -float(likelihood.sum()), -np.array(slope)
