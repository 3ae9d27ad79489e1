"""Reliable change and goal attainment, against the papers, other programs and boundaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.scores.reliable_change import (
    AS_EXPECTED,
    CRITICAL,
    RHO,
    difference_error,
    goal_attainment,
    reliable_change_index,
    reliably_better,
    smallest_reliable_change,
)

# Jacobson and Truax 1991, table 2: dyadic adjustment of thirty people before and after (as in AWKruijt/JT-RCI).
BEFORE = (90.5, 74, 97, 73.5, 61, 66.5, 68.5, 86.5, 88.5, 68.5, 98, 80.5, 89.5, 91.5, 83.5, 60.5, 83, 88, 98.5,
          78.5, 99.5, 79.5, 84.5, 92.5, 93, 85, 64, 61, 80, 82.5)  # fmt: skip
AFTER = (97, 124, 97.5, 88, 96.5, 62.5, 112.5, 103.5, 90, 82.5, 105, 99.5, 112.5, 101, 99.5, 79.5, 88, 100.5, 119,
         116, 116, 129, 113, 118, 92, 114, 68, 52, 60.5, 104.5)  # fmt: skip


@pytest.mark.parametrize(
    ("sd", "reliability", "of_difference", "smallest"),
    [
        (10.5, 0.961, 2.93249, 5.747681),  # tests of R's suddengains, define_crit1_cutoff
        (6.396073, 0.931, 2.376036, 4.65703),  # the same, SD of its data
    ],
)
def test_the_error_of_a_difference_is_that_of_other_programs(
    sd: float, reliability: float, of_difference: float, smallest: float
) -> None:
    assert difference_error(sd, reliability) == pytest.approx(of_difference, abs=1e-5)
    assert smallest_reliable_change(sd, reliability) == pytest.approx(smallest, abs=1e-5)


def test_the_worked_case_of_the_paper() -> None:
    # Jacobson and Truax 1991, table 1: from 32.5 to 47.5, SD 7.5, reliability .80.
    assert reliable_change_index(47.5 - 32.5, 7.5, 0.80) == pytest.approx(3.16, abs=0.005)


def test_people_are_told_as_the_formula_of_another_program_tells_them() -> None:
    before, after = np.array(BEFORE), np.array(AFTER)
    # R's MDMA, rci(): (x2 - x1) / sqrt(2 * sd(x1)^2 * (1 - rxx)), over 1.96.
    index = (after - before) / np.sqrt(2 * before.std(ddof=1) ** 2 * (1 - 0.84))
    assert 0 < (index > 1.96).sum() < 30
    assert (reliably_better(after - before, before.std(ddof=1), 0.84) == (index > 1.96)).all()
    assert (reliably_better(before - after, before.std(ddof=1), 0.84) == (index < -1.96)).all()


@pytest.mark.parametrize(
    ("index", "reliable"), [(1.9599, False), (1.96, False), (1.9601, True), (-1.9601, False), (0.0, False)]
)
def test_a_change_of_exactly_the_bound_is_not_reliable(index: float, reliable: bool) -> None:
    sd, reliability = 7.3, 0.77
    found = reliably_better([index * difference_error(sd, reliability)], sd, reliability)
    assert found.tolist() == [reliable]
    assert CRITICAL == 1.96


@pytest.mark.parametrize(("sd", "reliability"), [(0, 0.8), (-1, 0.8), (float("nan"), 0.8), (5, 1), (5, -0.1)])
def test_a_spread_or_reliability_that_cannot_be_is_refused(sd: float, reliability: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        difference_error(sd, reliability)


def test_a_missing_change_is_refused() -> None:
    with pytest.raises(ValueError, match="missing or infinite"):
        reliably_better([1.0, float("nan")], 5, 0.8)


@pytest.mark.parametrize(
    ("scores", "attained"),
    [
        ([1, 0, 2], 63.69),  # shared design notes, methods.md, after Kiresuk and Sherman 1968
        ([0, 0, 0], 50.0),
        ([1], 60.0),  # one goal has a standard deviation of ten
        ([-2], 30.0),
    ],
)
def test_goal_attainment_is_that_of_the_paper(scores: list[int], attained: float) -> None:
    assert goal_attainment(scores) == pytest.approx(attained, abs=0.005)


@given(st.lists(st.integers(-2, 2), min_size=1, max_size=8))
def test_goal_attainment_is_the_sum_of_goals_over_its_standard_deviation(goals: list[int]) -> None:
    correlation = np.full((len(goals), len(goals)), RHO) + (1 - RHO) * np.eye(len(goals))
    assert goal_attainment(goals) == pytest.approx(AS_EXPECTED + 10 * sum(goals) / correlation.sum() ** 0.5)


@pytest.mark.parametrize("scores", [[], [float("nan")]])
def test_goals_that_cannot_be_added_up_are_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        goal_attainment(scores)
