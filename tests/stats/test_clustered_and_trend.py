"""The clustered mean and the weighted straight line, against statsmodels and scipy."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pipeline.stats.clustered import clustered_mean
from pipeline.stats.results import Estimate, NotEstimable
from pipeline.stats.trend import linear_forecast


def estimates(values: list[float], errors: list[float]) -> list[Estimate]:
    z = 1.959963984540054
    return [
        Estimate(v, v - z * e, v + z * e, 0.95, "made up", "points")
        for v, e in zip(values, errors, strict=True)
    ]


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


def test_the_forecast_is_statsmodels_weighted_least_squares() -> None:
    times = np.array([0.0, 1.0, 2.0, 4.0, 5.0])
    values, errors = [0.0, 9.0, 3.0, 12.0, 6.0], [1.0, 0.5, 2.0, 1.0, 0.7]
    fit = sm.WLS(values, sm.add_constant(times), weights=1 / np.square(errors)).fit()
    assert fit.scale > 1
    at = fit.get_prediction([[1.0, 8.0]]).summary_frame(alpha=0.05)
    result = linear_forecast(times, estimates(values, errors), at=8.0)
    assert isinstance(result, Estimate)
    assert result.value == pytest.approx(at["mean"].iloc[0])
    assert (result.lower, result.upper) == pytest.approx(
        (at["mean_ci_lower"].iloc[0], at["mean_ci_upper"].iloc[0])
    )


def test_points_that_fit_too_well_do_not_make_the_line_surer_than_they_are() -> None:
    times = np.arange(6.0)
    exact = linear_forecast(times, estimates(list(times), [1.0] * 6), at=5.0)
    fit = sm.WLS(times, sm.add_constant(times), weights=np.ones(6)).fit(cov_type="fixed scale")
    error = float(np.sqrt(np.array([1.0, 5.0]) @ fit.normalized_cov_params @ np.array([1.0, 5.0])))
    assert isinstance(exact, Estimate)
    assert exact.upper - exact.value == pytest.approx(float(scipy_stats.t.ppf(0.975, 4)) * error)


def test_three_points_are_too_few_for_a_line() -> None:
    result = linear_forecast([0, 1, 2], estimates([1.0, 2.0, 3.0], [1.0] * 3), at=5.0)
    assert result == NotEstimable("fewer than four periods to draw a line through")
