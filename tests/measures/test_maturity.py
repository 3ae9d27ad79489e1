"""How long what is counted takes to come, found in rows whose waits are known."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd
import pytest

from pipeline.measures.catalogue import load_catalogue
from pipeline.measures.maturity import Maturity, expected_share, find_maturity
from pipeline.measures.rows import Rows

COMPLETE_TO = dt.date(2012, 3, 31)
COMMON = {"version": 1, "direction": "higher", "start": dt.date(2009, 4, 1), "end": None}
STARTED = {
    **COMMON,
    "measure_id": "started",
    "title": "Started",
    "unit": "percent",
    "table": "episodes",
    "dated_by": "referral_date",
    "denominator": "all",
    "numerator": "start_date is given",
}
COMPLETED = {
    **STARTED,
    "measure_id": "completed",
    "dated_by": "end_date",
    "denominator": "end_date is given",
    "numerator": "end_reason = completed",
}
PLANS = {
    **STARTED,
    "measure_id": "plans",
    "unit": "per_100_child_years",
    "dated_by": "protection_plan_start",
    "numerator": "protection_plan_start is given",
}


def episodes(rows: Sequence[tuple[str, int | None, int | None]]) -> Any:
    """Rows by day of referral, days to the start and days to the end."""
    frame = pd.DataFrame(rows, columns=["referral", "start", "end"])
    referral = pd.to_datetime(frame["referral"])
    later = {
        name: (referral + pd.to_timedelta(frame[days], unit="D")).dt.date
        for name, days in (("start_date", "start"), ("end_date", "end"))
    }
    dates = pd.DataFrame({"referral_date": referral.dt.date, **later}).astype(object)
    schema = dict.fromkeys(dates.columns, "date")
    return ibis.memtable(dates.where(dates.notna(), None), schema=schema)


def maturity(measure: dict[str, Any], rows: Sequence[tuple[str, int | None, int | None]]) -> Maturity | None:
    catalogue = load_catalogue([measure])
    table = episodes(rows)
    found = find_maturity(Rows(table, table, table, {}), catalogue, COMPLETE_TO, "quarter")
    return found.get(measure["measure_id"])


@pytest.mark.parametrize(
    ("shortest", "longest", "share"), [(40, 140, 1.0), (0, 10, 0.0), (10, 20, 0.25), (0, 40, 0.375)]
)
def test_the_share_seen_follows_from_the_waits(shortest: int, longest: int, share: float) -> None:
    assert expected_share([10, 20, 30, 40], shortest, longest) == share


def test_periods_await_what_rows_a_year_old_waited_for() -> None:
    """Starts come 10 to 50 days after referral, so the last quarter is not settled; those just in say nothing."""
    old = [("2010-04-10", days, None) for days in range(10, 50)]
    recent = [("2012-03-20", 1, None)] * 500
    assert maturity(STARTED, [*old, *recent]) == Maturity(dt.date(2011, 12, 31), 0)


@pytest.mark.parametrize(
    ("days", "settled_to"),
    [
        (4, dt.date(2012, 3, 31)),
        (5, dt.date(2011, 12, 31)),
        (95, dt.date(2011, 12, 31)),
        (96, dt.date(2011, 9, 30)),
    ],
)
def test_a_period_is_settled_when_95_in_100_of_its_events_have_come(days: int, settled_to: dt.date) -> None:
    """The last quarter has 91 days of which the last `days` still wait: 4 of 91 are fewer than 5 in 100, 5 are more."""
    assert maturity(STARTED, [("2010-04-10", days, None)] * 40) == Maturity(settled_to, 0)


def test_where_nothing_can_have_come_no_period_is_settled() -> None:
    assert maturity(STARTED, [("2010-04-10", 2000, None)] * 9) == Maturity(dt.date(2009, 3, 31), 0)


def test_rows_all_of_the_last_year_are_better_than_none() -> None:
    found = maturity(STARTED, [("2012-01-10", 30, None), ("2012-01-10", None, None)])
    assert found == Maturity(dt.date(2011, 12, 31), 0)


@pytest.mark.parametrize(("days", "months"), [(18, 0), (19, 1), (109, 3), (110, 4)])
def test_what_is_known_on_its_own_day_waits_only_for_stays_to_have_had_time(days: int, months: int) -> None:
    """Stays of so many days: a quarter tells when four fifths of its days lie beyond them; 0.2 x 91.3 are 18.3 days."""
    found = maturity(COMPLETED, [("2011-06-01", 5, days)] * 40)
    assert found == Maturity(None, months)


def test_a_rate_waits_for_nothing_and_no_rows_tell_nothing() -> None:
    assert maturity(PLANS, [("2010-04-10", 5, 50)]) is None
    assert maturity(STARTED, [("2010-04-10", None, None)]) == Maturity()
