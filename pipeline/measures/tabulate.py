"""Measures by service, ethnicity and month: rows in, one tidy table of counts out.

The engine counts rows by place, month and marks, of all tables in one statement; only counts come back. What each
measure is out of and counts is added up from these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import reduce

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.dataset import PeriodLength
from pipeline.measures.catalogue import Measure
from pipeline.measures.cells import Numbers
from pipeline.measures.child_time import DAYS_IN_YEAR, month_number, service_month
from pipeline.measures.rows import Rows, events_of, total_of

_KEYS = ("place", "month", "service_month")
_NEVER = 12 * 10_000
_BEFORE = 1 << 19


def period_name(month: int, length: PeriodLength) -> str:
    """The period a month falls in: '2009-q2' or '2009'.

    >>> period_name(2009 * 12 + 3, "quarter")
    '2009-q2'
    """
    year, place = divmod(month, 12)
    return str(year) if length == "year" else f"{year}-q{place // 3 + 1}"


def _dated(catalogue: Sequence[Measure]) -> dict[tuple[str, str], list[Measure]]:
    """Measures by the table and date that they share."""
    found: dict[tuple[str, str], list[Measure]] = {}
    for measure in catalogue:
        found.setdefault((measure.table, measure.dated_by), []).append(measure)
    return found


def ask_months(rows: Rows, catalogue: Sequence[Measure]) -> Table:
    """Rows by `kind` (the place among `_dated`), place, month, month of service and marks."""
    width = max(marks.width for marks in rows.marks.values())
    parts = []
    for kind, ((name, date), measures) in enumerate(_dated(catalogue).items()):
        table = rows.by_name[name]
        asked = [mark for each in measures for mark in (total_of(each), events_of(each))]
        parts.append(
            table.filter(table[date].notnull()).select(
                "cell",
                kind=ibis.literal(kind, "int8"),
                date=table[date],
                **rows.marks[name].keep(table, asked, width),
            )
        )
    dated = reduce(ibis.union, parts).inner_join(rows.treated("place", "start_month", "start_day"), "cell")
    keyed = dated.select(
        "kind",
        "place",
        *(f"marks_{column}" for column in range(width)),
        month=month_number(dated.date),
        service_month=service_month(dated.date, dated.start_month, dated.start_day),
    )
    return keyed.group_by(*keyed.columns).aggregate(rows=ibis._.count())


def _pack(keyed: pd.DataFrame) -> Numbers:
    """Place, month and month of service as one number, in their order."""
    place, month, of_service = (keyed[name].to_numpy("int64") for name in _KEYS)
    packed: Numbers = (place << 40) + (month << 20) + of_service + _BEFORE
    return packed


def _unpack(packed: Numbers) -> dict[str, Numbers]:
    return {
        "place": packed >> 40,
        "month": packed >> 20 & (1 << 20) - 1,
        "service_month": (packed & (1 << 20) - 1) - _BEFORE,
    }


def _month(date: dt.date) -> int:
    return date.year * 12 + date.month - 1


def _list_percentage(keys: Numbers, total: Numbers, events: Numbers) -> pd.DataFrame:
    counted = total > 0
    return pd.DataFrame(
        {"key": keys[counted], "events": events[counted], "total": total[counted], "child_years": 0.0}
    )


def _list_rate(measure: Measure, keys: Numbers, events: Numbers, time: pd.DataFrame) -> pd.DataFrame:
    """Events and the time of the months that the version covers; a rate is out of the time, so its total is 0."""
    closes = _month(measure.end) if measure.end else _NEVER
    covered = time[time["month"].between(_month(measure.start), closes)]
    spent = _pack(covered)
    both = np.union1d(keys[events > 0], spent)
    counts, years = np.zeros(len(both), dtype="int64"), np.zeros(len(both))
    counts[np.searchsorted(both, keys[events > 0])] = events[events > 0]
    years[np.searchsorted(both, spent)] = covered["days"].to_numpy() / DAYS_IN_YEAR
    return pd.DataFrame({"key": both, "events": counts, "total": 0, "child_years": years})


def _list_measures(
    counted: pd.DataFrame, rows: Rows, catalogue: Sequence[Measure], time: pd.DataFrame
) -> Iterator[tuple[Measure, pd.DataFrame]]:
    packed, kinds = _pack(counted), counted["kind"].to_numpy()
    for kind, ((name, _), measures) in enumerate(_dated(catalogue).items()):
        own, marks = counted[kinds == kind], rows.marks[name]
        keys, places = np.unique(packed[kinds == kind], return_inverse=True)
        for measure in measures:
            total, events = (
                np.bincount(places, own["rows"] * marks.read(own, mark), len(keys)).astype("int64")
                for mark in (total_of(measure), events_of(measure))
            )
            if measure.unit == "percent":
                yield measure, _list_percentage(keys, total, events)
            else:
                yield measure, _list_rate(measure, keys, events, time)


def tabulate_measures(
    counted: pd.DataFrame,
    rows: Rows,
    catalogue: Sequence[Measure],
    time: pd.DataFrame,
    period: PeriodLength,
) -> pd.DataFrame:
    """The tidy table of every measure: one row a measure, version, service, ethnicity and month, in their order.

    `events` and `total` are counts of rows; `child_years` is filled for rates only, where `total` is 0. `counted` is
    what `ask_months` asks, `time` what `child_time` tells. Roll up by adding.
    """
    listed = sorted(
        _list_measures(counted, rows, catalogue, time), key=lambda part: (part[0].measure_id, part[0].version)
    )
    sizes = [len(part) for _, part in listed]
    together = pd.concat([part for _, part in listed], ignore_index=True)
    keys = _unpack(together["key"].to_numpy())
    months, places = np.unique(keys["month"], return_inverse=True)
    names = pd.Index([period_name(int(month), period) for month in months], dtype="str")
    return pd.DataFrame(
        {
            "measure_id": pd.Index([measure.measure_id for measure, _ in listed], dtype="str").repeat(sizes),
            "version": np.repeat(np.array([measure.version for measure, _ in listed], dtype="int64"), sizes),
            **rows.known_cells.name_places(keys["place"]),
            "month": keys["month"],
            "service_month": keys["service_month"],
            "period": names.take(places),
            **{name: together[name] for name in ("events", "total", "child_years")},
        }
    )
