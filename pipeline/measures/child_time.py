"""Time that children spent in services: what rates per child-year are out of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.cells import Cells, Numbers
from pipeline.measures.rows import Rows

DAYS_IN_YEAR = 365.25


def month_number(date: Any) -> Any:
    """Months since year 0: comparable, subtractable, and free of time zones."""
    return date.year() * 12 + date.month() - 1


def service_month(date: Any, start_month: Any, start_day: Any) -> Any:
    """Whole months between a service's start and a date; 0 in the first month, negative before."""
    return month_number(date) - start_month - (date.day() < start_day).cast("int32")


def _first_days(months: Numbers) -> Numbers:
    """The first day of each month, as days since 1970."""
    days: Numbers = (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype("int64")
    return days


def ask_spells(rows: Rows, until: dt.date) -> Table:
    """Spells that begin and end in the same months, with their days in the first up to its end, and in the last.

    Days in the first month are counted from the day of the month before the spell's first, so that a month's length
    need not be known to the engine.
    """
    started = rows.episodes.filter(rows.episodes.start_date.notnull())
    ended = started.mutate(until=started.end_date.fill_null(ibis.literal(until)))
    valid = ended.filter(ended.until >= ended.start_date)
    spells = valid.inner_join(rows.treated("place", "start_month", "start_day"), "cell")
    keyed = spells.select(
        "place",
        first=month_number(spells.start_date),
        last=month_number(spells.until),
        first_service_month=service_month(spells.start_date, spells.start_month, spells.start_day),
        before=(spells.start_date.day() - 1).cast("int64"),
        within=spells.until.day().cast("int64"),
    )
    return keyed.group_by("place", "first", "last", "first_service_month").aggregate(
        children=ibis._.count(), before=ibis._.before.sum(), within=ibis._.within.sum()
    )


def child_time(spells: pd.DataFrame, cells: Cells, until: dt.date) -> pd.DataFrame:
    """Days that the treated spent in each service, by place, month and month of service (months as `month_number`).

    Both the first and the last day of a spell count; a spell without an end lasts to `until`, and no month after that
    of `until` is counted. `spells` is what `ask_spells` asks.
    """
    latest = until.year * 12 + until.month - 1
    known = spells[spells["first"] <= latest]
    if known.empty:
        return pd.DataFrame(columns=["place", "month", "service_month", "days"], dtype="int64")
    place, first, last, opened, children, before, within = (
        known[name].to_numpy("int64")
        for name in ("place", "first", "last", "first_service_month", "children", "before", "within")
    )
    months = np.arange(first.min(), latest + 1)
    last = np.minimum(last, latest + 1)
    places, row = np.unique(place, return_inverse=True)
    start_month, start_day = cells.starts_of(places)
    # The month of service in which each month opens, on its first day.
    opening = months - start_month[:, None] - (start_day > 1)[:, None]
    shape = (len(places), len(months) + 1)

    def spread(month: Numbers, number: Numbers) -> Numbers:
        at = row * shape[1] + month - months[0]
        return np.bincount(at, number, shape[0] * shape[1]).astype("int64").reshape(shape)

    # Children are there for the whole of a month from that of their start to the one before that of their end.
    whole = (spread(first, children) - spread(last, children)).cumsum(axis=1)[:, :-1]
    length = _first_days(months + 1) - _first_days(months)
    # A spell that starts in a later month of service than its month opens in has all its days there in that one.
    later = opened > opening[row, first - months[0]]
    days = np.where(first == last, within, length[first - months[0]] * children) - before
    moved = spread(first, np.where(later, days, 0))[:, :-1]
    spent = whole * length + (spread(last, within) - spread(first, before))[:, :-1] - moved
    parts = [_list_days(places, months, opening + step, days) for step, days in enumerate((spent, moved))]
    return pd.concat(parts, ignore_index=True)


def _list_days(places: Numbers, months: Numbers, service_months: Numbers, days: Numbers) -> pd.DataFrame:
    row, month = np.nonzero(days)
    return pd.DataFrame(
        {
            "place": places[row],
            "month": months[month],
            "service_month": service_months[row, month],
            "days": days[row, month],
        }
    )


def days_within(
    episodes: Table, windows: Sequence[tuple[dt.date, dt.date]], until: dt.date
) -> dict[str, Any]:
    """The days that an episode's spell has within each window of days, as `days_<its place>`.

    Days are counted as in `child_time`; those of both ends of a window belong to it.
    """
    ends = episodes.end_date.fill_null(ibis.literal(until))
    # A spell that ends before it starts has none; what is blank would be passed over by `greatest`.
    is_spell = (ends >= episodes.start_date).fill_null(False)
    days = {}
    for place, (first, last) in enumerate(windows):
        start, end = ibis.greatest(episodes.start_date, first), ibis.least(ends, last)
        days[f"days_{place}"] = is_spell.ifelse(ibis.greatest(end.delta(start, unit="day") + 1, 0), 0)
    return days
