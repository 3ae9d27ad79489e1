"""The gap that could have been seen."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep

from pipeline.stats.power import detectable_difference
from pipeline.stats.results import NotEstimable

POWER = 0.8
SIZES = st.integers(20, 3000)
RATES = st.floats(0.02, 0.98)


def number(result: float | NotEstimable) -> float:
    assert not isinstance(result, NotEstimable), result
    return result


def power_of_statsmodels(gap: float, rate: float, total: int, reference_total: int, level: float) -> float:
    """The power to find the gap on its own side, which is one of the two sides of the test."""
    side = "larger" if gap > 0 else "smaller"
    ratio, alpha = reference_total / total, (1 - level) / 2
    return float(
        power_proportions_2indep(gap, rate, total, ratio, alpha, alternative=side, return_results=False)
    )


@settings(deadline=None)
@given(SIZES, SIZES, RATES, st.sampled_from([0.9, 0.95, 0.998]))
def test_statsmodels_gives_the_detectable_gap_the_usual_power(
    total: int, reference_total: int, rate: float, level: float
) -> None:
    gap = detectable_difference(total, reference_total, rate, level)
    if isinstance(gap, NotEstimable):
        biggest = max((-rate, 1 - rate), key=abs)
        assert power_of_statsmodels(biggest * 0.9999, rate, total, reference_total, level) < POWER + 1e-3
        return
    powers = [
        power_of_statsmodels(signed, rate, total, reference_total, level)
        for signed in (gap, -gap)
        if 0 < rate + signed < 1
    ]
    assert any(found == pytest.approx(POWER, abs=1e-6) for found in powers)
    assert all(found > POWER - 1e-6 for found in powers)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_at_the_end_of_the_scale_the_gap_has_only_one_way_to_go(rate: float) -> None:
    gap = number(detectable_difference(100, 100, rate))
    found = power_of_statsmodels(gap * math.copysign(1, 0.5 - rate), rate, 100, 100, 0.95)
    assert found == pytest.approx(POWER)


def test_two_handfuls_of_people_cannot_show_any_gap() -> None:
    gap = detectable_difference(2, 2, 0.5)
    assert gap == NotEstimable("the groups are too small to see even the largest possible gap")


@pytest.mark.parametrize(("total", "reference_total"), [(0, 10), (10, 0)])
def test_a_group_of_nobody_detects_nothing(total: int, reference_total: int) -> None:
    gap = detectable_difference(total, reference_total, 0.5)
    assert gap == NotEstimable("nobody in one of the two groups")


@pytest.mark.parametrize("rate", [-0.1, 48.0, math.nan])
def test_a_rate_that_is_no_share_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        detectable_difference(100, 100, rate)
