"""What works: over all services, what may be said of each outcome, by the outcomes of Every Child Matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.outcomes import all_findings, is_shown, verdict_on
from pipeline.contract.services import OUTCOMES, ServiceFacts
from pipeline.present.disclosure.columns import Chosen, Column, Link, Text, Verdict
from pipeline.present.disclosure.estimates import Measured
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.impact.check_words import CHECK_LABELS
from pipeline.present.impact.claims import effect_cells, tell_level, unit_of
from pipeline.present.impact.staggered import show_staggered
from pipeline.present.page import Page, join_words, paragraph
from pipeline.present.sentences import say

_SURE = 2

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
        "outcome": page.slice.context.outcome_title(finding.outcome),
        "claim": verdict_on(page, finding),
        "evidence": tell_level(finding) if shown else "",
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
        Text("evidence", "Evidence"),
        Chosen("effect", "Effect"),
        Text("unit", "In"),
        Measured("estimate", "In standard deviations", "size", decimals=2),
        Text("failed", "Checks that failed"),
    ]
    rows = [_row(page, service, finding) for service, finding in list_evaluated(page, minimum_pairs)]
    return page.table("what_works", "What works", columns, rows, note=say("what works note"))


def show_what_works(page: Page, minimum_pairs: int) -> str:
    """What may be said by outcome; nothing on a service's own page."""
    found = [] if page.service else list_evaluated(page, minimum_pairs)
    if not found:
        return ""
    named = {way: [*_name_sure(page, found, way)] for way in ("better", "worse")}
    words = [say(f"what works {way}", named=join_words(names)) for way, names in named.items() if names]
    words = [*words, say("what works page")] if words else [say("what works none")]
    table = page.format(what_works_table(page, minimum_pairs))
    parts = [paragraph(" ".join(words)), table, show_staggered(page, minimum_pairs)]
    return "\n\n".join(part for part in parts if part)


def _name_sure(page: Page, found: Sequence[Evaluated], way: str) -> Iterator[str]:
    """Outcomes that are better, or worse, by more than before and after."""
    for service, finding in found:
        claim = finding.claim
        if is_shown(page, finding) and claim.verdict == way and claim.level > _SURE:
            yield f"{page.slice.context.outcome_title(finding.outcome)} in {service.name}"
