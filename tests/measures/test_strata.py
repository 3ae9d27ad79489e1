"""Children's characteristics level by level, and the strata that gaps are adjusted for, counted by hand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import FIRST, IBIS_ON_DUCKDB, UNTIL, AtOnce, day, joined, measure, table

from pipeline.contract.record_keys import KEYS
from pipeline.measures.catalogue import load_catalogue
from pipeline.measures.child_time import list_spell_months, list_spells
from pipeline.measures.levels import find_levels
from pipeline.measures.rows import fetch
from pipeline.measures.strata import LevelCounts, count_levels, tabulate_characteristics, tabulate_strata

pytestmark = IBIS_ON_DUCKDB
Row = dict[str, Any]
STARTED = day("2009-05-01")


def count(
    episodes: Sequence[Row], catalogue: Sequence[Any] = (), feedback: Sequence[Row] = (), **others: Any
) -> LevelCounts:
    given = [{"episode_id": str(place), **row} for place, row in enumerate(episodes)]
    measures = catalogue or [measure()]
    rows, known = joined(given, feedback=feedback, **others).rows(measures), load_catalogue(measures)
    return count_levels(rows, list_spells(rows, UNTIL), known, AtOnce())


def by_level(counts: LevelCounts, characteristic: str) -> list[tuple[Any, ...]]:
    found = tabulate_characteristics(counts).query("characteristic == @characteristic")
    return list(found[["ethnic_group", "level", "events", "total"]].itertuples(index=False, name=None))


def test_ages_are_told_in_the_bands_of_the_department_for_education() -> None:
    ages = (0, 1, 4, 5, 9, 10, 15, 16, 25, None)
    counts = count([*({"age": age} for age in ages), {"age": 10, "arm": "comparison"}])
    assert [(level, total) for _, level, _, total in by_level(counts, "age")] == [
        ("Under 1", 1), ("1 to 4", 2), ("5 to 9", 2), ("10 to 15", 2), ("16 and over", 2), ("Not known", 1),
    ]  # fmt: skip


def test_a_level_counts_each_group_in_the_order_of_the_contract_and_the_unknown_last() -> None:
    counts = count(
        [
            {"ethnicity": "W", "sex": "male", "start_date": STARTED},
            {"ethnicity": "W", "sex": "female"},
            {"ethnicity": "W", "sex": "not_known"},
            {"ethnicity": "W"},
            {"ethnicity": "B", "sex": "male"},
        ]
    )
    assert by_level(counts, "sex") == [
        ("Black", "male", 0, 1),
        ("White", "female", 0, 1),
        ("White", "male", 1, 1),
        ("White", "Not known", 0, 2),
    ]


def test_levels_that_the_contract_does_not_tell_are_those_that_occur_in_order() -> None:
    counts = count([{"area": "Quayside"}, {"area": "Hill"}, {"area": None}])
    assert [level for _, level, _, _ in by_level(counts, "area")] == ["Hill", "Quayside", "Not known"]


def test_a_whole_number_is_told_as_one() -> None:
    (field,) = (name for name in table("episodes", [{"episode_id": "1"}]).columns if name == "need")
    counts = count([{field: 3}, {field: 1}, {field: None}])
    assert [level for _, level, _, _ in by_level(counts, field)] == ["1", "3", "Not known"]
    assert counts.adjusted_for == ["need"]


def test_a_column_that_is_nowhere_filled_or_not_there_has_no_levels() -> None:
    episodes = table("episodes", [{"episode_id": "1", "sex": "female"}])
    assert list(find_levels(episodes)) == ["sex"]
    assert list(find_levels(episodes.drop("area", "need"))) == ["sex"]
    assert tabulate_characteristics(count([{}])).empty


def test_ethnicity_is_no_other_characteristic() -> None:
    assert "ethnicity" not in count([{"ethnicity": "B", "sex": "male"}]).levels


def test_only_the_latest_definition_is_counted_over_all_the_months_in_which_it_holds() -> None:
    catalogue = [
        measure(end=day("2009-05-31")),
        measure(version=2, start=day("2009-06-01"), numerator="isa_date is given"),
    ]
    dates = ("2009-05-31", "2009-06-01", "2010-02-01")
    counts = count(
        [{"referral_date": day(date), "isa_date": STARTED, "sex": "male"} for date in dates], catalogue
    )
    assert by_level(counts, "sex") == [("Not known", "male", 2, 2)]


def rate(**changes: Any) -> Row:
    return dict(
        measure(
            measure_id="plan",
            unit="per_100_child_years",
            numerator="protection_plan_start is given",
            dated_by="protection_plan_start",
            **changes,
        )
    )


def by_level_and_time(counts: LevelCounts) -> list[tuple[Any, ...]]:
    found = tabulate_characteristics(counts)
    days = (found["child_years"] * 365.25).round(6)
    return list(
        found.assign(days=days)[["level", "events", "total", "days"]].itertuples(index=False, name=None)
    )


def test_a_rate_has_events_and_time_and_no_total() -> None:
    spell = {"start_date": STARTED, "end_date": day("2009-05-10"), "sex": "male"}
    counts = count(
        [
            spell,
            {**spell, "protection_plan_start": STARTED},
            {"sex": "female", "protection_plan_start": STARTED},
        ],
        [rate()],
    )
    assert by_level_and_time(counts) == [("female", 1, 0, 0.0), ("male", 1, 0, 20.0)]


def test_time_outside_the_months_of_the_definition_and_of_the_data_is_left_out() -> None:
    counts = count(
        [{"start_date": day("2009-04-20"), "sex": "male"}, {"start_date": day("2011-01-01"), "sex": "male"}],
        [rate(start=day("2009-06-15"))],
    )
    days = (UNTIL - day("2009-06-01")).days + 1
    assert by_level_and_time(counts) == [("male", 0, 0, float(days))]


DATES = st.dates(day("2009-02-01"), day("2010-06-30"))


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(DATES, st.none() | DATES, st.sampled_from("BW")), min_size=1, max_size=8))
@pytest.mark.long
def test_time_by_level_adds_up_to_time_by_month(spells: list[tuple[dt.date, dt.date | None, str]]) -> None:
    catalogue = [rate()]
    rows = joined(
        [
            {"episode_id": str(i), "start_date": start, "end_date": end, "ethnicity": group, "sex": "male"}
            for i, (start, end, group) in enumerate(spells)
        ]
    ).rows(catalogue)
    stays = list_spells(rows, UNTIL)
    whole = count_levels(rows, stays, load_catalogue(catalogue), AtOnce()).add_up(["ethnic_group"])
    spell_months = list_spell_months(stays)
    within = fetch(spell_months.filter(spell_months.month >= FIRST)).groupby("ethnic_group")["days"].sum()
    assert whole.set_index("ethnic_group")["days"].to_dict() == within.to_dict()


def test_feedback_has_what_is_recorded_of_its_episode_and_nothing_is_known_of_others() -> None:
    positive = measure(
        table="feedback", dated_by="date", denominator="positive is given", numerator="positive = yes"
    )
    feedback = [
        {"feedback_id": "a", "episode_id": "0", "positive": "yes"},
        {"feedback_id": "b", "positive": "yes"},
    ]
    counts = count([{"ethnicity": "B", "sex": "male"}, {"sex": "female"}], [positive], feedback)
    assert by_level(counts, "sex") == [("Black", "male", 1, 1), ("Not known", "Not known", 1, 1)]


def strata(counts: LevelCounts) -> list[tuple[Any, ...]]:
    return list(
        tabulate_strata(counts)
        .drop(columns=["measure_id", "child_years", *KEYS])
        .itertuples(index=False, name=None)
    )


def test_children_of_one_service_who_are_alike_make_a_stratum() -> None:
    alike = {"age": 7, "sex": "male", "area": "Hill"}
    counts = count(
        [
            {**alike, "ethnicity": "W", "service_id": "S02", "disability": "yes"},
            {**alike, "ethnicity": "B", "service_id": "S02", "age": 8, "start_date": STARTED},
            {**alike, "ethnicity": "B", "service_id": "S02", "age": 10},
            {**alike, "ethnicity": "B"},
        ]
    )
    assert counts.adjusted_for == ["age", "sex", "area"]
    assert strata(counts) == [
        ("S01", "Black", 0, 0, 1),
        ("S02", "Black", 1, 1, 1),
        ("S02", "White", 1, 0, 1),
        ("S02", "Black", 2, 0, 1),
    ]


def test_where_nothing_else_is_filled_a_service_is_a_stratum() -> None:
    counts = count([{"ethnicity": "B"}, {"ethnicity": "W", "service_id": "S02"}, {"ethnicity": "W"}])
    assert counts.adjusted_for == []
    assert strata(counts) == [("S01", "Black", 0, 0, 1), ("S01", "White", 0, 0, 1), ("S02", "White", 1, 0, 1)]
    assert tabulate_strata(counts)["stratum"].dtype == "int32"


def test_strata_do_not_follow_the_order_of_rows() -> None:
    rows: list[Row] = [{"area": area, "age": age} for area in ("Hill", "Quayside") for age in (3, 12)]
    one, other = (tabulate_strata(count(order)).drop(columns=[*KEYS]) for order in (rows, rows[::-1]))
    pd.testing.assert_frame_equal(one, other)
