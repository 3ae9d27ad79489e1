"""The clustered mean, against statsmodels and scipy."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pipeline.stats.results import Estimate, NotEstimable
from pipeline.stats.scores.paired import clustered_mean


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
