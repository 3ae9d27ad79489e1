"""Values that cannot be impossible: counts, estimates, p-values, reasons, confidence levels."""

import math
from typing import Any

import numpy as np
import pytest

from pipeline.stats.inputs import normal_quantile, t_quantile
from pipeline.stats.results import Counts, Estimate, NotEstimable, PValue


@pytest.mark.parametrize(
    ("events", "total", "message"),
    [
        (-1, 10, "events is negative, expected 0 or more"),
        (0, -1, "total is negative, expected 0 or more"),
        (11, 10, "events exceed the total"),
        (2.5, 10, "events is a float, expected a whole number"),
        (3, math.nan, "total is a float, expected a whole number"),
        ("3", 10, "events is a str, expected a whole number"),
    ],
)
def test_impossible_counts_are_refused(events: Any, total: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Counts(events, total)


def test_a_refused_count_does_not_print_its_numbers() -> None:
    with pytest.raises(ValueError) as refusal:
        Counts(7, 3)
    assert not set("73") & set(str(refusal.value))


def test_numpy_counts_become_plain_whole_numbers() -> None:
    counts: Any = Counts(np.int32(3), np.int64(4))  # type: ignore[arg-type]
    assert [type(counts.events), type(counts.total)] == [int, int]


@pytest.mark.parametrize(
    ("value", "lower", "upper"),
    [(1.0, 2.0, 3.0), (4.0, 2.0, 3.0), (math.nan, 0.0, 1.0), (0.5, math.nan, 1.0)],
)
def test_an_estimate_outside_its_limits_is_refused(value: float, lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="expected lower <= value <= upper"):
        Estimate(value, lower, upper, 0.95, "Wilson score", "proportion")


def test_an_estimate_may_miss_its_limit_by_rounding_error() -> None:
    estimate = Estimate(1.0, 0.5, 1.0 - 1e-15, 0.95, "Wilson score", "proportion")
    assert estimate.value == 1.0


def test_an_estimate_may_have_infinite_limits() -> None:
    assert Estimate(math.inf, 2.0, math.inf, 0.95, "Koopman score", "ratio").contains(1e300)


@pytest.mark.parametrize(
    ("value", "inside"), [(0.99, False), (1.0, True), (1.5, True), (2.0, True), (2.01, False)]
)
def test_the_limits_belong_to_the_interval(value: float, inside: bool) -> None:
    assert Estimate(1.5, 1.0, 2.0, 0.95, "Koopman score", "ratio").contains(value) is inside


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, math.nan, 95.0])
def test_a_confidence_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        Estimate(0.5, 0.4, 0.6, level, "Wilson score", "proportion")


def test_a_percentage_is_told_how_to_become_a_confidence_level() -> None:
    with pytest.raises(ValueError, match=r"confidence_level is 99\.8.*for 99\.8 % write 0\.998"):
        normal_quantile(99.8)


@pytest.mark.parametrize("p_value", [-0.01, 1.01, math.nan])
def test_an_impossible_p_value_is_refused(p_value: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        PValue(p_value, "pooled score test", "the two proportions are equal")


def test_no_answer_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="the reason is empty"):
        NotEstimable(" ")


@pytest.mark.parametrize(
    ("level", "expected", "source"),
    [(0.95, 1.959964, "standard normal table"), (0.99, 2.575829, "table"), (0.998, 3.090232, "table")],
)
def test_normal_quantiles_are_those_of_the_table(level: float, expected: float, source: str) -> None:
    assert normal_quantile(level) == pytest.approx(expected, abs=5e-7), source


@pytest.mark.parametrize(
    ("degrees_of_freedom", "expected", "source"),
    [(1, 12.706, "Student t table"), (9, 2.262, "Student t table"), (30, 2.042, "Student t table")],
)
def test_t_quantiles_are_those_of_the_table(degrees_of_freedom: int, expected: float, source: str) -> None:
    assert t_quantile(0.95, degrees_of_freedom) == pytest.approx(expected, abs=5e-4), source
