"""How long what is counted takes to come, found in rows whose waits are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd

from pipeline.measures.catalogue import load_catalogue
from pipeline.measures.maturity import Waits, find_waits

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


def waits(measure: dict[str, Any], rows: Sequence[tuple[str, int | None, int | None]]) -> Waits | None:
    return find_waits({"episodes": episodes(rows)}, load_catalogue([measure]), COMPLETE_TO).get(
        measure["measure_id"]
    )


def test_lags_are_those_of_rows_a_year_old_so_that_late_events_are_among_them() -> None:
    old = [("2010-04-10", days, None) for days in range(10, 50)]
    recent = [("2012-03-20", 1, None)] * 500
    found = waits(STARTED, old + recent)
    assert found is not None
    assert found.lags == tuple(range(10, 50, 2))
    assert found.leads == ()


def test_rows_all_of_the_last_year_are_better_than_none() -> None:
    found = waits(STARTED, [("2012-01-10", 7, None), ("2012-01-10", None, None)])
    assert found == Waits(lags=(7,) * 20)


def test_what_is_known_on_its_own_day_has_no_lag_but_a_lead() -> None:
    found = waits(COMPLETED, [("2011-06-01", 5, days) for days in range(100, 140)])
    assert found == Waits(lags=(), leads=tuple(range(100, 140, 2)))


def test_a_rate_waits_for_nothing_and_no_rows_tell_nothing() -> None:
    assert waits(PLANS, [("2010-04-10", 5, 50)]) is None
    assert waits(STARTED, [("2010-04-10", None, None)]) == Waits()
