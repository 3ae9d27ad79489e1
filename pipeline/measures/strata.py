"""Measures by children's other characteristics, by the strata that gaps are adjusted for, and by case mix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.record_keys import KEYS
from pipeline.measures.catalogue import Measure, latest_of
from pipeline.measures.child_time import DAYS_IN_YEAR, covered_months, overlap
from pipeline.measures.levels import Levels
from pipeline.measures.predicates import Engine
from pipeline.measures.rows import Rows, fetch, flag_columns, sum_flags

ADJUSTED_FOR = ("age", "sex", "area", "need")
"""The characteristics that define a stratum besides the service, as far as they are filled."""
_PLACE = ["service_id", "ethnic_group"]
_COUNTS = ["events", "total", "days", *KEYS]


@dataclass(frozen=True)
class LevelCounts:
    """Counts of every measure by service, ethnic group and level of every characteristic, as tables of the engine.

    `of_rows` has a table for each table with measures, `of_time` the days and record keys of each rate. With many
    characteristics these are nearly as long as the rows, so only what `add_up` aggregates is fetched.
    """

    levels: Levels
    measures: Sequence[Measure]
    of_rows: Mapping[str, Table]
    of_time: Table

    @property
    def adjusted_for(self) -> list[str]:
        """The characteristics that define strata: those of ADJUSTED_FOR that are filled at all."""
        return [name for name in ADJUSTED_FOR if name in self.levels]

    def add_up(self, by: Sequence[str]) -> pd.DataFrame:
        """Return the counts by measure and these columns, sorted; total is 0 for rates, days are 0 for shares."""
        found = {name: _roll_up(table, by) for name, table in self.of_rows.items()}
        days = pd.DataFrame()
        if any(measure.unit != "percent" for measure in self.measures):
            days = _roll_up(self.of_time, by)
        parts = [_pick_out(measure, found[measure.table], days, by) for measure in self.measures]
        kinds: dict[str, Any] = {"measure_id": "str", **dict.fromkeys(_COUNTS, "int64")}
        kinds |= {
            name: pd.CategoricalDtype([*known], ordered=True)
            for name, known in self.levels.items()
            if name in by
        }
        counted = pd.concat(parts).astype(kinds)
        summed = counted.groupby(["measure_id", *by], observed=True)[_COUNTS].sum().reset_index()
        return summed.assign(child_years=summed["days"] / DAYS_IN_YEAR)


def _roll_up(table: Table, by: Sequence[str]) -> pd.DataFrame:
    """Sum the columns of a table that have a blank in their names, by these keys."""
    sums = {name: table[name].sum().cast("int64") for name in table.columns if " " in name}
    return fetch(table.group_by(*by).aggregate(**sums))


def count_levels(rows: Rows, spells: Table, catalogue: Iterable[Measure], engine: Engine) -> LevelCounts:
    """Count the latest version of each measure over all months in which it holds; for rates the time too."""
    latest = latest_of(catalogue)
    keys = [*_PLACE, *rows.levels]
    of_rows = {}
    for name in dict.fromkeys(measure.table for measure in latest):
        table, measures = rows.treated(name), [measure for measure in latest if measure.table == name]
        of_rows[name] = engine.keep(
            f"levels_of_{name}", table.group_by(*keys).aggregate(**sum_flags(table, measures))
        )
    days = _sum_days(spells, latest)
    of_time = engine.keep("levels_of_time", spells.group_by(*keys).aggregate(**days)) if days else spells
    return LevelCounts(rows.levels, latest, of_rows, of_time)


def _sum_days(spells: Table, measures: Sequence[Measure]) -> dict[str, Any]:
    """Return sums of days in the months that each rate covers, and of record keys once a month."""
    summed = {}
    for measure in measures:
        if measure.unit != "percent":
            days, months = overlap(spells, covered_months(measure))
            summed[_days_of(measure)] = days.sum()
            summed[_time_key_of(measure)] = (spells.record_key * months).sum().cast("int64")
    return summed


def _pick_out(measure: Measure, counted: pd.DataFrame, days: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the counts of one measure, without rows that are all 0."""
    columns = dict(zip(flag_columns(measure), ("events", "total", *KEYS), strict=True))
    part = counted[[*by, *columns]].rename(columns=columns).assign(days=0)
    if measure.unit != "percent":
        spent = {_days_of(measure): "days", _time_key_of(measure): "size_key"}
        time = days[[*by, *spent]].rename(columns=spent).assign(events=0, total=0, events_key=0)
        part = pd.concat([part.assign(total=0, size_key=0), time])
    return part[part[_COUNTS[:3]].any(axis="columns")].assign(measure_id=measure.measure_id)


def _days_of(measure: Measure) -> str:
    return f"days {measure.measure_id}"


def _time_key_of(measure: Measure) -> str:
    return f"days {measure.measure_id} key"


def tabulate_characteristics(counts: LevelCounts) -> pd.DataFrame:
    """Return events, total and child-years, sorted by measure, service, group, characteristic and level."""
    columns = ["measure_id", *_PLACE, "characteristic", "level", "events", "total", "child_years", *KEYS]
    parts = []
    for place, name in enumerate(counts.levels):
        part = counts.add_up([*_PLACE, name]).rename(columns={name: "level"})
        part = part.assign(characteristic=name, place=place, at=part["level"].cat.codes)
        parts.append(part.astype({"level": "str", "characteristic": "str"}))
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts).sort_values(["measure_id", *_PLACE, "place", "at"], ignore_index=True)[columns]


def tabulate_strata(counts: LevelCounts) -> pd.DataFrame:
    """Return events, total and child-years, sorted by measure, stratum (within its service) and ethnic group.

    Strata are numbered by service and then by level, the same in a service's slice as over all.
    """
    keys = ["service_id", *counts.adjusted_for]
    found = counts.add_up([*keys, "ethnic_group"])
    found["stratum"] = found.groupby(keys, observed=True).ngroup().astype("int32")
    return found[["measure_id", *_PLACE, "stratum", "events", "total", "child_years", *KEYS]]


def tabulate_case_mix(counts: LevelCounts) -> pd.DataFrame:
    """Return events and total of percentages by measure, service and the levels (as codes) that define strata."""
    found = counts.add_up(["service_id", *counts.adjusted_for])
    found = found[found["total"] > 0].reset_index(drop=True)
    places = {name: found[name].cat.codes.astype("int64") for name in counts.adjusted_for}
    return found.assign(**places)[
        ["service_id", *counts.adjusted_for, "events", "total", *KEYS, "measure_id"]
    ]
