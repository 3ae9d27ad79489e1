"""Race-equality targets on a page side by side: the register, the evidence, the verdicts."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.equality.targets import TargetEvidence, assess_targets, break_year
from pipeline.analysis.judgement_rules import Family, JudgementRules
from pipeline.present.dates import tell_short_month, tell_short_window
from pipeline.present.disclosure.columns import Text, Verdict
from pipeline.present.disclosure.figure_cells import Read
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.target_words import by_verdict, describe_group, goal_words
from pipeline.present.page import Page, fold, fold_mark
from pipeline.present.performance.catalogue import describe_definitions
from pipeline.present.sentences import retell, say, tell_word


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


def baseline_entry(evidence: TargetEvidence) -> Any:
    """The reading of a measured baseline, or words where it is stated or forming."""
    target = evidence.target
    if target.baseline is not None:
        stated = format_number(target.baseline, sign=target.comparator is not None)
        return say("equality stated", baseline=stated)
    return evidence.baseline.reading or say("baseline forming")


def _target_row(page: Page, evidence: TargetEvidence) -> dict[str, Any]:
    target, context, window = evidence.target, page.slice.context, evidence.window
    goal = goal_words(target, evidence.measure)
    return {
        "target": f"{target.target_id} {retell(evidence.measure.title)}",
        "verdict": evidence.verdict,
        "whom": describe_group(target, context, break_year(page, target)),
        "now": evidence.reading,
        "goal": say("equality by", goal_words=goal, due=tell_short_month(target.due)),
        "baseline": baseline_entry(evidence),
        "service": target.service_id or say("targets all"),
        "window": tell_short_window(window) if window.months else say("equality no month to"),
    }


def targets_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """The register with its evidence and verdicts."""
    context = page.slice.context
    listed = by_verdict(assess_targets(page, rules)).values()
    rows = [_target_row(page, evidence) for own in listed for evidence in own]
    columns = [
        Text("target", say("heading target")),
        Verdict("verdict", say("heading verdict")),
        Text("whom", say("heading for whom")),
        Read("now", say("heading now"), page.confidence_level),
        Text("goal", say("heading to reach")),
        Read("baseline", say("heading from"), page.confidence_level),
        *([] if page.service else [Text("service", say("heading service"))]),
        Text("window", say("heading judged on")),
    ]
    aimed_at = {target.measure_id for target in context.targets}
    measures = (measure for measure in context.measures if measure.measure_id in aimed_at)
    note = ". ".join(filter(None, [say("targets note"), describe_definitions(measures)]))
    return page.table("targets", say("named targets"), columns, rows, note=note)


def show_targets_table(page: Page, rules: JudgementRules) -> str:
    """The targets side by side, folded; nothing where there is none."""
    table = targets_table(page, rules)
    return fold(say("targets table"), page.format(table)) if table.cells else ""


def _name(evidence: TargetEvidence) -> str:
    return f"{evidence.target.target_id} {retell(evidence.measure.title)}"


def tell_own_targets(page: Page, rules: JudgementRules) -> str:
    """The service's targets by verdict, what is missed first; blank where it has none, and over all services."""
    if page.service is None:
        return ""
    found = [
        f"{len(own)} {tell_word(word)} ({', '.join(map(_name, own))})"
        for word, own in by_verdict(assess_targets(page, rules)).items()
    ]
    return say("own targets", found="; ".join(found)) if found else ""


def show_own_targets(page: Page, rules: JudgementRules) -> str:
    """The service's targets under a heading of their own; nothing where it has none, and over all services."""
    if page.service is None or not page.slice.context.targets:
        return ""
    table = page.format(targets_table(page, rules))
    link = say("own targets page", page=f"../equality/{page.service.service_id}.ipynb")
    return f"## {say('own targets title')}{fold_mark(page, rules)}\n\n{table}\n\n{link}"
