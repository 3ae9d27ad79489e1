"""Expectations that the library has not: one row at, just inside and just outside each boundary."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis.validation import expectations as own
from pipeline.analysis.validation.batches import find_current, join_returns
from pipeline.analysis.validation.library import open_batch
from pipeline.contract.tables import load_table

COMPLETE = {"result_format": "COMPLETE"}


def failing(expected: Any, **columns: list[Any]) -> list[int]:
    frame = pd.DataFrame(columns)
    frame = frame.astype({"age": "Int64"} if "age" in frame else {})
    days = {name: pd.to_datetime(frame[name]) for name in ("start", "end", "last", "day") if name in frame}
    result = open_batch(frame.assign(**days)).validate(expected, result_format=COMPLETE)
    assert result.exception_info["raised_exception"] is False
    found: list[int] = result.result["unexpected_index_list"] or []
    assert result.success == (not found)
    return found


@pytest.mark.parametrize(
    ("said", "apart_from", "found"),
    [
        (["f", "m", "m", "m"], [], [0, 1]),
        (["f", "f", "m", "m"], [], []),
        (["f", "x", "m", "m"], ["x"], []),
        (["f", None, "m", "m"], [], []),
    ],
)
def test_rows_of_one_child_say_one_thing(said: list[str], apart_from: list[str], found: list[int]) -> None:
    expected = own.ExpectOneValueInGroup(column_list=["child", "said"], apart_from=apart_from)
    assert failing(expected, child=["a", "a", "b", "b"], said=said) == found


def test_a_blank_key_is_a_value_like_others() -> None:
    expected = own.ExpectOneValueInGroup(column_list=["child", "arm", "said"])
    assert failing(expected, child=["a", "a"], arm=[None, None], said=["f", "m"]) == [0, 1]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (["2009-04-01", "2009-04-10"], ["2009-04-10", None], []),
        (["2009-04-01", "2009-04-09"], ["2009-04-10", None], [0, 1]),
        (["2009-04-10", "2009-04-01"], [None, None], [0, 1]),
        (["2009-04-01", "2009-06-30"], [None, "2009-07-05"], [0, 1]),
        (["2009-04-01", "2009-07-01"], [None, None], []),
    ],
)
def test_an_episode_begins_when_the_one_before_has_ended(
    start: list[str], end: list[str], found: list[int]
) -> None:
    expected = own.ExpectSpansNotToOverlap(column_list=["child", "start", "end", "last"])
    rows = {"child": ["a", "a", "b"], "start": [*start, start[0]], "end": [*end, end[0]]}
    assert failing(expected, **rows, last=["2009-06-30"] * 3) == found


def test_an_episode_within_a_long_one_overlaps_whatever_ended_between() -> None:
    expected = own.ExpectSpansNotToOverlap(column_list=["child", "start", "end", "last"])
    start, end = ["2009-01-01", "2009-02-01", "2009-04-01"], ["2009-06-01", "2009-02-09", "2009-04-09"]
    assert failing(expected, child=["a"] * 3, start=start, end=end, last=["2009-06-30"] * 3) == [0, 1, 2]


@pytest.mark.parametrize(
    ("day", "age", "found"),
    [
        (["2009-04-01", "2009-04-01"], [9, 10], []),
        (["2009-04-01", "2009-04-01"], [9, 11], [0, 1]),
        (["2008-04-01", "2009-04-01"], [9, 11], []),
        (["2008-04-01", "2009-04-01"], [9, 12], [0, 1]),
        (["2008-04-01", "2009-04-01"], [9, None], []),
    ],
)
def test_ages_may_lie_as_far_apart_as_referrals_and_a_year(
    day: list[str], age: list[int | None], found: list[int]
) -> None:
    expected = own.ExpectAgesToAgree(column_list=["child", "day", "age"])
    assert failing(expected, child=["a", "a"], day=day, age=age) == found


@pytest.mark.parametrize(("day", "found"), [("2007-06-26", []), ("2007-06-24", [0])])
def test_a_child_may_be_referred_before_its_birth_not_before_it_was_on_its_way(
    day: str, found: list[int]
) -> None:
    expected = own.ExpectBirthBeforeReferral(column_list=["child", "day", "age"])
    assert failing(expected, child=["a", "a"], day=[day, "2009-04-01"], age=[0, 0]) == found


def test_sizes_may_differ_three_times_or_by_chance_where_both_are_small() -> None:
    expected = own.ExpectColumnPairValuesToBeWithinTimes(column_A="now", column_B="before")
    now, before = [90, 91, 30, 30, 29, 50], [30, 30, 90, 91, 1, None]
    assert failing(expected, now=now, before=before) == [1, 3]


SENT = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["2009-q1", "2009-q2", "2010-q1"])),
    unique=True,
    min_size=1,
)


@settings(deadline=None, max_examples=50)
@given(SENT)
def test_a_row_is_compared_with_the_nearest_return_that_had_it(sent: list[tuple[str, str]]) -> None:
    columns = load_table("feedback").columns
    rows = pd.DataFrame(sent, columns=["feedback_id", "period"], dtype="str")
    rows = rows.assign(return_provider="harbour").reindex(columns=[*columns, "return_provider", "period"])
    joined = join_returns(rows, "feedback")
    current = find_current(rows, "feedback")
    for place, (key, period) in enumerate(sent):
        of_key = sorted(other for name, other in sent if name == key)
        at = of_key.index(period)
        around = {
            "earlier_period": of_key[at - 1] if at else "",
            "later_period": "".join(of_key[at + 1 : at + 2]),
        }
        assert joined.loc[place, list(around)].fillna("").to_dict() == around
        assert current[place] == (at == len(of_key) - 1)
