"""Disclosure control of counts: what is hidden, what is shown, and that nothing is gained by doing it twice."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.present.disclosure.protection import protect_count, protect_counts
from pipeline.settings import Disclosure
from pipeline.stats.results import Counts

NHS = Disclosure(hide_up_to=7, round_to=5)


@pytest.mark.parametrize(
    ("hide_up_to", "round_to", "shown"),
    [
        (7, 5, {0: 0, 1: None, 7: None, 8: 10, 12: 10, 13: 15, 17: 15, 18: 20, 1002: 1000, 1003: 1005}),
        (4, 5, {0: 0, 1: None, 4: None, 5: 5, 7: 5, 8: 10}),
        (9, 10, {0: 0, 1: None, 9: None, 10: 10, 14: 10, 15: 20, 25: 30}),
        (2, 3, {0: 0, 1: None, 2: None, 3: 3, 4: 3, 5: 6}),
        (5, 1, {0: 0, 5: None, 6: 6, 7: 7}),
    ],
)
def test_each_profile_hides_and_rounds_at_its_boundaries(
    hide_up_to: int, round_to: int, shown: dict[int, int | None]
) -> None:
    rule = Disclosure(hide_up_to, round_to)
    assert {count: protect_count(count, rule) for count in shown} == shown


@given(st.integers(0, 100_000), st.integers(1, 20), st.integers(1, 20))
def test_protecting_a_protected_count_changes_nothing(count: int, hide_up_to: int, round_to: int) -> None:
    rule = Disclosure(hide_up_to, round_to)
    shown = protect_count(count, rule)
    assert shown is None or protect_count(shown, rule) == shown


def test_a_small_group_is_never_shown_as_nobody() -> None:
    assert protect_count(3, Disclosure(hide_up_to=2, round_to=10)) == 10


@given(st.integers(1, 100_000), st.integers(1, 20), st.integers(1, 20))
def test_a_count_is_hidden_exactly_when_it_is_small(count: int, hide_up_to: int, round_to: int) -> None:
    shown = protect_count(count, Disclosure(hide_up_to, round_to))
    assert (shown is None) == (count <= hide_up_to)


@given(st.integers(0, 100_000), st.integers(1, 20), st.integers(1, 20))
def test_a_shown_count_is_a_multiple_near_the_true_one(count: int, hide_up_to: int, round_to: int) -> None:
    shown = protect_count(count, Disclosure(hide_up_to, round_to))
    assume(shown is not None)
    assert shown is not None
    assert shown % round_to == 0
    assert abs(shown - count) < round_to


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_larger_count_is_never_shown_as_smaller(one: int, other: int) -> None:
    low, high = (protect_count(count, NHS) for count in sorted((one, other)))
    assert low is None or high is None or low <= high


@pytest.mark.parametrize(
    ("events", "total", "shown"),
    [
        (0, 0, (0, 0)),
        (0, 7, None),
        (0, 8, (0, 10)),
        (7, 100, None),
        (8, 100, (10, 100)),
        (63, 98, (65, 100)),
        (8, 8, (10, 10)),
        (13, 13, (15, 15)),
        (12, 12, (10, 10)),
    ],
)
def test_a_share_s_counts_are_shown_together_or_not_at_all(
    events: int, total: int, shown: tuple[int, int] | None
) -> None:
    protected = protect_counts(Counts(events, total), NHS)
    assert protected == (None if shown is None else Counts(*shown))


@given(st.integers(0, 500), st.integers(0, 500))
def test_protected_events_never_exceed_their_total(events: int, more: int) -> None:
    protected = protect_counts(Counts(events, events + more), NHS)
    assert protected is None or protected.events <= protected.total
