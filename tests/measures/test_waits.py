"""Time between the steps of a journey: who took a step, in how many days, and who still waits for it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from measure_tables import IBIS_ON_DUCKDB, day, joined

from pipeline.contract.record_keys import KEYS
from pipeline.measures.journey import WAITS, count_results, count_waits, follow_scored

pytestmark = IBIS_ON_DUCKDB
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
