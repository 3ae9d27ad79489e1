"""Measures by children's other characteristics, by the strata that gaps are adjusted for, and by case mix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.record_keys import KEYS
from pipeline.measures.catalogue import Measure, latest_of
from pipeline.measures.child_time import DAYS_IN_YEAR, covered_months
from pipeline.measures.levels import Levels
from pipeline.measures.rows import Rows, fetch, flag_columns, sum_flags, sum_keys

ADJUSTED_FOR = ("age", "sex", "area", "need")
"""What a stratum rests on besides the service, as far as it is filled."""
_PLACE = ["service_id", "ethnic_group"]
_COUNTS = ["events", "total", "days", *KEYS]


@dataclass(frozen=True)
class LevelCounts:
    """Counts of every measure by service, ethnic group and level of every characteristic.

    `counted` has a row for each that occurs, with `events`, `total` and `days`: a rate's total is 0, a share's days
    are; and the sums of record keys (contract/record_keys.py). Levels are in their order.
    """

    levels: Levels
    counted: pd.DataFrame

    @property
    def adjusted_for(self) -> list[str]:
        """The columns that strata rest on: those that are filled at all."""
        return [name for name in ADJUSTED_FOR if name in self.levels]

    def add_up(self, by: Sequence[str]) -> pd.DataFrame:
        """Return the counts by measure and these columns, in their order."""
        summed = self.counted.groupby(["measure_id", *by], observed=True)[_COUNTS].sum().reset_index()
        return summed.assign(child_years=summed["days"] / DAYS_IN_YEAR)


def count_levels(rows: Rows, spell_months: Table, catalogue: Iterable[Measure]) -> LevelCounts:
    """Count each measure under its latest definition, over all the months in which it holds; of rates the time too."""
    latest = latest_of(catalogue)
    keys = [*_PLACE, *rows.levels]
    days = _count_days(spell_months, keys, latest)
    parts = []
    for name in dict.fromkeys(measure.table for measure in latest):
        table, own = rows.treated(name), [measure for measure in latest if measure.table == name]
        counted = fetch(table.group_by(*keys).aggregate(**sum_flags(table, own)))
        for measure in own:
            columns = dict(zip(flag_columns(measure), ("events", "total", *KEYS), strict=True))
            part = counted[[*keys, *columns]].rename(columns=columns).assign(days=0)
            if measure.unit != "percent":
                spent = {measure.measure_id: "days", f"{measure.measure_id} key": "size_key"}
                time = days[[*keys, *spent]].rename(columns=spent).assign(events=0, total=0, events_key=0)
                part = pd.concat([part.assign(total=0, size_key=0), time])
            parts.append(part[part[_COUNTS[:3]].any(axis="columns")].assign(measure_id=measure.measure_id))
    kinds: dict[str, Any] = {"measure_id": "str", **dict.fromkeys(_COUNTS, "int64")}
    kinds |= {name: pd.CategoricalDtype([*known], ordered=True) for name, known in rows.levels.items()}
    return LevelCounts(rows.levels, pd.concat(parts).astype(kinds))


def _count_days(spell_months: Table, keys: Sequence[str], measures: Sequence[Measure]) -> pd.DataFrame:
    """Days in the months that each rate covers, by these keys: a column a rate."""
    month, days = spell_months.month, {}
    for measure in measures:
        if measure.unit != "percent":
            covered = month.between(*covered_months(measure))
            days[measure.measure_id] = spell_months.days.sum(where=covered).fill_null(0)
            days[f"{measure.measure_id} key"] = sum_keys(spell_months, covered)
    return fetch(spell_months.group_by(*keys).aggregate(**days)) if days else pd.DataFrame()


def tabulate_characteristics(counts: LevelCounts) -> pd.DataFrame:
    """Return events, total and years by measure, service, ethnic group, characteristic and level, in their order."""
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
    """Return events, total and years by measure, stratum (within its service) and ethnic group, in their order.

    Strata are numbered by service, then by the levels of what they rest on; the same over all and in a service.
    """
    keys = ["service_id", *counts.adjusted_for]
    found = counts.add_up([*keys, "ethnic_group"])
    found["stratum"] = found.groupby(keys, observed=True).ngroup().astype("int32")
    return found[["measure_id", *_PLACE, "stratum", "events", "total", "child_years", *KEYS]]


def tabulate_case_mix(counts: LevelCounts) -> pd.DataFrame:
    """Return events and total of percentages by measure, service and levels (as places) of what strata rest on."""
    found = counts.add_up(["service_id", *counts.adjusted_for])
    found = found[found["total"] > 0].reset_index(drop=True)
    places = {name: found[name].cat.codes.astype("int64") for name in counts.adjusted_for}
    return found.assign(**places)[
        ["service_id", *counts.adjusted_for, "events", "total", *KEYS, "measure_id"]
    ]
