"""The hierarchical gamma-Poisson: the spread of true rates over time, and the shrunk rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from told import estimated

from pipeline.stats.results import NotEstimable
from pipeline.stats.shrinkage import (
    GammaPrior,
    expected_rate_regression,
    fit_gamma_poisson,
    shrunk_event_rate,
)

Group = tuple[int, float]
PRIOR = GammaPrior(np.array([2.0]), np.array([8.0]), np.array([1.0]))
UNEVEN: list[Group] = [(0, 10.0), (8, 10.0), (2, 10.0), (5, 10.0)]
# Failures and thousands of hours of ten pumps (George, Makov and Smith 1993), with posterior mean and SD of each rate
# as Mamba.jl prints them for this example of OpenBUGS (its priors differ: a spread above 1 is possible there).
PUMPS: list[tuple[int, float, float, float]] = [
    (5, 94.3, 0.0597, 0.0251), (1, 15.7, 0.0998, 0.0773), (5, 62.9, 0.0890, 0.0380), (14, 126.0, 0.1162, 0.0306),
    (3, 5.24, 0.6037, 0.3224), (19, 31.4, 0.6089, 0.1394), (1, 1.05, 0.8943, 0.6916), (1, 1.05, 0.8843, 0.7260),
    (4, 2.1, 1.5624, 0.7559), (22, 10.5, 1.9879, 0.4279),
]  # fmt: skip

GROUPS = st.lists(st.tuples(st.integers(0, 30), st.floats(0.5, 60.0)), min_size=3, max_size=10)


def fitted(groups: list[Group]) -> GammaPrior:
    prior = fit_gamma_poisson(groups)
    assert isinstance(prior, GammaPrior), prior
    return prior


def test_the_pumps_have_nearly_the_published_rates() -> None:
    prior = fitted([(events, time) for events, time, _, _ in PUMPS])
    for events, time, mean, sd in PUMPS:
        assert estimated(shrunk_event_rate(events, time, prior)).value == pytest.approx(mean, abs=0.4 * sd)


def integrated(groups: list[Group], group: Group) -> float:
    """The posterior mean of one rate by adaptive integration over log mean and spread."""
    x, t = np.array(groups).T

    def likelihood(log_mean: float, spread: float) -> float:
        shape, rate = spread**-2, spread**-2 / np.exp(log_mean)
        terms = special.gammaln(shape + x) - special.gammaln(shape) + shape * np.log(rate)
        return float(np.exp((terms + x * np.log(t) - (shape + x) * np.log(rate + t)).sum() - 5))

    def weighted(log_mean: float, spread: float) -> float:
        shape, rate = spread**-2, spread**-2 / np.exp(log_mean)
        return likelihood(log_mean, spread) * float((shape + group[0]) / (rate + group[1]))

    total, expected = (integrate.dblquad(one, 0.01, 1, -7, 5)[0] for one in (likelihood, weighted))
    return float(expected / total)


@pytest.mark.parametrize("group", UNEVEN[:2])
def test_the_posterior_mean_is_that_of_adaptive_integration(group: Group) -> None:
    value = estimated(shrunk_event_rate(*group, fitted(UNEVEN))).value
    assert value == pytest.approx(integrated(UNEVEN, group), abs=0.003)


def test_with_a_known_prior_the_interval_is_that_of_the_conjugate_gamma() -> None:
    rate = estimated(shrunk_event_rate(3, 9.0, PRIOR, 100, 0.9))
    expected = stats.gamma(2 + 3, scale=100 / (8 + 9))
    assert rate.value == pytest.approx(expected.mean())
    assert (rate.lower, rate.upper) == pytest.approx(expected.interval(0.9))


def test_a_planted_spread_is_recovered() -> None:
    random = np.random.default_rng(20240611)
    time = np.array([5.0, 10.0, 20.0, 40.0] * 100)
    events = random.poisson(random.gamma(6.0, 0.3 / 6.0, time.size) * time)
    prior = fitted([(int(x), float(t)) for x, t in zip(events, time, strict=True)])
    assert prior.mean == pytest.approx(0.3, abs=0.02)
    assert float(prior.weight @ prior.shape) == pytest.approx(6.0, rel=0.3)


@settings(deadline=None)
@given(GROUPS, st.sampled_from([0.8, 0.95, 0.998]))
def test_a_shrunk_rate_lies_in_its_interval_and_the_unit_of_time_does_not_matter(
    groups: list[Group], level: float
) -> None:
    prior = fit_gamma_poisson(groups)
    if isinstance(prior, GammaPrior):
        rate = estimated(shrunk_event_rate(*groups[0], prior, 1, level))
        assert 0 <= rate.lower < rate.value < rate.upper
        months = fitted([(events, 12 * time) for events, time in groups])
        again = estimated(shrunk_event_rate(groups[0][0], 12 * groups[0][1], months, 12, level))
        assert (again.value, again.lower) == pytest.approx((rate.value, rate.lower))


def test_a_small_group_is_drawn_further_than_a_large_one() -> None:
    small, large = (estimated(shrunk_event_rate(n, float(n), PRIOR)) for n in (4, 400))
    assert 0.25 < small.value < 0.6 < 0.97 < large.value < 1


def test_groups_chosen_for_a_high_rate_move_down_by_the_expected_regression() -> None:
    random = np.random.default_rng(20240611)
    rates = random.gamma(4.0, 0.1, 20000)
    first, second = random.poisson(rates * 10), random.poisson(rates * 10)
    prior = fitted([(int(x), 10.0) for x in first[:1000]])
    high = first >= 8
    moves = [expected_rate_regression(int(x), 10.0, prior) for x in first[high]]
    expected = np.mean([move for move in moves if isinstance(move, float)])
    assert expected < -0.1
    assert (second - first)[high].mean() / 10 == pytest.approx(expected, abs=0.03)
    assert expected_rate_regression(0, 0.0, prior) == NotEstimable("no time spent in the group")


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([(1, 2.0), (2, 3.0), (0, 0.0)], "fewer than three groups to learn from how rates differ"),
        ([(0, 2.0)] * 4, "no events, so nothing shows how rates differ"),
    ],
)
def test_too_little_to_learn_a_spread_from_gives_a_reason(groups: list[Group], reason: str) -> None:
    assert fit_gamma_poisson(groups) == NotEstimable(reason)
