"""Rates of many small groups, each drawn towards what is usual among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.stats.confidence import upper_tail
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

Floats = NDArray[np.float64]

_FEWEST_GROUPS = 3
# The grid: (alpha + beta)^(-1/2) from 0 to 1, and at each the mean, so many standard errors to either side.
_SPREADS = (np.arange(40) + 0.5) / 40
_ERRORS = np.linspace(-5, 5, 25)
_NEGLIGIBLE = 1e-7
# The likeliest logit is looked for between these, by so many halvings; its curvature over so small a step.
_FARTHEST, _HALVINGS, _STEP = 60.0, 30, 1e-4
_LARGEST_GROUP = 10**9
_TOO_LARGE = NotEstimable("a group of more than a billion, whose rate is known as it is")


@dataclass(frozen=True, eq=False)
class BetaPrior:
    """How true rates spread over groups: beta distributions, each with its `weight`; the weights sum to 1.

    `alpha + beta` is the number of people a beta weighs as much as: the larger, the more alike the groups.

    >>> BetaPrior(np.array([2.0]), np.array([6.0]), np.array([1.0])).mean
    0.25
    """

    alpha: Floats
    beta: Floats
    weight: Floats

    @property
    def mean(self) -> float:
        """The rate that is usual among the groups."""
        return float(self.weight @ (self.alpha / (self.alpha + self.beta)))


def fit_beta_binomial(groups: Sequence[Counts]) -> BetaPrior | NotEstimable:
    """What the counts of all groups say of the spread of true rates, and how surely.

    The hierarchical beta-binomial of Gelman et al. (2013, Bayesian Data Analysis, section 5.3): every beta
    distribution weighs as much as it makes the counts likely, before that all means and all values of
    (alpha + beta)^(-1/2) up to 1 being equal. So it is known how little few groups can tell of the spread,
    which a single best-fitting beta would not show. A fixed grid, no random numbers. Groups of nobody are left
    out. Not estimable below three groups, where nobody or everybody has the event, or beyond a billion people a group,
    where likelihoods lose their digits.

    >>> groups = [Counts(0, 10), Counts(8, 10), Counts(2, 10), Counts(5, 10)]
    >>> prior = fit_beta_binomial(groups)
    >>> round(prior.mean, 2)
    0.38
    """
    with_people = [counts for counts in groups if counts.total > 0]
    if len(with_people) < _FEWEST_GROUPS:
        return NotEstimable("fewer than three groups to learn from how rates differ")
    if max(counts.total for counts in with_people) > _LARGEST_GROUP:
        return _TOO_LARGE
    events = np.array([counts.effective_events for counts in with_people])
    total = np.array([counts.effective_total for counts in with_people])
    if events.sum() in (0, total.sum()):
        return NotEstimable("nobody or everybody has the event, so nothing shows how rates differ")
    alpha, beta, width = _grid(events, total)
    likelihood = special.betaln(alpha[:, None] + events, beta[:, None] + (total - events))
    score = (likelihood - special.betaln(alpha, beta)[:, None]).sum(axis=1) + np.log(width)
    weight = np.exp(score - score.max())
    kept = weight > _NEGLIGIBLE
    return BetaPrior(alpha[kept], beta[kept], weight[kept] / weight[kept].sum())


def shrunk_rate(counts: Counts, prior: BetaPrior, confidence_level: float = 0.95) -> Result:
    """The rate of a group in the light of all groups: posterior mean, with the posterior's interval.

    Limits are the quantiles of the beta that has the posterior's mean and variance. The interval holds its
    level on average over groups like these, less often for one whose true rate lies far out. A group of nobody
    gets what is known of a further group.

    >>> prior = BetaPrior(np.array([2.0]), np.array([6.0]), np.array([1.0]))
    >>> rate = shrunk_rate(Counts(4, 4), prior)
    >>> rate.value, round(rate.lower, 4), round(rate.upper, 4)
    (0.5, 0.2338, 0.7662)
    """
    tail = upper_tail(confidence_level)
    if counts.total > _LARGEST_GROUP:
        return _TOO_LARGE
    alpha, people = prior.alpha + counts.effective_events, prior.alpha + prior.beta + counts.effective_total
    means = alpha / people
    mean = float(prior.weight @ means)
    variance = float(prior.weight @ (means * (1 - means) / (people + 1) + (means - mean) ** 2))
    size = mean * (1 - mean) / variance - 1
    lower, upper = special.betaincinv(mean * size, (1 - mean) * size, (tail, 1 - tail)).tolist()
    return Estimate(mean, lower, upper, confidence_level, "hierarchical beta-binomial", "proportion")


def expected_regression(counts: Counts, prior: BetaPrior) -> float | NotEstimable:
    """By how much a group's rate would move when measured again, with nothing done: its shrunk less its raw rate.

    Regression to the mean; positive for a group measured low. Null value 0.

    >>> prior = BetaPrior(np.array([2.0]), np.array([6.0]), np.array([1.0]))
    >>> expected_regression(Counts(1, 8), prior)
    0.0625
    """
    if counts.total == 0:
        return NotEstimable("nobody in the group")
    people = prior.alpha + prior.beta + counts.effective_total
    return float(prior.weight @ ((prior.alpha + counts.effective_events) / people)) - counts.rate


def _grid(events: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Alpha, beta and width of each cell: for every spread, means around the one that is likeliest at it."""
    size = _SPREADS[:, None] ** -2

    def slope(logit: Floats) -> Floats:
        """Of the log of likelihood and width, over the logit of the mean; it falls through 0 once."""
        mean, other = special.expit(logit), special.expit(-logit)
        alpha, beta = mean * size, other * size
        gained = special.psi(alpha + events) - special.psi(alpha)
        lost = special.psi(beta + (total - events)) - special.psi(beta)
        rise: Floats = (gained - lost).sum(axis=1, keepdims=True) * size * mean * other + other - mean
        return rise

    low, high = np.full(size.shape, -_FARTHEST), np.full(size.shape, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = slope(middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    error = np.sqrt(2 * _STEP / (slope(low - _STEP) - slope(low + _STEP)))
    logit = low + _ERRORS * error
    mean, other = special.expit(logit), special.expit(-logit)
    return (mean * size).ravel(), (other * size).ravel(), (mean * other * error).ravel()
