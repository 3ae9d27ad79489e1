"""Measures as relational expressions: rows in, one tidy table of counts out.

Everything here is an Ibis expression; the engine (DuckDB by default) sees whole tables, never rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import groupby
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.contract.dataset import PeriodLength
from pipeline.measures.catalogue import Measure
from pipeline.measures.predicates import predicate

KEYS = ("service_id", "ethnic_group", "month", "service_month")
COLUMNS = ("measure_id", "version", *KEYS, "period", "events", "total", "child_years")
_IDENTITY = ("measure_id", "version", *KEYS)
_DAYS_IN_YEAR = 365.25
_NEVER = 12 * 10_000


def month_number(date: Any) -> Any:
    """Months since year 0: comparable, subtractable, and free of time zones."""
    return (date.year() * 12 + date.month() - 1).cast("int64")


def service_month(date: Any, start: Any) -> Any:
    """Whole months between a service's start and a date; 0 in the first month, negative before."""
    return month_number(date) - month_number(start) - (date.day() < start.day()).cast("int64")


def period_name(month: Any, length: PeriodLength) -> Any:
    """The period a month falls in: '2009-q2' or '2009'."""
    year = (month // 12).cast("int32").cast("string")
    if length == "year":
        return year
    return year + "-q" + ((month % 12) // 3 + 1).cast("int32").cast("string")


def _valid(measure: Measure, date: Any) -> Any:
    inside = date >= ibis.literal(measure.start)
    return inside if measure.end is None else inside & (date <= ibis.literal(measure.end))


def _count_dated(rows: Table, measures: Sequence[Measure], services: Table) -> Table:
    """Counts of several measures that share a table and a date column, in one pass over the rows."""
    date = rows[measures[0].dated_by]
    starts = services.select("service_id", service_start="start")
    dated = rows.filter(date.notnull()).inner_join(starts, "service_id")
    date = dated[measures[0].dated_by]
    keyed = dated.mutate(month=month_number(date), service_month=service_month(date, dated.service_start))
    sums = {}
    for position, measure in enumerate(measures):
        out_of = predicate(measure.denominator, keyed) & _valid(measure, date)
        sums[f"total_{position}"] = out_of.cast("int64").sum()
        sums[f"events_{position}"] = (out_of & predicate(measure.numerator, keyed)).cast("int64").sum()
    return keyed.group_by(*KEYS).aggregate(**sums)


def _list_counts(counted: Table, measures: Sequence[Measure]) -> Table:
    """A row a measure, where there was a pair of columns a measure."""
    pairs = [
        ibis.struct(
            {
                "measure_id": ibis.literal(measure.measure_id),
                "version": ibis.literal(measure.version, type="int64"),
                "events": counted[f"events_{position}"].cast("int64"),
                "total": counted[f"total_{position}"].cast("int64"),
            }
        )
        for position, measure in enumerate(measures)
    ]
    return counted.select(*KEYS, pair=ibis.array(pairs).unnest()).unpack("pair")


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
    by = ("service_id", "ethnic_group", "service_start", "first", "last", "first_service_month")
    return spells.group_by(*by).aggregate(
        children=ibis._.count(), first_days=ibis._.first_days.sum(), last_days=ibis._.last_days.sum()
    )


def child_time(episodes: Table, services: Table, first: int, last: int, until: Any) -> Table:
    """Years that children spent in each service, by month and ethnic group (months as `month_number`).

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
        month=month.cast("int64"),
        service_month=months_of_service.cast("int64"),
        days=days.cast("int64"),
    )


def _list_time(time: Table, measures: Sequence[Measure]) -> Table:
    """Child-years, once for each measure, in the months that its version covers."""
    versions = [
        ibis.struct(
            {
                "measure_id": ibis.literal(measure.measure_id),
                "version": ibis.literal(measure.version, type="int64"),
                "opens": ibis.literal(_month(measure.start), type="int64"),
                "closes": ibis.literal(_month(measure.end) if measure.end else _NEVER, type="int64"),
            }
        )
        for measure in measures
    ]
    each = time.select(*KEYS, "child_years", each=ibis.array(versions).unnest()).unpack("each")
    covered = each.filter(each.month.between(each.opens, each.closes))
    return covered.select(*_IDENTITY, events=ibis.literal(0, type="int64"), child_years=covered.child_years)


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month - 1


def _sum_rates(counts: Sequence[Table], time: Table) -> Table:
    events = [part.select(*_IDENTITY, "events", child_years=ibis.literal(0.0)) for part in counts]
    both = ibis.union(time, *events)
    summed = both.group_by(*_IDENTITY).aggregate(events=both.events.sum(), child_years=both.child_years.sum())
    some = summed.filter((summed.events > 0) | (summed.child_years > 0))
    return some.mutate(total=ibis.literal(0, type="int64"))


def tabulate_measures(
    tables: Mapping[str, Table],
    services: Table,
    catalogue: Sequence[Measure],
    time: Table,
    period: PeriodLength,
) -> Table:
    """The tidy table of every measure: one row a measure, version, service, ethnic group and month.

    `tables` holds episodes, outcomes and feedback, each with `service_id` and `ethnic_group`. `events` and
    `total` are counts of rows; `child_years` is filled for rates only, where `total` is 0. Roll up by adding.
    """
    order = sorted(catalogue, key=lambda measure: (measure.unit, measure.table, measure.dated_by))
    parts: dict[str, list[Table]] = {"percent": [], "per_100_child_years": []}
    for (unit, table, _), group in groupby(order, key=lambda m: (m.unit, m.table, m.dated_by)):
        measures = list(group)
        parts[unit].append(_list_counts(_count_dated(tables[table], measures, services), measures))
    tidy = [part.filter(part.total > 0).mutate(child_years=ibis.literal(0.0)) for part in parts["percent"]]
    if rates := [measure for measure in catalogue if measure.unit == "per_100_child_years"]:
        tidy.append(_sum_rates(parts["per_100_child_years"], _list_time(time, rates)))
    counted = ["events", "total", "child_years"]
    everything = ibis.union(*(part.select(*_IDENTITY, *counted) for part in tidy))
    return everything.mutate(period=period_name(everything.month, period)).select(*COLUMNS)
