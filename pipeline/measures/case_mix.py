"""Whom each service served, for the events to be expected there: counts by what children are alike in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.measures.profile_counts import ProfileCounts


def tabulate_case_mix(counts: ProfileCounts) -> pd.DataFrame:
    """Percentages: events and total by measure, service and levels (as places) of what strata rest on."""
    names = counts.adjusted_for
    parts = []
    for measure_id, table in counts.measures:
        counted = counts.counted[table]
        rows = pd.DataFrame(
            {
                "service_id": counts.services.take(counted.service),
                **{name: counted.levels[name] for name in names},
                "events": counted.events[measure_id],
                "total": counted.total[measure_id],
            }
        )
        alike = rows.groupby(["service_id", *names], as_index=False, sort=True)[["events", "total"]].sum()
        parts.append(alike[alike["total"] > 0].assign(measure_id=measure_id))
    together = pd.concat(parts, ignore_index=True)
    return together.astype(dict.fromkeys(("events", "total", *names), np.int64))
