"""Findings on planning and doing as tables: the columns of priorities, costs, bids, stages and dates."""

from pipeline.analysis.finding_columns import ESTIMATE, Schema, each

COVERAGE: Schema = {
    **each("str", "priority_id", "priority", "need", "need_verdict", "services", "alike"),
    **each("int64", "number", "providers"),
    **each("str", "tiers", "outcomes"),
    **each("Int64", "children", "annual_value", "alike_value"),
    "verdict": "str",
}
"""A row a priority, and one for services that cite none: the need, who answers to it, what came of it, pounds a year.

`alike` are services that may do the same work, `children` those reached by any of the services, each counted once.
"""
ONE_PROVIDER: Schema = {**each("str", "priority_id", "priority", "area", "services", "verdict")}
"""A row a priority and area that one provider alone serves, or none."""
OPTIONS: Schema = {
    **each("str", "service_id", "review_on", "passed"),
    "cost_child": "Int64",
    "provider_share": "float64",
}
"""A row a service whose future is open: pounds for each child reached to the nearest ten, and its share of what its
provider is paid here."""
AFFECTED: Schema = {
    **each("str", "service_id", "ethnic_group"),
    **ESTIMATE,
    "population_share": "float64",
    "verdict": "str",
}
"""A row an ethnic group of a service that may end: its share of the children reached beside that of the area."""
ROLLED_UP: Schema = {
    **each("str", "by", "name", "services"),
    **each("int64", "number", "providers"),
    **each("str", "stages", "ready"),
    **each("Int64", "children", "annual_value"),
    **each("str", "priorities", "contracts", "outcomes"),
}
"""A row a programme, plan, tier, level and contract type, and one of all; children are counted once."""
COSTS: Schema = {
    **each("str", "service_id", "contract_type"),
    "agreed": "Int64",
    "commissioned": "float64",
    **each("Int64", "cost_planned", "children", "cost_child"),
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
    **each("str", "year", "by", "group"),
    **each("int64", "bids", "won", "not_known"),
    **each("float64", "share_won", "share_won_elsewhere"),
    **each("Int64", "asked", "awarded"),
    **ESTIMATE,
    "verdict": "str",
}
"""A row a kind of bidder, over all the time and by year: how much more often its bids won than everyone else's.

Bids are those for tenders that were let and that several bid for; `not_known` are those of nobody knows which kind.
Pounds a year are of all bids, those of partners too.
"""
AWARD_YEARS: Schema = {
    "year": "str",
    **each("int64", "tenders", "not_let", "one_bid", "bids", "winners", "new_winners"),
    "awarded": "Int64",
    **each("float64", "share_small", "share_bme_led", "effective_winners"),
}
"""A row a calendar year of closing: who won, and the share of the money; all bids are counted, so without interval."""
MOVING_ON: Schema = {
    **each("str", "service_id", "stage", "criterion", "asked", "agreed_on", "declared", "found"),
    **each("Int64", "level", "children", "missed", "out_of"),
    "verdict": "str",
}
"""A row a service and criterion of its stage, then one for the whole (criterion 'all').

`found` is a word, with the rung of evidence (`level`), the children reached, or the targets `missed` of `out_of`.
`declared` is 'late' of what was agreed after the service began: it is not counted, so that it reads 'cannot tell yet'.
"""
DUE: Schema = {"due": "str", "what": "str", "about": "str", "name": "str", "state": "str", "phase": "str"}
"""A row a date that somebody has to act by, told from the last day of the data."""
