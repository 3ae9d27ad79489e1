"""What a service is: who delivers it, for which outcome, on what terms."""

from __future__ import annotations

from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.services import OUTCOMES, ServiceFacts
from pipeline.present.dates import tell_day
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.page import Page, fold_mark
from pipeline.present.sentences import say, tell_word


def _terms(service: ServiceFacts) -> dict[str, str]:
    value, volume = service.annual_value, service.commissioned_volume
    until = tell_day(service.end) if service.end else say("performance no end agreed")
    size = f" ({tell_word(service.provider_size)})" if service.provider_size else ""
    missing = say("performance not given")
    terms = {
        say("performance provider"): service.provider + size,
        say("performance programme"): service.programme,
        say("performance every child matters"): tell_word(OUTCOMES[service.ecm_outcome]),
        say("performance tier"): tell_word(service.tier.capitalize()),
        say("performance stage"): tell_word(service.stage.capitalize()),
        say("performance contract 2"): tell_word(service.contract_type.replace("_", " ").capitalize()),
        say("performance commissioned"): say("window", first=tell_day(service.start), last=until),
        say("performance value a year"): missing if value is None else f"£{format_number(value)}",
        say("performance children a year"): missing if volume is None else format_number(volume),
    }
    if service.priority is not None:
        return {say("performance priority"): service.priority or say("coverage none cited"), **terms}
    return terms


def show_service(page: Page, rules: JudgementRules) -> str:
    """The terms of the service, folded where it is small, and a link to race equality; over all services nothing."""
    if page.service is None:
        return ""
    terms = _terms(page.service).items()
    facts = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(words)}</dd></div>" for term, words in terms)
    link = say("race equality page", page=f"../equality/{page.service.service_id}.ipynb")
    return f'## {say("text what commissioned")}{fold_mark(page, rules)}\n\n<dl class="facts">{facts}</dl>\n\n{link}'
