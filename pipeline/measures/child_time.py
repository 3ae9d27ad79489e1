"""Time that children spent in services: what rates per child-year are out of."""

import datetime as dt
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.measures.catalogue import Measure
from pipeline.measures.rows import PLACE, Rows

DAYS_IN_YEAR = 365.25
_NEVER = 12 * 10_000


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


def list_spell_months(rows: Rows, until: dt.date) -> Table:
    """Return a row for each month of each treated child's stay, with its `days` there.

    Both the first and the last day of a spell count; a spell without an end lasts to `until`, and no month after that
    of `until` is counted. `service_month` is that of the first of the days.
    """
    episodes = rows.treated("episodes")
    ended = episodes.mutate(until=episodes.end_date.fill_null(ibis.literal(until)))
    spells = ended.filter(ended.until >= ended.start_date)
    first, last = month_number(spells.start_date), month_number(spells.until)
    # Greatest, as Ibis 12 writes the range for Spark without the brackets that a difference needs.
    months = ibis.range(ibis.greatest(first, 0), ibis.least(last, month_of(until)) + 1)
    whose = (*PLACE, *rows.levels, "cluster", "record_key")
    there = spells.select(*whose, "service_start", "start_date", "until", month=months.unnest())
    first_day = ibis.date(there.month // 12, there.month % 12 + 1, 1)
    next_day = ibis.date((there.month + 1) // 12, (there.month + 1) % 12 + 1, 1)
    begins = ibis.greatest(there.start_date, first_day)
    beyond = ibis.least(there.until.delta(begins, unit="day") + 1, next_day.delta(begins, unit="day"))
    return there.select(
        *whose,
        "month",
        service_month=service_month(begins, there.service_start),
        days=beyond.cast("int64"),
    )
