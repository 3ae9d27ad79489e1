"""Maturity of measures: how long after its date a row's outcome is known, and how early in a service rows can occur.

A measure dated by referral that counts starts looks low in its last periods: those starts are still to come. One dated
by endings looks odd in a service's first periods: only short stays can have ended by then.
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
# The date on which a column that is no date itself was filled.
_KNOWN_ON: Mapping[str, str] = {
    "end_reason": "end_date",
    "baseline_score": "baseline_date",
    "review_score": "review_date",
    "achieved": "review_date",
}
_ENTERED_ON: Mapping[str, str] = {"episodes": "referral_date", "outcomes": "baseline_date"}
# Share of a period's events that must be known: a missing event looks like one that did not happen.
_KNOWN = 0.95
# Share of long stays that could have ended in a period; with fewer, the measure is of other children.
_GROWN = 0.8
_DAYS_IN_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Maturity:
    """The day up to which periods are settled (None: all), and the month of service from which they count."""

    settled_to: dt.date | None = None
    grown_months: int = 0


AT_ONCE = Maturity()


def _judged(catalogue: Sequence[Measure]) -> list[Measure]:
    """Return the latest version of each percentage."""
    return [measure for measure in latest_of(catalogue) if measure.unit == "percent"]


def find_maturity(
    rows: Rows, catalogue: Sequence[Measure], complete_to: dt.date, length: PeriodLength
) -> dict[str, Maturity]:
    """Return the maturity of the latest version of each percentage; a rate's events are known on their day.

    Lags are taken from rows at least a year old, whose events have had time to occur, and leads from rows of the last
    year, when services have had time for long stays; from all rows where there are no such rows.
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
    """Return rows by days until it is known whether they count; None where that is known at once."""
    known, table = _known_dates(measure), getattr(rows, measure.table)
    if not known:
        return None
    lags = [table[name].delta(table[measure.dated_by], unit="day") for name in known]
    return _count_days(table, measure, ibis.greatest(*lags) if len(lags) > 1 else lags[0], complete_to)


def _leads(rows: Rows, measure: Measure, complete_to: dt.date) -> pd.DataFrame | None:
    """Return rows by days from entry to the date they are counted by; None where that is the date of entry."""
    entry, table = _ENTERED_ON.get(measure.table, measure.dated_by), getattr(rows, measure.table)
    if entry == measure.dated_by:
        return None
    lead = table[measure.dated_by].delta(table[entry], unit="day")
    return _count_days(table, measure, lead, complete_to)


def _count_days(table: Table, measure: Measure, days: Any, complete_to: dt.date) -> pd.DataFrame:
    """Count rows by days and by whether they are at least a year old (`early`)."""
    a_year_ago = ibis.literal(complete_to - dt.timedelta(days=_YEAR))
    dated = table.select(days=days.cast("int64"), early=table[measure.dated_by] <= a_year_ago)
    dated = dated.filter(dated.days.notnull())
    return fetch(dated.group_by("days", "early").aggregate(rows=dated.count()))


def expected_share(waits: Sequence[int], shortest: float, longest: float) -> float:
    """Return the share of events seen after `shortest` to `longest` days, where their waits have these quantiles.

    >>> expected_share([10, 20, 30, 40], 15, 25)
    0.375
    """
    span = max(1.0, longest - shortest)
    seen = [min(1.0, max(0.0, (longest - wait) / span)) for wait in waits]
    return sum(seen) / len(seen) if seen else 1.0


def _settled_to(
    lags: Sequence[int], since: dt.date, complete_to: dt.date, length: PeriodLength
) -> dt.date | None:
    """Return the last day of the last period with enough known; the day before `since` where there is none."""
    if not lags:
        return None
    settled = since - dt.timedelta(days=1)
    for period in periods_within(since, complete_to, length):
        first, last = period_days(period)
        if expected_share(lags, (complete_to - last).days, (complete_to - first).days) >= _KNOWN:
            settled = last
    return settled


def _grown_months(leads: Sequence[int], months: int) -> int:
    """Return the first month of service from which a period includes enough of the long stays."""
    grown = 0
    while expected_share(leads, grown * _DAYS_IN_MONTH, (grown + months) * _DAYS_IN_MONTH) < _GROWN:
        grown += 1
    return grown


def _known_dates(measure: Measure) -> list[str]:
    """Return the date columns, besides the measure's own, that decide whether a row counts."""
    terms = (*measure.denominator.terms, *measure.numerator.terms)
    columns = [column for term in terms if term.test != "blank" for column in term.columns]
    dates = {_KNOWN_ON.get(column, column) for column in columns} - {measure.dated_by}
    return sorted(
        field.name
        for field in load_table(measure.table).fields
        if field.type == "date" and field.name in dates
    )


def _spread(counted: pd.DataFrame | None, early: bool) -> tuple[int, ...]:
    """Return twenty quantiles of the rows' days (middles of equal parts), ascending; empty without rows."""
    if counted is None or counted.empty:
        return ()
    wanted = counted["early"] == early
    rows = counted[wanted] if wanted.any() else counted
    days, positions = np.unique(rows["days"].to_numpy("int64"), return_inverse=True)
    sizes = np.bincount(positions, rows["rows"])
    reached = sizes.cumsum() / sizes.sum()
    middles = days[np.searchsorted(reached, (np.arange(_STEPS) + 0.5) / _STEPS)]
    return tuple(max(0, int(day)) for day in middles)
