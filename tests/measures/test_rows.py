"""Cells, the journey step by step, and scores listed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import (
    CLASSIFICATION,
    IBIS_ON_DUCKDB,
    UNTIL,
    Sent,
    answer,
    day,
    joined,
    measure,
    table,
    tabulate,
)

from pipeline.contract.ethnicity import Classification, EthnicCode
from pipeline.measures.cells import number_cells
from pipeline.measures.journey import ask_scored, follow_scored, tell_journey
from pipeline.measures.profile_counts import ask_marks, split_marks
from pipeline.measures.rows import list_scores

pytestmark = IBIS_ON_DUCKDB


def test_more_groups_than_can_be_told_apart_are_refused() -> None:
    many = Classification("many", tuple(EthnicCode(*[f"group {place}"] * 4) for place in range(62)))
    with pytest.raises(ValueError, match=r"^63 broad ethnic groups; at most 62 can be counted\.$"):
        number_cells(table("episodes", [{"episode_id": "1"}]), many, {})


def follow(sent: Sent) -> dict[str, Any]:
    """The journey of the only service and group."""
    rows = sent.rows()
    marked = split_marks(answer(ask_marks(rows, (), UNTIL)), rows)
    scored = answer(ask_scored(rows, follow_scored(rows)))
    (steps,) = tell_journey(rows.known_cells, rows.marks, marked["episodes"], scored).to_dict("records")
    return {str(step): number for step, number in steps.items()}


def test_the_journey_counts_an_episode_once_at_each_step_it_reached() -> None:
    rows = joined(
        [
            {"episode_id": "1", "start_date": day("2009-05-01"), "isa_date": day("2009-05-02")},
            {"episode_id": "2", "start_date": day("2009-05-01"), "end_reason": "dropped_out"},
            {"episode_id": "3"},
        ],
        [
            {"episode_id": "1", "baseline_score": 3.0, "review_score": 5.0, "achieved": "no"},
            {"episode_id": "1", "baseline_score": 3.0, "review_score": 4.0, "achieved": "fully"},
            {"episode_id": "2", "baseline_score": 3.0},
            {"episode_id": "3", "review_score": 4.0, "achieved": "no"},
        ],
    )
    assert follow(rows) == {
        "service_id": "S01",
        "ethnic_group": "Not known",
        "referred": 3,
        "started": 2,
        "isa_agreed": 1,
        "baseline": 2,
        "review": 1,
        "achieved": 1,
        "left_early": 1,
    }


def test_the_journey_of_episodes_without_outcomes_stops_before_the_scores() -> None:
    steps = follow(joined([{"episode_id": "1"}]))
    assert (steps["referred"], steps["baseline"], steps["achieved"]) == (1, 0, 0)


def test_episodes_of_two_providers_under_one_number_are_two() -> None:
    rows = joined(
        [{"episode_id": "1"}, {"episode_id": "1", "return_provider": "other"}],
        [{"episode_id": "1", "baseline_score": 3.0, "return_provider": "other"}],
    )
    steps = follow(rows)
    assert (steps["referred"], steps["baseline"]) == (2, 1)


def list_both_arms(*order: int) -> pd.DataFrame:
    """Scores of a child in both arms, one of them on a scale that is nobody's; outcomes in the order given."""
    outcomes: list[dict[str, Any]] = [
        {"episode_id": "1", "scale": "wellbeing", "baseline_score": 10.0, "review_score": 13.0},
        {"episode_id": "2", "scale": "worry", "baseline_score": 10.0, "review_score": 13.0},
        {"episode_id": "1", "scale": "worry", "baseline_score": 10.0},
        {"episode_id": "1", "scale": "nobody's", "baseline_score": 10.0},
    ]
    child = {"child_id": "C1", "ethnicity": "B"}
    rows = joined(
        [{"episode_id": "1", **child}, {"episode_id": "2", "arm": "comparison", **child}],
        [outcomes[place] for place in order],
    )
    return answer(list_scores(rows.rows().outcomes).order_by("position"))


