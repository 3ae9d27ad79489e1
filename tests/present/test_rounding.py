"""Rounding half up, and numbers as text."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.rounding import (
    MINUS,
    format_number,
    round_for_file,
    round_half_up,
    tell_digits,
)
from pipeline.stats.results import Estimate


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (0.5, 0, 1),
        (1.5, 0, 2),
        (2.5, 0, 3),
        (0.4999999999, 0, 0),
        (-0.5, 0, -1),
        (-2.5, 0, -3),
        (0.25, 1, 0.3),
        (0.35, 1, 0.4),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (1e-12, 3, 0),
        (1234567.5, 0, 1234568),
    ],
)
def test_a_half_is_rounded_away_from_nought(value: float, decimals: int, rounded: float) -> None:
    assert round_half_up(value, decimals) == rounded


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [
        (0, 0, False, "0"),
        (0, 0, True, "0"),
        (-0.4, 0, True, "0"),
        (-0.04, 1, False, "0.0"),
        (0.5, 0, True, "+1"),
        (-0.5, 0, True, f"{MINUS}1"),
        (-12.25, 1, False, f"{MINUS}12.3"),
        (999.5, 0, False, "1,000"),
        (-1234567.891, 2, True, f"{MINUS}1,234,567.89"),
        (math.inf, 1, True, "no limit"),
        (-math.inf, 1, False, f"{MINUS} no limit"),
    ],
)
def test_a_number_is_written_as_people_read_it(value: float, decimals: int, sign: bool, text: str) -> None:
    assert format_number(value, decimals, sign=sign) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
@example(134217728.84375, 4)
def test_rounding_again_changes_nothing(value: float, decimals: int) -> None:
    once = round_half_up(value, decimals)
    assert round_half_up(once, decimals) == once
    # In decimals, as people read the numbers: the difference of two large floats is off by their last bit.
    moved = abs(Decimal(repr(once)) - Decimal(repr(value)))
    assert moved <= Decimal("0.5").scaleb(-decimals)


def _close_to_halves() -> st.SearchStrategy[float]:
    """Halves of any number of decimals, and the floats beside them."""
    halves = st.builds(
        lambda steps, decimals: (steps + 0.5) / 10**decimals,
        st.integers(-(10**10), 10**10),
        st.integers(0, 6),
    )
    return st.builds(math.nextafter, halves, st.sampled_from((-math.inf, math.inf))) | halves


@settings(max_examples=200)
@given(st.floats(-1e15, 1e15) | st.floats(-100, 100) | _close_to_halves(), st.integers(0, 6))
@example(1125899906842624.25, 1)
@example(-0.0, 0)
@example(-0.3, 0)
def test_every_number_is_rounded_as_the_decimal_that_is_read(value: float, decimals: int) -> None:
    read = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    rounded = round_half_up(value, decimals)
    assert rounded == float(read)
    assert rounded or math.copysign(1, rounded) == 1, "never -0"


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_hyphen_never_stands_for_a_minus_nor_a_minus_before_nought(value: float, decimals: int) -> None:
    text = format_number(value, decimals)
    assert "-" not in text
    assert not text.startswith(MINUS) or any(digit in text for digit in "123456789")


@given(st.floats(-1e4, 1e4), st.integers(1, 4), st.integers(0, 2))
def test_what_a_file_has_rounded_once_more_is_what_a_page_shows(
    value: float, decimals: int, spare: int
) -> None:
    kept = round_for_file(value, decimals, spare)
    assert abs(kept - value) < 10.0**-decimals
    for fewer in range(decimals):
        assert round_half_up(kept, fewer) == round_half_up(value, fewer)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.2946, "0.294"), (0.2956, "0.296"), (0.295, "0.295"), (0.28499, "0.284"), (-2.8451, "-2.84"),
        (1.4996, "1.49"), (12.46, "12.5"), (12345.0, "1.23e+04"), (0.0, "0"), (0.99999, "1"), (math.inf, "inf"),
    ],
)  # fmt: skip
def test_a_number_in_three_digits_is_never_rounded_up_to_a_half(value: float, told: str) -> None:
    assert tell_digits(value, 3) == told


def test_a_page_and_its_file_agree_where_a_share_lies_just_below_a_half() -> None:
    cell = interval_cell(
        "share", Estimate(0.2946, 0.2, 0.4, 0.95, "wilson", "proportion"), 0, False, "%", 100
    )
    assert cell.text.startswith("29%")
    assert format_number(float(cell.values["share"])) == "29"
