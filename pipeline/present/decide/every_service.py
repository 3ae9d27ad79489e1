"""Every service in one table, by need of a decision: what changed, for whom, the contract, the money, the evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.analysis.impact.claims import LADDER, TOLD
from pipeline.analysis.months import last_complete_month
from pipeline.analysis.performance.reach import agreed_value, paid_months
from pipeline.contract.context import Context
from pipeline.contract.services import ServiceFacts
from pipeline.present.dates import format_day
from pipeline.present.disclosure.columns import Cell, Column
from pipeline.present.disclosure.columns import Row as TableRow
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.frames import Published
from pipeline.present.disclosure.page_tables import About, lay_out
from pipeline.present.disclosure.table import escape, format_html
from pipeline.present.equality.targets import ORDER
from pipeline.present.performance.contracts import round_pounds
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure, ShownCount
from pipeline.stats.results import Estimate, NotEstimable, Result

_MOST_OPEN = 9
"""Rows that stand in view; of a region of many services the others are folded, by need of a decision as they are."""


class Level(Column):
    """A rung of the ladder of evidence, in words ('4 of 5', 'none yet'); its style draws as many dots."""

    def cell(self, row: TableRow, rule: Disclosure) -> Cell:
        level = row[self.key]
        words = say("evaluation level", level=level, levels=len(LADDER)) if level else say("evidence none")
        return Cell(words, {self.key: words}, style=f"evidence evidence-{level}")


def _strongest(rows: Sequence[Row]) -> Row | None:
    """The service's score that rests on the strongest evidence, else any outcome; the first of several as strong."""
    told = [row for row in rows if pd.notna(row["claim_level"])]
    return max(told, key=lambda row: (pd.notna(row["standardised"]), row["claim_level"]), default=None)


def _size_of_change(row: Row | None) -> Result:
    if row is None or pd.isna(row["standardised"]):
        return NotEstimable("no scores, or too few")
    limits = (row[f"standardised{end}"] for end in ("", "_lower", "_upper"))
    return Estimate(*limits, row["confidence_level"], method=row["method"], unit="standard deviations")


def _cost(context: Context, service: ServiceFacts, reached: Row | None) -> float | None:
    """Pounds agreed for each child reached, to the nearest ten; None where one of both is not told."""
    last = last_complete_month(context.dataset.complete_to)
    value = agreed_value(service, paid_months(service, last))
    return round_pounds(value / reached["children"]) if reached and reached["children"] and value else None


def _rows(
    context: Context, published: Published, reach: Mapping[str, Row], order: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """A row a service: those with something to decide first, in that order, then by their number."""
    contracts = {row["service_id"]: row for row in published.rows("services/index", "contracts")}
    outcomes = [*published.rows("services/index", "outcomes")]
    targets = [*published.rows("equality/index", "targets")]
    services = {each.service_id: each for each in context.services}
    for service_id in dict.fromkeys([*order, *services]):
        service, row = services[service_id], contracts.get(service_id)
        best = _strongest([each for each in outcomes if each["service_id"] == service_id])
        words = {each["verdict"] for each in targets if each["service_id"] == service_id}
        yield {
            "service": f"{service_id} {service.name}",
            "service_link": f"services/{service_id}.ipynb",
            "service_id": service_id,
            "scores": row["children"] if row else say("facts none"),
            "change": _size_of_change(best),
            "size": 0 if best is None or pd.isna(best["size"]) else int(best["size"]),
            "equality": next((word for word in ORDER if word in words), say("equality none")),
            "contract": row["contract"] if row else say("facts none"),
            "children": ShownCount(reach[service_id]["children"]),
            "cost": _cost(context, service, reach.get(service_id)),
            "evidence": int(best["claim_level"]) if best and best["verdict"] in TOLD else 0,
        }


def show_every_service(
    context: Context, published: Published, reach: Mapping[str, Row], order: Sequence[str], door: Door
) -> str:
    """Return the table; `order` holds the services that something has to be decided of, the most urgent first.

    The others are folded below them; one file holds all.
    """
    dataset, rows = context.dataset, [*_rows(context, published, reach, order)]
    period = say("services until", day=format_day(dataset.complete_to))
    about = About(say("services about", place=dataset.title), period, dataset.source, context.cuts)
    table = lay_out("services, overview", about, rows)
    shown, first = door.publish(table), min(len(order) or len(context.services), _MOST_OPEN)
    rest = replace(shown, title=say("services rest"), cells=shown.cells[first:])
    parts = ['<div class="brief">', door.format(replace(shown, cells=shown.cells[:first]))]
    if rest.cells:
        key = "services more" if first == len(order) else "services others"
        summary = escape(say(key, number=len(rest.cells)))
        parts.append(f"<details>\n<summary>{summary}</summary>\n\n{format_html(rest)}\n\n</details>")
    return "\n\n".join([*parts, "</div>"])
