"""The tidy table of measures, held against tables small enough to count by hand."""

from typing import Any

import pandas as pd
from measure_tables import FIRST, GROUPS, IBIS_ON_DUCKDB, day, joined, measure, tabulate

pytestmark = IBIS_ON_DUCKDB
RATE = {
    "measure_id": "plan_started",
    "unit": "per_100_child_years",
    "dated_by": "protection_plan_start",
    "numerator": "protection_plan_start is given",
}
MAY, JUNE = FIRST + 1, FIRST + 2


def counts(tidy: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """These columns with the events and totals, row by row."""
    return list(tidy[[*columns, "events", "total"]].itertuples(index=False, name=None))


def test_a_percentage_counts_rows_by_group_and_month_of_its_date() -> None:
    rows = joined(
        [
            {"episode_id": "1", "ethnicity": "B", "start_date": day("2009-05-01")},
            {"episode_id": "2", "ethnicity": "B"},
            {"episode_id": "3", "ethnicity": "W", "start_date": day("2009-05-01")},
            {"episode_id": "4", "ethnicity": "W", "referral_date": day("2009-06-30")},
        ]
    )
    tidy = tabulate(rows, [measure()])
    expected = [("Black", FIRST, 1, 2), ("White", FIRST, 1, 1), ("White", JUNE, 0, 1)]
    assert counts(tidy, "ethnic_group", "month") == expected
    assert set(tidy["period"]) == {"2009-q2"}
    assert set(tidy["child_years"]) == {0.0}


def test_a_group_that_is_blank_refused_or_no_code_counts_as_not_known() -> None:
    codes = (None, "R", "no code")
    rows = joined([{"episode_id": str(place), "ethnicity": code} for place, code in enumerate(codes)])
    tidy = tabulate(rows, [measure()])
    assert counts(tidy, "ethnic_group", "ethnicity") == [("Not known", "", 0, 3)]


def test_a_group_is_counted_by_its_codes() -> None:
    rows = joined([{"episode_id": str(place), "ethnicity": code} for place, code in enumerate("BWW")])
    tidy = tabulate(rows, [measure()])
    assert counts(tidy, "ethnic_group", "ethnicity") == [("Black", "B", 0, 1), ("White", "W", 0, 2)]


def test_the_comparison_arm_is_in_no_measure() -> None:
    rows = joined([{"episode_id": "1"}, {"episode_id": "2", "arm": "comparison"}])
    assert counts(tabulate(rows, [measure()])) == [(0, 1)]


def test_rows_without_the_date_or_outside_the_denominator_are_not_counted() -> None:
    ended = measure(
        dated_by="end_date", denominator="end_reason is given", numerator="end_reason = completed"
    )
    rows = joined(
        [
            {"episode_id": "1", "end_date": day("2009-06-01"), "end_reason": "completed"},
            {"episode_id": "2", "end_date": day("2009-06-01"), "end_reason": "other"},
            {"episode_id": "3", "end_date": day("2009-06-01")},
            {"episode_id": "4", "end_reason": "completed"},
        ]
    )
    assert counts(tabulate(rows, [ended]), "month") == [(JUNE, 1, 2)]


def test_a_month_of_service_is_over_on_the_day_of_the_month_on_which_the_service_started() -> None:
    dates = ("2009-04-14", "2009-04-15", "2009-05-14", "2009-05-15")
    rows = joined(
        [{"episode_id": date, "referral_date": day(date)} for date in dates], starts={"S01": "2009-04-15"}
    )
    tidy = tabulate(rows, [measure()])
    assert counts(tidy, "month", "service_month") == [
        (FIRST, -1, 0, 1),
        (FIRST, 0, 0, 1),
        (MAY, 0, 0, 1),
        (MAY, 1, 0, 1),
    ]


def test_each_version_of_a_measure_counts_the_dates_of_its_own_window_both_ends_included() -> None:
    versions = [
        measure(end=day("2009-05-31")),
        measure(version=2, start=day("2009-06-01"), numerator="isa_date is given"),
    ]
    dates = ("2009-05-31", "2009-06-01")
    rows = joined(
        [{"episode_id": date, "referral_date": day(date), "start_date": day("2009-06-02")} for date in dates]
    )
    assert counts(tabulate(rows, versions), "version", "month") == [(1, MAY, 1, 1), (2, JUNE, 0, 1)]


def test_an_outcome_has_the_service_group_and_arm_of_its_episode() -> None:
    achieved = measure(
        table="outcomes",
        dated_by="review_date",
        denominator="achieved is given",
        numerator="achieved = fully or partly",
    )
    rows = joined(
        [
            {"episode_id": "1", "service_id": "S02", "ethnicity": "B"},
            {"episode_id": "2", "arm": "comparison"},
            {"episode_id": "1", "return_provider": "other", "ethnicity": "W"},
        ],
        [
            {"episode_id": "1", "review_date": day("2009-06-10"), "achieved": "partly"},
            {"episode_id": "1", "review_date": day("2009-06-20"), "achieved": "no"},
            {"episode_id": "2", "review_date": day("2009-06-10"), "achieved": "fully"},
        ],
    )
    assert counts(tabulate(rows, [achieved]), "service_id", "ethnic_group") == [("S02", "Black", 1, 2)]


def test_feedback_of_nobody_in_particular_is_of_a_group_not_known() -> None:
    positive = measure(
        table="feedback", dated_by="date", denominator="positive is given", numerator="positive = yes"
    )
    rows = joined(
        [{"episode_id": "1", "ethnicity": "B"}, {"episode_id": "2", "arm": "comparison"}],
        feedback=[
            {"feedback_id": "a", "positive": "yes"},
            {"feedback_id": "b", "episode_id": "1", "positive": "no"},
            {"feedback_id": "c", "episode_id": "2", "positive": "yes"},
            {"feedback_id": "d"},
        ],
    )
    expected = [("S01", "Black", 0, 1), ("S01", "Not known", 1, 1)]
    assert counts(tabulate(rows, [positive]), "service_id", "ethnic_group") == expected


def test_a_rate_has_its_events_where_they_fell_and_child_time_in_every_month() -> None:
    plan = {"protection_plan_start": day("2009-05-20"), "end_date": day("2009-06-30")}
    rows = joined([{"episode_id": "1", "start_date": day("2009-05-01"), **plan}])
    tidy = tabulate(rows, [measure(**RATE)])
    assert counts(tidy, "month") == [(MAY, 1, 0), (JUNE, 0, 0)]
    assert [round(years * 365.25, 6) for years in tidy["child_years"]] == [31, 30]


def test_the_time_of_a_rate_ends_with_its_version() -> None:
    rows = joined([{"episode_id": "1", "start_date": day("2009-04-01"), "end_date": day("2009-07-31")}])
    versions = [
        measure(**RATE, end=day("2009-05-31")),
        measure(**RATE, version=2, start=day("2009-06-01")),
    ]
    tidy = tabulate(rows, versions)
    assert list(zip(tidy["version"], tidy["month"] - FIRST, strict=True)) == [(1, 0), (1, 1), (2, 2), (2, 3)]


def test_groups_named_nowhere_in_the_rows_have_no_row() -> None:
    tidy = tabulate(joined([{"episode_id": "1", "ethnicity": "W"}]), [measure()])
    assert set(tidy["ethnic_group"]) == {"White"} < set(GROUPS)
