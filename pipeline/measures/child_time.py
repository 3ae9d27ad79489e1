"""Time that children spent in services: what rates per child-year are out of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

KEYS = ("service_id", "ethnic_group", "ethnicity", "month", "service_month")
_DAYS_IN_YEAR = 365.25


def month_number(date: Any) -> Any:
    """Months since year 0: comparable, subtractable, and free of time zones."""
    return (date.year() * 12 + date.month() - 1).cast("int64")


def service_month(date: Any, start: Any) -> Any:
    """Whole months between a service's start and a date; 0 in the first month, negative before."""
    return month_number(date) - month_number(start) - (date.day() < start.day()).cast("int64")


def _first_day(month: Any) -> Any:
    return ibis.date((month // 12).cast("int32"), (month % 12 + 1).cast("int32"), 1)


def _group_spells(episodes: Table, services: Table, until: Any) -> Table:
    """Spells that begin and end in the same months, with their days in the first and in the last month."""
    started = episodes.filter(episodes.start_date.notnull())
    begun = started.inner_join(services.select("service_id", service_start="start"), "service_id")
    ended = begun.mutate(until=ibis.coalesce(begun.end_date, until))
    valid = ended.filter(ended.until >= ended.start_date)
    start, end, first, last = (
        valid.start_date,
        valid.until,
        month_number(valid.start_date),
        month_number(valid.until),
    )
    to_the_end = _first_day(first + 1).delta(start, unit="day")
    spells = valid.mutate(
        first=first,
        last=last,
        first_service_month=service_month(start, valid.service_start),
        first_days=ibis.ifelse(first == last, end.delta(start, unit="day") + 1, to_the_end),
        last_days=end.day().cast("int64"),
    )
    by = ("service_id", "ethnic_group", "ethnicity", "service_start", "first", "last", "first_service_month")
    return spells.group_by(*by).aggregate(
        children=ibis._.count(), first_days=ibis._.first_days.sum(), last_days=ibis._.last_days.sum()
    )


def child_time(episodes: Table, services: Table, first: int, last: int, until: Any) -> Table:
    """Years that children spent in each service, by month and ethnicity (months as `month_number`).

    Both the first and the last day of a spell count; a spell without an end lasts to `until`.
    """
    spells = _group_spells(episodes, services, until).cache()
    months = ibis.range(first, last + 1).unnest().cast("int64").name("month").as_table()
    longer = spells.filter(spells.first < spells.last)
    whole = longer.join(months, (longer.first < months.month) & (months.month < longer.last))
    length = _first_day(whole.month + 1).delta(_first_day(whole.month), unit="day")
    parts = [
        _days(spells, spells.first, spells.first_service_month, spells.first_days),
        _days(longer, longer.last, _opening_month(longer, longer.last), longer.last_days),
        _days(whole, whole.month, _opening_month(whole, whole.month), length * whole.children),
    ]
    spent = reduce(ibis.union, parts)
    inside = spent.filter(spent.month.between(first, last))
    return inside.group_by(*KEYS).aggregate(child_years=inside.days.sum() / _DAYS_IN_YEAR)


def _opening_month(spells: Table, month: Any) -> Any:
    return service_month(_first_day(month), spells.service_start)


def _days(spells: Table, month: Any, months_of_service: Any, days: Any) -> Table:
    return spells.select(
        "service_id",
        "ethnic_group",
        "ethnicity",
        month=month.cast("int64"),
        service_month=months_of_service.cast("int64"),
        days=days.cast("int64"),
    )


def time_within(
    episodes: Table, keys: Sequence[str], windows: Sequence[tuple[dt.date, dt.date]], until: dt.date
) -> Table:
    """Years that children spent in services within each window of days, as `years_<its place>`, by keys of theirs.

    Days are counted as in `child_time`; those of both ends of a window belong to it.
    """
    spells = episodes.filter(episodes.start_date.notnull())
    spells = spells.mutate(until=ibis.coalesce(spells.end_date, ibis.literal(until)))
    valid = spells.filter(spells.until >= spells.start_date)
    years = {}
    for place, (first, last) in enumerate(windows):
        start, end = ibis.greatest(valid.start_date, first), ibis.least(valid.until, last)
        years[f"years_{place}"] = (
            ibis.greatest(end.delta(start, unit="day") + 1, 0).sum().cast("float64") / _DAYS_IN_YEAR
        )
    return valid.group_by(*keys).aggregate(**years)
