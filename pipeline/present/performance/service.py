"""What a service is: who delivers it, for which outcome, on what terms."""

from __future__ import annotations

import datetime as dt

from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.services import OUTCOMES, ServiceFacts
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.page import Page, fold_mark
from pipeline.present.sentences import say


def format_day(day: dt.date) -> str:
    """'4 July 2011'."""
    return f"{day:%d %B %Y}".lstrip("0")


def _terms(service: ServiceFacts) -> list[tuple[str, str]]:
    value = service.annual_value
    until = format_day(service.end) if service.end else "no end agreed"
    priority = (
        [] if service.priority is None else [("Priority", service.priority or say("coverage none cited"))]
    )
    return [
        *priority,
        ("Provider", service.provider + (f" ({service.provider_size})" if service.provider_size else "")),
        ("Programme", service.programme),
        ("Every Child Matters outcome", OUTCOMES[service.ecm_outcome]),
        ("Tier", service.tier.capitalize()),
        ("Stage", service.stage.capitalize()),
        ("Contract", service.contract_type.replace("_", " ").capitalize()),
        ("Commissioned", f"{format_day(service.start)} to {until}"),
        ("Value a year", f"£{format_number(value)}" if value is not None else "not given"),
        ("Children a year", _volume(service.commissioned_volume)),
    ]


def _volume(volume: int | None) -> str:
    return "not given" if volume is None else format_number(volume)


def show_service(page: Page, rules: JudgementRules) -> str:
    """The terms of the service, folded where it is small, and a link to race equality; over all services nothing."""
    if page.service is None:
        return ""
    facts = "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(words)}</dd></div>" for term, words in _terms(page.service)
    )
    link = say("race equality page", page=f"../equality/{page.service.service_id}.ipynb")
    return f'## {say("text what commissioned")}{fold_mark(page, rules)}\n\n<dl class="facts">{facts}</dl>\n\n{link}'
