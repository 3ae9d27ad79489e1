"""Findings on need as tables: the columns of the area beside others, and of where its indicators are heading."""

from pipeline.analysis.finding_columns import Schema, each, three

AREAS: Schema = {
    **each("str", "indicator_id", "title", "ecm_outcome", "unit"),
    "rounded_to": "float64",
    "period": "str",
    "series": "int64",
    "break_reason": "str",
    **three("own"),
    "own_marker": "str",
    **three("neighbours"),
    **each("int64", "neighbours_counted", "neighbours_withheld"),
    **three("region"),
    **three("england"),
}
"""A row an indicator and period: the area's own figure, its neighbours' median, its region and England.

Limits are what the figures can have been before the publisher rounded them. `series` grows by one with each break.
"""
AREA_TRENDS: Schema = {
    **each("str", "indicator_id", "title", "ecm_outcome", "unit", "better", "area", "region"),
    **each("str", "first_period", "last_period"),
    "periods": "int64",
    **three("change"),
    "verdict": "str",
    **three("against_neighbours"),
    "against_verdict": "str",
    **three("apart"),
    **each("str", "standing", "forecast_period"),
    **three("forecast"),
    **each("Int64", "tried", "tried_inside"),
    **each("float64", "tried_error", "naive_error"),
    "reason": "str",
}
"""A row an indicator: how far it moved since the last break (`change`), alone and against the neighbours' median.

`verdict` is rising, falling, cannot tell or too few to say; `against_verdict` rising faster, rising slower (or falling
faster), cannot tell or too few to say; `standing` above or below, or one of these two. `apart` is how far the area lies
above its neighbours' median at the last period, on a line through all of them. `tried` forecasts were made of earlier
periods, each from those before it.
"""
POPULATION_RATES: Schema = {
    **each("str", "counted", "characteristic", "level"),
    "year": "int64",
    "people": "float64",
    **three("rate"),
    "other_rate": "float64",
    **three("ratio"),
    "unknown_share": "float64",
    "verdict": "str",
}
"""A row a kind of need and level of a characteristic: how many for each 1,000 who live in the area.

`counted` is 'referred' (a year, to the services here), or whom published figures count. `other_rate` is that of all
other levels of the characteristic, `ratio` the rate over it. `verdict` is above, below, no clear difference, too few to
say or cannot tell yet; false discoveries are held within each kind of need.
"""
