"""Findings on delivery as tables: the columns of measures over time, curves, contracts, reach and the journey."""

from __future__ import annotations

from pipeline.analysis.finding_columns import ESTIMATE, SIDE, Schema

_LIMITS: Schema = {"mean": "float64", "lower_limit": "float64", "upper_limit": "float64"}
_FORECAST: Schema = {"forecast": "float64", "forecast_lower": "float64", "forecast_upper": "float64"}
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
    "assurance": "str",
    "verdict": "str",
    "rests_on": "str",
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
    "signals": "str",
    "state": "str",
    "missing_returns": "int64",
}
"""A row a measure and period, two where its definition changed; only a period that is `ready` is judged."""
CURVES: Schema = {
    "curve_id": "str",
    "service_id": "str",
    "measure_id": "str",
    "ecm_outcome": "str",
    "question": "str",
    "action_on": "str",
    "before": "int64",
    "after": "int64",
    **ESTIMATE,
    "needed": "float64",
    "seasonal": "str",
    "goal": "float64",
    "due": "str",
    "latest_period": "str",
    "latest": "float64",
    "latest_lower": "float64",
    "latest_upper": "float64",
    "past_error": "float64",
    "past_naive": "float64",
    "verdict": "str",
}
"""A row a curve: how far it runs from the forecast made before the action (`estimate`), and what was asked for.

`past_error` is how far forecasts of earlier periods made in the same way were off.
"""
CURVE_PERIODS: Schema = {"curve_id": "str", "period": "str", **_FORECAST}
"""A row a curve and period since the action: what was to be expected of it."""
CONTRACTS: Schema = {
    "service_id": "str",
    "standards": "int64",
    "standards_met": "int64",
    "standards_partly": "int64",
    "standards_not_met": "int64",
    "returns_due": "int64",
    "returns_missing": "int64",
    "returns_late": "int64",
    "contract": "str",
    "volume": "str",
    "referrals": "str",
    "measures": "str",
    "children": "str",
}
"""A row a service: the words of its three tiers (contract, measures, children), and what the first rests on."""
DELIVERY: Schema = {
    "service_id": "str",
    "what": "str",
    "months": "str",
    "events": "Int64",
    "agreed": "float64",
    **ESTIMATE,
    "verdict": "str",
}
"""A row a service, count and stretch of months; `estimate` is what was delivered for each 100 agreed."""
REACH: Schema = {
    "service_id": "str",
    "ethnic_group": "str",
    "children": "int64",
    **SIDE,
    **ESTIMATE,
    "population_share": "float64",
    "commissioned": "float64",
    "agreed": "Int64",
    "cost_child": "Int64",
}
"""A row an ethnic group: children reached, their share of those whose group is known, and the group's in the area.

Of all children also those commissioned so far, the pounds agreed for them, and for each reached.
"""
JOURNEY: Schema = {
    "service_id": "str",
    "step": "str",
    "episodes": "int64",
    **SIDE,
    **ESTIMATE,
    **{f"before_{name}": kind for name, kind in {**SIDE, **ESTIMATE}.items()},
}
"""A row a step: its share of the episodes referred, and of those that took the step before."""
WAITS: Schema = {
    "service_id": "str",
    "step": "str",
    "taken": "int64",
    "median": "float64",
    "lower_quartile": "float64",
    "upper_quartile": "float64",
    "days": "int64",
    **SIDE,
    **ESTIMATE,
    "waiting": "int64",
}
"""A row a step: the days it took, and the share that took it within `days` of those who could be followed so long."""
RESULTS: Schema = {"service_id": "str", "result": "str", **SIDE, **ESTIMATE}
"""A row a result of agreements and outcomes, out of those that could have had it."""
