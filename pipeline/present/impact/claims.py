"""Was it the service? What each outcome shows by its design, what may be said of it, and what was checked."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.analysis.impact.claims import LADDER, TOLD
from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.outcomes import all_findings, is_shown, list_measure_findings, verdict_on
from pipeline.contract.services import ServiceFacts
from pipeline.present.dates import format_month_number
from pipeline.present.disclosure.columns import Cell, Number, Row
from pipeline.present.disclosure.estimates import Mean, Measured, level_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.impact.check_words import check_sentence, name_check, name_failed
from pipeline.present.impact.plan_rows import list_plans, plans_table
from pipeline.present.impact.scores import show_effect
from pipeline.present.line_chart import line_chart
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import retell, say, verdict_word
from pipeline.protect.rounding import Disclosure
from pipeline.stats.results import Estimate, NotEstimable

_PER_HUNDRED = 100
"""Shares as percentages, rates per 100 child-years."""
_HALF = 6
_RATIOS = ("odds ratio", "rate ratio")


@dataclass(frozen=True)
class Course(Number):
    """Where a model's line runs, a number without an interval of its own; left out where `size` children are few.

    Its limits, for whoever draws it, are the line.
    """

    size: str

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        mean = Mean(self.key, self.label, self.size).cell(row, rule)
        height = mean.values[self.key]
        return Cell(mean.text, dict.fromkeys((self.key, f"{self.key}_lower", f"{self.key}_upper"), height))


def unit_of(finding: Finding) -> str:
    """The unit of an effect as words; blank where there is none."""
    if isinstance(finding.effect, NotEstimable):
        return ""
    return say(f"unit of effect {finding.effect.unit}")


def effect_cells(finding: Finding) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the effect in its own unit."""
    ratio = isinstance(finding.effect, Estimate) and finding.effect.unit in _RATIOS
    kind = Measured("effect", "", "size", decimals=2 if ratio else 1, sign=not ratio)
    return {"effect": finding.effect, "effect_kind": kind, "size": finding.size}


def _row(page: Page, finding: Finding) -> dict[str, Any]:
    shown, plan = is_shown(page, finding), finding.plan
    return {
        "outcome": page.context.outcome_title(finding.outcome),
        "claim": verdict_on(page, finding),
        "design": say(f"design {plan.design}") if plan else say("impact before and after"),
        "evidence": tell_level(finding) if shown else "",
        "unit": unit_of(finding) if shown else "",
        "estimate": finding.estimate,
        **effect_cells(finding),
    }


def evaluation_table(page: Page, service: ServiceFacts, minimum_pairs: int) -> PublishedTable:
    """Every outcome evaluated, by its design."""
    rows = [_row(page, finding) for finding in all_findings(page, service, minimum_pairs)]
    return page.table("evaluation", rows)


def format_effect(page: Page, finding: Finding) -> str:
    """An effect with its range and unit, as tables have it."""
    row = effect_cells(finding)
    unit = unit_of(finding) if is_shown(page, finding) else ""
    return f"{row['effect_kind'].cell(row, page.rule).text} {unit}"


def tell_level(finding: Finding) -> str:
    """How strong the evidence is, from 1 to 5; nothing where nothing can be told."""
    if finding.claim.verdict not in TOLD:
        return ""
    return say("evaluation level", level=finding.claim.level, levels=len(LADDER))


def claim_sentence(page: Page, finding: Finding, amount: str) -> str:
    """The claim in words, and what weakened it."""
    outcome, claim = page.context.outcome_title(finding.outcome), finding.claim
    if not is_shown(page, finding):
        found = finding.effect
        why = retell(found.reason) if isinstance(found, NotEstimable) else say("impact a small number of")
        return say("claim few", outcome=outcome, why=why)
    failed = name_failed(finding.failed) if finding.failed else ""
    if claim.verdict == "cannot tell yet":
        return say("claim cannot tell", outcome=outcome, amount=amount, failed=failed)
    if claim.verdict == "no clear change":
        return say("claim no clear change", outcome=outcome, amount=amount)
    # Of a comparison on a rung below comparisons, the words of a doubtful one.
    doubtful = finding.compared and claim.rung in ("interrupted series", "before and after")
    words = "doubtful comparison" if doubtful else claim.rung
    said = say(f"claim {words}", outcome=outcome, way=verdict_word(claim.verdict), amount=amount)
    if claim.rung == finding.strength:
        return said
    return f"{said} {say('claim weakened', strength=verdict_word(finding.strength), failed=failed)}"


