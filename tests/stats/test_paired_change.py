"""The mean of clustered values, and a change as a multiple of the spread of the baselines."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from told import estimated

from pipeline.stats.results import Estimate, NotEstimable, Result
from pipeline.stats.scores.paired import clustered_mean, effect_size


def reason(result: Result) -> str:
    assert isinstance(result, NotEstimable), result
    return result.reason


def test_equal_baselines_give_no_effect_size() -> None:
    assert "spread of the baselines" in reason(
        effect_size(Estimate(2, 1, 3, 0.95, "Student t", "points"), 0.0)
    )


def test_an_effect_size_is_measured_in_the_sd_of_all_baselines() -> None:
    change = clustered_mean([3.0, 1.0, 4.0], [1, 2, 3])
    sd = math.sqrt(((10 - 12) ** 2 + 0 + 2**2 + 8**2 + 8**2) / 4)
    assert estimated(effect_size(change, sd, 5)).value == pytest.approx((8 / 3) / sd), "by hand"


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
        change = clustered_mean(gain, range(size))
        held += estimated(effect_size(change, float(start.std(ddof=1)), size)).contains(effect)
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
