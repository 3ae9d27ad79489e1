"""What a service is and on what terms; was its contract kept: standards, returns, what was delivered."""

from typing import Any

from pipeline.analysis.finding_columns import taken
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.performance.contract_lines import Contract, judge_line, list_contracts
from pipeline.analysis.performance.contracts import Delivery, Timeliness, count_standards, is_overdue
from pipeline.analysis.performance.reach import agreed_value, contract_window, count_children
from pipeline.contract.services import OUTCOMES, Met, ServiceFacts, Standard, returns_of
from pipeline.present.dates import format_day, format_window
from pipeline.present.disclosure.rounding import format_number, round_half_up
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.equality.targets import show_own_targets
from pipeline.present.impact.impact_page import describe_findings
from pipeline.present.page import Page, is_small, join_words, named_service, paragraph, stack
from pipeline.present.sentences import retell, say, verdict_word

_POUNDS = 10
_MET: dict[Met, str] = {"yes": "met", "partly": "partly met", "no": "not met", "not_checked": "not checked"}
_FOUND: tuple[Met, ...] = ("yes", "partly", "no", "not_checked")


def format_delivery(delivery: Delivery, planned: str) -> str:
    """'more than commissioned'; the word by itself where it compares nothing."""
    compared = delivery in ("more", "fewer")
    return say(f"delivery {delivery} than {planned}") if compared else verdict_word(delivery)


def standards_table(page: Page, contract: Contract) -> PublishedTable:
    """The checklist: each standard, what was found, by what, on which day, and when it is looked at again."""
    complete_to = page.dataset.complete_to

    def next_check(standard: Standard) -> str:
        if standard.next_check is None:
            return say("performance no date agreed")
        day = format_day(standard.next_check)
        return say("standards due", day=day) if is_overdue(standard, complete_to) else day

    rows = [
        {
            "standard": each.standard,
            "met": _MET[each.met],
            "evidence": each.evidence or say("performance none recorded"),
            "checked_on": format_day(each.checked_on) if each.checked_on else say("performance not yet"),
            "next_check": next_check(each),
        }
        for each in contract.standards
    ]
    return page.table("standards", rows)


def delivery_table(page: Page, contract: Contract) -> PublishedTable:
    """Children newly reached by contract year and referrals, against what was agreed and expected."""
    lines = [(line, "commissioned") for line in contract.reached] + [(contract.referred, "expected")]
    rows = [
        {
            **vars(line),
            "what": retell(line.what),
            "period": format_window(line.window),
            "per_100": line.per_100,
            "word": format_delivery(judge_line(page, line), planned),
        }
        for line, planned in lines
    ]
    note = say("delivery note") + (f". {say('delivery years')}" if contract.years_left_out else "")
    return page.table("delivery", rows, note=note)


def _standards_words(contract: Contract) -> str:
    if not contract.standards:
        return say("standards none")
    counted, number = count_standards(contract.standards), len(contract.standards)
    if counted["yes"] == number:
        return say("standards all", number=number)
    told = [say(f"standards {found}", number=counted[found]) for found in _FOUND if counted[found]]
    return say("standards counted", number=number, told=join_words(told))


def _show_standards(page: Page, contract: Contract) -> str:
    words = _standards_words(contract)
    return page.show(standards_table(page, contract).saying(words)) or paragraph(words)


def _returns_words(returns: Timeliness) -> str:
    if not returns.due:
        return say("returns none")
    named = {
        name: join_words(periods) if periods else say("none")
        for name, periods in (("missing", returns.missing), ("late", returns.late))
    }
    return say("returns counted", due=returns.due, undated=returns.undated, **named)


def returns_table(page: Page, service: ServiceFacts) -> PublishedTable:
    """Each return of the contract's time: when it was due, when it came, and how it stands."""
    context = page.context
    rows = [
        {
            "period": each.period,
            "due": format_day(each.due) if each.due else say("performance no date agreed"),
            "received": format_day(each.received) if each.received else say("performance not recorded"),
            "status": each.status,
        }
        for each in returns_of(context.returns, service, context.services)
    ]
    return page.table("returns", rows)


def _show_returns(page: Page, contract: Contract) -> str:
    """How returns came, each folded below."""
    words = paragraph(_returns_words(contract.returns))
    if not contract.returns.due:
        return words
    table = returns_table(page, contract.service)
    return stack(words, page.fold(table))


