"""Time that children spent in services: what rates per child-year are out of."""

import datetime as dt
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.measures.catalogue import Measure
from pipeline.measures.rows import PLACE, Rows

DAYS_IN_YEAR = 365.25
_NEVER = 12 * 9_998


def month_number(date: Any) -> Any:
    """Return the months since year 0: comparable, subtractable, and free of time zones."""
    return (date.year() * 12 + date.month() - 1).cast("int64")


def month_of(date: dt.date) -> int:
    """Return the same of one date."""
    return date.year * 12 + date.month - 1


def covered_months(measure: Measure) -> tuple[int, int]:
    """Return the first and the last month in which a measure's definition holds."""
    return month_of(measure.start), month_of(measure.end) if measure.end else _NEVER


def service_month(date: Any, start: Any) -> Any:
    """Return whole months between a service's start and a date; 0 in the first month, negative before."""
    return month_number(date) - month_number(start) - (date.day() < start.day()).cast("int64")


def first_day(month: Any) -> Any:
    """The first day of a month that is given by its number."""
    return ibis.date(month // 12, month % 12 + 1, 1)


def list_spells(rows: Rows, until: dt.date) -> Table:
    """Return each treated child's stays, from the `first` day to the `last`, both of which count.

    A stay without an end lasts to `until`; of one that goes on longer the month of `until` is the last that counts.
    """
    episodes = rows.treated("episodes")
    end = dt.date(until.year + until.month // 12, until.month % 12 + 1, 1) - dt.timedelta(days=1)
    last = ibis.least(episodes.end_date.fill_null(ibis.literal(until)), ibis.literal(end))
    whose = (*PLACE, *rows.levels, "cluster", "record_key", "service_start")
    told = episodes.select(*whose, first=episodes.start_date, last=last)
    return told.filter(told["last"] >= told["first"])


def _ends(months: tuple[int, int]) -> tuple[Any, Any]:
    """The first day of the first month, and the last of the last."""
    since, after = (dt.date(month // 12, month % 12 + 1, 1) for month in (months[0], months[1] + 1))
    return ibis.literal(since), ibis.literal(after - dt.timedelta(days=1))


def cut_spells(spells: Table, months: tuple[int, int]) -> Table:
    """Return the spells as far as they lie in these months, both of which count."""
    since, until = _ends(months)
    cut = spells.mutate(first=ibis.greatest(spells["first"], since), last=ibis.least(spells["last"], until))
    return cut.filter(cut["first"] <= cut["last"])


def overlap(spells: Table, months: tuple[int, int]) -> tuple[Any, Any]:
    """Return how many days and how many months of each spell lie in these months, both of which count."""
    since, until = _ends(months)
    first, last = ibis.greatest(spells["first"], since), ibis.least(spells["last"], until)
    days = last.delta(first, unit="day") + 1
    shared = month_number(last) - month_number(first) + 1
    return ibis.greatest(days, 0).cast("int64"), ibis.greatest(shared, 0).cast("int64")


def list_spell_months(spells: Table) -> Table:
    """Return by place, month and month of service the `days` of these spells, and the sum of their record keys.

    `service_month` is that of the first of the days. Spells that begin and end in the same months are counted before
    their months are told, so that these are as few for millions of spells as for thousands.
    """
    first, last = month_number(spells["first"]), month_number(spells["last"])
    ends = first_day(last + 1).delta(spells["last"], unit="day") - 1
    alike = {
        "opened": service_month(spells["first"], spells.service_start),
        "first_month": first,
        "last_month": last,
    }
    told = spells.mutate(before=spells["first"].day() - 1, beyond=ends, **alike)
    summed = told.group_by(*PLACE, "service_start", *alike).aggregate(
        spells=told.count(),
        before=told.before.sum(),
        beyond=told.beyond.sum(),
        time_key=told.record_key.sum().cast("int64"),
    )
    # Greatest, as Ibis 12 writes the range for Spark without the brackets that a difference needs.
    months = ibis.range(ibis.greatest(summed.first_month, 0), summed.last_month + 1)
    there = summed.mutate(month=months.unnest())
    begins, opens = first_day(there.month), there.month == there.first_month
    length = first_day(there.month + 1).delta(begins, unit="day")
    cut = opens.ifelse(there.before, 0) + (there.month == there.last_month).ifelse(there.beyond, 0)
    return there.select(
        *PLACE,
        "month",
        "time_key",
        service_month=opens.ifelse(there.opened, service_month(begins, there.service_start)),
        days=(there.spells * length - cut).cast("int64"),
    )
