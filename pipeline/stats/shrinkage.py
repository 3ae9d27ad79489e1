"""Rates of many small groups, of people or over time, each drawn towards what is usual among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from pipeline.stats.inputs import Floats, check_number, complete_numbers, upper_tail
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

_FEWEST_GROUPS = 3
# The grid: (alpha + beta)^(-1/2) from 0 to 1, and at each the mean, so many standard errors to either side.
_SPREADS = (np.arange(40) + 0.5) / 40
_ERRORS = np.linspace(-5, 5, 25)
_NEGLIGIBLE = 1e-7
# The likeliest logit is looked for between these, by so many halvings; its curvature over so small a step.
_FARTHEST, _HALVINGS, _STEP = 60.0, 30, 1e-4
_LARGEST_GROUP = 10**9
_TOO_LARGE = NotEstimable("a group of more than a billion, whose rate is known as it is")
# The grid: standard deviation over mean of the true rates, and at each the mean, so many standard errors to each side.
_NO_TIME = NotEstimable("no time spent in the group")


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
    # Of many groups several have the same counts.
    came, of_came = np.unique(events, return_counts=True)
    stayed, of_stayed = np.unique(total - events, return_counts=True)

    def slope(logit: Floats) -> Floats:
        """Of the log of likelihood and width, over the logit of the mean; it falls through 0 once."""
        mean, other = special.expit(logit), special.expit(-logit)
        alpha, beta = mean * size, other * size
        gained = (special.psi(alpha + came) - special.psi(alpha)) @ of_came
        lost = (special.psi(beta + stayed) - special.psi(beta)) @ of_stayed
        rise: Floats = (gained - lost)[:, None] * size * mean * other + other - mean
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


@dataclass(frozen=True, eq=False)
class GammaPrior:
    """How true rates spread over groups: gamma distributions, each with its `weight`; the weights sum to 1.

    `shape` is the number of events a gamma weighs as much as, `time` the person-time.

    >>> GammaPrior(np.array([2.0]), np.array([8.0]), np.array([1.0])).mean
    0.25
    """

    shape: Floats
    time: Floats
    weight: Floats

    @property
    def mean(self) -> float:
        """The rate that is usual among the groups."""
        return float(self.weight @ (self.shape / self.time))


def fit_gamma_poisson(groups: Sequence[tuple[float, float]]) -> GammaPrior | NotEstimable:
    """What (events, person-time) of all groups say of the spread of true rates, and how surely.

    The hierarchical Poisson model with gamma-distributed rates (George, Makov and Smith 1993): every gamma
    weighs as much as it makes the events likely, before that all logarithms of the mean and all ratios of
    standard deviation to mean up to 1 being equal, so that the unit of time does not matter. A fixed grid, no
    random numbers. Groups without time are left out. Not estimable below three groups, or without any event.
    ValueError for negative events or a time that is not a number.

    >>> prior = fit_gamma_poisson([(0, 10.0), (8, 10.0), (2, 10.0), (5, 10.0)])
    >>> round(prior.mean, 1)
    0.4
    """
    events = complete_numbers("events", [events for events, _ in groups], lowest=0)
    time = complete_numbers("time", [time for _, time in groups], lowest=0)
    events, time = events[time > 0], time[time > 0]
    if time.size < _FEWEST_GROUPS:
        return NotEstimable("fewer than three groups to learn from how rates differ")
    if not events.any():
        return NotEstimable("no events, so nothing shows how rates differ")
    shape, mean, width = _rate_grid(events, time)
    expected = mean[:, None] * time
    size = shape[:, None]
    likelihood = special.gammaln(size + events) - special.gammaln(size) + events * np.log(expected)
    likelihood += size * np.log(size) - (size + events) * np.log(size + expected)
    score = likelihood.sum(axis=1) + np.log(width)
    weight = np.exp(score - score.max())
    kept = weight > _NEGLIGIBLE
    return GammaPrior(shape[kept], (shape / mean)[kept], weight[kept] / weight[kept].sum())


def shrunk_event_rate(
    events: float, time: float, prior: GammaPrior, per: float = 1.0, confidence_level: float = 0.95
) -> Result:
    """The rate of a group in the light of all groups, for each `per` of time: posterior mean and interval.

    Limits are the quantiles of the gamma that has the posterior's mean and variance. The interval holds its
    level on average over groups like these. A group without time and events gets what is known of a further
    group; with events it is not estimable.

    >>> prior = GammaPrior(np.array([2.0]), np.array([8.0]), np.array([1.0]))
    >>> rate = shrunk_event_rate(4, 4.0, prior)
    >>> rate.value, round(rate.lower, 4), round(rate.upper, 4)
    (0.5, 0.1835, 0.9724)
    """
    tail, per, time = upper_tail(confidence_level), check_number("per", per), check_number("time", time, 0)
    if events > 0 and time == 0:
        return _NO_TIME
    shape, total = prior.shape + events, prior.time + time
    means = shape / total
    mean = float(prior.weight @ means)
    variance = float(prior.weight @ (means / total + (means - mean) ** 2))
    size = mean**2 / variance
    lower, upper = (special.gammaincinv(size, (tail, 1 - tail)) * (per * mean / size)).tolist()
    return Estimate(
        per * mean, lower, upper, confidence_level, "hierarchical gamma-Poisson", f"per {per:g} of time"
    )


def expected_rate_regression(
    events: float, time: float, prior: GammaPrior, per: float = 1.0
) -> float | NotEstimable:
    """By how much a group's rate would move when measured again, with nothing done: its shrunk less its raw rate.

    Regression to the mean, for each `per` of time; positive for a group measured low. Null value 0.

    >>> prior = GammaPrior(np.array([2.0]), np.array([8.0]), np.array([1.0]))
    >>> expected_rate_regression(1, 8.0, prior)
    0.0625
    """
    per, time = check_number("per", per), check_number("time", time, 0)
    if time == 0:
        return _NO_TIME
    return per * (float(prior.weight @ ((prior.shape + events) / (prior.time + time))) - events / time)


def _rate_grid(events: Floats, time: Floats) -> tuple[Floats, Floats, Floats]:
    """Shape, mean and width of each cell: for every spread, means around the one that fits it well."""
    shape = _SPREADS**-2
    pooled = events.sum() / time.sum()
    precision = 1 / (1 / (pooled * time) + 1 / shape[:, None])
    centre = (precision @ (events / time)) / precision.sum(axis=1)
    error = 1 / np.sqrt(precision.sum(axis=1))
    mean = centre[:, None] * np.exp(_ERRORS * error[:, None])
    sizes = np.broadcast_to(shape[:, None], mean.shape)
    return sizes.ravel(), mean.ravel(), np.broadcast_to(error[:, None], mean.shape).ravel()
