"""Groups that were rounded up beside a whole that was rounded down: nothing is said of any of them."""

import pytest

from pipeline.analysis.group_counts import FEW, difference, level
from pipeline.analysis.groups import GroupTallies
from pipeline.protect.rounding import PROFILES, round_count
from pipeline.protect.tally import Sum

RULE = PROFILES["nhs"]
GROUPS = ("Asian", "Black", "Mixed", "White")


def key_that(rounds_to: int, count: int) -> int:
    """A record key by which so many are rounded to that."""
    return next(key for key in range(1000) if round_count(count, key, RULE) == rounds_to)


def rate(*, events: int, key: int) -> Sum:
    return Sum(events, 0, 40.0, 0.0, key, 7)


def counted(up: bool, whole: int = 0) -> GroupTallies:
    """One event in each of four groups, rounded up or down; the sum of their keys rounds the whole as it is told to."""
    key = key_that(5 if up else 0, 1)
    rest = next(
        own
        for own in range(10_000)
        if round_count(4, 3 * key + own, RULE) == whole and round_count(1, own, RULE) == (5 if up else 0)
    )
    keys = (key, key, key, rest)
    return GroupTallies(
        {(g, f"{g}: any"): rate(events=1, key=k) for g, k in zip(GROUPS, keys, strict=True)}, RULE
    )


def test_four_groups_rounded_up_beside_a_whole_rounded_down_are_withheld() -> None:
    groups = counted(up=True)
    assert [groups.of(name).few for name in (*GROUPS, "Other")] == [True] * 5
    assert groups.against("Asian", "everyone else").few
    assert groups.against("Asian", "White").few
    assert groups.of("Asian").worth == 0
    assert level(groups.of("Asian"), "per_100_child_years", 0.95) == FEW
    sides = groups.of("Asian"), groups.against("Asian", "White")
    assert difference(*sides, "per_100_child_years", 0.95) == FEW


@pytest.mark.parametrize(("up", "whole"), [(True, 5), (False, 0), (False, 5)])
def test_groups_that_leave_room_are_told(up: bool, whole: int) -> None:
    groups = counted(up, whole)
    assert not any(groups.of(name).few for name in GROUPS)


def test_exact_counts_are_never_withheld() -> None:
    assert not GroupTallies(counted(up=True).sums).of("Asian").few


def test_codes_are_withheld_beside_their_own_group_alone() -> None:
    codes = {("Asian", f"A {name}"): sums for (name, _), sums in counted(up=True).sums.items()}
    groups = GroupTallies({**codes, ("White", "W1"): rate(events=60, key=3)}, RULE)
    assert [groups.of(name).few for name in ("A Mixed", "A White", "Asian", "White", "W1")] == [
        True,
        True,
        *[False] * 3,
    ]
