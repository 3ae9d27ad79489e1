"""Random rounding that is fixed by who is counted."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.protect.rounding import EXACT, Disclosure, People, round_count, round_years

RULE = Disclosure(7, 5)


def keys(number: int) -> list[int]:
    source = random.Random(11)
    return [source.getrandbits(40) for _ in range(number)]


@given(count=st.integers(0, 10_000), key=st.integers(0, 2**62), base=st.integers(1, 20))
def test_a_count_becomes_one_of_the_two_multiples_beside_it(count: int, key: int, base: int) -> None:
    shown = round_count(count, key, Disclosure(0, base))
    assert shown % base == 0
    assert abs(shown - count) < base
    assert shown == round_count(count, key, Disclosure(0, base))


@pytest.mark.parametrize("count", [1, 3, 7, 12, 104])
def test_a_count_comes_out_right_on_average(count: int) -> None:
    shown = [round_count(count, key, RULE) for key in keys(20_000)]
    assert np.mean(shown) == pytest.approx(count, abs=0.1)
    assert set(shown) == {count // 5 * 5, count // 5 * 5 + 5}


def test_people_who_differ_by_one_are_rounded_independently() -> None:
    """Else the difference of two counts would tell whether the one is among them."""
    source = random.Random(5)
    pairs = []
    for _ in range(20_000):
        key = sum(source.getrandbits(31) for _ in range(12))
        pairs.append((round_count(12, key, RULE), round_count(13, key + source.getrandbits(31), RULE)))
    up = np.array(pairs) == 15
    assert np.corrcoef(up[:, 0], up[:, 1])[0, 1] == pytest.approx(0, abs=0.03)


def test_the_variance_that_it_adds_is_the_one_that_it_says() -> None:
    added = [
        (round_count(count, key, RULE) - count) ** 2
        for count, key in zip(range(40_000), keys(40_000), strict=True)
    ]
    assert np.mean(added) == pytest.approx(RULE.variance, rel=0.03)


@pytest.mark.parametrize("years", [0.01, 0.3, 2.2])
def test_time_is_rounded_in_child_months_so_that_no_stay_can_be_told(years: float) -> None:
    shown = {round(round_years(years, key, RULE) * 12, 6) for key in keys(500)}
    assert shown <= {0, 5, 10, 15, 20, 25, 30}
    assert len(shown) == 2


def test_where_nothing_is_rounded_everything_is_as_it_is() -> None:
    assert round_count(7, 3, EXACT) == 7
    assert round_years(0.3, 3, EXACT) == 0.3
    assert not EXACT.is_few(1)


@pytest.mark.parametrize(("count", "few"), [(0, False), (1, True), (7, True), (8, False)])
def test_a_figure_of_few_is_left_out_and_one_of_nobody_says_so_itself(count: int, few: bool) -> None:
    assert RULE.is_few(count) is few


def test_people_are_counted_once_and_rounded_by_who_they_are() -> None:
    people = People.count([4, 9, 4, 2])
    assert people == 3
    assert people.shown(EXACT) == 3
    assert People.count([2, 4, 9]).shown(RULE) == people.shown(RULE)
