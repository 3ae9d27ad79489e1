"""What was agreed for each child reached and for each outcome achieved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from pipeline.analysis.finding_columns import Row, estimate_columns
from pipeline.analysis.months import last_complete_month
from pipeline.analysis.performance.reach import agreed_value, paid_months
from pipeline.contract.context import Context
from pipeline.stats.results import Estimate, NotEstimable, Result


def cost_of_each(agreed: float, counted: Row | None) -> Result:
    """Pounds for each outcome achieved, from a share with its interval; the sum agreed is known.

    The limits are the sum over as many outcomes as the limits of the share make of those that were due a result.
    """
    if counted is None or pd.isna(counted["estimate"]) or not counted["lower"] > 0:
        return NotEstimable("too few outcomes")
    costs = (agreed / (counted["total"] * counted[end]) for end in ("estimate", "upper", "lower"))
    return Estimate(*costs, counted["confidence_level"], method=counted["method"], unit="pounds an outcome")


def work_out_costs(
    context: Context, reached: Mapping[str, Row], achieved: Mapping[str, Row], outcomes: Mapping[str, str]
) -> Iterator[Row]:
    """Yield a row a service that has a value (columns of COSTS), never without the word for its outcome.

    `reached` are the children of each service, `achieved` how many agreed outcomes were achieved, as published.
    """
    last = last_complete_month(context.dataset.complete_to)
    for service in context.services:
        own = service.service_id
        value, children = agreed_value(service, paid_months(service, last)), reached.get(own)
        if not value:
            continue
        counted = achieved.get(own)
        cost = cost_of_each(value, counted)
        yield {
            "service_id": own,
            "agreed": int(value),
            "children": children["children"] if children else None,
            "cost_child": int(value / children["children"]) if children and children["children"] else None,
            "events": None if counted is None or isinstance(cost, NotEstimable) else counted["events"],
            **estimate_columns(cost),
            "outcome": outcomes.get(own, "no scores"),
        }
