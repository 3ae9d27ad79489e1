"""Sums of the counts by hand and by `measure`, table by table, for comparison."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.measures.catalogue import Measure

Columns = Mapping[str, Any]


def sum_by_hand(found: Iterable[Columns]) -> dict[str, int]:
    """Return the sum of each count, by table and name."""
    sums: Counter[str] = Counter()
    for columns in found:
        for name, numbers in columns.items():
            if " " in name:
                sums[name] += int(np.ma.filled(numbers, 0).sum())
    return dict(sums)


def _sum_measures(table: str, frame: pd.DataFrame, latest: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield events and totals by measure and version, and the days of rates, which are the same for each."""
    version = frame["version"] if "version" in frame else frame["measure_id"].map(latest)
    for key, own in frame.groupby([frame["measure_id"], version]):
        measure, number = str(key[0]), key[1]
        name = f"{table} {measure}" if number == latest[measure] else f"{table} {measure} {number}"
        yield f"{name} events", int(own["events"].sum())
        if own["child_years"].any():
            yield f"{table} days", round(own["child_years"].sum() * 365.25)
        else:
            yield f"{name} total", int(own["total"].sum())


def sum_counts(tables: Mapping[str, pd.DataFrame], catalogue: Iterable[Measure]) -> dict[str, int]:
    """Return the same sums of `measure`'s tables."""
    latest = {m.measure_id: m.version for m in sorted(catalogue, key=lambda measure: measure.version)}
    sums: dict[str, int] = {}
    for table in ("measures", "characteristics", "strata"):
        sums |= dict(_sum_measures(table, tables[table], latest))
    children = tables["children"]
    sums["children children"] = int(children.loc[children["ethnic_group"] == "", "total"].sum())
    sums["children by group"] = int(children.loc[children["ethnic_group"] != "", "total"].sum())
    sums["newcomers children"] = int(tables["newcomers"]["total"].sum())
    journey = tables["journey"].groupby("step")["total"].sum()
    sums.update({f"journey {step}": int(number) for step, number in journey.items()})
    waits = tables["waits"][tables["waits"]["service_id"] != ""].groupby("step").sum(numeric_only=True)
    for what in ("taken", "followed", "within", "waiting"):
        sums.update({f"waits {step} {what}": int(number) for step, number in waits[what].items()})
    results = tables["results"].groupby("result")[["events", "total"]].sum()
    for what in ("events", "total"):
        sums.update({f"results {result} {what}": int(number) for result, number in results[what].items()})
    return dict(sums)
