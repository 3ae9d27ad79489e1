"""Time that children spend in services: the denominator of rates per child-year."""

import datetime as dt
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.measures.catalogue import Measure
from pipeline.measures.rows import PLACE, Rows

DAYS_IN_YEAR = 365.25
_NEVER = 12 * 9_998


def month_number(date: Any) -> Any:
    """Return a date column as months since year 0: comparable, subtractable and free of time zones."""
    return (date.year() * 12 + date.month() - 1).cast("int64")


def month_of(date: dt.date) -> int:
    """Return a single date as months since year 0, as `month_number` does for a column."""
    return date.year * 12 + date.month - 1


def covered_months(measure: Measure) -> tuple[int, int]:
    """Return the first and last month in which a measure's definition holds."""
    return month_of(measure.start), month_of(measure.end) if measure.end else _NEVER


def service_month(date: Any, start: Any) -> Any:
    """Return whole months between a service's start and a date; 0 in the first month, negative before."""
    return month_number(date) - month_number(start) - (date.day() < start.day()).cast("int64")


def first_day(month: Any) -> Any:
    """Return the first day of a month given by its number."""
    return ibis.date(month // 12, month % 12 + 1, 1)


def list_spells(rows: Rows, until: dt.date) -> Table:
    """Return each treated child's stays in a service, from the `first` day to the `last`, both included.

    A stay without an end lasts to `until`; any stay is cut off at the end of the month of `until`.
    """
    episodes = rows.treated("episodes")
    end = dt.date(until.year + until.month // 12, until.month % 12 + 1, 1) - dt.timedelta(days=1)
    last = ibis.least(episodes.end_date.fill_null(ibis.literal(until)), ibis.literal(end))
    keys = (*PLACE, *rows.levels, "cluster", "record_key", "service_start")
    spells = episodes.select(*keys, first=episodes.start_date, last=last)
    return spells.filter(spells["last"] >= spells["first"])


def _ends(months: tuple[int, int]) -> tuple[Any, Any]:
    """Return the first day of the first month and the last day of the last month."""
    since, after = (dt.date(month // 12, month % 12 + 1, 1) for month in (months[0], months[1] + 1))
    return ibis.literal(since), ibis.literal(after - dt.timedelta(days=1))


def cut_spells(spells: Table, months: tuple[int, int]) -> Table:
    """Return the parts of spells that fall between the first and last of `months`, both included."""
    since, until = _ends(months)
    cut = spells.mutate(first=ibis.greatest(spells["first"], since), last=ibis.least(spells["last"], until))
    return cut.filter(cut["first"] <= cut["last"])


def overlap(spells: Table, months: tuple[int, int]) -> tuple[Any, Any]:
    """Return how many days and how many months of each spell fall between the first and last of `months`."""
    since, until = _ends(months)
    first, last = ibis.greatest(spells["first"], since), ibis.least(spells["last"], until)
    days = last.delta(first, unit="day") + 1
    shared = month_number(last) - month_number(first) + 1
    return ibis.greatest(days, 0).cast("int64"), ibis.greatest(shared, 0).cast("int64")


def list_spell_months(spells: Table) -> Table:
    """Return the `days` of these spells by place, month and month of service, with the sum of their record keys.

    `service_month` is that of the first of the days. Spells that begin and end in the same months are summed before
    they are expanded into months, so that millions of spells give no more rows than thousands.
    """
    first, last = month_number(spells["first"]), month_number(spells["last"])
    ends = first_day(last + 1).delta(spells["last"], unit="day") - 1
    same_months = {
        "opened": service_month(spells["first"], spells.service_start),
        "first_month": first,
        "last_month": last,
    }
    marked = spells.mutate(before=spells["first"].day() - 1, beyond=ends, **same_months)
    summed = marked.group_by(*PLACE, "service_start", *same_months).aggregate(
        spells=marked.count(),
        before=marked.before.sum(),
        beyond=marked.beyond.sum(),
        time_key=marked.record_key.sum().cast("int64"),
    )
    # greatest(), because Ibis 12 writes the range for Spark without the brackets that a difference needs.
    months = ibis.range(ibis.greatest(summed.first_month, 0), summed.last_month + 1)
    by_month = summed.mutate(month=months.unnest())
    month_start, is_first = first_day(by_month.month), by_month.month == by_month.first_month
    length = first_day(by_month.month + 1).delta(month_start, unit="day")
    days_outside = is_first.ifelse(by_month.before, 0) + (by_month.month == by_month.last_month).ifelse(
        by_month.beyond, 0
    )
    return by_month.select(
        *PLACE,
        "month",
        "time_key",
        service_month=is_first.ifelse(by_month.opened, service_month(month_start, by_month.service_start)),
        days=(by_month.spells * length - days_outside).cast("int64"),
    )
