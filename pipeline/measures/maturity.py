"""How long after its own date what a measure counts is known, and how long into a service it comes, by the data.

A measure dated by referral that counts starts looks low in its last periods: the starts are still to come. One dated
by endings looks odd in a service's first: only short stays can have ended by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.catalogue import Measure

_STEPS = 20
_YEAR = 365
# The day on which what stands in a column came about, where the column is no date itself.
_KNOWN_ON: Mapping[str, str] = {
    "end_reason": "end_date",
    "baseline_score": "baseline_date",
    "review_score": "review_date",
    "achieved": "review_date",
}
_ENTERED_ON: Mapping[str, str] = {"episodes": "referral_date", "outcomes": "baseline_date"}


@dataclass(frozen=True)
class Waits:
    """Twenty quantiles each, in days: from a row's date to what is counted, and to its date from the entry."""

    lags: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()


NO_WAITS = Waits()


def find_waits(
    tables: Mapping[str, Table], catalogue: Sequence[Measure], complete_to: dt.date
) -> dict[str, Waits]:
    """The waits of each percentage under its latest definition; a rate's events are known on their day.

    Lags are those of rows a year old and older, whose events have had time to come; leads those of the last year,
    by when services have had time for long stays; of all rows where there are none such.
    """
    latest = {m.measure_id: m for m in sorted(catalogue, key=lambda measure: measure.version)}
    return {
        name: Waits(_lags(tables[m.table], m, complete_to), _leads(tables[m.table], m, complete_to))
        for name, m in latest.items()
        if m.unit == "percent"
    }


def _lags(rows: Table, measure: Measure, complete_to: dt.date) -> tuple[int, ...]:
    terms = (*measure.denominator.terms, *measure.numerator.terms)
    columns = [column for term in terms if term.test != "blank" for column in term.columns]
    dates = {_KNOWN_ON.get(column, column) for column in columns} - {measure.dated_by}
    known = sorted(name for name in dates if rows[name].type().is_date())
    if not known:
        return ()
    days = [rows[name].delta(rows[measure.dated_by], unit="day") for name in known]
    return _quantiles(rows, measure, ibis.greatest(*days), complete_to, old=True)


def _leads(rows: Table, measure: Measure, complete_to: dt.date) -> tuple[int, ...]:
    entry = _ENTERED_ON.get(measure.table, measure.dated_by)
    if entry == measure.dated_by:
        return ()
    days = rows[measure.dated_by].delta(rows[entry], unit="day")
    return _quantiles(rows, measure, days, complete_to, old=False)


def _quantiles(rows: Table, measure: Measure, days: Any, complete_to: dt.date, old: bool) -> tuple[int, ...]:
    a_year_ago = ibis.literal(complete_to - dt.timedelta(days=_YEAR))
    is_old = rows[measure.dated_by] <= a_year_ago
    listed = rows.select(days=days, wanted=is_old if old else ~is_old).filter(ibis._.days.notnull())
    counted = listed.group_by("days", "wanted").aggregate(rows=ibis._.count()).to_pyarrow().to_pandas()
    return _spread(counted[counted["wanted"]]) or _spread(counted)


def _spread(counted: pd.DataFrame) -> tuple[int, ...]:
    """The middles of twenty equal parts of the rows, shortest wait first; empty without rows."""
    by_days = counted.groupby("days")["rows"].sum().sort_index()
    if by_days.empty:
        return ()
    reached = by_days.cumsum().to_numpy() / by_days.sum()
    places = np.searchsorted(reached, (np.arange(_STEPS) + 0.5) / _STEPS)
    return tuple(max(0, int(day)) for day in by_days.index.to_numpy()[places])
