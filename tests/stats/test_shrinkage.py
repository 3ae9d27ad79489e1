"""The hierarchical beta-binomial: the spread of true rates, the shrunk rate, and regression to the mean."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats
from told import counts, estimated

from pipeline.stats.results import Counts, NotEstimable
from pipeline.stats.shrinkage import BetaPrior, expected_regression, fit_beta_binomial, shrunk_rate

# Rats with tumours in 71 control groups (Tarone 1982, Biometrics 38:215-220, table 1).
TUMOURS = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 5, 2, 5, 3, 2,
    7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4,
]  # fmt: skip
RATS = [
    20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20, 20,
    20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22,
    46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14,
]  # fmt: skip
PRIOR = BetaPrior(np.array([2.0]), np.array([6.0]), np.array([1.0]))
MILLION = 10**6
UNEVEN = [Counts(0, 10), Counts(8, 10), Counts(2, 10), Counts(5, 10)]


def fitted(groups: Sequence[Counts]) -> BetaPrior:
    prior = fit_beta_binomial(groups)
    assert isinstance(prior, BetaPrior), prior
    return prior


def moved(result: float | NotEstimable) -> float:
    assert isinstance(result, float), result
    return result


def rats() -> list[Counts]:
    return [Counts(x, n) for x, n in zip(TUMOURS, RATS, strict=True)]


def drawn(mean: float, size: float, totals: Sequence[int], seed: int) -> list[Counts]:
    random = np.random.default_rng(seed)
    events = random.binomial(totals, random.beta(mean * size, (1 - mean) * size, len(totals)))
    return [Counts(int(x), n) for x, n in zip(events, totals, strict=True)]


def test_the_spread_of_the_rat_tumours_has_the_published_posterior_means() -> None:
    prior = fitted(rats())
    means = float(prior.weight @ prior.alpha), float(prior.weight @ prior.beta)
    assert means == pytest.approx((2.4, 14.3), abs=0.06), (
        "Gelman et al. 2013, Bayesian Data Analysis, section 5.3"
    )


def integrated(groups: Sequence[Counts], group: Counts) -> float:
    """The posterior mean of one rate by adaptive integration over mean and (alpha + beta)^(-1/2)."""
    x, n = (np.array([getattr(one, name) for one in groups], dtype=float) for name in ("events", "total"))

    def likelihood(mean: float, spread: float) -> float:
        alpha, beta = mean / spread**2, (1 - mean) / spread**2
        return float(
            np.exp((special.betaln(alpha + x, beta + n - x) - special.betaln(alpha, beta)).sum() + 20)
        )

    def weighted(mean: float, spread: float) -> float:
        size = spread**-2
        return likelihood(mean, spread) * (mean * size + group.events) / (size + group.total)

    total, expected = (integrate.dblquad(one, 0.01, 1, 1e-4, 1 - 1e-4)[0] for one in (likelihood, weighted))
    return float(expected / total)


@pytest.mark.parametrize("group", [Counts(0, 10), Counts(8, 10), Counts(0, 0)])
def test_the_posterior_mean_is_that_of_adaptive_integration(group: Counts) -> None:
    value = estimated(shrunk_rate(group, fitted(UNEVEN))).value
    assert value == pytest.approx(integrated(UNEVEN, group), abs=0.001)


@pytest.mark.parametrize(
    "events",
    [(0, 1, 3, 30), (0, 0, 0, 1), (30, 30, 30, 31), (MILLION, MILLION - 1, MILLION - 3, MILLION - 30)],
)
def test_few_events_among_a_million_are_shrunk_as_a_dense_grid_of_means_says(events: tuple[int, ...]) -> None:
    groups = [Counts(each, MILLION) for each in events]
    logit, spread = np.meshgrid(np.linspace(-40, 40, 4001), (np.arange(40) + 0.5) / 40)
    mean, other, size = special.expit(logit), special.expit(-logit), spread**-2
    score = np.log(mean * other)
    for each in groups:
        without = each.total - each.events
        score += special.betaln(mean * size + each.events, other * size + without)
        score -= special.betaln(mean * size, other * size)
    weight = np.exp(score - score.max())
    for each in groups:
        alike = (mean * size + each.events, other * size + each.total - each.events)
        with_event, without = ((weight * part / (size + each.total)).sum() / weight.sum() for part in alike)
        found = estimated(shrunk_rate(each, fitted(groups))).value
        assert (found, 1 - found) == pytest.approx((with_event, without), rel=0.002)


def test_with_a_known_prior_the_interval_is_that_of_the_conjugate_beta() -> None:
    rate = estimated(shrunk_rate(Counts(3, 9), PRIOR, 0.9))
    expected = stats.beta(2 + 3, 6 + 6)
    assert rate.value == pytest.approx(expected.mean())
    assert (rate.lower, rate.upper) == pytest.approx(expected.interval(0.9))


def test_a_planted_spread_is_recovered() -> None:
    prior = fitted(drawn(0.3, 12.0, [5, 10, 20, 40] * 100, seed=20240611))
    assert prior.mean == pytest.approx(0.3, abs=0.02)
    assert float(prior.weight @ (prior.alpha + prior.beta)) == pytest.approx(12.0, rel=0.25)


@settings(deadline=None)
@given(
    st.lists(counts(40, fewest=0), min_size=3, max_size=12),
    counts(40, fewest=0),
    st.sampled_from([0.8, 0.95, 0.998]),
)
def test_a_shrunk_rate_is_moved_by_the_expected_regression_and_stays_a_rate(
    groups: list[Counts], group: Counts, level: float
) -> None:
    prior = fit_beta_binomial(groups)
    if isinstance(prior, BetaPrior):
        rate = estimated(shrunk_rate(group, prior, level))
        assert 0 <= rate.lower < rate.value < rate.upper <= 1
        if group.total:
            assert rate.value - group.rate == pytest.approx(
                moved(expected_regression(group, prior)), abs=1e-9
            )


def test_groups_that_differ_by_chance_alone_come_close_together() -> None:
    groups = [Counts(5, 10), Counts(10, 20), Counts(4, 9), Counts(6, 11)] * 4
    rates = [estimated(shrunk_rate(group, fitted(groups))).value for group in groups]
    assert max(rates) - min(rates) < 0.03
    assert max(group.rate for group in groups) - min(group.rate for group in groups) > 0.1


def test_a_small_group_is_drawn_further_than_a_large_one() -> None:
    small, large = (
        estimated(shrunk_rate(Counts(4, 4), PRIOR)),
        estimated(shrunk_rate(Counts(400, 400), PRIOR)),
    )
    assert 0.25 < small.value < 0.7 < 0.97 < large.value < 1


def test_a_group_of_all_or_none_is_not_certain() -> None:
    prior = fitted([Counts(0, 2), Counts(2, 2), Counts(0, 2), Counts(2, 2)])
    assert estimated(shrunk_rate(Counts(0, 2), prior)).upper > 0.5


def test_a_group_of_nobody_has_what_is_usual_and_no_regression() -> None:
    assert estimated(shrunk_rate(Counts(0, 0), PRIOR)).value == 0.25
    assert expected_regression(Counts(0, 0), PRIOR) == NotEstimable("nobody in the group")


@pytest.mark.parametrize(("group", "expected"), [(Counts(1, 8), 0.0625), (Counts(8, 8), -0.375)])
def test_regression_to_the_mean_goes_towards_the_others(group: Counts, expected: float) -> None:
    assert expected_regression(group, PRIOR) == pytest.approx(expected)


def test_groups_chosen_for_a_low_rate_move_up_by_the_expected_regression() -> None:
    random = np.random.default_rng(20240611)
    rates = random.beta(3.0, 7.0, 4000)
    first, second = random.binomial(15, rates), random.binomial(15, rates)
    prior = fitted([Counts(int(x), 15) for x in first[:500]])
    low = first <= 2
    expected = [moved(expected_regression(Counts(int(x), 15), prior)) for x in first[low]]
    assert np.mean(expected) > 0.05
    assert (second - first)[low].mean() / 15 == pytest.approx(np.mean(expected), abs=0.015)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        (
            [Counts(1, 2), Counts(2, 3), Counts(0, 0)],
            "fewer than three groups to learn from how rates differ",
        ),
        ([Counts(0, 2)] * 4, "nobody or everybody has the event, so nothing shows how rates differ"),
        ([Counts(2, 2)] * 4, "nobody or everybody has the event, so nothing shows how rates differ"),
    ],
)
def test_too_little_to_learn_a_spread_from_gives_a_reason(groups: list[Counts], reason: str) -> None:
    assert fit_beta_binomial(groups) == NotEstimable(reason)
