"""Findings on planning and doing as tables: the columns of priorities, costs, bids, stages and dates."""

from __future__ import annotations

from pipeline.analysis.finding_columns import ESTIMATE, Schema

COVERAGE: Schema = {
    "priority_id": "str",
    "priority": "str",
    "need": "str",
    "need_verdict": "str",
    "services": "str",
    "alike": "str",
    "number": "int64",
    "providers": "int64",
    "tiers": "str",
    "outcomes": "str",
    "children": "Int64",
    "annual_value": "Int64",
    "alike_value": "Int64",
    "verdict": "str",
}
"""A row a priority, and one for services that cite none: the need, who answers to it, what came of it, pounds a year.

`alike` are services that may do the same work, `children` what each service reached, added up.
"""
ONE_PROVIDER: Schema = {
    "priority_id": "str",
    "priority": "str",
    "area": "str",
    "services": "str",
    "verdict": "str",
}
"""A row a priority and area that one provider alone serves, or none."""
OPTIONS: Schema = {
    "service_id": "str",
    "review_on": "str",
    "passed": "str",
    "cost_child": "Int64",
    "provider_share": "float64",
}
"""A row a service whose future is open: pounds for each child reached to the nearest ten, and its share of what its
provider is paid here."""
AFFECTED: Schema = {
    "service_id": "str",
    "ethnic_group": "str",
    **ESTIMATE,
    "population_share": "float64",
    "verdict": "str",
}
"""A row an ethnic group of a service that may end: its share of the children reached beside that of the area."""
ROLLED_UP: Schema = {
    "by": "str",
    "name": "str",
    "services": "str",
    "number": "int64",
    "providers": "int64",
    "stages": "str",
    "ready": "str",
    "least_children": "Int64",
    "most_children": "Int64",
    "annual_value": "Int64",
    "priorities": "str",
    "contracts": "str",
    "outcomes": "str",
}
"""A row a programme, plan, tier and contract type, and one of all; children counted once lie between two numbers."""
COSTS: Schema = {
    "service_id": "str",
    "contract_type": "str",
    "agreed": "Int64",
    "commissioned": "float64",
    "cost_planned": "Int64",
    "children": "Int64",
    "cost_child": "Int64",
    "volume": "str",
    "events": "Int64",
    **ESTIMATE,
    "outcome": "str",
    "recovered": "float64",
}
"""A row a service: pounds agreed so far, for each child commissioned and reached, for each of `events` outcomes.

`recovered` is the share of the provider's full cost that the contract pays.
"""
AWARDS: Schema = {
    "year": "str",
    "by": "str",
    "group": "str",
    "bids": "int64",
    "won": "int64",
    "not_known": "int64",
    "share_won": "float64",
    "share_won_elsewhere": "float64",
    "asked": "Int64",
    "awarded": "Int64",
    **ESTIMATE,
    "verdict": "str",
}
"""A row a kind of bidder, over all the time and by year: how much more often its bids won than everyone else's.

Bids are those for tenders that were let and that several bid for; `not_known` are those of nobody knows which kind.
Pounds a year are of all bids, those of partners too.
"""
AWARD_YEARS: Schema = {
    "year": "str",
    "tenders": "int64",
    "not_let": "int64",
    "one_bid": "int64",
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
    "agreed_on": "str",
    "declared": "str",
    "found": "str",
    "level": "Int64",
    "children": "Int64",
    "missed": "Int64",
    "out_of": "Int64",
    "verdict": "str",
}
"""A row a service and criterion of its stage, then one for the whole (criterion 'all').

`found` is a word, with the rung of evidence (`level`), the children reached, or the targets `missed` of `out_of`.
`declared` is 'late' of what was agreed after the service began: it is not counted, so that it reads 'cannot tell yet'.
"""
DUE: Schema = {"due": "str", "what": "str", "about": "str", "name": "str", "state": "str", "phase": "str"}
"""A row a date that somebody has to act by, told from the last day of the data."""
