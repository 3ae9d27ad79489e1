"""Race-equality targets on a page: the register, the evidence, the verdicts, and why each target exists."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.equality.target_evidence import measure_of
from pipeline.analysis.equality.targets import TargetEvidence, assess_targets, break_year
from pipeline.analysis.judgement_rules import Family, JudgementRules
from pipeline.analysis.months import month_name
from pipeline.contract.context import Context, MeasureFacts, Target
from pipeline.present.disclosure.columns import Column, Text, Verdict
from pipeline.present.disclosure.figure_cells import UNIT_WORDS, Read
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.equality.target_words import describe_group
from pipeline.present.page import Page, paragraph
from pipeline.present.performance.catalogue import describe_definitions
from pipeline.present.sentences import say
from pipeline.stats.results import NotEstimable

_PER_CENT = 100
_MOST_MONTHS = 120


def judgement_rules(
    page: Page,
    baseline_months: int,
    window_months: int,
    minimum_total: int,
    maximum_unknown: float,
    false_discovery_rate: float,
    family: Family,
) -> JudgementRules:
    """The notebook's parameters as the rules of judgement."""
    return JudgementRules(
        baseline_months=baseline_months,
        window_months=window_months,
        minimum_total=minimum_total,
        maximum_unknown=maximum_unknown,
        false_discovery_rate=false_discovery_rate,
        family=family,
        confidence_level=page.confidence_level,
    )


def goal_words(target: Target, measure: MeasureFacts) -> str:
    """What a target asks for: 'at least 75%', 'at least −5 points'."""
    decimals = 0 if target.target == int(target.target) else 1
    bound = target.direction.replace("_", " ")
    if target.comparator is None:
        return f"{bound} {format_number(target.target, decimals)}{UNIT_WORDS[measure.unit]}"
    return f"{bound} {format_number(target.target, decimals, sign=True)} points"


def baseline_entry(evidence: TargetEvidence) -> Any:
    """The reading of a measured baseline, or words where it is stated or forming."""
    target = evidence.target
    if target.baseline is not None:
        return f"{format_number(target.baseline, sign=target.comparator is not None)} (stated)"
    return evidence.baseline.reading or say("baseline forming")


def _target_row(page: Page, evidence: TargetEvidence) -> dict[str, Any]:
    target, context = evidence.target, page.slice.context
    return {
        "target": f"{target.target_id} {evidence.measure.title}",
        "verdict": evidence.verdict,
        "whom": describe_group(target, context, break_year(page, target)),
        "now": evidence.reading,
        "goal": f"{goal_words(target, evidence.measure)} by {target.due:%b %Y}",
        "baseline": baseline_entry(evidence),
        "service": target.service_id or "all",
        "window": evidence.window.short if evidence.window.months else "no month to judge yet",
    }


def targets_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """The register with its evidence and verdicts."""
    context = page.slice.context
    rows = [_target_row(page, evidence) for evidence in assess_targets(page, rules)]
    columns: list[Column] = [
        Text("target", "Target"),
        Verdict("verdict", "Verdict"),
        Text("whom", "For whom"),
        Read("now", "Now", page.confidence_level),
        Text("goal", "To reach"),
        Read("baseline", "From", page.confidence_level),
        *([] if page.service else [Text("service", "Service")]),
        Text("window", "Judged on"),
    ]
    aimed_at = {target.measure_id for target in context.targets}
    measures = (measure for measure in context.measures if measure.measure_id in aimed_at)
    note = ". ".join(filter(None, [say("targets note"), describe_definitions(measures)]))
    return page.table("targets", "Race-equality targets", columns, rows, note=note)


def _points(value: float, measure: MeasureFacts) -> str:
    scaled = value * _PER_CENT if measure.unit == "percent" else value
    return f"{format_number(scaled, 0 if measure.unit == 'percent' else 1)} points"


def _detectable_words(evidence: TargetEvidence) -> list[str]:
    """The smallest difference that could have been seen, where it can be told."""
    if isinstance(evidence.detectable, NotEstimable):
        return []
    return [say("detectable", points=_points(evidence.detectable, evidence.measure))]


def _needed_words(evidence: TargetEvidence) -> list[str]:
    """How much longer it would take to tell, where it can be told."""
    needed = evidence.months_needed
    if isinstance(needed, NotEstimable) or needed <= evidence.window.months:
        return []
    more = needed - evidence.window.months
    return [say("do wait", more=more) if more <= _MOST_MONTHS else say("do widen")]


def _what_to_do(evidence: TargetEvidence) -> list[str]:
    """What a commissioner can do about a verdict; nothing where the target is met or on track."""
    target = evidence.target
    match evidence.verdict, evidence.reason:
        case "not met" | "off track", _:
            return [say("do act", whom=target.agreed_with)]
        case _, "unknown":
            return [say("do record")]
        case "baseline forming", _ if evidence.baseline.window is not None:
            return [say("do baseline", month=month_name(evidence.baseline.window.last))]
        case _, "forecast across" | "no forecast":
            due = f"{target.due:%d %B %Y}".lstrip("0")
            return [*_detectable_words(evidence), say("do due", due=due)]
        case "cannot tell yet" | "too few to say", _:
            return [*_detectable_words(evidence), *_needed_words(evidence)]
        case _:
            return []


def _reason_words(evidence: TargetEvidence, rules: JudgementRules) -> str:
    reason = say(
        f"reason {evidence.reason}",
        minimum=rules.minimum_total,
        maximum=f"{format_number(rules.maximum_unknown * _PER_CENT)}%",
        months=rules.baseline_months,
    )
    if not evidence.reason.startswith("forecast"):
        return reason
    return f"{reason} {say('forecast season' if evidence.seasonal else 'forecast no season')}"


def _register_words(target: Target, context: Context) -> list[str]:
    """Who agreed it and when, and what earlier versions asked for."""
    earlier = [each for each in context.earlier_targets if each.target_id == target.target_id]
    revised = [
        say(
            "register revised",
            version=target.version,
            goal=goal_words(each, measure_of(each, context)),
            due=f"{each.due:%b %Y}",
            date=f"{each.agreed_on:%d %B %Y}".lstrip("0"),
        )
        for each in earlier
    ]
    agreed = say("register agreed", whom=target.agreed_with, date=f"{target.agreed_on:%d %B %Y}".lstrip("0"))
    return [agreed, *revised]


def _target_words(page: Page, evidence: TargetEvidence, rules: JudgementRules) -> str:
    target, context = evidence.target, page.slice.context
    whom = describe_group(target, context, break_year(page, target))
    title = f"{target.target_id} {evidence.measure.title}, {whom}"
    first = f"**{escape(title)}: {escape(evidence.verdict)}.**"
    rest = [_reason_words(evidence, rules), *_what_to_do(evidence), say("register why", why=target.why)]
    return f"- {first} {escape(' '.join([*rest, *_register_words(target, context)]))}"


def show_targets(page: Page, rules: JudgementRules) -> str:
    """The targets' table."""
    table = targets_table(page, rules)
    if not table.cells:
        return paragraph(say("targets none"))
    return page.format(table)


def show_target_reasons(page: Page, rules: JudgementRules) -> str:
    """Each target's verdict with its reason, what to do, why it exists and who agreed it."""
    return "\n".join(_target_words(page, evidence, rules) for evidence in assess_targets(page, rules))
