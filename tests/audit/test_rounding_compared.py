"""Ways of protecting tables, compared: naive rounding fails the attack that fixed random rounding passes."""

import math

import numpy as np
import pytest

from benchmarks.rounding import METHODS, RULE, Numbers, Score, add_a_child, attack, with_margins
from benchmarks.rounding_exact import exact_width
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.results import Counts, Estimate

NAIVE, SUPPRESSED, AT_RANDOM, ADDITIVE = METHODS
SEVEN_ONES = np.array([[1.0] * 7, [40.0] * 7, [30.0] * 7])
"""Seven groups with one child each in a service: the hidden total is 7 at most, and so tells them all."""


def score(method: str, inner: Numbers) -> Score:
    keys = np.random.default_rng(1).integers(0, 2**32, inner.shape).astype(float)
    found, shown = Score(), METHODS[method](inner, keys)
    attack(found, with_margins(inner), shown)
    add_a_child(found, METHODS[method], inner, keys, shown, np.random.default_rng(2))
    return found


def test_naive_rounding_fails_and_the_other_three_hold_against_margins() -> None:
    assert score(NAIVE, SEVEN_ONES).exactly == 8
    assert [score(method, SEVEN_ONES).told for method in (SUPPRESSED, AT_RANDOM, ADDITIVE)] == [0, 0, 0]


@pytest.mark.parametrize("method", METHODS)
def test_one_child_more_tells_no_count_that_is_rounded_at_random(method: str) -> None:
    """Whoever is sure to be rounded alike is told at the step: 12 is shown as 10, and 13 as 15."""
    found = score(method, np.full((40, 2), 12.0))
    assert found.added == 40
    assert bool(found.added_told) is (method != AT_RANDOM)


def test_counts_that_small_count_rounding_leaves_are_told() -> None:
    assert score(ADDITIVE, SEVEN_ONES).large_told >= 14
    assert score(AT_RANDOM, SEVEN_ONES).large_told == 0


@pytest.mark.parametrize("method", [NAIVE, SUPPRESSED, AT_RANDOM, ADDITIVE])
def test_ends_hold_the_true_counts(method: str) -> None:
    inner = np.random.default_rng(3).poisson(6, (12, 5)).astype(float)
    shown = METHODS[method](inner, np.arange(inner.size, dtype=float).reshape(inner.shape))
    true = with_margins(inner)
    assert ((shown.ends[..., 0] <= true) & (true <= shown.ends[..., 1])).all()
    assert np.nanmax(abs(shown.numbers[:-1, :-1] - inner)) <= RULE.hide_up_to


def test_the_exact_interval_of_a_rounded_number_has_the_limits_worked_out_by_hand() -> None:
    """Nobody shown of 2,000 is 0 to 4: of 7.25 on average half of the chance that 0 is shown is a fortieth."""
    chance = sum(
        math.exp(-7.25) * 7.25**count / math.factorial(count) * (1 - count / 5) for count in range(5)
    )
    assert chance / 2 == pytest.approx(0.025, abs=0.0005)
    assert exact_width(0, 2000) * 2000 == pytest.approx(7.25, abs=0.03)


def test_of_large_numbers_the_exact_interval_is_that_of_the_number_itself() -> None:
    found = wilson_interval(Counts(4000, 8000))
    assert isinstance(found, Estimate)
    assert exact_width(4000, 8000) == pytest.approx(found.upper - found.lower, rel=0.01)
