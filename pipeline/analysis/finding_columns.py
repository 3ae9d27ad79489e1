"""Findings as tables: the columns that each has, declared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

Schema = Mapping[str, str]
Row = dict[str, Any]

_SIDE: Schema = {"events": "Int64", "total": "Int64", "child_years": "float64", "effect": "float64"}
"""What was counted of a group, as shown: a rate has child-years in place of a total. `effect` is the design effect."""
_OTHER: Schema = {f"other_{name}": kind for name, kind in _SIDE.items()}
_ESTIMATE: Schema = {
    "estimate": "float64",
    "lower": "float64",
    "upper": "float64",
    "confidence_level": "float64",
    "method": "str",
    "unit": "str",
}
TARGETS: Schema = {
    "target_id": "str",
    "version": "int64",
    "measure_id": "str",
    "service_id": "str",
    "ethnic_group": "str",
    "comparator": "str",
    "first_month": "str",
    "last_month": "str",
    **_SIDE,
    **_OTHER,
    "population_share": "float64",
    **_ESTIMATE,
    "forecast": "float64",
    "forecast_lower": "float64",
    "forecast_upper": "float64",
    "goal": "float64",
    "direction": "str",
    "due": "str",
    "unknown_share": "float64",
    "verdict": "str",
    "reason": "str",
}
"""A row a race-equality target. Shares and gaps of shares are proportions, not per cent; the unit says which."""
GAPS: Schema = {
    "measure_id": "str",
    "version": "int64",
    "ethnic_group": "str",
    "comparator": "str",
    **_SIDE,
    "level": "float64",
    "level_lower": "float64",
    "level_upper": "float64",
    **_OTHER,
    **_ESTIMATE,
    "unknown_share": "float64",
    "verdict": "str",
}
"""A row a measure and ethnic group: its level and its gap to the comparator; a group is not compared with itself."""
GAP_CHANGES: Schema = {
    "measure_id": "str",
    "version": "int64",
    "ethnic_group": "str",
    "comparator": "str",
    **{f"first_{name}": kind for name, kind in {**_SIDE, **_OTHER}.items()},
    "first_gap": "float64",
    **{f"last_{name}": kind for name, kind in {**_SIDE, **_OTHER}.items()},
    "last_gap": "float64",
    **_ESTIMATE,
    "verdict": "str",
}
"""A row a gap in the first and in the last twelve months, and how far it moved (`estimate`)."""
OUTCOMES: Schema = {
    "service_id": "str",
    "outcome": "str",
    "design": "str",
    "declared": "str",
    "size": "Int64",
    **_ESTIMATE,
    "standardised": "float64",
    "strength": "str",
    "failed_checks": "str",
    "verdict": "str",
}
"""A row an outcome of a service by the design declared for it; `standardised` in SDs of the starting scores."""


def as_frame(rows: Iterable[Row], schema: Schema) -> pd.DataFrame:
    """Return the rows with exactly the columns of a schema, in its types; ValueError for another column."""
    listed = [*rows]
    for row in listed:
        if strangers := row.keys() - schema.keys():
            raise ValueError(f"{', '.join(sorted(strangers))}: not among the columns of this finding")
    columns = {name: [row.get(name) for row in listed] for name in schema}
    frame = pd.DataFrame(columns, dtype=object)
    blanks = {name: frame[name].fillna("") for name, kind in schema.items() if kind == "str"}
    return frame.assign(**blanks).astype(dict(schema))
