"""The impact page: what a service did, for whom, and how sure we are. One function a part."""

from collections import Counter
from functools import cache
from typing import Any

from pipeline.analysis.impact.change import ALL_GROUPS, ScoreChange
from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.effects import Effect
from pipeline.analysis.impact.outcomes import (
    finding_on,
    list_changes,
    list_effects,
    list_findings,
    scales_scored,
    verdict_on,
)
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.performance.reach import commissioned_children, count_children, list_steps
from pipeline.analysis.verdicts import ServiceVerdict, judge_service
from pipeline.contract.services import ServiceFacts
from pipeline.present.chart import interval_chart
from pipeline.present.dates import format_window
from pipeline.present.disclosure.estimates import Share, better_or_worse
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.equality.targets import children_of_groups, target_verdicts_sentence
from pipeline.present.impact.check_words import name_failed
from pipeline.present.impact.claims import measure_sentences
from pipeline.present.impact.scores import change_table, effect_table
from pipeline.present.messages import services_message
from pipeline.present.page import Page, headline, named_service, paragraph, stack
from pipeline.present.sentences import say, say_number, verdict_word

_SCORES = ("better", "worse", "mixed", "no clear change", "cannot tell yet", "too few to say")
_ORDER = ("no clear change", "worse", "cannot tell yet", "better", "too few to say")


def _reach_sentence(page: Page) -> str:
    service = page.service
    reached = format_number(count_children(page, page.own))
    paid = commissioned_children(service, page) if service else None
    number_of = len(page.context.services)
    name = service.name if service else say_number("services", number_of)
    told = {"name": name, "reached": reached, "period": format_window(page.whole)}
    if paid is None:
        return page.told(say("impact reached", **told), "finding_reach")
    return page.told(say("impact reached of commissioned", **told, paid=format_number(paid)), "finding_reach")


def _is_whole(found: ScoreChange | Effect, scale: str) -> bool:
    return found.scale == scale and found.ethnic_group == ALL_GROUPS


def _finding_sentence(page: Page, service: ServiceFacts, scale: str, minimum_pairs: int) -> str:
    title = page.context.scale_title(scale)
    finding = finding_on(page, service, scale, minimum_pairs)
    verdict = verdict_on(page, finding)
    if verdict == "too few to say":
        return say("impact too few children", title=title)
    key = "impact evidence" if finding.plan else "impact evidence not declared"
    evidence = say(key, strength=verdict_word(finding.strength))
    failed = name_failed(finding.failed)
    if finding.compared:
        (found,) = (each.given_start for each in list_effects(page, minimum_pairs) if _is_whole(each, scale))
        kind, words = "headline effect", say(f"effect {verdict}", failed=failed)
    else:
        (found,) = (each.change for each in list_changes(page, minimum_pairs) if _is_whole(each, scale))
        kind, words = "headline change", say(f"before and after {verdict}", failed=failed)
    said = say(kind, title=title, amount=better_or_worse(found), words=words, evidence=evidence)
    return page.told(said, f"change_{scale}", f"effect_{scale}")


def show_headline(page: Page, minimum_pairs: int, rules: JudgementRules) -> str:
    """The answer in a few sentences: who was reached, what changed, and how the service's own targets stand."""
    if page.service is None:
        return headline(_reach_sentence(page), _services_sentence(page, minimum_pairs))
    found = [_finding_sentence(page, page.service, scale, minimum_pairs) for scale in scales_scored(page)]
    sentences = found or [say("impact no child has")]
    declared = (
        page.told(said, "evaluation") for said in measure_sentences(page, page.service, minimum_pairs)
    )
    return headline(_reach_sentence(page), *sentences, *declared, target_verdicts_sentence(page, rules))


def _row_of(page: Page, service: ServiceFacts, finding: Finding, several: bool) -> dict[str, Any]:
    scale = f" ({page.context.scale_title(finding.outcome)})" if several else ""
    plan = finding.plan
    return {
        **named_service(service),
        "service": f"{service.service_id} {service.name}{scale}",
        "scale": finding.outcome,
        "children": count_children(page, service.service_id),
        "size": finding.size,
        "estimate": finding.estimate,
        "verdict": verdict_on(page, finding),
        "strength": finding.strength,
        "declared": ("yes" if plan.declared_first else "late") if plan else "no",
    }