def round_pounds(cost: float) -> float:
    """Pounds for each child, to the nearest ten: children are counted to no more digits."""
    return _POUNDS * round_half_up(cost / _POUNDS)


def _cost_words(page: Page, service: ServiceFacts, minimum_pairs: int) -> str:
    """Money only beside what it changed; nothing where a figure is missing or hidden."""
    reached, window = count_children(page, service.service_id), contract_window(page, service)
    value = agreed_value(service, window)
    if reached <= page.rule.hide_up_to or value is None:
        return ""
    return say(
        "cost",
        cost=format_number(round_pounds(value / reached)),
        value=format_number(value),
        months=window.months,
        finding=describe_findings(page, service, minimum_pairs),
    )


def _contract_row(contract: Contract) -> dict[str, Any]:
    met, number = count_standards(contract.standards)["yes"], len(contract.standards)
    service, returns, reached = contract.service, contract.returns, contract.reached[-1]
    missing, late = len(returns.missing), len(returns.late)
    return {
        **named_service(service),
        "word": contract.word,
        "standards": say("performance of", counted=met, number=number)
        if contract.standards
        else say("performance none recorded"),
        "returns": say("performance missing late of", missing=missing, late=late, due=returns.due),
        "reached": reached.count,
        **taken(reached, "agreed", "per_100"),
        "volume": format_delivery(contract.volume, "commissioned"),
        "referrals": format_delivery(contract.referrals, "expected"),
    }


def describe_delivery(page: Page) -> str:
    """Which services gave more than they are paid for, and which fewer, by name."""
    said = []
    for delivery in ("more", "fewer"):
        names = [each.service.name for each in list_contracts(page) if each.volume == delivery]
        said += [say(f"delivery {delivery}", services=join_words(names))] if names else []
    return " ".join(said) or say("delivery as agreed")


def show_contract(page: Page, minimum_pairs: int) -> str:
    """The first tier: of one service in full, over all services a row each."""
    if page.service is None:
        table = page.table("contracts", [_contract_row(each) for each in list_contracts(page)])
        return stack(paragraph(describe_delivery(page)), page.format(table))
    (contract,) = list_contracts(page)
    return stack(
        _show_standards(page, contract),
        _show_returns(page, contract),
        page.format(delivery_table(page, contract)),
        paragraph(describe_delivery(page) if contract.volume in ("more", "fewer") else ""),
        page.told(_cost_words(page, page.service, minimum_pairs), "finding_reach"),
    )


def _terms(service: ServiceFacts) -> dict[str, str]:
    value, volume = service.annual_value, service.commissioned_volume
    until = format_day(service.end) if service.end else say("performance no end agreed")
    size = f" ({verdict_word(service.provider_size)})" if service.provider_size else ""
    missing = say("performance not given")
    terms = {
        say("performance provider"): service.provider + size,
        say("performance programme"): service.programme,
        say("performance every child matters"): verdict_word(OUTCOMES[service.ecm_outcome]),
        say("performance tier"): verdict_word(service.tier.capitalize()),
        say("performance stage"): verdict_word(service.stage.capitalize()),
        say("performance contract 2"): verdict_word(service.contract_type.replace("_", " ").capitalize()),
        say("performance commissioned"): say("window", first=format_day(service.start), last=until),
        say("performance value a year"): missing if value is None else f"£{format_number(value)}",
        say("performance children a year"): missing if volume is None else format_number(volume),
    }
    if service.priority is not None:
        return {say("performance priority"): service.priority or say("coverage none cited"), **terms}
    return terms


def show_service(page: Page, rules: JudgementRules) -> str:
    """The terms of the service and a link to race equality; over all services nothing.

    Of a small service they and all that follows are gathered under one title: its page is one screen.
    """
    if page.service is None:
        return ""
    gathered = f"{say('text all else')} {{.gathered}}" if is_small(page, rules) else ""
    terms = ((term, page.told(words, "finding_reach")) for term, words in _terms(page.service).items())
    facts = "".join(f"<div><dt>{escape(term)}</dt><dd>{words}</dd></div>" for term, words in terms)
    link = say("race equality page", page=f"../equality/{page.service.service_id}.ipynb")
    heading = f"## {gathered or say('text what commissioned')}"
    return stack(heading, f'<dl class="facts">{facts}</dl>', link, show_own_targets(page, rules, below=True))
