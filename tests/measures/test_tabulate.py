"""Measures by month, and the time that rates are out of."""

import datetime as dt
from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import FIRST, GROUPS, IBIS_ON_DUCKDB, LAST, UNTIL, day, joined, measure, tabulate

from pipeline.measures.child_time import list_spell_months, list_spells
from pipeline.measures.rows import fetch

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


DAYS = st.dates(day("2009-03-01"), day("2010-04-30"))
SERVICE_START = day("2009-04-15")
Key = tuple[int, int]


def days_in_service(spells: list[tuple[dt.date, dt.date | None]]) -> dict[Key, int]:
    """Days by month and month of service."""
    rows = joined(
        [
            {"episode_id": str(place), "start_date": start, "end_date": end}
            for place, (start, end) in enumerate(spells)
        ],
        starts={"S01": SERVICE_START.isoformat()},
    ).rows()
    days = (
        fetch(list_spell_months(list_spells(rows, UNTIL))).groupby(["month", "service_month"])["days"].sum()
    )
    return dict(zip(days.index.tolist(), days.tolist(), strict=True))


def service_month_of(date: dt.date) -> int:
    months = (date.year - SERVICE_START.year) * 12 + date.month - SERVICE_START.month
    return months - (date.day < SERVICE_START.day)


def counted_one_by_one(spells: list[tuple[dt.date, dt.date | None]]) -> dict[Key, int]:
    """A month's days belong to the service month of the first of them."""
    counted: Counter[Key] = Counter()
    for start, end in spells:
        date, until, key = start, end or UNTIL, (0, 0)
        while date <= until:
            month = date.year * 12 + date.month - 1
            if key[0] != month:
                key = (month, service_month_of(date))
            if month <= LAST:
                counted[key] += 1
            date += dt.timedelta(days=1)
    return dict(counted)


def test_a_spell_within_a_month_counts_its_first_and_its_last_day() -> None:
    assert days_in_service([(day("2009-05-03"), day("2009-05-07"))]) == {(FIRST + 1, 0): 5}


def test_a_spell_over_months_fills_those_between() -> None:
    spell = (day("2010-01-30"), day("2010-03-01"))
    assert days_in_service([spell]) == {(FIRST + 9, 9): 2, (FIRST + 10, 9): 28, (FIRST + 11, 10): 1}


def test_a_spell_over_the_edge_of_two_months_has_a_day_in_each() -> None:
    assert days_in_service([(day("2009-05-31"), day("2009-06-01"))]) == {(FIRST + 1, 1): 1, (FIRST + 2, 1): 1}


def test_a_spell_without_an_end_lasts_as_long_as_the_data() -> None:
    assert days_in_service([(day("2010-03-30"), None)]) == {(LAST, 11): 2}


def test_time_after_the_month_of_the_last_data_is_not_counted() -> None:
    assert days_in_service([(day("2010-03-31"), day("2010-06-02"))]) == {(LAST, 11): 1}
    assert days_in_service([(day("2010-04-01"), day("2010-04-02"))]) == {}


def test_who_never_started_spent_no_time() -> None:
    rows = joined([{"episode_id": "1", "end_date": day("2009-06-01")}]).rows()
    assert fetch(list_spell_months(list_spells(rows, UNTIL))).empty


@pytest.mark.long
@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(DAYS, st.none() | DAYS).map(lambda s: s if s[1] is None or s[0] <= s[1] else s[::-1]),
        max_size=6,
    )
)
def test_any_spells_give_the_days_that_are_counted_one_by_one(
    spells: list[tuple[dt.date, dt.date | None]],
) -> None:
    assert days_in_service(spells) == counted_one_by_one(spells)
