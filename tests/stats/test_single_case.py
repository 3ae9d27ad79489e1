"""One unit against others: the modified t of single-case studies, and its level where units differ by themselves."""

import math

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.designs.single_case import single_case_difference
from pipeline.stats.results import Estimate, NotEstimable

OTHERS = [100.0, 110.0, 90.0, 105.0, 95.0]


def test_without_sampling_variances_it_is_the_modified_t_of_crawford_and_howell() -> None:
    """t = (x - mean) / (s sqrt((n + 1) / n)) with n - 1 degrees of freedom (Crawford and Howell 1998)."""
    found = single_case_difference(78.0, 0.0, OTHERS, [0.0] * 5)
    assert isinstance(found, Estimate)
    spread = np.std(OTHERS, ddof=1) * math.sqrt(6 / 5)
    assert found.value == pytest.approx(78 - 100)
    reach = stats.t.ppf(0.975, 4) * spread
    assert (found.lower, found.upper) == pytest.approx((-22 - reach, -22 + reach))


def test_its_interval_is_the_prediction_interval_of_one_more() -> None:
    """The interval holds 0 exactly when the one lies in the others' prediction interval, p by p."""
    for one in (70.0, 76.0, 78.0, 122.0, 124.0, 130.0):
        found = single_case_difference(one, 0.0, OTHERS, [0.0] * 5)
        assert isinstance(found, Estimate)
        score = (one - 100) / (np.std(OTHERS, ddof=1) * math.sqrt(6 / 5))
        assert found.contains(0.0) == (2 * stats.t.sf(abs(score), 4) >= 0.05)


def test_where_sampling_explains_all_that_the_others_vary_only_it_counts() -> None:
    found = single_case_difference(10.0, 4.0, [0.0, 0.1, -0.1, 0.0], [9.0] * 4)
    assert isinstance(found, Estimate)
    reach = stats.t.ppf(0.975, 3) * math.sqrt(4.0 + 9.0 / 4)
    assert found.upper - found.value == pytest.approx(reach)


@pytest.mark.parametrize("others", [[], [1.0], [1.0, 2.0]])
def test_fewer_than_three_others_say_nothing_of_how_far_one_moves_by_itself(others: list[float]) -> None:
    found = single_case_difference(1.0, 0.0, others, [0.0] * len(others))
    assert isinstance(found, NotEstimable)


def test_others_that_moved_alike_leave_nothing_to_judge_by() -> None:
    assert isinstance(single_case_difference(5.0, 0.0, [1.0] * 4, [0.0] * 4), NotEstimable)


@pytest.mark.parametrize(("variance", "variances"), [(-1.0, [0.0] * 3), (0.0, [0.0, 0.0, -1.0])])
def test_a_negative_variance_is_refused(variance: float, variances: list[float]) -> None:
    with pytest.raises(ValueError, match="from 0"):
        single_case_difference(1.0, variance, [1.0, 2.0, 3.0], variances)


@pytest.mark.slow
@pytest.mark.parametrize("others", [5, 10, 16])
@pytest.mark.parametrize("spread", [0.0, 0.05, 0.10])
@pytest.mark.parametrize("sizes", [(150, 150), (60, 200), (200, 60)])
def test_intervals_hold_no_effect_about_as_often_as_they_say(
    others: int, spread: float, sizes: tuple[int, int]
) -> None:
    """Shares of 30 %; services move by themselves by no, 5 or 10 points (SD); the one is smaller or larger."""
    draw = np.random.default_rng(others)
    totals = np.r_[sizes[0], np.full(others, sizes[1])]
    held = 0
    for _ in range(2000):
        moved = np.clip(0.3 + draw.normal(0, spread, others + 1), 0.01, 0.99)
        before, after = draw.binomial(totals, 0.3) / totals, draw.binomial(totals, moved) / totals
        variance = before * (1 - before) / totals + after * (1 - after) / totals
        change = after - before
        found = single_case_difference(change[0], variance[0], change[1:], variance[1:])
        held += isinstance(found, Estimate) and found.contains(0.0)
    assert held / 2000 >= 0.92
