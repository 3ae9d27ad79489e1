"""Race-equality targets on a page: the register, the evidence, the verdicts, and why each target exists."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from pipeline.analysis.targets import JudgementRules, TargetEvidence, assess_target
from pipeline.contract.context import Context, Target
from pipeline.present.catalogue import describe_definitions
from pipeline.present.columns import Chosen, Column, Text, Verdict, Words
from pipeline.present.evidence import UNIT_WORDS, evidence_cells
from pipeline.present.page import Page, paragraph
from pipeline.present.rounding import format_number
from pipeline.present.table import PublishedTable, escape
from pipeline.stats.results import NotEstimable

_PER_CENT = 100
_BOTH_WAYS = (
    "Met and not met are said only where the exact counts and the protected counts shown here agree; gaps are in "
    "percentage points"
)


def judgement_rules(
    page: Page, baseline_months: int, window_months: int, minimum_total: int, maximum_unknown: float
) -> JudgementRules:
    """The notebook's parameters as the rules of judgement."""
    return JudgementRules(
        baseline_months=baseline_months,
        window_months=window_months,
        minimum_total=minimum_total,
        maximum_unknown=maximum_unknown,
        confidence_level=page.confidence_level,
        protect=page.door.protect,
    )


@cache
def assess_targets(page: Page, rules: JudgementRules) -> tuple[TargetEvidence, ...]:
    """Every target of this page: the service's own; on the page over all services, those of services too."""
    context = page.slice.context
    return tuple(assess_target(target, *_scope(page, target), rules) for target in context.targets)


def _scope(page: Page, target: Target) -> tuple[pd.DataFrame, Context]:
    """Measures and context of the services the target is set for."""
    context, measures = page.slice.context, page.slice.measures
    if target.service_id is None or page.service:
        return measures, context
    service = next(service for service in context.services if service.service_id == target.service_id)
    return measures[measures["service_id"] == target.service_id], replace(context, service=service)


def _goal_words(evidence: TargetEvidence) -> str:
    decimals = 0 if evidence.target.target == int(evidence.target.target) else 1
    bound = "at least" if evidence.measure.direction == "higher" else "at most"
    if evidence.target.comparator is None:
        return f"{bound} {format_number(evidence.target.target, decimals)}{UNIT_WORDS[evidence.measure.unit]}"
    return f"{bound} {format_number(evidence.target.target, decimals, sign=True)} points"


def _baseline_cells(evidence: TargetEvidence, confidence: float) -> dict[str, Any]:
    baseline = evidence.baseline
    if baseline.kind == "stated" and evidence.target.baseline is not None:
        words = (
            format_number(evidence.target.baseline, sign=evidence.target.comparator is not None) + " (stated)"
        )
        return {"baseline": words, "baseline_kind": Words("baseline", "")}
    if baseline.group is None:
        return {"baseline": "still forming", "baseline_kind": Words("baseline", "")}
    return evidence_cells("baseline", baseline.group, baseline.reference, evidence.measure, confidence)


def describe_group(target: Target) -> str:
    """The group a target is for, and with whom it is compared."""
    compared = f", compared with {target.comparator}" if target.comparator else ""
    return f"{target.ethnic_group}{compared}"


def _target_row(evidence: TargetEvidence, confidence: float) -> dict[str, Any]:
    target = evidence.target
    return {
        "target": f"{target.target_id} {evidence.measure.title}",
        "verdict": evidence.verdict,
        "whom": describe_group(target),
        "service": target.service_id or "all",
        "goal": _goal_words(evidence),
        "due": f"{target.due:%b %Y}",
        **_baseline_cells(evidence, confidence),
        **evidence_cells("now", evidence.group, evidence.reference, evidence.measure, confidence),
        "window": evidence.window.short if evidence.window.months else "no month to judge yet",
    }


def targets_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """The register with its evidence and verdicts."""
    rows = [_target_row(evidence, page.confidence_level) for evidence in assess_targets(page, rules)]
    columns: list[Column] = [
        Text("target", "Target"),
        Verdict("verdict", "Verdict"),
        Text("whom", "For whom"),
        Chosen("now", "Now"),
        Text("goal", "To reach"),
        Text("due", "By"),
        Chosen("baseline", "From"),
        Text("service", "Service"),
        Text("window", "Judged on"),
    ]
    aimed_at = {target.measure_id for target in page.slice.context.targets}
    measures = (measure for measure in page.slice.context.measures if measure.measure_id in aimed_at)
    note = ". ".join(filter(None, [_BOTH_WAYS, describe_definitions(measures)]))
    return page.table("targets", "Race-equality targets", columns, rows, note=note)


def _needed_words(evidence: TargetEvidence) -> str:
    parts = []
    if not isinstance(evidence.detectable, NotEstimable):
        points = format_number(evidence.detectable * _PER_CENT)
        parts.append(
            f"With this many children, a gap smaller than about {points} points would usually go unseen."
        )
    needed = evidence.months_needed
    if not isinstance(needed, NotEstimable) and needed > evidence.window.months:
        more = needed - evidence.window.months
        words = f"about {more} more months" if more <= 120 else "more than ten more years"
        parts.append(f"At today's intake and level it would take {words} of data to tell.")
    return " ".join(parts)


def _target_words(evidence: TargetEvidence) -> str:
    target = evidence.target
    words = (
        f"**{escape(target.target_id)} {escape(evidence.measure.title)}, {escape(describe_group(target))}: "
    )
    words += f"{escape(evidence.verdict)}** ({escape(evidence.reason)})."
    if evidence.verdict in ("cannot tell yet", "too few to say"):
        words += " " + escape(_needed_words(evidence))
    return f"- {words} Why it is needed: {escape(target.why)} Agreed with: {escape(target.agreed_with)}."


def show_targets(page: Page, rules: JudgementRules) -> str:
    """The targets' table."""
    table = targets_table(page, rules)
    if not table.cells:
        return paragraph("No race-equality target is set here in the register.")
    return page.format(table)


def show_target_reasons(page: Page, rules: JudgementRules) -> str:
    """Each target's verdict with its reason, why it exists and who agreed it."""
    return "\n".join(_target_words(evidence) for evidence in assess_targets(page, rules))