def checks_table(page: Page, service: ServiceFacts, minimum_pairs: int) -> PublishedTable:
    """What was checked, and what it found."""
    rows = [
        {
            "outcome": page.context.outcome_title(finding.outcome),
            "check": name_check(check),
            "result": check.outcome,
            "found": check_sentence(page, check),
        }
        for finding in all_findings(page, service, minimum_pairs)
        if is_shown(page, finding)
        for check in finding.checks
    ]
    return page.table("checks, impact", rows)


def _course_rows(page: Page, finding: Finding) -> list[dict[str, Any]]:
    """Half-years counted from the start, so that none holds both sides of it: what was counted, and the course."""
    assert finding.followed is not None
    months, fitted = finding.followed.months, finding.followed.fitted
    measure = page.context.measure(finding.outcome)
    course = dict(zip(fitted.times.astype(int).tolist(), fitted.counterfactual.tolist(), strict=True))
    sizes = dict(enumerate(months.sizes, months.first))
    begins = months.start - -(-(months.start - months.first) // _HALF) * _HALF
    rows = []
    for begin in range(begins, months.last + 1, _HALF):
        told = [month for month in range(begin, begin + _HALF) if month in course and month in sizes]
        if not told:
            continue
        tally = months.between(told[0], told[-1])
        expected = np.average([course[month] for month in told], weights=[sizes[month] for month in told])
        rows.append(
            {
                "from": format_month_number(max(begin, months.first)),
                "total": tally.size,
                **level_cells("level", tally, measure, page.confidence_level),
                "course": _PER_HUNDRED * float(expected),
                "remark": say("course start") if begin == months.start else "",
            }
        )
    return rows


def show_course(page: Page, finding: Finding) -> str:
    """An interrupted series as a line, and where it was going before the start."""
    assert finding.followed is not None
    measure = page.context.measure(finding.outcome)
    rows = _course_rows(page, finding)
    told = {"outcome_title": page.context.outcome_title(finding.outcome)}
    table = page.table("course", rows, of=finding.outcome, told=told)
    chart = line_chart(table, "level", table.title, say(f"unit {measure.unit}").strip(), band="course")
    return page.format(table, chart)


def measure_sentences(page: Page, service: ServiceFacts, minimum_pairs: int) -> list[str]:
    """What may be said of the measures that plans are about, where it is better or worse."""
    return [
        claim_sentence(page, finding, format_effect(page, finding))
        for finding in list_measure_findings(page, service, minimum_pairs)
        if is_shown(page, finding) and finding.verdict in ("better", "worse")
    ]


def show_claims(page: Page, minimum_pairs: int) -> str:
    """What may be said of each outcome, what it rests on, the plans and the checks; nothing over all services."""
    if page.service is None:
        return ""
    findings = all_findings(page, page.service, minimum_pairs)
    if not findings:
        return paragraph(say("evaluation none"))
    table = page.format(evaluation_table(page, page.service, minimum_pairs))
    said = [
        page.told(claim_sentence(page, each, format_effect(page, each)), "evaluation") for each in findings
    ]
    plans = page.format(plans_table(page)) if list_plans(page) else paragraph(say("plans none"))
    followed = [finding for finding in findings if finding.followed and is_shown(page, finding)]
    courses = [show_course(page, finding) for finding in followed]
    checks = page.fold(checks_table(page, page.service, minimum_pairs))
    # Where no effect is shown its place stays blank.
    parts = [*said, table, *courses, show_effect(page, minimum_pairs), plans]
    return "\n\n".join([*parts, *filter(None, [checks])])
