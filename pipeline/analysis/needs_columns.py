"""Findings on need as tables: the columns of the area beside others, and of where its indicators are heading."""

from __future__ import annotations

from pipeline.analysis.finding_columns import Schema


def _three(name: str) -> Schema:
    return {name: "float64", f"{name}_lower": "float64", f"{name}_upper": "float64"}


AREAS: Schema = {
    "indicator_id": "str",
    "title": "str",
    "ecm_outcome": "str",
    "unit": "str",
    "rounded_to": "float64",
    "period": "str",
    "series": "int64",
    "break_reason": "str",
    **_three("own"),
    "own_marker": "str",
    **_three("neighbours"),
    "neighbours_counted": "int64",
    "neighbours_withheld": "int64",
    **_three("region"),
    **_three("england"),
    "standing": "str",
}
"""A row an indicator and period: the area's own figure, its neighbours' median, its region and England.

Limits are what the figures can have been before the publisher rounded them. `series` grows by one with each break.
`standing` is the own figure beside the neighbours' median: above, below, or no clear difference.
"""
AREA_TRENDS: Schema = {
    "indicator_id": "str",
    "title": "str",
    "ecm_outcome": "str",
    "unit": "str",
    "better": "str",
    "area": "str",
    "region": "str",
    "first_period": "str",
    "last_period": "str",
    "periods": "int64",
    **_three("change"),
    "verdict": "str",
    **_three("against_neighbours"),
    "against_verdict": "str",
    "forecast_period": "str",
    **_three("forecast"),
    "tried": "Int64",
    "tried_inside": "Int64",
    "tried_error": "float64",
    "naive_error": "float64",
    "reason": "str",
}
"""A row an indicator: how far it moved since the last break (`change`), alone and against the neighbours' median.

`verdict` is rising, falling, cannot tell or too few to say; `against_verdict` rising faster, rising slower (or falling
faster), cannot tell or too few to say. `tried` forecasts were made of earlier periods, each from those before it.
"""
