"""Change of the same people between baseline and review, and the mean of clustered values."""

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy import stats as scipy_stats
from told import estimated

from pipeline.stats.results import Estimate, NotEstimable, Result
from pipeline.stats.scores.paired import (
    clustered_mean,
    effect_size,
    paired_change,
)

FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def reason(result: Result) -> str:
    assert isinstance(result, NotEstimable), result
    return result.reason


def test_the_mean_change_is_that_of_r_for_students_sleep_data() -> None:
    change = estimated(paired_change(FIRST_DRUG, SECOND_DRUG).mean_change)
    expected = (1.58, 0.7001142, 2.4598858)
    source = "R, t.test(extra ~ group, sleep, paired = TRUE)"
    assert (change.value, change.lower, change.upper) == pytest.approx(expected, abs=1e-7), source


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=30),
    st.floats(0.5, 0.999),
)
def test_the_mean_change_agrees_with_scipys_paired_test(pairs: list[tuple[int, int]], level: float) -> None:
    baseline, review = np.array([*pairs, (0, 0), (0, 1)]).T
    expected = stats.ttest_rel(review, baseline).confidence_interval(level)
    change = estimated(paired_change(baseline, review, level).mean_change)
    assert (change.lower, change.upper) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-9)


def test_the_effect_size_is_measured_in_the_sd_of_all_baselines() -> None:
    change = paired_change([10, 12, 14], [13, 13, 18], all_baselines=[10, 12, 14, 20, 4])
    sd = math.sqrt(((10 - 12) ** 2 + 0 + 2**2 + 8**2 + 8**2) / 4)
    assert estimated(change.effect_size).value == pytest.approx((8 / 3) / sd), "by hand"


def test_without_other_baselines_the_pairs_own_serve() -> None:
    alone = paired_change([10, 12, 14], [13, 13, 18])
    assert alone == paired_change([10, 12, 14], [13, 13, 18], all_baselines=[10, 12, 14])


@pytest.mark.parametrize(("level", "inside"), [(0.95, False), (0.99, False), (0.998, True), (0.999, True)])
def test_the_effect_size_excludes_0_exactly_when_the_change_does(level: float, inside: bool) -> None:
    change = paired_change(FIRST_DRUG, SECOND_DRUG, level)
    contains = [estimated(result).contains(0) for result in (change.mean_change, change.effect_size)]
    assert contains == [inside, inside], "R, t.test(extra ~ group, sleep, paired = TRUE): p = .002833"


@pytest.mark.parametrize(("baseline", "review"), [([], []), ([3], [5])])
def test_fewer_than_two_pairs_give_no_change(baseline: list[int], review: list[int]) -> None:
    change = paired_change(baseline, review, all_baselines=[1, 2, 3])
    assert change.n == len(baseline)
    assert "fewer than two values" in reason(change.mean_change)
    assert "fewer than two values" in reason(change.effect_size)


def test_equal_changes_give_no_interval_even_when_floats_differ_in_the_last_place() -> None:
    change = paired_change([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
    assert "all values are the same" in reason(change.mean_change)


def test_equal_baselines_give_a_change_but_no_effect_size() -> None:
    change = paired_change([5, 5, 5], [6, 7, 9])
    assert estimated(change.mean_change).value == pytest.approx(7 / 3)
    assert "spread of the baselines" in reason(change.effect_size)


@pytest.mark.parametrize(
    ("baseline", "review", "others", "message"),
    [
        ([1.0, math.nan], [2.0, 3.0], None, "baselines hold a missing or infinite value"),
        ([1.0, 2.0], [2.0, math.inf], None, "reviews hold a missing or infinite value"),
        ([1.0, 2.0], [2.0, 3.0], [math.nan], "all_baselines hold a missing or infinite value"),
        ([1.0, 2.0], [2.0], None, "expected one review for each baseline"),
    ],
)
def test_incomplete_pairs_are_refused(baseline: Any, review: Any, others: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        paired_change(baseline, review, all_baselines=others)


@pytest.mark.long
@pytest.mark.parametrize("size", [13, 200])
@pytest.mark.parametrize("effect", [0.2, 1.2])
@pytest.mark.parametrize("spread", [0.5, 1.2])
def test_the_interval_of_an_effect_size_knows_how_little_is_known_of_the_spread(
    size: int, effect: float, spread: float
) -> None:
    """Coverage of a known effect, where those who start low gain most; simulation error of 800 draws: .8 points."""
    random = np.random.default_rng(size)
    returns = min(0.5, 0.7 * spread)
    held = 0
    for _ in range(800):
        start = random.normal(size=size)
        gain = effect - returns * start + np.sqrt(spread**2 - returns**2) * random.normal(size=size)
        held += estimated(paired_change(start, start + gain).effect_size).contains(effect)
    assert held / 800 >= 0.93 - 0.016


@pytest.mark.parametrize("baselines", [0, 1, 2, 3])
def test_too_few_baselines_tell_no_spread(baselines: int) -> None:
    change = Estimate(2.0, 1.0, 3.0, 0.95, "Student t", "points")
    assert "too few baselines" in reason(effect_size(change, 4.0, baselines))


@pytest.mark.parametrize("baselines", [5, 13, 200, 10**9])
@pytest.mark.parametrize(("lower", "value", "upper"), [(0.1, 2.0, 3.9), (-0.1, 2.0, 4.1), (-3.9, -2.0, -0.1)])
def test_the_effect_size_excludes_0_where_the_change_does_however_many_baselines(
    baselines: int, lower: float, value: float, upper: float
) -> None:
    change = Estimate(value, lower, upper, 0.95, "Student t", "points")
    found = estimated(effect_size(change, 4.0, baselines))
    assert found.contains(0) == change.contains(0)
    assert found.upper - found.lower >= (upper - lower) / 4.0


def test_the_clustered_mean_is_statsmodels_regression_on_an_intercept() -> None:
    draw = np.random.default_rng(4)
    clusters = draw.integers(0, 25, 120)
    values = draw.normal(1, 2, 120) + draw.normal(0, 1, 25)[clusters]
    fit = sm.OLS(values, np.ones(120)).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    result = clustered_mean(values, clusters)
    assert isinstance(result, Estimate)
    assert result.value == pytest.approx(float(fit.params[0]))
    assert (result.lower, result.upper) == pytest.approx(tuple(fit.conf_int()[0]))


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=30))
@settings(deadline=None)
def test_one_value_a_cluster_is_the_t_interval(values: list[float]) -> None:
    if np.ptp(values) < 1e-6:
        return
    result = clustered_mean(values, range(len(values)))
    expected = scipy_stats.ttest_1samp(values, 0).confidence_interval()
    assert isinstance(result, Estimate)
    assert (result.lower, result.upper) == pytest.approx((expected.low, expected.high), abs=1e-6)


@pytest.mark.parametrize(
    ("values", "clusters", "reason"),
    [
        ([1.0, 2.0], ["a", "a"], "fewer than two clusters"),
        ([1.0, 1.0], ["a", "b"], "all values are the same, so there is no spread to judge by"),
    ],
)
def test_a_clustered_mean_that_cannot_be_judged_says_why(
    values: list[float], clusters: list[str], reason: str
) -> None:
    assert clustered_mean(values, clusters) == NotEstimable(reason)


def test_missing_values_are_refused() -> None:
    with pytest.raises(ValueError, match="missing or"):
        clustered_mean([1.0, float("nan")], ["a", "b"])
