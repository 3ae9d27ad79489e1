"""Rows joined, the journey step by step, and scores listed."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import IBIS_ON_DUCKDB, SCALES, Sent, day, joined, measure, tabulate

from pipeline.contract.plans import PlanError
from pipeline.measures.journey import count_journey, follow_scored
from pipeline.measures.levels import list_covariates
from pipeline.measures.rows import JOURNEY_STEPS, fetch, list_scores

pytestmark = IBIS_ON_DUCKDB


def follow(sent: Sent) -> dict[str, Any]:
    """The journey of the only service and group."""
    rows = sent.rows()
    counted = count_journey(rows, follow_scored(rows))
    # Nobody took the steps that are not there.
    return dict.fromkeys((*JOURNEY_STEPS, "left_early"), 0) | dict(
        zip(counted["step"], counted["total"], strict=True)
    )


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


def list_both_arms(*order: int, key: bytes = b"ours") -> pd.DataFrame:
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
    return fetch(list_scores(rows.rows(key=key), SCALES))


def test_scores_of_both_arms_are_listed_with_their_groups_and_scales() -> None:
    listed = list_both_arms(0, 1, 2, 3)
    told = list(listed[["ethnic_group", "arm", "scale"]].itertuples(index=False, name=None))
    assert told == [
        ("Black", "comparison", "worry"),
        ("Black", "treated", "wellbeing"),
        ("Black", "treated", "worry"),
    ]
    assert listed["review_score"].isna().to_list() == [False, False, True]


def test_a_child_has_one_number_and_no_pseudonym() -> None:
    listed = list_both_arms(0, 1, 2)
    assert listed["child"].nunique() == 1
    assert "C1" not in set(listed.astype(str).to_numpy().ravel())


def test_a_child_has_another_number_under_another_key_and_the_same_under_the_same() -> None:
    ours, again, theirs = (
        list_both_arms(0, 1, 2, key=key)["child"][0] for key in (b"ours", b"ours", b"theirs")
    )
    assert ours == again != theirs


def test_the_order_of_scores_does_not_follow_the_order_of_the_rows() -> None:
    pd.testing.assert_frame_equal(list_both_arms(0, 1, 2), list_both_arms(2, 0, 1))


def test_a_code_that_is_not_known_is_a_blank_one() -> None:
    rows = [{"episode_id": "1", "ethnicity": "B"}, {"episode_id": "2", "ethnicity": "R", "arm": "comparison"}]
    found = fetch(joined(rows).rows().episodes).sort_values("ethnicity")
    columns = ["ethnic_group", "ethnicity", "arm", "treated"]
    assert found[columns].to_numpy().tolist() == [
        ["Not known", "", "comparison", False],
        ["Black", "B", "treated", True],
    ]


def test_what_a_measure_counts_by_other_columns_is_a_flag_and_no_column() -> None:
    goals = measure(
        table="outcomes", dated_by="baseline_date", denominator="goal is given", numerator="achieved = fully"
    )
    outcome = {"episode_id": "1", "baseline_date": day("2009-05-01")}
    sent = joined([{"episode_id": "1"}], [{**outcome, "goal": 3.0, "achieved": "fully"}, outcome])
    assert "goal" not in sent.rows([goals]).outcomes.columns
    assert tabulate(sent, [goals])[["events", "total"]].to_numpy().tolist() == [[1, 1]]


@settings(deadline=None, max_examples=8)
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
@pytest.mark.long
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


LEVELS = {"age": ("young", "old"), "sex": ("female", "male"), "need": ("1", "2", "3")}


def plans(covariates: str | None) -> pd.DataFrame:
    return pd.DataFrame({"row": [2, 3], "covariates": [None, covariates]})


def test_what_plans_hold_fixed_is_listed_but_for_ethnicity() -> None:
    assert list_covariates(plans("sex; need; ethnicity"), LEVELS, "plan.csv") == ["sex", "need"]
    assert list_covariates(plans(None), LEVELS, "plan.csv") == []


def test_a_characteristic_that_nobody_recorded_stops_the_run() -> None:
    with pytest.raises(PlanError) as caught:
        list_covariates(plans("religion"), LEVELS, "reference/evaluation_plan.csv")
    assert str(caught.value) == (
        "reference/evaluation_plan.csv, row 3, covariates: 'religion' stands in no row of any return, so it cannot be "
        "held fixed; leave it out."
    )
