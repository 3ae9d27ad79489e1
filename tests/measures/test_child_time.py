"""Time in a service, worked by hand and held against a count of days one by one."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_tables import FIRST, IBIS_ON_DUCKDB, LAST, UNTIL, day, joined

from pipeline.measures.child_time import list_spell_months
from pipeline.measures.rows import fetch

pytestmark = IBIS_ON_DUCKDB
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
    days = fetch(list_spell_months(rows, UNTIL)).groupby(["month", "service_month"])["days"].sum()
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
    assert fetch(list_spell_months(rows, UNTIL)).empty


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
