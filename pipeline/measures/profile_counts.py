"""Measures by service, ethnic group and profile: what characteristics and strata are added up from."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table
from numpy.typing import NDArray

from pipeline.measures.catalogue import Measure
from pipeline.measures.cells import Cells
from pipeline.measures.child_time import DAYS_IN_YEAR, days_within
from pipeline.measures.profiles import Places
from pipeline.measures.rows import Rows, events_of, total_of

ADJUSTED_FOR = ("age", "sex", "area", "need")
"""What a stratum rests on besides the service, as far as it is filled."""
_COUNTED = ("events", "total", "years")
Window = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Counted:
    """Measures of one table and unit by service, ethnic group and level of each characteristic (as places).

    `events`, `total` and `years` hold each measure's counts and child-years; a rate's total is 0.
    """

    service: Places
    group: Places
    levels: Mapping[str, Places]
    events: Mapping[str, Places]
    total: Mapping[str, Places]
    years: Mapping[str, NDArray[np.float64]]

    def add_up(self, measure_id: str, by: Sequence[Places], size: int) -> dict[str, NDArray[np.generic]]:
        """The places that anybody is in, each row counting in one of each of `by`, with the counts there."""
        sums = np.zeros((len(_COUNTED), size))
        for row, name in zip(sums, _COUNTED, strict=True):
            numbers = getattr(self, name)[measure_id]
            if numbers.any():
                for places in by:
                    row += np.bincount(places, numbers, size)
        found = np.flatnonzero(sums.any(axis=0))
        events, total, years = sums[:, found]
        return {
            "place": found,
            "events": events.astype("int64"),
            "total": total.astype("int64"),
            "child_years": years,
        }


@dataclass(frozen=True)
class ProfileCounts:
    """All measures' counts; `counted` has an entry a table and unit."""

    services: pd.Index[str]
    groups: pd.Index[str]
    levels: Mapping[str, Sequence[str]]
    counted: Sequence[Counted]

    @property
    def measures(self) -> list[tuple[str, int]]:
        """Each measure, in the order of ids, with the place of the counts that it is among."""
        return sorted((name, place) for place, counted in enumerate(self.counted) for name in counted.total)

    @property
    def adjusted_for(self) -> list[str]:
        """The columns that strata rest on: those that are filled at all."""
        return [name for name in ADJUSTED_FOR if name in self.levels]


def _latest(catalogue: Iterable[Measure]) -> list[Measure]:
    """Measures under their latest definition."""
    return list({m.measure_id: m for m in sorted(catalogue, key=lambda m: m.version)}.values())


def _months_of(measure: Measure, until: dt.date) -> Window:
    """The first day of a measure's first month, and the last of its last, or of the last with data."""
    last = min(measure.end or until, until)
    return measure.start.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _windows(measures: Iterable[Measure], until: dt.date) -> list[Window]:
    rates = [measure for measure in measures if measure.unit != "percent"]
    return list(dict.fromkeys(_months_of(measure, until) for measure in rates))


def ask_marks(rows: Rows, catalogue: Iterable[Measure], until: dt.date) -> Table:
    """The treated's rows of each table by broad place, profile and marks, in one statement.

    Of episodes with the days in each window that a rate counts time in, as `days_<its place>`; a spell without an end
    lasts to `until`.
    """
    width = max(marks.width for marks in rows.marks.values())
    windows = _windows(_latest(catalogue), until)
    parts = []
    for kind, (name, table) in enumerate(rows.by_name.items()):
        marks = rows.marks[name]
        days = days_within(table, windows, until) if name == "episodes" else {}
        parts.append(
            table.select(
                "cell",
                profile=table.profile.cast("int64"),
                kind=ibis.literal(kind, "int8"),
                **marks.keep(table, marks.names, width),
                **{
                    f"days_{place}": days.get(f"days_{place}", ibis.literal(0)).cast("int64")
                    for place in range(len(windows))
                },
            )
        )
    together = reduce(ibis.union, parts).inner_join(rows.treated("broad"), "cell")
    return together.group_by(
        "kind", "broad", "profile", *(f"marks_{column}" for column in range(width))
    ).aggregate(
        rows=ibis._.count(),
        **{f"days_{place}": together[f"days_{place}"].sum() for place in range(len(windows))},
    )


def split_marks(counted: pd.DataFrame, rows: Rows) -> dict[str, pd.DataFrame]:
    """What `ask_marks` asks, table by table."""
    return {name: counted[counted["kind"] == kind] for kind, name in enumerate(rows.by_name)}


def _gather(
    frame: pd.DataFrame, rows: Rows, measures: Sequence[Measure], windows: Sequence[Window], until: dt.date
) -> Counted:
    """Counts of measures that share a table and unit, of each broad place and profile once."""
    cells, marks = rows.known_cells, rows.marks[measures[0].table]
    broad, profile = frame["broad"].to_numpy("int64"), frame["profile"].to_numpy("int64")
    size = rows.profiles.unknown + 1
    keys, places = np.unique(broad * size + profile, return_inverse=True)

    def sums(weights: NDArray[np.generic]) -> Places:
        return np.bincount(places, weights, len(keys)).astype("int64")

    service, group = np.divmod(keys // size, len(cells.groups))
    rates = measures[0].unit != "percent"
    none = np.zeros(len(keys), dtype="int64")
    number = frame["rows"].to_numpy()
    return Counted(
        service,
        group,
        rows.profiles.places(keys % size),
        events={m.measure_id: sums(number * marks.read(frame, events_of(m))) for m in measures},
        total={
            m.measure_id: none if rates else sums(number * marks.read(frame, total_of(m))) for m in measures
        },
        years={
            m.measure_id: sums(frame[f"days_{windows.index(_months_of(m, until))}"].to_numpy()) / DAYS_IN_YEAR
            if rates
            else none / DAYS_IN_YEAR
            for m in measures
        },
    )


def count_profiles(
    rows: Rows, counted: Mapping[str, pd.DataFrame], catalogue: Iterable[Measure], until: dt.date
) -> ProfileCounts:
    """Each measure under its latest definition, over all the months in which it holds; `counted` is of each table.

    Of rates the time is counted too, to the end of the month of `until`.
    """
    alike: dict[tuple[str, str], list[Measure]] = {}
    for measure in _latest(catalogue):
        alike.setdefault((measure.unit, measure.table), []).append(measure)
    windows = _windows(_latest(catalogue), until)
    found = [_gather(counted[some[0].table], rows, some, windows, until) for some in alike.values()]
    cells: Cells = rows.known_cells
    return ProfileCounts(cells.services, cells.groups, rows.profiles.levels, found)
