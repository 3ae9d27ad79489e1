"""Mantel-Haenszel ratios over strata, and the test that they are the same in all of them."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.datasets import china_smoking
from statsmodels.stats.contingency_tables import StratifiedTable
from told import estimated

from pipeline.stats.proportions.stratified import Strata
from pipeline.stats.proportions.stratified_rates import RateStrata
from pipeline.stats.proportions.stratified_ratio import (
    mantel_haenszel_odds_ratio,
    mantel_haenszel_rate_ratio,
    same_odds_ratio,
    same_rate_ratio,
)
from pipeline.stats.results import Estimate, NotEstimable, PValue, Result

# Rothman, Greenland and Lash 2008, tables 15-1 and 15-2; their results by metafor, in its own tests.
TOLBUTAMIDE = Strata([8, 22], [106, 98], [5, 16], [120, 85])
DOCTORS = RateStrata(
    [32, 104, 206, 186, 102],
    [52407, 43248, 28612, 12663, 5317],
    [2, 12, 28, 28, 31],
    [18790, 10673, 5710, 2585, 1462],
)
# Tuberculosis with and without BCG vaccine in 13 trials (Colditz et al. 1994, JAMA 271:698-702, table 1).
BCG = Strata(
    [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    [123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913],
    [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    [139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854],
)


def chance(test: PValue | NotEstimable) -> float:
    assert isinstance(test, PValue), test
    return test.value


def logs(result: Result) -> list[float]:
    found = estimated(result)
    return [math.log(number) for number in (found.value, found.lower, found.upper)]


def smoking() -> tuple[Strata, StratifiedTable]:
    """Smoking and lung cancer in eight cities of China, as statsmodels has it."""
    cells = china_smoking.load().data.to_numpy()[:, -4:].astype(float)
    tables = [np.array(row).reshape(2, 2) for row in cells]
    a, b, c, d = cells.T
    return Strata(a, a + b, c, c + d), StratifiedTable(tables)


def test_odds_and_rate_ratios_are_the_published_ones() -> None:
    assert logs(mantel_haenszel_odds_ratio(TOLBUTAMIDE, 0.9)) == pytest.approx(
        [0.3387, -0.1731, 0.8505], abs=6e-5
    )
    assert logs(mantel_haenszel_odds_ratio(BCG)) == pytest.approx([-0.473, -0.554, -0.393], abs=6e-4)
    assert logs(mantel_haenszel_rate_ratio(DOCTORS, 0.9)) == pytest.approx([0.3539, 0.1776, 0.5303], abs=6e-5)


def test_the_odds_ratio_is_statsmodels_and_that_of_its_smokers() -> None:
    strata, other = smoking()
    found = estimated(mantel_haenszel_odds_ratio(strata))
    assert found.value == pytest.approx(2.174, abs=0.0005)
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (other.oddsratio_pooled, *other.oddsratio_pooled_confint())
    )


def test_with_large_strata_the_test_of_one_ratio_is_breslow_and_day_s() -> None:
    strata, other = smoking()
    assert chance(same_odds_ratio(strata)) == pytest.approx(
        other.test_equal_odds(adjust=True).pvalue, abs=0.01
    )
    assert chance(same_odds_ratio(TOLBUTAMIDE)) == pytest.approx(0.5547, abs=0.015)  # metafor, Tarone's test
    assert chance(same_odds_ratio(BCG)) < 1e-20  # metafor: 171.76 with 12 degrees of freedom


def test_the_doctors_rate_ratio_falls_with_age() -> None:
    """Likelihood ratio 12.1324 and Wald 10.1991 with 4 degrees of freedom (metafor): p .0164 and .0372."""
    assert 0.0164 < chance(same_rate_ratio(DOCTORS)) < 0.0372


TABLES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(TABLES)
def test_turning_groups_or_outcome_round_turns_the_ratio_over_and_leaves_the_test(
    tables: list[tuple[int, int, int, int]],
) -> None:
    a, b, c, d = np.array(tables).T
    found, test = (each(Strata(a, a + b, c, c + d)) for each in (mantel_haenszel_odds_ratio, same_odds_ratio))
    for turned in (Strata(c, c + d, a, a + b), Strata(b, a + b, d, c + d)):
        other, again = mantel_haenszel_odds_ratio(turned), same_odds_ratio(turned)
        assert isinstance(other, Estimate) is isinstance(found, Estimate)
        if isinstance(found, Estimate) and isinstance(other, Estimate):
            assert (1 / other.upper, 1 / other.lower) == pytest.approx((found.lower, found.upper))
        assert isinstance(again, PValue) is isinstance(test, PValue)
        if isinstance(test, PValue) and isinstance(again, PValue):
            assert again.value == pytest.approx(test.value, abs=1e-6)


def sparse(ratio_falls: bool, rng: np.random.Generator) -> Strata:
    """120 strata of three or four people, in which the odds ratio is 1.5, or as often 6 as a sixth."""
    size, others = 1 + rng.poisson(1, 120), 1 + rng.poisson(3, 120)
    odds = np.exp(rng.normal(0, 0.8, 120))
    ratio = np.where(np.arange(120) % 2, 6.0, 1 / 6) if ratio_falls else 1.5
    share, other = odds * ratio / (1 + odds * ratio), odds / (1 + odds)
    return Strata(rng.binomial(size, share), size, rng.binomial(others, other), others)


def test_with_strata_of_a_few_people_it_holds_its_level_where_statsmodels_makes_nothing_of_them() -> None:
    rng = np.random.default_rng(2)
    drawn = [sparse(False, rng) for _ in range(400)]
    assert np.mean([chance(same_odds_ratio(each)) < 0.05 for each in drawn]) == pytest.approx(0.05, abs=0.03)
    assert np.mean([chance(same_odds_ratio(sparse(True, rng))) < 0.05 for _ in range(100)]) > 0.9
    first = drawn[0]
    lost, others_lost = first.total - first.events, first.reference_total - first.reference_events
    tables = np.array([first.events, lost, first.reference_events, others_lost])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = StratifiedTable([column.reshape(2, 2) for column in tables.T]).test_equal_odds(adjust=True)
    assert np.isnan(other.pvalue)


def test_rates_in_sparse_strata_hold_the_level_too() -> None:
    rng, rejected = np.random.default_rng(4), 0
    for _ in range(500):
        time, other = rng.gamma(1, 0.5, 100), rng.gamma(1, 2.0, 100)
        rate = np.exp(rng.normal(0, 0.8, 100))
        strata = RateStrata(rng.poisson(1.4 * rate * time), time, rng.poisson(rate * other), other)
        rejected += chance(same_rate_ratio(strata)) < 0.05
    assert stats.binom.cdf(rejected, 500, 0.05) < 0.999


@pytest.mark.parametrize(
    "strata",
    [
        Strata([0, 0], [10, 5], [3, 1], [9, 9]),
        Strata([10, 5], [10, 5], [3, 1], [9, 9]),
        Strata([0, 0], [0, 0], [3, 1], [9, 9]),
        Strata([3], [3], [2], [2]),
        Strata([], [], [], []),
    ],
)
def test_where_one_side_has_no_events_or_nothing_else_there_is_no_ratio(strata: Strata) -> None:
    reason = NotEstimable("on one side nobody, or everybody, has the event in the strata that tell")
    assert mantel_haenszel_odds_ratio(strata) == reason
    assert same_odds_ratio(strata) == reason


def test_one_stratum_and_pairs_say_nothing_of_the_others() -> None:
    assert same_odds_ratio(Strata([3], [10], [5], [9])) == NotEstimable(
        "fewer than two strata in which a ratio can be seen"
    )
    assert same_rate_ratio(RateStrata([3, 0], [10.0, 2.0], [5, 0], [9.0, 2.0])) == NotEstimable(
        "fewer than two strata in which a ratio can be seen"
    )
    few = Strata([1, 0, 1, 0], [1] * 4, [0, 1, 0, 1], [1] * 4)
    assert same_odds_ratio(few) == NotEstimable("too few events in strata that tell")
    pairs = Strata([1, 0] * 20, [1] * 40, [0, 1] * 20, [1] * 40)
    assert same_odds_ratio(pairs) == NotEstimable("the strata are pairs, which show no ratio of their own")
