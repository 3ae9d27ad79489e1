"""Findings on delivery as tables: the columns of measures over time, curves, contracts, reach and the journey."""

from pipeline.analysis.finding_columns import ESTIMATE, SIDE, Schema, each, three

_LIMITS: Schema = {"mean": "float64", "lower_limit": "float64", "upper_limit": "float64"}
KPIS: Schema = {
    "measure_id": "str",
    "version": "int64",
    **SIDE,
    **ESTIMATE,
    "better": "str",
    "periods": "int64",
    **_LIMITS,
    "signals": "str",
    "goal": "float64",
    **each("str", "assurance", "verdict", "rests_on"),
}
"""A row a measure: its level over all the time, and whether it is getting better.

`rests_on` says whether the verdict is that of an evaluation `plan` or of the control `chart`, whose mean and limits
are those after the last of so many judged `periods`. `goal` is a curve's target; `assurance` whether it is reached.
"""
KPI_PERIODS: Schema = {
    "measure_id": "str",
    "version": "int64",
    "period": "str",
    **SIDE,
    **ESTIMATE,
    **_LIMITS,
    **each("str", "signals", "state"),
    "missing_returns": "int64",
}
"""A row a measure and period, two where its definition changed; only a period that is `ready` is judged."""
CURVES: Schema = {
    **each("str", "curve_id", "service_id", "measure_id", "ecm_outcome", "question", "action_on"),
    **each("int64", "before", "after"),
    **ESTIMATE,
    "needed": "float64",
    "seasonal": "str",
    "goal": "float64",
    **each("str", "due", "latest_period"),
    **three("latest"),
    **each("float64", "past_error", "past_naive"),
    "verdict": "str",
}
"""A row a curve: how far it runs from the forecast made before the action (`estimate`), and what was asked for.

`past_error` is how far forecasts of earlier periods made in the same way were off.
"""
CURVE_PERIODS: Schema = {"curve_id": "str", "period": "str", **three("forecast")}
"""A row a curve and period since the action: what was to be expected of it."""
CONTRACTS: Schema = {
    "service_id": "str",
    **each("int64", "standards", "standards_met", "standards_partly", "standards_not_met"),
    **each("int64", "returns_due", "returns_missing", "returns_late"),
    **each("str", "contract", "volume", "referrals", "measures", "children"),
}
"""A row a service: the words of its three tiers (contract, measures, children), and what the first rests on."""
DELIVERY: Schema = {
    **each("str", "service_id", "what", "months"),
    "events": "Int64",
    "agreed": "float64",
    **ESTIMATE,
    "verdict": "str",
}
"""A row a service, count and stretch of months; `estimate` is what was delivered for each 100 agreed."""
REACH: Schema = {
    **each("str", "service_id", "ethnic_group"),
    "children": "int64",
    **SIDE,
    **ESTIMATE,
    **each("float64", "population_share", "commissioned"),
    **each("Int64", "agreed", "cost_child"),
}
"""A row an ethnic group: children reached, their share of those whose group is known, and the group's in the area.

Of all children also those commissioned so far, the pounds agreed for them, and for each reached.
"""
PARTS: Schema = {**each("str", "by", "name", "services"), "children": "int64"}
"""A row a programme, plan, priority, tier, level and contract type: children whom any of its services reached."""
JOURNEY: Schema = {
    **each("str", "service_id", "step"),
    "episodes": "int64",
    **SIDE,
    **ESTIMATE,
    **{f"before_{name}": kind for name, kind in {**SIDE, **ESTIMATE}.items()},
}
"""A row a step: its share of the episodes referred, and of those that took the step before."""
WAITS: Schema = {
    **each("str", "service_id", "step"),
    "taken": "int64",
    **each("float64", "median", "lower_quartile", "upper_quartile"),
    "days": "int64",
    **SIDE,
    **ESTIMATE,
    "waiting": "int64",
}
"""A row a step: the days it took, and the share that took it within `days` of those who could be followed so long."""
RESULTS: Schema = {"service_id": "str", "result": "str", **SIDE, **ESTIMATE}
"""A row a result of agreements and outcomes, out of those that could have had it."""
