"""What works: over all services, what may be said of each outcome, by the outcomes of Every Child Matters."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.claims import LADDER
from pipeline.analysis.designs import Finding
from pipeline.contract.context import ServiceFacts
from pipeline.present.check_words import CHECK_LABELS
from pipeline.present.claims import effect_cells, unit_of
from pipeline.present.columns import Chosen, Column, Link, Text, Verdict
from pipeline.present.estimates import Measured
from pipeline.present.findings import all_findings, is_shown, title_of
from pipeline.present.page import Page, join_words, paragraph
from pipeline.present.sentences import say
from pipeline.present.service import OUTCOMES
from pipeline.present.table import PublishedTable

_SURE = LADDER.index("interrupted series")

Evaluated = tuple[ServiceFacts, Finding]


def list_evaluated(page: Page, minimum_pairs: int) -> list[Evaluated]:
    """Every outcome of every service, by outcome of Every Child Matters and then as the register has them."""
    order = list(OUTCOMES)
    services = sorted(page.slice.context.services, key=lambda service: order.index(service.ecm_outcome))
    return [
        (service, finding) for service in services for finding in all_findings(page, service, minimum_pairs)
    ]


def _row(page: Page, service: ServiceFacts, finding: Finding) -> dict[str, Any]:
    shown = is_shown(page, finding)
    return {
        "ecm": OUTCOMES[service.ecm_outcome],
        "service": f"{service.service_id} {service.name}",
        "service_link": f"{service.service_id}.ipynb",
        "outcome": title_of(page, finding.outcome),
        "claim": finding.claim.verdict if shown else "too few to say",
        "rung": finding.claim.rung if shown else "descriptive",
        "unit": unit_of(finding) if shown else "",
        "estimate": finding.estimate,
        "failed": "; ".join(CHECK_LABELS[check.name] for check in finding.failed) if shown else "",
        **effect_cells(finding),
    }


def what_works_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """All that was evaluated, side by side."""
    columns: list[Column] = [
        Text("ecm", "Every Child Matters"),
        Link("service", "Service"),
        Text("outcome", "Outcome"),
        Verdict("claim", "Verdict"),
        Chosen("effect", "Effect"),
        Text("unit", "In"),
        Measured("estimate", "In standard deviations", "size", decimals=2),
        Text("rung", "What it may be called"),
        Text("failed", "Checks that failed"),
    ]
    rows = [_row(page, service, finding) for service, finding in list_evaluated(page, minimum_pairs)]
    return page.table("what_works", "What works", columns, rows, note=say("what works note"))


def show_what_works(page: Page, minimum_pairs: int) -> str:
    """What may be said by outcome; nothing on a service's own page."""
    found = [] if page.service else list_evaluated(page, minimum_pairs)
    if not found:
        return ""
    better = [
        f"{title_of(page, finding.outcome)} in {service.name}"
        for service, finding in found
        if is_shown(page, finding)
        and finding.claim.verdict == "better"
        and LADDER.index(finding.claim.rung) >= _SURE
    ]
    words = say("what works", named=join_words(better)) if better else say("what works none")
    return f"{paragraph(words)}\n\n{page.format(what_works_table(page, minimum_pairs))}"
