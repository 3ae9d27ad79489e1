"""Findings as tables: the columns that each has, declared once."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipeline.protect.tally import Tally
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate, NotEstimable, Result

Schema = Mapping[str, str]
Row = dict[str, Any]


def each(kind: str, *names: str) -> Schema:
    """Return columns of one kind."""
    return dict.fromkeys(names, kind)


def three(name: str) -> Schema:
    """Return the columns of a figure and its limits."""
    return each("float64", name, f"{name}_lower", f"{name}_upper")


SIDE: Schema = {"events": "Int64", "total": "Int64", "child_years": "float64", "effect": "float64"}
"""What was counted of a group, as shown: a rate has child-years in place of a total. `effect` is the design effect."""
OTHER: Schema = {f"other_{name}": kind for name, kind in SIDE.items()}
ESTIMATE: Schema = {
    **each("float64", "estimate", "lower", "upper", "confidence_level"),
    **each("str", "method", "unit"),
}
TARGETS: Schema = {
    "target_id": "str",
    "version": "int64",
    **each("str", "measure_id", "measure", "service_id", "ethnic_group", "comparator"),
    **each("str", "first_month", "last_month"),
    **SIDE,
    **OTHER,
    "population_share": "float64",
    "population_breaks": "Int64",
    **ESTIMATE,
    **three("forecast"),
    "goal": "float64",
    **each("str", "direction", "due"),
    "unknown_share": "float64",
    **each("str", "verdict", "reason"),
    "more_months": "Int64",
}
"""A row a race-equality target. Shares and gaps of shares are proportions, not per cent; the unit says which.

`more_months` is how many more at today's intake would let it be told, where it cannot be told yet.

`population_breaks` is the year from which the population that it is compared with was counted in another way.
"""
GAPS: Schema = {
    "measure_id": "str",
    "version": "int64",
    **each("str", "ethnic_group", "comparator"),
    **SIDE,
    **three("level"),
    **OTHER,
    **ESTIMATE,
    "unknown_share": "float64",
    "verdict": "str",
}
"""A row a measure and ethnic group: its level and its gap to the comparator; a group is not compared with itself."""
UNKNOWN: Schema = {"measure_id": "str", "measure": "str", **SIDE, **ESTIMATE}
"""A row a percentage: of how many the ethnic group is not known."""
REFERRALS: Schema = {
    **each("str", "characteristic", "level"),
    "months": "int64",
    **each("Int64", "total", "other_total"),
    **each("float64", "off_by", "other_off_by", "effect", "unknown_share"),
}
"""A row an ethnic group, and a level of each other characteristic: the referrals of so many months, and others'.

`off_by` is the standard error that rounding leaves, `effect` the design effect of all referrals, `unknown_share` of how
many referrals the characteristic is not known.
"""
GAP_CHANGES: Schema = {
    "measure_id": "str",
    "version": "int64",
    **each("str", "ethnic_group", "comparator"),
    **{f"first_{name}": kind for name, kind in {**SIDE, **OTHER}.items()},
    "first_gap": "float64",
    **{f"last_{name}": kind for name, kind in {**SIDE, **OTHER}.items()},
    "last_gap": "float64",
    **ESTIMATE,
    "verdict": "str",
}
"""A row a gap in the first and in the last twelve months, and how far it moved (`estimate`)."""
OUTCOMES: Schema = {
    **each("str", "service_id", "outcome", "design", "declared"),
    "size": "Int64",
    **ESTIMATE,
    **three("standardised"),
    **each("str", "strength", "failed_checks", "verdict", "claim"),
    **each("Int64", "claim_level", "more_months"),
    "detectable": "float64",
}
"""A row an outcome of a service by the design declared for it; `standardised` in SDs of the starting scores.

`claim` is the rung of the ladder of evidence whose words may be used, `claim_level` its number from 1 to 5.
`detectable` is the smallest true difference that would have been seen four times in five.
"""
SCORE_CHANGES: Schema = {
    **each("str", "service_id", "scale", "design", "ethnic_group"),
    **each("Int64", "with_baseline", "total", "other_total"),
    **each("float64", "baseline", "review"),
    **ESTIMATE,
    **each("float64", "standardised", "reliable_from"),
    "verdict": "str",
}
"""A row a scale, design and ethnic group: points, above 0 being better for the child.

`reliable_from` is the change of one child that is more than error of measurement.

By `before and after` of the `total` children with both scores; by `comparison` against `other_total` outside.
"""


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


def list_rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a finding, typed."""
    return frame.to_dict("records")  # type: ignore[return-value]


def estimate_columns(result: Result, prefix: str = "") -> Row:
    """Return an estimate's columns; of none the reason stands where the method would."""
    if isinstance(result, NotEstimable):
        return {f"{prefix}method": result.reason}
    told = vars(result)
    return {f"{prefix}{name}": told["value" if name == "estimate" else name] for name in ESTIMATE}


def taken(found: object, *names: str) -> Row:
    """Return fields of a record under their own names."""
    return {name: getattr(found, name) for name in names}


def figures(name: str, found: Result | Between | None) -> Row:
    """Return a figure and its limits, as `three` declares them; nothing where there is none."""
    if not isinstance(found, Estimate | Between):
        return {}
    return {name: found.value, f"{name}_lower": found.lower, f"{name}_upper": found.upper}


def side_columns(tally: Tally | None, prefix: str = "") -> Row:
    """Return what was counted; nothing where few stand behind it."""
    if tally is None or tally.few:
        return {}
    rate = bool(tally.child_years)
    return {
        f"{prefix}events": int(tally.events),
        f"{prefix}total": None if rate else int(tally.total),
        f"{prefix}child_years": tally.child_years if rate else None,
        f"{prefix}effect": tally.design_effect,
    }


def read_estimate(row: Row) -> Result:
    """Return the estimate that `estimate_columns` put into a row, or why there is none."""
    if pd.isna(row["estimate"]):
        return NotEstimable(row["method"])
    figures = (row[name] for name in ("estimate", "lower", "upper"))
    return Estimate(*figures, row["confidence_level"], method=row["method"], unit=row["unit"])
