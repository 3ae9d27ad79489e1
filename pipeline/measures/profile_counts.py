"""Measures by service, ethnic group and profile: what characteristics and strata are added up from."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from ibis.expr.types import Table
from numpy.typing import NDArray

from pipeline.measures.catalogue import Measure
from pipeline.measures.child_time import time_within
from pipeline.measures.profiles import Places, Profiles
from pipeline.measures.tabulate import count_rows

ADJUSTED_FOR = ("age", "sex", "area", "need")
"""What a stratum rests on besides the service, as far as it is filled."""
_KEYS = ("service_id", "ethnic_group", "profile")
_COUNTED = ("events", "total", "years")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """Measures of one table and unit by service, ethnic group and level of each characteristic (as places).

    `events`, `total` and `years` hold each measure's counts and child-years; a rate's total is 0.
    """

    service: Places
    group: Places
    levels: Mapping[str, Places]
    events: Mapping[str, Numbers]
    total: Mapping[str, Numbers]
    years: Mapping[str, Numbers]

    def add_up(self, measure_id: str, by: Sequence[Places], size: int) -> dict[str, NDArray[np.generic]]:
        """The places that anybody is in, each row counting in one of each of `by`, with the counts there."""
        sums = np.zeros((len(_COUNTED), size))
        for row, name in zip(sums, _COUNTED, strict=True):
            numbers = getattr(self, name)[measure_id]
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


def _months_of(measure: Measure, until: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of a measure's first month, and the last of its last, or of the last with data."""
    last = min(measure.end or until, until)
    return measure.start.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])


def _count(tables: Mapping[str, Table], measures: Sequence[Measure], until: dt.date) -> pd.DataFrame:
    """Events, total and years by service, ethnic group and profile, of measures that share a table and unit."""
    rows = tables[measures[0].table]
    counted: pd.DataFrame = (
        rows.group_by(*_KEYS).aggregate(**count_rows(rows, measures)).to_pyarrow().to_pandas()
    )
    if measures[0].unit == "percent":
        return counted.assign(**{f"years_{place}": 0.0 for place in range(len(measures))})
    windows = [_months_of(measure, until) for measure in measures]
    spent = time_within(tables["episodes"], _KEYS, windows, until).to_pyarrow().to_pandas()
    both = counted.merge(spent, on=list(_KEYS), how="outer").fillna(0.0)
    return both.assign(**{f"total_{place}": 0.0 for place in range(len(measures))})


def _names(frames: Iterable[pd.DataFrame], key: str) -> pd.Index[str]:
    names: pd.Index[str] = pd.Index(
        sorted({text for frame in frames for text in frame[key].unique()}), dtype="str"
    )
    return names


def count_profiles(
    tables: Mapping[str, Table], catalogue: Iterable[Measure], profiles: Profiles, until: dt.date
) -> ProfileCounts:
    """Each measure under its latest definition, over all the months in which it holds; one statement a table.

    Of rates the time is counted too, to the end of the month of `until`; a spell without an end lasts to `until`.
    """
    alike: dict[tuple[str, str], list[Measure]] = {}
    for measure in _latest(catalogue):
        alike.setdefault((measure.unit, measure.table), []).append(measure)
    frames = [_count(tables, some, until) for some in alike.values()]
    services, groups = _names(frames, "service_id"), _names(frames, "ethnic_group")
    counted = [
        Counted(
            services.get_indexer(pd.Index(frame["service_id"])).astype("int64"),
            groups.get_indexer(pd.Index(frame["ethnic_group"])).astype("int64"),
            profiles.places(frame["profile"].to_numpy("int64")),
            *(
                {m.measure_id: frame[f"{name}_{place}"].to_numpy("float64") for place, m in enumerate(some)}
                for name in _COUNTED
            ),
        )
        for frame, some in zip(frames, alike.values(), strict=True)
    ]
    return ProfileCounts(services, groups, profiles.levels, counted)
