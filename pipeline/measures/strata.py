"""Percentages by children's other characteristics, and by the strata that gaps are adjusted for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from ibis.expr.types import Table
from numpy.typing import NDArray

from pipeline.measures.catalogue import Measure
from pipeline.measures.profiles import Places, Profiles
from pipeline.measures.tabulate import count_rows

ADJUSTED_FOR = ("age", "sex", "area", "need")
"""What a stratum rests on besides the service, as far as it is filled."""
_KEYS = ("service_id", "ethnic_group", "profile")


@dataclass(frozen=True)
class Counted:
    """One table's rows by service, ethnic group and level of each characteristic (as places), and how many they are."""

    service: Places
    group: Places
    levels: Mapping[str, Places]
    events: Mapping[str, NDArray[np.float64]]
    total: Mapping[str, NDArray[np.float64]]

    def add_up(self, measure_id: str, by: Sequence[Places], size: int) -> dict[str, Places]:
        """The places that anybody is in, each row counting in one of each of `by`, with the counts there."""
        events, total = np.zeros(size), np.zeros(size)
        for places in by:
            events += np.bincount(places, self.events[measure_id], size)
            total += np.bincount(places, self.total[measure_id], size)
        found = np.flatnonzero(total)
        return {
            "place": found,
            "events": events[found].astype("int64"),
            "total": total[found].astype("int64"),
        }


@dataclass(frozen=True)
class ProfileCounts:
    """Percentages by service, ethnic group and profile: what characteristics and strata are added up from."""

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


def _latest(catalogue: Iterable[Measure]) -> Iterator[Measure]:
    """Percentages under their latest definition."""
    latest = {m.measure_id: m for m in sorted(catalogue, key=lambda m: m.version)}
    return (measure for measure in latest.values() if measure.unit == "percent")


def _names(frames: Iterable[pd.DataFrame], key: str) -> pd.Index[str]:
    names: pd.Index[str] = pd.Index(
        sorted({text for frame in frames for text in frame[key].unique()}), dtype="str"
    )
    return names


def count_profiles(
    tables: Mapping[str, Table], catalogue: Iterable[Measure], profiles: Profiles
) -> ProfileCounts:
    """Each percentage under its latest definition, over all the months in which it holds; one statement a table."""
    by_table: dict[str, list[Measure]] = {}
    for measure in _latest(catalogue):
        by_table.setdefault(measure.table, []).append(measure)
    frames: list[pd.DataFrame] = [
        tables[name].group_by(*_KEYS).aggregate(**count_rows(tables[name], some)).to_pyarrow().to_pandas()
        for name, some in by_table.items()
    ]
    services, groups = _names(frames, "service_id"), _names(frames, "ethnic_group")
    counted = [
        Counted(
            services.get_indexer(pd.Index(frame["service_id"])).astype("int64"),
            groups.get_indexer(pd.Index(frame["ethnic_group"])).astype("int64"),
            profiles.places(frame["profile"].to_numpy("int64")),
            {
                each.measure_id: frame[f"events_{place}"].to_numpy("float64")
                for place, each in enumerate(some)
            },
            {each.measure_id: frame[f"total_{place}"].to_numpy("float64") for place, each in enumerate(some)},
        )
        for frame, some in zip(frames, by_table.values(), strict=True)
    ]
    return ProfileCounts(services, groups, profiles.levels, counted)


def _list(counts: ProfileCounts, by: Mapping[int, Sequence[Places]], size: int) -> pd.DataFrame:
    """A row a measure and place that anybody is in, in their order; `by` is of each table of counts."""
    parts = [
        pd.DataFrame(counts.counted[table].add_up(measure_id, by[table], size)).assign(measure_id=measure_id)
        for measure_id, table in counts.measures
    ]
    return pd.concat(parts, ignore_index=True)


def tabulate_characteristics(counts: ProfileCounts) -> pd.DataFrame:
    """Events and total by measure, service, ethnic group, characteristic and level, in their order."""
    texts = [(name, level) for name, levels in counts.levels.items() for level in levels]
    starts = {name: texts.index((name, levels[0])) for name, levels in counts.levels.items()}
    by = {}
    for table, counted in enumerate(counts.counted):
        base = (counted.service * len(counts.groups) + counted.group) * len(texts)
        by[table] = [base + starts[name] + places for name, places in counted.levels.items()]
    listed = _list(counts, by, len(counts.services) * len(counts.groups) * len(texts))
    cell, level = np.divmod(listed["place"].to_numpy(), len(texts))
    service, group = np.divmod(cell, len(counts.groups))
    return pd.DataFrame(
        {
            "measure_id": listed["measure_id"].astype("str"),
            "service_id": counts.services.take(service),
            "ethnic_group": counts.groups.take(group),
            "characteristic": pd.Index([name for name, _ in texts], dtype="str").take(level),
            "level": pd.Index([told for _, told in texts], dtype="str").take(level),
            "events": listed["events"],
            "total": listed["total"],
        }
    )


def tabulate_strata(counts: ProfileCounts) -> pd.DataFrame:
    """Events and total by measure, stratum (within its service) and ethnic group, in their order.

    Strata are numbered by service, then by the levels of what they rest on; the same over all and in a service.
    """
    sizes = [len(counts.levels[name]) for name in counts.adjusted_for]
    strata = []
    for counted in counts.counted:
        stratum = counted.service
        for name, size in zip(counts.adjusted_for, sizes, strict=True):
            stratum = stratum * size + counted.levels[name]
        strata.append(stratum)
    occurring = np.unique(np.concatenate(strata))
    by = {
        table: [np.searchsorted(occurring, strata[table]) * len(counts.groups) + counted.group]
        for table, counted in enumerate(counts.counted)
    }
    listed = _list(counts, by, len(occurring) * len(counts.groups))
    stratum, group = np.divmod(listed["place"].to_numpy(), len(counts.groups))
    return pd.DataFrame(
        {
            "measure_id": listed["measure_id"].astype("str"),
            "service_id": counts.services.take(occurring[stratum] // math.prod(sizes)),
            "ethnic_group": counts.groups.take(group),
            "stratum": stratum.astype("int32"),
            "events": listed["events"],
            "total": listed["total"],
        }
    )
