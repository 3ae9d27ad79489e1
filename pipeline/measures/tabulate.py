"""Measures as relational expressions: rows in, one tidy table of counts out.

What counts is an Ibis expression: the engine (DuckDB by default) sees whole tables, and only counts come back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.dataset import PeriodLength
from pipeline.measures.catalogue import Measure
from pipeline.measures.predicates import predicate

KEYS = ("service_id", "ethnic_group", "ethnicity", "month", "service_month")
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


def period_name(month: int, length: PeriodLength) -> str:
    """The period a month falls in: '2009-q2' or '2009'.

    >>> period_name(2009 * 12 + 3, "quarter")
    '2009-q2'
    """
    year, place = divmod(month, 12)
    return str(year) if length == "year" else f"{year}-q{place // 3 + 1}"


def _valid(measure: Measure, date: Any) -> Any:
    inside = date >= ibis.literal(measure.start)
    return inside if measure.end is None else inside & (date <= ibis.literal(measure.end))


def count_rows(rows: Table, measures: Sequence[Measure]) -> dict[str, Any]:
    """Each measure's `total_<its place>` and `events_<its place>` in these rows, to aggregate by."""
    sums = {}
    for place, measure in enumerate(measures):
        out_of = predicate(measure.denominator, rows) & _valid(measure, rows[measure.dated_by]).fill_null(
            False
        )
        sums[f"total_{place}"] = out_of.cast("int64").sum()
        sums[f"events_{place}"] = (out_of & predicate(measure.numerator, rows)).cast("int64").sum()
    return sums


def _count_dated(rows: Table, measures: Sequence[Measure], services: Table) -> Table:
    """Counts of several measures that share a table and a date column, in one pass over the rows."""
    date = rows[measures[0].dated_by]
    starts = services.select("service_id", service_start="start")
    dated = rows.filter(date.notnull()).inner_join(starts, "service_id")
    date = dated[measures[0].dated_by]
    keyed = dated.mutate(month=month_number(date), service_month=service_month(date, dated.service_start))
    return keyed.group_by(*KEYS).aggregate(**count_rows(keyed, measures))


def _list_counts(counted: pd.DataFrame, measures: Sequence[Measure]) -> Iterator[pd.DataFrame]:
    """Rows a measure, where there was a pair of columns a measure."""
    for position, measure in enumerate(measures):
        yield counted[list(KEYS)].assign(
            measure_id=measure.measure_id,
            version=measure.version,
            events=counted[f"events_{position}"],
            total=counted[f"total_{position}"],
            child_years=0.0,
        )


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


def _list_time(time: pd.DataFrame, measures: Sequence[Measure]) -> Iterator[pd.DataFrame]:
    """Child-years, once for each measure, in the months that its version covers."""
    for measure in measures:
        closes = _month(measure.end) if measure.end else _NEVER
        covered = time[time["month"].between(_month(measure.start), closes)]
        yield covered.assign(measure_id=measure.measure_id, version=measure.version, events=0, total=0)


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month - 1


def _sum_rates(counts: pd.DataFrame) -> pd.DataFrame:
    """Events and time together; a rate is out of the time, so its total is 0."""
    summed = counts.groupby(list(_IDENTITY), as_index=False)[["events", "child_years"]].sum()
    return summed[(summed["events"] > 0) | (summed["child_years"] > 0)].assign(total=0)


def tabulate_measures(
    tables: Mapping[str, Table],
    services: Table,
    catalogue: Sequence[Measure],
    time: Table,
    period: PeriodLength,
) -> pd.DataFrame:
    """The tidy table of every measure: one row a measure, version, service, ethnicity and month, in their order.

    `tables` holds episodes, outcomes and feedback, each with `service_id`, `ethnic_group` and `ethnicity`. `events` and
    `total` are counts of rows; `child_years` is filled for rates only, where `total` is 0. Roll up by adding.
    The engine is asked once for each table and date: in one statement it would write down what they share.
    """
    order = sorted(catalogue, key=lambda measure: (measure.unit, measure.table, measure.dated_by))
    parts: dict[str, list[pd.DataFrame]] = {"percent": [], "per_100_child_years": []}
    for (unit, table, _), group in groupby(order, key=lambda m: (m.unit, m.table, m.dated_by)):
        measures = list(group)
        counted = _count_dated(tables[table], measures, services).to_pyarrow().to_pandas()
        parts[unit] += _list_counts(counted, measures)
    tidy = [part[part["total"] > 0] for part in parts["percent"]]
    if rates := [measure for measure in catalogue if measure.unit == "per_100_child_years"]:
        spent = _list_time(time.to_pyarrow().to_pandas(), rates)
        tidy.append(_sum_rates(pd.concat([*parts["per_100_child_years"], *spent])))
    everything = pd.concat(tidy).sort_values(list(_IDENTITY), ignore_index=True)
    names = {month: period_name(month, period) for month in everything["month"].unique()}
    return everything.assign(period=everything["month"].map(names).astype("str"))[list(COLUMNS)]
