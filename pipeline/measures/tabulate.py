"""Measures as relational expressions: rows in, one tidy table of counts out.

What counts is an Ibis expression: the engine (DuckDB by default) sees whole tables, and only counts come back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.dataset import PeriodLength
from pipeline.measures.catalogue import Measure
from pipeline.measures.child_time import KEYS, month_number, service_month
from pipeline.measures.predicates import predicate

COLUMNS = ("measure_id", "version", *KEYS, "period", "events", "total", "child_years")
_IDENTITY = ("measure_id", "version", *KEYS)
_NEVER = 12 * 10_000


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