def test_scores_of_both_arms_are_listed_with_their_cells_and_scales() -> None:
    listed = list_both_arms(0, 1, 2, 3)
    told = listed[["cell", "scale_number"]].itertuples(index=False, name=None)
    assert sorted(told) == [(0, 1), (1, 0), (1, 1)]
    assert listed.set_index(["cell", "scale_number"])["review_score"].isna().to_list().count(True) == 1


def test_a_child_has_one_number_and_no_pseudonym() -> None:
    listed = list_both_arms(0, 1, 2)
    assert listed["child"].nunique() == 1
    assert "C1" not in set(listed.astype(str).to_numpy().ravel())


def test_the_order_of_scores_does_not_follow_the_order_of_the_rows() -> None:
    pd.testing.assert_frame_equal(list_both_arms(0, 1, 2), list_both_arms(2, 0, 1))


def test_cells_are_numbered_by_service_and_name_the_group_and_arm() -> None:
    rows = [
        {"episode_id": "1", "service_id": "S02", "ethnicity": "B"},
        {"episode_id": "2", "service_id": "S01", "ethnicity": "no code", "arm": "comparison"},
        {"episode_id": "3", "service_id": "S02", "ethnicity": "B"},
    ]
    starts = dict.fromkeys(("S01", "S02"), day("2009-04-01"))
    cells = number_cells(table("episodes", rows, provider_id="harbour"), CLASSIFICATION, starts).listed
    columns = ["service_id", "provider_id", "ethnic_group", "ethnicity", "arm"]
    assert cells[columns].to_numpy().tolist() == [
        ["S01", "harbour", "Not known", "", "comparison"],
        ["S02", "harbour", "Black", "B", "treated"],
    ]


def test_the_dates_that_conditions_compare_are_kept_of_outcomes_and_no_others() -> None:
    within = "end_date within 28 days of protection_plan_start"
    soon = measure(denominator="all", numerator=within)
    usual, more = (set(joined([{"episode_id": "1"}]).rows(known).episodes.columns) for known in ([], [soon]))
    assert more - usual == {"protection_plan_start"}


def test_what_a_measure_counts_by_other_columns_is_a_mark_and_no_column() -> None:
    goals = measure(
        table="outcomes", dated_by="baseline_date", denominator="goal is given", numerator="achieved = fully"
    )
    outcome = {"episode_id": "1", "baseline_date": day("2009-05-01")}
    sent = joined([{"episode_id": "1"}], [{**outcome, "goal": 3.0, "achieved": "fully"}, outcome])
    assert "goal" not in sent.rows([goals]).outcomes.columns
    assert tabulate(sent, [goals])[["events", "total"]].to_numpy().tolist() == [[1, 1]]


def test_more_marks_than_one_number_holds_take_another() -> None:
    many = [measure(measure_id=f"measure_{place:02}") for place in range(40)]
    sent = joined([{"episode_id": "1", "start_date": day("2009-05-01")}, {"episode_id": "2"}])
    assert sent.rows(many).marks["episodes"].width == 3
    tidy = tabulate(sent, many)
    assert tidy["measure_id"].tolist() == [row["measure_id"] for row in many]
    assert set(zip(tidy["events"], tidy["total"], strict=True)) == {(1, 2)}


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["B", "W", None]),
            st.dates(day("2009-04-01"), day("2010-03-31")),
            st.booleans(),
            st.sampled_from(["S01", "S02"]),
        ),
        max_size=15,
    )
)
def test_months_groups_and_services_add_up_to_the_whole(drawn: list[tuple[Any, ...]]) -> None:
    episodes = [
        {
            "episode_id": str(place),
            "ethnicity": ethnicity,
            "referral_date": referred,
            "start_date": referred if started else None,
            "service_id": service,
        }
        for place, (ethnicity, referred, started, service) in enumerate(drawn)
    ]
    tidy = tabulate(joined(episodes), [measure()])
    assert tidy["total"].sum() == len(drawn)
    assert tidy["events"].sum() == sum(started for _, _, started, _ in drawn)
    assert (tidy["events"] <= tidy["total"]).all()
