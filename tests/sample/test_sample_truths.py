"""The planted truths hold in the sample's own rows, by plain arithmetic."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sample_rows import records, standing, truths

from pipeline.contract.groups.ethnicity import NOT_KNOWN, load_classification

STANDARD_ERRORS = 3.5
"""About sixty comparisons are made: at 3.5, chance alone fails one of them in some thirty seeds."""

AIMS = [(service_id, aim) for service_id, service in truths()["services"].items() for aim in service["aims"]]
SCORED_ENOUGH = [(service_id, aim) for service_id, aim in AIMS if aim["pairs"] >= 10]


def _frame(table: str) -> pd.DataFrame:
    return pd.DataFrame(standing(table))


@pytest.fixture(scope="module")
def episodes() -> pd.DataFrame:
    group_of = {entry.code: entry.broad_group for entry in load_classification("ons_2021", Path()).codes}
    frame = _frame("episodes")
    return frame.assign(
        group=frame["ethnicity"].map(group_of).fillna(NOT_KNOWN), arm=frame["arm"].replace("", "treated")
    )


@pytest.fixture(scope="module")
def outcomes(episodes: pd.DataFrame) -> pd.DataFrame:
    better = {row["scale"]: 1 if row["direction"] == "higher" else -1 for row in records("scales")}
    frame = _frame("outcomes").merge(episodes[["episode_id", "service_id", "group", "arm"]], on="episode_id")
    change = pd.to_numeric(frame["review_score"]) - pd.to_numeric(frame["baseline_score"])
    return frame.assign(better=change * frame["scale"].map(better))


def _pairs(outcomes: pd.DataFrame, service_id: str, outcome: str, arm: str) -> pd.DataFrame:
    inside = (
        (outcomes["service_id"] == service_id) & (outcomes["outcome"] == outcome) & (outcomes["arm"] == arm)
    )
    return outcomes[inside & outcomes["better"].notna()]


def _assert_mean_is(values: pd.Series, planted: float) -> None:
    assert values.mean() == pytest.approx(planted, abs=STANDARD_ERRORS * values.std() / len(values) ** 0.5)


def _gap(inside: pd.Series, outside: pd.Series) -> tuple[float, float]:
    """Difference of two proportions in percentage points, and its standard error."""
    variance = sum(part.mean() * (1 - part.mean()) / len(part) for part in (inside, outside))
    return 100 * (inside.mean() - outside.mean()), 100 * float(np.sqrt(variance))


def _contract_year(dates: pd.Series) -> pd.Series:
    days = pd.to_datetime(dates)
    return days.dt.year - 2009 - (days.dt.month < 4)


def test_counts_are_as_stated(episodes: pd.DataFrame, outcomes: pd.DataFrame) -> None:
    counts = truths()["counts"]
    assert len(episodes) == counts["episodes"]
    assert episodes["child_id"].nunique() == counts["children"]
    assert len(outcomes) == counts["outcomes"]
    assert (episodes["group"] == NOT_KNOWN).sum() == counts["ethnicity_not_known"]


@pytest.mark.parametrize(("service_id", "aim"), SCORED_ENOUGH)
def test_treated_children_improve_as_planted(
    service_id: str, aim: dict[str, Any], outcomes: pd.DataFrame
) -> None:
    pairs = _pairs(outcomes, service_id, aim["outcome"], "treated")
    others = pairs[~pairs["group"].isin([*aim["gain_by_group"], NOT_KNOWN])]
    assert len(pairs) == aim["pairs"]
    _assert_mean_is(others["better"], aim["gain"])


@pytest.mark.parametrize(("service_id", "aim"), [each for each in AIMS if each[1]["gain_by_group"]])
def test_a_service_changes_less_for_the_group_it_does_not_reach(
    service_id: str, aim: dict[str, Any], outcomes: pd.DataFrame
) -> None:
    pairs = _pairs(outcomes, service_id, aim["outcome"], "treated")
    for group, gain in aim["gain_by_group"].items():
        _assert_mean_is(pairs.loc[pairs["group"] == group, "better"], gain)


@pytest.mark.parametrize(("service_id", "aim"), [each for each in AIMS if each[1]["comparison_pairs"]])
def test_comparison_children_are_enough_and_improve_as_planted(
    service_id: str, aim: dict[str, Any], outcomes: pd.DataFrame
) -> None:
    pairs = _pairs(outcomes, service_id, aim["outcome"], "comparison")
    assert len(pairs) == aim["comparison_pairs"] >= 60
    _assert_mean_is(pairs["better"], aim["comparison_gain"])


@pytest.mark.parametrize("group", ["Asian", "Black", "Mixed"])
@pytest.mark.parametrize("year", [0, 1, 2])
def test_gaps_in_achieved_outcomes_run_as_planted(group: str, year: int, outcomes: pd.DataFrame) -> None:
    judged = outcomes[(outcomes["achieved"] != "") & (outcomes["group"] != NOT_KNOWN)]
    judged = judged[_contract_year(judged["review_date"]) == year]
    achieved, inside = judged["achieved"] != "no", judged["group"] == group
    gap, error = _gap(achieved[inside], achieved[~inside])
    assert gap == pytest.approx(truths()["achieved_gap_by_year"][group][year], abs=STANDARD_ERRORS * error)


def test_the_gap_of_black_children_narrows_beyond_chance(outcomes: pd.DataFrame) -> None:
    judged = outcomes[(outcomes["achieved"] != "") & (outcomes["group"] != NOT_KNOWN)]
    year, achieved = _contract_year(judged["review_date"]), judged["achieved"] != "no"
    black = judged["group"] == "Black"
    first, first_error = _gap(achieved[black & (year == 0)], achieved[~black & (year == 0)])
    last, last_error = _gap(achieved[black & (year == 2)], achieved[~black & (year == 2)])
    assert last - first > 2 * float(np.hypot(first_error, last_error))


def test_asian_children_start_less_often_after_a_referral(episodes: pd.DataFrame) -> None:
    treated = episodes[episodes["arm"] == "treated"]
    started = treated["start_date"] != ""
    gap, error = _gap(started[treated["group"] == "Asian"], started[treated["group"] == "White"])
    assert gap == pytest.approx(-15, abs=STANDARD_ERRORS * error)


@pytest.fixture(scope="module")
def started(episodes: pd.DataFrame) -> pd.DataFrame:
    """Children who started, of a known group and need, referred long enough before the end for any wait."""
    known = episodes[
        (episodes["start_date"] != "")
        & (episodes["need"] != "")
        & (episodes["group"] != NOT_KNOWN)
        & (episodes["referral_date"] <= "2011-11-30")
    ]
    waits = pd.to_datetime(known["start_date"]) - pd.to_datetime(known["referral_date"])
    return known.assign(in_time=waits.dt.days <= 28, mixed=known["group"] == "Mixed")


@pytest.mark.parametrize("need", [1, 2, 3, 4])
def test_the_wait_depends_on_need(need: int, started: pd.DataFrame) -> None:
    in_time = started.loc[started["need"] == str(need), "in_time"]
    chance = truths()["waiting"]["in_time_by_need"][need]
    error = (chance * (1 - chance) / len(in_time)) ** 0.5
    assert in_time.mean() == pytest.approx(chance, abs=STANDARD_ERRORS * error)


def test_mixed_children_start_in_time_less_often_but_not_at_equal_need(started: pd.DataFrame) -> None:
    waiting = truths()["waiting"]
    crude, error = _gap(started.loc[started["mixed"], "in_time"], started.loc[~started["mixed"], "in_time"])
    assert -12 <= waiting["crude_gap"]["Mixed"] <= -8
    assert crude == pytest.approx(waiting["crude_gap"]["Mixed"], abs=STANDARD_ERRORS * error)
    assert crude < -8
    by_need = [
        (
            *_gap(rows.loc[rows["mixed"], "in_time"], rows.loc[~rows["mixed"], "in_time"]),
            1 / (1 / rows["mixed"].sum() + 1 / (~rows["mixed"]).sum()),
        )
        for _, rows in started.groupby("need")
    ]
    weights = [weight for _, _, weight in by_need]
    alike = np.average([gap for gap, _, _ in by_need], weights=weights)
    errors = [error * weight / sum(weights) for _, error, weight in by_need]
    assert alike == pytest.approx(0, abs=2 * float(np.hypot.reduce(errors)))


@pytest.fixture(scope="module")
def answers(episodes: pd.DataFrame) -> pd.DataFrame:
    named = _frame("feedback").query("episode_id != ''")
    return named.merge(episodes.drop(columns="service_id"), on="episode_id").assign(
        positive=lambda rows: rows["positive"] == "yes"
    )


def test_disabled_children_give_positive_feedback_less_often(answers: pd.DataFrame) -> None:
    (shift,) = truths()["positive_feedback_shift_by_disability"].values()
    disabled = answers["disability"] == "yes"
    gap, error = _gap(answers.loc[disabled, "positive"], answers.loc[~disabled, "positive"])
    assert gap == pytest.approx(100 * shift, abs=STANDARD_ERRORS * error)


WITHOUT_EFFECT = [
    ("sex", "female"),
    ("deprivation", "1"),
    ("religion", "muslim"),
    ("religion", "christian"),
    ("learning_difficulty", "yes"),
    ("looked_after", "yes"),
]


@pytest.mark.parametrize(("characteristic", "value"), WITHOUT_EFFECT)
def test_no_other_characteristic_matters(
    characteristic: str, value: str, episodes: pd.DataFrame, outcomes: pd.DataFrame, answers: pd.DataFrame
) -> None:
    ended = episodes[episodes["end_reason"].isin(["completed", "dropped_out", "moved_away"])]
    judged = outcomes[outcomes["achieved"] != ""].merge(
        episodes[["episode_id", characteristic]], on="episode_id"
    )
    for rows, good in (
        (answers, answers["positive"]),
        (ended, ended["end_reason"] == "completed"),
        (judged, judged["achieved"] != "no"),
    ):
        asked, inside = rows[characteristic] != "", rows[characteristic] == value
        gap, error = _gap(good[asked & inside], good[asked & ~inside])
        assert gap == pytest.approx(0, abs=STANDARD_ERRORS * error)


def test_deprivation_follows_from_the_ward(episodes: pd.DataFrame) -> None:
    sent = episodes[(episodes["deprivation"] != "") & (episodes["area"] != "")]
    assert sent.groupby("area")["deprivation"].nunique().eq(1).all()
    assert set(sent["deprivation"]) == set("12345")


def test_need_depends_on_the_ethnic_group_as_planted(episodes: pd.DataFrame) -> None:
    known = episodes[(episodes["need"] != "") & (episodes["group"] != NOT_KNOWN)]
    mixed = known["group"] == "Mixed"
    planted = truths()["waiting"]["percent_by_need"]
    for rows, percents in ((known[mixed], planted["Mixed"]), (known[~mixed], planted["elsewhere"])):
        for need, percent in enumerate(percents, start=1):
            share = percent / 100
            error = (share * (1 - share) / len(rows)) ** 0.5
            assert (rows["need"] == str(need)).mean() == pytest.approx(share, abs=STANDARD_ERRORS * error)


def test_children_looked_after_are_over_represented_as_planted() -> None:
    planted = truths()["looked_after"]
    rows = pd.DataFrame(records("population")).astype({"population": int})
    group_of = {entry.code: entry.broad_group for entry in load_classification("ons_2011", Path()).codes}
    rows = rows.assign(group=rows["ethnic_group"].map(group_of))
    counted = {
        name: part.groupby(["year", "group"])["population"].sum() for name, part in rows.groupby("counted")
    }
    assert counted.keys() == {"", planted["counted"]}
    rates = (counted[planted["counted"]] / counted[""]).dropna()
    assert rates.index.get_level_values("year").unique().tolist() == [str(year) for year in planted["years"]]
    groups = rates.index.get_level_values("group")
    for group, rate in zip(groups, rates, strict=True):
        assert rate == pytest.approx(planted["rate"] * planted["ratio"].get(group, 1.0), rel=0.08)


def test_fewer_live_in_the_planted_area_than_are_referred_from_it(episodes: pd.DataFrame) -> None:
    planted = truths()["referred_by_area"]
    people = {
        row["level"]: int(row["population"])
        for row in records("population_levels")
        if row["characteristic"] == "area"
    }
    children = episodes.drop_duplicates("child_id")["area"].value_counts()
    own = children[planted["area"]] / people.pop(planted["area"])
    elsewhere = sum(children[area] for area in people) / sum(people.values())
    assert own / elsewhere == pytest.approx(planted["ratio"], rel=0.1)


def test_the_ethnic_mix_is_near_the_stated_shares(episodes: pd.DataFrame) -> None:
    children = episodes[episodes["group"] != NOT_KNOWN].drop_duplicates("child_id")
    for code, percent in truths()["ethnic_percent"].items():
        share = percent / 100
        error = (share * (1 - share) / len(children)) ** 0.5
        assert (children["ethnicity"] == code).mean() == pytest.approx(share, abs=4 * error)


def test_ethnicity_is_missing_for_one_in_sixteen_and_for_a_fifth_at_two_small_providers(
    episodes: pd.DataFrame,
) -> None:
    unknown = episodes["group"] == NOT_KNOWN
    by_provider = unknown.groupby(episodes["episode_id"].str[:2]).mean()
    assert unknown.mean() == pytest.approx(0.06, abs=0.01)
    assert sorted(by_provider.index[by_provider > 0.2]) == ["GT", "RP"]


def test_no_row_knows_what_happened_after_the_last_day(
    episodes: pd.DataFrame, outcomes: pd.DataFrame
) -> None:
    dates = pd.concat([episodes.filter(like="_date").stack(), outcomes.filter(like="_date").stack()])
    assert dates.max() <= "2012-03-31"


def test_some_children_are_in_two_services_some_come_again_and_some_leave_early(
    episodes: pd.DataFrame,
) -> None:
    services = episodes.groupby("child_id")["service_id"].agg(["nunique", "size"])
    assert (services["nunique"] > 1).sum() > 300
    assert (services["size"] > services["nunique"]).sum() > 200
    assert (episodes["end_reason"] == "dropped_out").mean() > 0.1
    assert (episodes["isa_date"] == "").mean() > 0.1


def test_only_the_youngest_service_has_too_few_scores_to_say() -> None:
    assert {service_id for service_id, aim in AIMS if aim["pairs"] < 10} == {"S20"}


def test_the_latest_of_the_late_starters_has_under_six_months_of_data(episodes: pd.DataFrame) -> None:
    late = {key: each["late_start"] for key, each in truths()["services"].items() if each["late_start"]}
    assert late == {"S18": "2010-07-05", "S19": "2011-01-10", "S20": "2011-11-07"}
    first = episodes.groupby("service_id")["referral_date"].min()
    assert all(first[service_id] >= start for service_id, start in late.items())
