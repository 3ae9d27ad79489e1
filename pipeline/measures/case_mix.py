"""Whom each service served, for the events to be expected there: counts by what children are alike in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.measures.profile_counts import ProfileCounts


def tabulate_case_mix(counts: ProfileCounts) -> pd.DataFrame:
    """Percentages: events and total by measure, service and levels (as places) of what strata rest on."""
    names = counts.adjusted_for
    sizes = [len(counts.levels[name]) for name in names]
    alike = {}
    for table, counted in enumerate(counts.counted):
        key = counted.service
        for name, size in zip(names, sizes, strict=True):
            key = key * size + counted.levels[name]
        alike[table] = np.unique(key, return_inverse=True)
    parts = []
    for measure_id, table in counts.measures:
        counted, (keys, places) = counts.counted[table], alike[table]
        events, total = (
            np.bincount(places, numbers[measure_id], len(keys)).astype("int64")
            for numbers in (counted.events, counted.total)
        )
        found = np.flatnonzero(total)
        rest, levels = keys[found], {}
        for name, size in zip(reversed(names), reversed(sizes), strict=True):
            rest, levels[name] = np.divmod(rest, size)
        told = {name: levels[name] for name in names} | {"events": events[found], "total": total[found]}
        parts.append(
            pd.DataFrame({"service_id": counts.services.take(rest), **told, "measure_id": measure_id})
        )
    return pd.concat(parts, ignore_index=True)
