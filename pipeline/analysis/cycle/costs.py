"""What was agreed for each child and each outcome, and whether contracts pay what the work costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import Row, estimate_columns
from pipeline.analysis.months import last_complete_month
from pipeline.analysis.performance.reach import agreed_value, paid_months
from pipeline.contract.context import Context
from pipeline.contract.services import ServiceFacts
from pipeline.stats.results import Estimate, NotEstimable, Result


@dataclass(frozen=True)
class Delivered:
    """What is published of one service: children reached, outcomes achieved, and the words for both."""

    reached: Row | None = None
    achieved: Row | None = None
    volume: str = ""
    outcome: str = "no scores"


def cost_of_each(agreed: float, counted: Row | None) -> Result:
    """Pounds for each outcome achieved, from a share with its interval; the sum agreed is known.

    The limits are the sum over as many outcomes as the limits of the share make of those that were due a result:
    Fieller's limits of a ratio whose numerator does not vary, with Wilson's in place of normal limits.
    """
    if counted is None or pd.isna(counted["estimate"]) or not counted["lower"] > 0:
        return NotEstimable("too few outcomes")
    costs = (agreed / (counted["total"] * counted[end]) for end in ("estimate", "upper", "lower"))
    return Estimate(*costs, counted["confidence_level"], method=counted["method"], unit="pounds an outcome")


def _cost_of(service: ServiceFacts, value: float, told: Delivered, full_cost: float | None) -> Row:
    cost, reached = cost_of_each(value, told.achieved), told.reached
    events = told.achieved["events"] if told.achieved and isinstance(cost, Estimate) else None
    children = reached["children"] if reached else None
    planned = reached["commissioned"] if reached and pd.notna(reached["commissioned"]) else None
    return {
        "service_id": service.service_id,
        "contract_type": service.contract_type,
        "agreed": int(value),
        "commissioned": planned,
        "cost_planned": int(value / planned) if planned else None,
        "children": children,
        "cost_child": int(value / children) if children else None,
        "volume": told.volume,
        "events": events,
        **estimate_columns(cost),
        "outcome": told.outcome,
        "recovered": service.annual_value / full_cost if full_cost and service.annual_value else None,
    }


def work_out_costs(
    context: Context, told: Mapping[str, Delivered], services: Sequence[Mapping[str, Any]]
) -> Iterator[Row]:
    """Yield a row a service that has a value (columns of `costs`), never without the word for its outcome."""
    last = last_complete_month(context.dataset.complete_to)
    full = {row["service_id"]: row["full_cost"] for row in services}
    for service in context.services:
        value = agreed_value(service, paid_months(service, last))
        if value:
            own = service.service_id
            yield _cost_of(service, value, told.get(own, Delivered()), full[own])
