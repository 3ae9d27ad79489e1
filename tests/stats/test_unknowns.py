"""How far people of unknown group could move a gap."""

from dataclasses import astuple

import pytest
from hypothesis import given, settings
from told import counts

from pipeline.stats.missing_group_bounds import Bounds, RateBounds, bounds, rate_bounds, tipping_point
from pipeline.stats.results import Counts, NotEstimable


def found(group: Counts, reference: Counts, unknown: Counts) -> Bounds:
    result = bounds(group, reference, unknown)
    assert isinstance(result, Bounds), result
    return result


def every_gap(group: Counts, reference: Counts, unknown: Counts) -> dict[tuple[int, int], float]:
    """The gap for each number of unknown events and non-events counted with the group, the rest elsewhere."""
    failures = unknown.total - unknown.events
    return {
        (x, f): (group.events + x) / (group.total + x + f)
        - (reference.events + unknown.events - x) / (reference.total + unknown.total - x - f)
        for x in range(unknown.events + 1)
        for f in range(failures + 1)
    }


@settings(deadline=None)
@given(counts(9), counts(9), counts(9, fewest=0))
def test_no_assignment_of_the_unknown_people_lies_outside_the_bounds_and_one_reaches_each(
    group: Counts, reference: Counts, unknown: Counts
) -> None:
    gaps = every_gap(group, reference, unknown)
    result = found(group, reference, unknown)
    assert (result.lowest, result.highest) == pytest.approx((min(gaps.values()), max(gaps.values())))
    assert result.all_in_group == pytest.approx(gaps[unknown.events, unknown.total - unknown.events])
    assert result.all_in_reference == pytest.approx(gaps[0, 0])


@settings(deadline=None)
@given(counts(9), counts(9), counts(9))
def test_in_proportion_is_the_gap_of_both_groups_with_their_share_of_the_unknown(
    group: Counts, reference: Counts, unknown: Counts
) -> None:
    share = group.total / (group.total + reference.total)
    rates = [
        (known.events + part * unknown.events) / (known.total + part * unknown.total)
        for known, part in ((group, share), (reference, 1 - share))
    ]
    assert found(group, reference, unknown).in_proportion == pytest.approx(rates[0] - rates[1])


def test_without_unknown_people_every_gap_is_the_known_one() -> None:
    result = found(Counts(1, 2), Counts(1, 4), Counts(0, 0))
    assert astuple(result) == pytest.approx((0.25,) * 6)


def gap_with(group: Counts, reference: Counts, unknown: Counts, unequal: float) -> tuple[float, float, float]:
    """The gap, and the two rates of the unknown people, when theirs differ by `unequal`; from first principles."""
    share = group.total / (group.total + reference.total)
    in_group, in_reference = unknown.rate + (1 - share) * unequal, unknown.rate - share * unequal
    people = share * unknown.total, (1 - share) * unknown.total
    rate = (group.events + people[0] * in_group) / (group.total + people[0])
    reference_rate = (reference.events + people[1] * in_reference) / (reference.total + people[1])
    return rate - reference_rate, in_group, in_reference


@settings(deadline=None)
@given(counts(9), counts(9), counts(9))
def test_at_the_tipping_point_the_gap_is_0_and_the_unknown_rates_are_possible(
    group: Counts, reference: Counts, unknown: Counts
) -> None:
    needed = tipping_point(group, reference, unknown)
    if isinstance(needed, float):
        gap, *rates = gap_with(group, reference, unknown, needed)
        assert gap == pytest.approx(0.0, abs=1e-9)
        assert all(-1e-9 <= rate <= 1 + 1e-9 for rate in rates)


@settings(deadline=None)
@given(counts(9), counts(9), counts(9))
def test_where_nothing_tips_no_possible_split_of_rates_closes_the_gap(
    group: Counts, reference: Counts, unknown: Counts
) -> None:
    if group.rate == reference.rate or isinstance(tipping_point(group, reference, unknown), float):
        return
    gaps = [
        gap
        for step in range(-1000, 1001)
        for gap, *rates in [gap_with(group, reference, unknown, step / 1000)]
        if all(0 <= rate <= 1 for rate in rates)
    ]
    assert all((gap > 0) == (group.rate > reference.rate) for gap in gaps)


@pytest.mark.parametrize(
    ("group", "reference", "unknown", "expected"),
    [
        ((30, 60), (55, 100), (10, 20), 0.4),
        ((55, 100), (30, 60), (10, 20), -0.4),
        ((1, 2), (0, 2), (2, 4), -0.5),
        ((2, 2), (0, 2), (2, 4), -1.0),
        ((2, 2), (0, 2), (1, 4), "however unequal the unknown people are, they cannot close the gap"),
        ((30, 60), (55, 100), (0, 0), "nobody's group is unknown"),
        ((3, 6), (5, 10), (1, 4), "the known people show no gap"),
        ((0, 0), (5, 10), (1, 4), "nobody in one of the two groups"),
        ((5, 10), (0, 0), (1, 4), "nobody in one of the two groups"),
    ],
)  # fmt: skip
def test_the_tipping_point_or_the_reason_for_none(
    group: tuple[int, int], reference: tuple[int, int], unknown: tuple[int, int], expected: float | str
) -> None:
    result = tipping_point(Counts(*group), Counts(*reference), Counts(*unknown))
    assert result == (NotEstimable(expected) if isinstance(expected, str) else pytest.approx(expected))


@pytest.mark.parametrize(("group", "reference"), [((0, 0), (1, 2)), ((1, 2), (0, 0))])
def test_a_group_of_nobody_known_has_no_bounds(group: tuple[int, int], reference: tuple[int, int]) -> None:
    result = bounds(Counts(*group), Counts(*reference), Counts(1, 3))
    assert result == NotEstimable("nobody in one of the two groups")


def test_unknown_time_on_either_side_moves_a_gap_of_rates_and_none_of_it_leaves_it() -> None:
    gaps = rate_bounds((10, 100.0), (10, 200.0), unknown=(0, 0.0))
    assert isinstance(gaps, RateBounds)
    assert (gaps.all_in_group, gaps.all_in_reference, gaps.in_proportion) == pytest.approx((0.05,) * 3)


def test_unknown_people_who_are_as_the_known_of_both_leave_a_gap_of_rates_between_its_ends() -> None:
    gaps = rate_bounds((30, 100.0), (10, 100.0), unknown=(20, 100.0))
    assert isinstance(gaps, RateBounds)
    # 50/200 - .1; .3 - 30/200; (30 + 10)/150 - (10 + 10)/150.
    assert (gaps.all_in_group, gaps.all_in_reference) == pytest.approx((0.15, 0.15))
    assert gaps.in_proportion == pytest.approx(20 / 150)


def test_without_time_in_one_group_there_is_no_gap_of_rates() -> None:
    assert isinstance(rate_bounds((0, 0.0), (10, 200.0), (5, 50.0)), NotEstimable)