def describe_findings(page: Page, service: ServiceFacts, minimum_pairs: int) -> str:
    """What is found on each scale, with the strength of the evidence: 'Wellbeing: better (before and after)'."""
    found = list_findings(page, service, minimum_pairs)
    titles = {scale.scale: f"{scale.title}: " for scale in page.context.scales}
    return "; ".join(
        f"{titles.get(each.outcome, '')}{verdict_word(verdict_on(page, each))} ({verdict_word(each.strength)})"
        for each in found
    )


@cache
def service_rows(page: Page, minimum_pairs: int) -> list[dict[str, Any]]:
    """One row a service and scale: reach and the finding."""
    rows = []
    for service in page.context.services:
        findings = list_findings(page, service, minimum_pairs)
        rows += [_row_of(page, service, finding, len(findings) > 1) for finding in findings]
    return rows


def service_verdicts(page: Page, minimum_pairs: int) -> dict[str, ServiceVerdict]:
    """One word a service."""
    words: dict[str, set[str]] = {}
    for row in service_rows(page, minimum_pairs):
        words.setdefault(row["service_id"], set()).add(row["verdict"])
    return {service: judge_service(found) for service, found in words.items()}


def _services_sentence(page: Page, minimum_pairs: int) -> str:
    counted: Counter[str] = Counter(service_verdicts(page, minimum_pairs).values())
    numbers = {word: say_number("services", counted[word]) for word in _SCORES if word in counted}
    told = (say(f"scores {word}", services=number) for word, number in numbers.items())
    return say("headline scores", told="; ".join(told))


def show_services(page: Page, minimum_pairs: int) -> str:
    """The services side by side in the order of the register, never ranked; nothing on a service's own page."""
    if page.service is not None:
        return ""
    table = page.table("services", service_rows(page, minimum_pairs))
    axis = say("impact standard deviations 0")
    title, message = say("impact what changed in"), services_message(table)
    chart = interval_chart(table, "estimate", title, axis, 0.0, message=message)
    return stack(f"## {say('text services compare')}", page.format(table, chart))


def show_steps(page: Page) -> str:
    """The journey as one sentence: how many of those referred were scored twice."""
    scored = next((step.of_referred for step in list_steps(page) if step.step == "review"), None)
    if scored is None or scored.few:
        return paragraph(say("impact too few children have"))
    share = Share("share", "", page.confidence_level).cell({"share": scored.counts()}, page.rule)
    return page.told(say("impact episodes referred have", text=share.text), "journey")


def group_verdict_sentence(page: Page, service: ServiceFacts, scale: str, minimum_pairs: int) -> str:
    """Ethnic groups by the verdict of the design that speaks for the service, those it left behind first.

    Blank where nothing can be said of any group.
    """
    compared = finding_on(page, service, scale, minimum_pairs).compared
    judged = list_effects(page, minimum_pairs) if compared else list_changes(page, minimum_pairs)
    known = page.dataset.known_groups
    groups: dict[str, list[str]] = {}
    for each in judged:
        if each.scale == scale and each.ethnic_group in known:
            groups.setdefault(each.verdict, []).append(each.ethnic_group)
    if not set(groups) - {"too few to say"}:
        return ""
    said = [
        say(f"for whom {word}", groups=children_of_groups(groups[word], page.dataset))
        for word in _ORDER
        if word in groups
    ]
    return say("for whom", scale=page.context.scale_title(scale), said="; ".join(said))


def show_for_whom(page: Page, minimum_pairs: int) -> str:
    """The charts under a heading of their own; nothing over all services, or where no group can be told of."""
    service, parts = page.service, []
    for scale in scales_scored(page) if service else ():
        assert service is not None
        if message := group_verdict_sentence(page, service, scale, minimum_pairs):
            compared = finding_on(page, service, scale, minimum_pairs).compared
            table = (effect_table if compared else change_table)(page, scale, minimum_pairs)
            key = "given_start" if compared else "change"
            title = say("for whom chart", scale=page.context.scale_title(scale))
            axis = say(f"for whom axis {key}")
            chart = interval_chart(table, key, title, axis, 0.0, message=message)
            parts.append(chart or paragraph(message))
    return stack(f"## {say('for whom title')}", *parts) if parts else ""
