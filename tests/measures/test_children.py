"""Children counted as children, and the time between the steps of their journey."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import FIRST, IBIS_ON_DUCKDB, day, joined

from pipeline.contract.record_keys import KEYS
from pipeline.measures.journey import (
    WAITS,
    count_children,
    count_children_across,
    count_newcomers,
    count_results,
    count_waits,
    follow_scored,
)
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


def test_a_child_of_several_services_counts_once_in_all_of_them_together() -> None:
    episodes = [
        {"child_id": child, "service_id": service}
        for child, service in (("C1", "S01"), ("C1", "S02"), ("C2", "S02"), ("C3", "S03"), ("C1", "S01"))
    ]
    parts = {
        ("programme", "P"): ["S01", "S02"],
        ("tier", "targeted"): ["S02", "S03"],
        ("tier", "none"): ["S04"],
    }
    counted = count_children_across(join(episodes), parts)
    told = counted.set_index(["by", "name", "services"])["total"].to_dict()
    assert told == {("programme", "P", "S01, S02"): 2, ("tier", "targeted", "S02, S03"): 3}
    alone = count_children_across(join(episodes), {("plan", "A"): ["S03"]})["size_key"].item()
    own = count_children(join(episodes)).query("service_id == 'S03' and ethnic_group == ''")
    assert alone == own["size_key"].item()


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


REFERRED = day("2009-04-05")
UNTIL = day("2009-12-31")


def waits(
    episodes: Sequence[dict[str, Any]], outcomes: Sequence[dict[str, Any]] = (), until: dt.date = UNTIL
) -> dict[tuple[str, str], dict[str, Any]]:
    numbered = [{"episode_id": str(place), **row} for place, row in enumerate(episodes)]
    rows = joined(numbered, outcomes).rows()
    counted = count_waits(rows, follow_scored(rows), until)
    return {
        (str(row["service_id"]), str(row["step"])): {str(key): value for key, value in row.items()}
        for row in counted.to_dict("records")
    }


def after(days: int) -> dt.date:
    return REFERRED + dt.timedelta(days=days)


def test_quartiles_are_of_those_who_took_the_step_and_those_still_waiting_are_counted_apart() -> None:
    episodes: list[dict[str, Any]] = [{"start_date": after(days)} for days in (10, 20, 30, 40, 50)]
    found = waits([*episodes, {}, {"end_date": after(60)}])["S01", "started"]
    expected = {"taken": 5, "waiting": 1, "lower_quartile": 20.0, "median": 30.0, "upper_quartile": 40.0}
    assert expected.items() <= found.items()


@pytest.mark.long
@pytest.mark.parametrize(
    ("started", "until", "followed", "within"),
    [
        (28, after(28), 1, 1),
        (29, after(29), 1, 0),
        (5, after(27), 0, 0),
        (None, after(28), 1, 0),
    ],
)
def test_the_share_in_time_is_of_those_who_could_be_looked_at_for_as_long(
    started: int | None, until: dt.date, followed: int, within: int
) -> None:
    found = waits([{"start_date": None if started is None else after(started)}], until=until)[
        "S01", "started"
    ]
    assert (found["followed"], found["within"]) == (followed, within)


def test_each_step_is_counted_from_the_one_before_and_scores_from_the_first_of_the_episode() -> None:
    episode: dict[str, Any] = {"start_date": after(10), "isa_date": after(25)}
    scored: dict[str, Any] = {"episode_id": "0", "baseline_score": 3.0, "review_score": 4.0}
    outcomes = [
        {**scored, "baseline_date": after(35), "review_date": after(200)},
        {**scored, "baseline_date": after(30), "review_date": after(130)},
        {"episode_id": "0", "baseline_date": after(26)},
    ]
    found = waits([episode], outcomes)
    days = {step: found["S01", step]["median"] for step in WAITS}
    assert days == {"started": 10, "isa_agreed": 15, "baseline": 5, "review": 100}


def test_a_step_dated_before_the_one_it_follows_has_no_days() -> None:
    found = waits([{"start_date": REFERRED - dt.timedelta(days=1)}])["S01", "started"]
    assert (found["taken"], found["waiting"], found["median"]) == (0, 0, 0.0)


def test_over_all_services_every_episode_counts_and_comparison_children_do_not() -> None:
    episodes: list[dict[str, Any]] = [
        {"start_date": after(10)},
        {"start_date": after(20), "service_id": "S02"},
        {"start_date": after(90), "arm": "comparison"},
    ]
    found = waits(episodes)
    assert [found[service, "started"]["median"] for service in ("", "S01", "S02")] == [15.0, 10.0, 20.0]


def test_quartiles_are_those_of_numpy() -> None:
    drawn = np.random.default_rng(5).integers(0, 200, size=37)
    found = waits([{"start_date": after(int(days))} for days in drawn])["S01", "started"]
    quartiles = [found[name] for name in ("lower_quartile", "median", "upper_quartile")]
    assert quartiles == pytest.approx(np.quantile(drawn, [0.25, 0.5, 0.75]))


def test_agreements_completed_are_of_those_whose_episode_has_ended_and_outcomes_of_those_judged() -> None:
    episodes: list[dict[str, Any]] = [
        {"isa_date": after(1), "end_date": after(90), "end_reason": "completed"},
        {"isa_date": after(1), "end_date": after(90), "end_reason": "dropped_out"},
        {"isa_date": after(1), "end_date": after(90)},
        {"isa_date": after(1)},
        {"end_date": after(90), "end_reason": "completed"},
    ]
    outcomes: list[dict[str, Any]] = [
        {"episode_id": "0", "achieved": word} for word in ("fully", "partly", "partly", "no", None)
    ]
    numbered = [{"episode_id": str(place), **row} for place, row in enumerate(episodes)]
    counted = count_results(joined(numbered, outcomes).rows()).drop(columns=[*KEYS])
    expected = pd.DataFrame(
        {
            "service_id": "S01",
            "result": ["isa_completed", "achieved_fully", "achieved_partly"],
            "events": [1, 1, 2],
            "total": [3, 4, 4],
        }
    )
    assert counted.to_dict("records") == expected.to_dict("records")
