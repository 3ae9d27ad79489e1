"""Findings on planning and doing as tables: the columns of priorities, costs, bids, stages and dates."""

from __future__ import annotations

from pipeline.analysis.finding_columns import ESTIMATE, Schema

COVERAGE: Schema = {
    "priority_id": "str",
    "priority": "str",
    "services": "str",
    "number": "int64",
    "providers": "int64",
    "tiers": "str",
    "annual_value": "Int64",
    "verdict": "str",
}
"""A row a priority, and one for services that cite none: who answers to it, and with how many pounds a year."""
COSTS: Schema = {
    "service_id": "str",
    "agreed": "Int64",
    "children": "Int64",
    "cost_child": "Int64",
    "events": "Int64",
    **ESTIMATE,
    "outcome": "str",
}
"""A row a service: pounds agreed so far, for each child reached, and for each of the `events` outcomes achieved."""
AWARDS: Schema = {
    "by": "str",
    "group": "str",
    "bids": "int64",
    "won": "int64",
    "share_won": "float64",
    "share_won_elsewhere": "float64",
    "asked": "Int64",
    "awarded": "Int64",
    **ESTIMATE,
    "verdict": "str",
}
"""A row a kind of bidder: bids, those that won, pounds a year, and how much more often it won than everyone else."""
AWARD_YEARS: Schema = {
    "year": "str",
    "bids": "int64",
    "winners": "int64",
    "new_winners": "int64",
    "awarded": "Int64",
    "share_small": "float64",
    "share_bme_led": "float64",
    "effective_winners": "float64",
}
"""A row a calendar year of closing: who won, and the share of the money; all bids are counted, so without interval."""
MOVING_ON: Schema = {
    "service_id": "str",
    "stage": "str",
    "criterion": "str",
    "asked": "str",
    "found": "str",
    "verdict": "str",
}
"""A row a service and criterion of its stage, then one for the whole (criterion 'all')."""
DUE: Schema = {"due": "str", "what": "str", "about": "str", "name": "str", "state": "str", "phase": "str"}
"""A row a date that somebody has to act by, told from the last day of the data."""
