"""Children counted as children: in each service, over all, by group, and in the month in which they first came."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import FIRST, IBIS_ON_DUCKDB, day, joined

from pipeline.measures.journey import count_children, count_newcomers
from pipeline.measures.rows import Rows

pytestmark = IBIS_ON_DUCKDB
GROUPS = {"B": "Black", "W": "White", "": "Not known"}


def join(episodes: Sequence[dict[str, Any]]) -> Rows:
    return joined([{"episode_id": str(place), **row} for place, row in enumerate(episodes)]).rows()


def children(*episodes: dict[str, Any]) -> dict[tuple[str, str], int]:
    counted = count_children(join(episodes))
    keys = zip(counted["service_id"], counted["ethnic_group"], strict=True)
    return dict(zip(keys, counted["total"], strict=True))


@pytest.mark.long
@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "child_id": st.sampled_from(["C1", "C2", "C3"]),
                "service_id": st.sampled_from(["S01", "S02"]),
                "ethnicity": st.sampled_from(["B", "W", None]),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_children_are_those_that_a_set_holds(episodes: list[dict[str, Any]]) -> None:
    expected: dict[tuple[str, str], set[str]] = {}
    for row in episodes:
        for service in ("", row["service_id"]):
            for group in ("", GROUPS[row["ethnicity"] or ""]):
                expected.setdefault((service, group), set()).add(row["child_id"])
    assert children(*episodes) == {key: len(found) for key, found in expected.items()}


Newcomer = tuple[str, str, str, int]


def newcomers(*episodes: dict[str, Any]) -> dict[Newcomer, int]:
    """Children newly reached by service, code, group and month."""
    counted = count_newcomers(join(episodes))
    told = counted.drop(columns="size_key").itertuples(index=False, name=None)
    return {tuple(key): children for *key, children in told}


def test_a_child_is_new_once_in_each_service_and_once_over_all_in_the_month_of_its_first_referral() -> None:
    child = {"child_id": "C1", "ethnicity": "B"}
    counted = newcomers(
        {**child, "referral_date": day("2009-06-01")},
        {**child, "referral_date": day("2009-04-30")},
        {**child, "referral_date": day("2009-05-31"), "service_id": "S02"},
    )
    assert counted == {
        ("", "B", "Black", FIRST): 1,
        ("S01", "B", "Black", FIRST): 1,
        ("S02", "B", "Black", FIRST + 1): 1,
    }


@pytest.mark.parametrize(
    ("codes", "counts_as"),
    [
        ((("W", "2009-04-02"), ("B", "2009-04-03")), "W"),
        (((None, "2009-04-02"), ("B", "2009-04-03")), ""),
        ((("W", "2009-04-02"), ("B", "2009-04-02")), "B"),
        (((None, "2009-04-02"), ("W", "2009-04-02")), "W"),
        ((("R", "2009-04-02"), (None, "2009-04-02")), ""),
    ],
)
def test_a_child_with_several_codes_is_new_under_that_of_its_first_episode(
    codes: tuple[tuple[str | None, str], ...], counts_as: str
) -> None:
    episodes = [
        {"child_id": "C1", "ethnicity": code, "referral_date": day(referred)} for code, referred in codes
    ]
    counted = newcomers(*episodes)
    assert counted == {(service, counts_as, GROUPS[counts_as], FIRST): 1 for service in ("", "S01")}


def test_who_is_followed_for_comparison_only_is_not_new() -> None:
    assert newcomers({"child_id": "C1", "arm": "comparison"}, {"child_id": "C2"}) == {
        (service, "", "Not known", FIRST): 1 for service in ("", "S01")
    }


@pytest.mark.long
@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "child_id": st.sampled_from(["C1", "C2", "C3"]),
                "service_id": st.sampled_from(["S01", "S02"]),
                "ethnicity": st.sampled_from(["B", "W", None]),
                "referral_date": st.dates(dt.date(2009, 4, 28), dt.date(2009, 6, 3)),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_newcomers_are_those_whose_first_row_is_found_by_sorting(episodes: list[dict[str, Any]]) -> None:
    expected: Counter[Newcomer] = Counter()
    ordered = sorted(episodes, key=lambda row: (row["referral_date"], row["ethnicity"] or "~"))
    for services in (("S01",), ("S02",), ("S01", "S02")):
        first: dict[str, dict[str, Any]] = {}
        for row in ordered:
            if row["service_id"] in services:
                first.setdefault(row["child_id"], row)
        for row in first.values():
            code = row["ethnicity"] or ""
            month = row["referral_date"].year * 12 + row["referral_date"].month - 1
            expected[services[0] if len(services) == 1 else "", code, GROUPS[code], month] += 1
    assert newcomers(*episodes) == dict(expected)
