"""Measures by children's other characteristics, and by the strata that gaps are adjusted for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.measures.profile_counts import ProfileCounts
from pipeline.measures.profiles import Places


def _list(counts: ProfileCounts, by: Mapping[int, Sequence[Places]], size: int) -> pd.DataFrame:
    """A row a measure and place that anybody is in, in their order; `by` is of each table of counts."""
    parts = [
        pd.DataFrame(counts.counted[table].add_up(measure_id, by[table], size)).assign(measure_id=measure_id)
        for measure_id, table in counts.measures
    ]
    return pd.concat(parts, ignore_index=True)


def tabulate_characteristics(counts: ProfileCounts) -> pd.DataFrame:
    """Events, total and years by measure, service, ethnic group, characteristic and level, in their order."""
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
            "child_years": listed["child_years"],
        }
    )


def tabulate_strata(counts: ProfileCounts) -> pd.DataFrame:
    """Events, total and years by measure, stratum (within its service) and ethnic group, in their order.

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
            "child_years": listed["child_years"],
        }
    )
