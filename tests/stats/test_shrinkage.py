"""Beta-binomial empirical Bayes: the prior, the shrunk rate, and regression to the mean."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.stats.one_group import wilson_interval
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result
from pipeline.stats.shrinkage import BetaPrior, expected_regression, fit_beta_binomial, shrunk_rate

# Rats with tumours in 70 control groups (Tarone 1982, Biometrics 38:215-220, table 1).
TUMOURS = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 5, 2, 5, 3, 2,
    7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9,
]  # fmt: skip
RATS = [
    20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20, 20,
    20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22,
    46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24,
]  # fmt: skip
PRIOR = BetaPrior(mean=0.25, concentration=8.0, pooled=Counts(10, 40))
ONE_RATE = BetaPrior(mean=0.25, concentration=math.inf, pooled=Counts(10, 40))


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    total = draw(st.integers(0, 40))
    return Counts(draw(st.integers(0, total)), total)


def fitted(groups: Sequence[Counts]) -> BetaPrior:
    prior = fit_beta_binomial(groups)
    assert isinstance(prior, BetaPrior), prior
    return prior


def estimated(result: Result) -> Estimate:
    assert isinstance(result, Estimate), result
    return result


def moved(result: float | NotEstimable) -> float:
    assert isinstance(result, float), result
    return result


def drawn(mean: float, concentration: float, totals: Sequence[int], seed: int) -> list[Counts]:
    random = np.random.default_rng(seed)
    rates = random.beta(mean * concentration, (1 - mean) * concentration, len(totals))
    events = random.binomial(totals, rates)
    return [Counts(int(x), n) for x, n in zip(events, totals, strict=True)]


def log_likelihood(groups: Sequence[Counts], mean: float, concentration: float) -> float:
    """The same from scipy's own distributions."""
    x, n = [group.events for group in groups], [group.total for group in groups]
    if math.isinf(concentration):
        return float(np.sum(stats.binom.logpmf(x, n, mean)))
    return float(np.sum(stats.betabinom.logpmf(x, n, mean * concentration, (1 - mean) * concentration)))


def test_the_prior_of_the_rat_tumours_has_the_published_shapes() -> None:
    prior = fitted([Counts(x, n) for x, n in zip(TUMOURS, RATS, strict=True)])
    assert (prior.alpha, prior.beta) == pytest.approx((2.304768, 14.079707), rel=1e-5), (
        "R package BayesGOF, gMLE.bb(rat$y, rat$n), vignette"
    )


def test_a_further_group_of_rats_is_drawn_to_the_others() -> None:
    prior = fitted([Counts(x, n) for x, n in zip(TUMOURS, RATS, strict=True)])
    expected = stats.beta(2.304768 + 4, 14.079707 + 10)
    rate = estimated(shrunk_rate(Counts(4, 14), prior))
    assert rate.value == pytest.approx(expected.mean(), rel=1e-5)
    assert (rate.lower, rate.upper) == pytest.approx(expected.interval(0.95), rel=1e-5)


def test_a_planted_spread_is_recovered() -> None:
    prior = fitted(drawn(0.3, 12.0, [5, 10, 20, 40] * 500, seed=20240611))
    assert prior.mean == pytest.approx(0.3, abs=0.01)
    assert prior.concentration == pytest.approx(12.0, rel=0.12)


@settings(deadline=None, max_examples=25)
@given(st.lists(counts(), min_size=3, max_size=12))
def test_no_prior_on_a_grid_is_likelier(groups: list[Counts]) -> None:
    prior = fit_beta_binomial(groups)
    if isinstance(prior, BetaPrior):
        best = max(
            log_likelihood(groups, mean, concentration)
            for mean in np.linspace(0.05, 0.95, 10)
            for concentration in (1.0, 4.0, 16.0, 64.0, 1e4, math.inf)
        )
        assert log_likelihood(groups, prior.mean, prior.concentration) >= best - 1e-5


@settings(deadline=None, max_examples=60)
@given(st.lists(counts(), min_size=3, max_size=12), counts())
def test_a_shrunk_rate_lies_between_the_raw_rate_and_the_prior_mean(
    groups: list[Counts], group: Counts
) -> None:
    prior = fit_beta_binomial(groups)
    if isinstance(prior, BetaPrior) and group.total:
        rate = estimated(shrunk_rate(group, prior))
        low, high = sorted((group.rate, prior.mean))
        assert low - 1e-9 <= rate.value <= high + 1e-9
        assert rate.value - group.rate == pytest.approx(moved(expected_regression(group, prior)), abs=1e-9)


def test_the_order_of_the_groups_does_not_matter() -> None:
    groups = drawn(0.4, 6.0, [5, 9, 14, 30, 7, 22], seed=7)
    prior, backwards = fitted(groups), fitted(groups[::-1])
    assert (backwards.mean, backwards.concentration) == pytest.approx(
        (prior.mean, prior.concentration), rel=1e-4
    )


def test_groups_that_differ_by_chance_alone_share_one_rate() -> None:
    groups = [Counts(5, 10), Counts(10, 20), Counts(4, 9), Counts(6, 11)]
    prior = fitted(groups)
    assert prior.is_one_rate and prior.mean == 0.5
    assert shrunk_rate(groups[0], prior) == wilson_interval(Counts(25, 50))


def test_groups_of_one_person_cannot_show_a_spread() -> None:
    assert fitted([Counts(0, 1), Counts(1, 1), Counts(1, 1)]).is_one_rate


def test_groups_of_all_or_none_do_not_make_a_certain_0() -> None:
    prior = fitted([Counts(0, 2), Counts(2, 2), Counts(0, 2), Counts(2, 2)])
    assert prior.concentration == pytest.approx(1.0)
    assert estimated(shrunk_rate(Counts(0, 2), prior)).upper > 0.5


def test_a_small_group_is_drawn_further_than_a_large_one() -> None:
    small, large = (
        estimated(shrunk_rate(Counts(4, 4), PRIOR)),
        estimated(shrunk_rate(Counts(400, 400), PRIOR)),
    )
    assert 0.25 < small.value < 0.7 < 0.97 < large.value < 1


def test_a_group_of_nobody_has_the_rate_of_the_others_and_no_regression() -> None:
    assert estimated(shrunk_rate(Counts(0, 0), PRIOR)).value == 0.25
    assert expected_regression(Counts(0, 0), PRIOR) == NotEstimable("nobody in the group")


@pytest.mark.parametrize(
    ("group", "prior", "expected"),
    [(Counts(1, 8), PRIOR, 0.0625), (Counts(8, 8), PRIOR, -0.375), (Counts(8, 8), ONE_RATE, -0.75)],
)
def test_regression_to_the_mean_goes_towards_the_others(
    group: Counts, prior: BetaPrior, expected: float
) -> None:
    assert expected_regression(group, prior) == pytest.approx(expected)


def test_groups_chosen_for_a_low_rate_move_up_by_the_expected_regression() -> None:
    random = np.random.default_rng(20240611)
    rates = random.beta(3.0, 7.0, 4000)
    first, second = random.binomial(15, rates), random.binomial(15, rates)
    prior = fitted([Counts(int(x), 15) for x in first])
    low = first <= 2
    expected = [moved(expected_regression(Counts(int(x), 15), prior)) for x in first[low]]
    assert np.mean(expected) > 0.05
    assert (second - first)[low].mean() / 15 == pytest.approx(np.mean(expected), abs=0.01)


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
