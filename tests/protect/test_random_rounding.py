"""Random rounding, and parts that are shown beside their whole."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.protect.room import counts_leave_room, hold_sum, hold_union, leave_room
from pipeline.protect.rounding import (
    EXACT,
    PROFILES,
    Disclosure,
    Least,
    People,
    ShownCount,
    round_count,
    round_years,
)
from pipeline.protect.tally import Sum, Tally, share_out, within_shown

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


def shown(events: int, total: int = 500) -> Tally:
    return Tally(events, total, 0.0, rule=RULE)


def test_parts_are_out_of_the_sum_of_what_is_shown() -> None:
    whole = Sum.of_people(range(40))
    better, worse = (Sum.of_people(range(*ends)).among(whole) for ends in ((0, 13), (13, 21)))
    parts = share_out((better, worse, better.rest(worse)), RULE)
    assert {part.total for part in parts} == {sum(part.events for part in parts)}
    assert all(part.events % 5 == 0 for part in parts)
    assert [part.variance for part in parts] == [2 * RULE.variance] * 3


def test_the_rest_of_two_parts_is_who_is_in_neither() -> None:
    whole = Sum.of_people(range(40))
    first, second = (Sum.of_people(range(*ends)).among(whole) for ends in ((0, 13), (13, 21)))
    assert first.rest(second) == Sum.of_people(range(21, 40)).among(whole)


@pytest.mark.parametrize(
    ("whole", "parts", "room"),
    [
        (400, (130, 135, 135), True),
        (400, (135, 135, 140), True),
        (400, (135, 140, 140), False),  # 11 more than the ends allow but one
        (400, (130, 130, 125), False),
    ],
)
def test_levels_that_are_nearly_too_many_or_too_few_for_their_whole_leave_no_room(
    whole: int, parts: tuple[int, ...], room: bool
) -> None:
    rows = [shown(events, events + 100) for events in parts]
    assert leave_room(shown(whole, whole + 300), rows) is room


def test_exact_numbers_hide_nothing_and_need_no_room() -> None:
    assert leave_room(Tally(10, 20, 0.0), [Tally(10, 20, 0.0)])
    assert counts_leave_room(10, [3, 3, 4], EXACT)
    assert within_shown(ShownCount(3), ShownCount(4), EXACT).variance == 0


@pytest.mark.parametrize("roundings", [1, 2])
@pytest.mark.parametrize(("part", "shown"), [(10, 10), (25, 20), (0, 0)])
def test_a_part_is_out_of_its_whole_as_shown_and_never_more(part: int, shown: int, roundings: int) -> None:
    found = within_shown(ShownCount(part), ShownCount(20), RULE, roundings)
    assert (found.events, found.total) == (shown, 20)
    # Rounded apart, a share p is off by (1 + n p^2) roundings; intervals take it to be p^2 + (1 - p)^2 of these.
    shares = np.linspace(0, 1, 101)
    assert np.all(
        found.variance * (shares**2 + (1 - shares) ** 2) >= RULE.variance * (1 + roundings * shares**2)
    )


@pytest.mark.parametrize("rule", [*PROFILES.values(), EXACT])
@pytest.mark.parametrize("least", [1, 8, 13, 23])
def test_what_is_said_of_enough_people_tells_no_more_than_their_number(rule: Disclosure, least: int) -> None:
    """Of a shown number either everybody whom it may stand for is enough, or nobody is."""
    answers: dict[int, set[bool]] = {}
    random = np.random.default_rng(0)
    for number in range(1, 60):
        for _ in range(30):
            people = People.count(random.integers(0, 2**62, number))
            answers.setdefault(people.shown(rule), set()).add(Least(least, rule).is_met(people))
            assert people > rule.hide_up_to or not Least(least, rule).is_met(people)
    assert all(len(answer) == 1 for answer in answers.values())


@st.composite
def rounded_parts(draw: st.DrawFn) -> tuple[Disclosure, list[int], list[int]]:
    """A rule, true numbers, and each as it may be shown."""
    rule = draw(st.sampled_from([*PROFILES.values()]))
    true = draw(st.lists(st.integers(0, 12), min_size=3, max_size=8))
    return rule, true, [draw(st.sampled_from(may_be_shown(each, rule))) for each in true]


def may_be_shown(number: int, rule: Disclosure) -> list[int]:
    base = rule.round_to
    return sorted({number // base * base, -(-number // base) * base})


@given(rounded_parts(), st.data())
def test_a_held_sum_leaves_each_part_room_and_is_off_by_no_more_than_rounding(
    drawn: tuple[Disclosure, list[int], list[int]], data: st.DataObject
) -> None:
    rule, true, parts = drawn
    whole = data.draw(st.sampled_from(may_be_shown(sum(true), rule)))
    held = hold_sum(whole, parts, rule)
    assert counts_leave_room(held, parts, rule)
    assert abs(held - sum(true)) <= rule.off_by
    assert held % rule.round_to == 0
    assert held == whole or not counts_leave_room(whole, parts, rule)


@given(rounded_parts(), st.data())
def test_a_held_union_leaves_each_group_room_and_is_off_by_no_more_than_rounding(
    drawn: tuple[Disclosure, list[int], list[int]], data: st.DataObject
) -> None:
    rule, true, parts = drawn
    together = data.draw(st.integers(max(true), sum(true)))
    held = hold_union(data.draw(st.sampled_from(may_be_shown(together, rule))), parts, rule)
    assert abs(held - together) <= rule.off_by
    off, room = rule.off_by, rule.least_values - 1
    assert held + off - (max(parts) - off) >= room
    assert sum(each + off for each in parts) - (held - off) >= room
