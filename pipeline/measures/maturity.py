"""How long after its own date what a measure counts is known, and how long into a service it comes, by the data.

A measure dated by referral that counts starts looks low in its last periods: the starts are still to come. One dated
by endings looks odd in a service's first: only short stays can have ended by then.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.dataset import PeriodLength
from pipeline.contract.periods import MONTHS_IN, period_days, periods_within
from pipeline.contract.tables import load_table
from pipeline.measures.catalogue import Measure, latest_of
from pipeline.measures.rows import Rows, fetch

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


# Of what a period will count, the share that must be known: a missing event reads as one that did not come about.
_KNOWN = 0.95
# Of the stays that may end in a period, the share that could have by then: less alters who is counted, not the count.
_GROWN = 0.8
_DAYS_IN_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Maturity:
    """Up to which day a measure's periods are settled (None: all are), and from which month of a service they tell."""

    settled_to: dt.date | None = None
    grown_months: int = 0


AT_ONCE = Maturity()


def _judged(catalogue: Sequence[Measure]) -> list[Measure]:
    """Percentages under their latest definition."""
    return [measure for measure in latest_of(catalogue) if measure.unit == "percent"]


def find_maturity(
    rows: Rows, catalogue: Sequence[Measure], complete_to: dt.date, length: PeriodLength
) -> dict[str, Maturity]:
    """Return the maturity of each percentage under its latest definition; a rate's events are known on their day.

    Lags are those of rows a year old and older, whose events have had time to come; leads those of the last year,
    by when services have had time for long stays; of all rows where there are none such.
    """
    months = MONTHS_IN[length]
    return {
        m.measure_id: Maturity(
            _settled_to(_spread(_lags(rows, m, complete_to), early=True), m.start, complete_to, length),
            _grown_months(_spread(_leads(rows, m, complete_to), early=False), months),
        )
        for m in _judged(catalogue)
    }


def _lags(rows: Rows, measure: Measure, complete_to: dt.date) -> pd.DataFrame | None:
    """The days till it is known whether a row counts; None where it is known at once."""
    known, table = _known_dates(measure), getattr(rows, measure.table)
    if not known:
        return None
    lags = [table[name].delta(table[measure.dated_by], unit="day") for name in known]
    return _count_days(table, measure, ibis.greatest(*lags) if len(lags) > 1 else lags[0], complete_to)


def _leads(rows: Rows, measure: Measure, complete_to: dt.date) -> pd.DataFrame | None:
    """The days from a row's entry to the date that it is counted by; None where that is the entry."""
    entry, table = _ENTERED_ON.get(measure.table, measure.dated_by), getattr(rows, measure.table)
    if entry == measure.dated_by:
        return None
    lead = table[measure.dated_by].delta(table[entry], unit="day")
    return _count_days(table, measure, lead, complete_to)


def _count_days(table: Table, measure: Measure, days: Any, complete_to: dt.date) -> pd.DataFrame:
    """Rows by days, and by whether they are a year old or older."""
    a_year_ago = ibis.literal(complete_to - dt.timedelta(days=_YEAR))
    told = table.select(days=days.cast("int64"), early=table[measure.dated_by] <= a_year_ago)
    told = told.filter(told.days.notnull())
    return fetch(told.group_by("days", "early").aggregate(rows=told.count()))


def expected_share(waits: Sequence[int], shortest: float, longest: float) -> float:
    """Of events whose waits have these quantiles, the share seen where from `shortest` to `longest` days have gone by.

    >>> expected_share([10, 20, 30, 40], 15, 25)
    0.375
    """
    span = max(1.0, longest - shortest)
    seen = [min(1.0, max(0.0, (longest - wait) / span)) for wait in waits]
    return sum(seen) / len(seen) if seen else 1.0


def _settled_to(
    lags: Sequence[int], since: dt.date, complete_to: dt.date, length: PeriodLength
) -> dt.date | None:
    """The last day of the last period of which enough is known; the day before all where none is."""
    if not lags:
        return None
    settled = since - dt.timedelta(days=1)
    for period in periods_within(since, complete_to, length):
        first, last = period_days(period)
        if expected_share(lags, (complete_to - last).days, (complete_to - first).days) >= _KNOWN:
            settled = last
    return settled


def _grown_months(leads: Sequence[int], months: int) -> int:
    """The first month of a service with which a period may begin that holds enough of long stays."""
    grown = 0
    while expected_share(leads, grown * _DAYS_IN_MONTH, (grown + months) * _DAYS_IN_MONTH) < _GROWN:
        grown += 1
    return grown


def _known_dates(measure: Measure) -> list[str]:
    """The dates by which it is known whether a row counts, but for the measure's own."""
    terms = (*measure.denominator.terms, *measure.numerator.terms)
    columns = [column for term in terms if term.test != "blank" for column in term.columns]
    dates = {_KNOWN_ON.get(column, column) for column in columns} - {measure.dated_by}
    return sorted(
        field.name
        for field in load_table(measure.table).fields
        if field.type == "date" and field.name in dates
    )


def _spread(counted: pd.DataFrame | None, early: bool) -> tuple[int, ...]:
    """The middles of twenty equal parts of the rows, shortest wait first; empty without rows."""
    if counted is None or counted.empty:
        return ()
    wanted = counted["early"] == early
    rows = counted[wanted] if wanted.any() else counted
    days, places = np.unique(rows["days"].to_numpy("int64"), return_inverse=True)
    each = np.bincount(places, rows["rows"])
    reached = each.cumsum() / each.sum()
    middles = days[np.searchsorted(reached, (np.arange(_STEPS) + 0.5) / _STEPS)]
    return tuple(max(0, int(day)) for day in middles)
