"""Race-equality targets on a page side by side: the register, the evidence, the verdicts; and their words."""

from collections.abc import Iterable
from typing import Any

from pipeline.analysis.equality.targets import TargetEvidence, assess_targets, break_year
from pipeline.analysis.judgement_rules import Family, JudgementRules
from pipeline.analysis.verdicts import Verdict as TargetVerdict
from pipeline.contract.context import Context, DatasetFacts, MeasureFacts, Target
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.plans import POPULATION
from pipeline.present.dates import format_short_month, format_short_window
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, fold, is_small, join_words
from pipeline.present.performance.catalogue import describe_definitions
from pipeline.present.sentences import retell, say, verdict_word

ORDER: tuple[TargetVerdict, ...] = (
    *("not met", "off track"),
    *("cannot tell yet", "too few to say", "baseline forming"),
    *("on track", "met"),
)
"""What asks for a decision first, what cannot be told next, what goes well last."""
_OTHER = "Other"


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
    judged_on, counted = (baseline_months, window_months), (minimum_total, maximum_unknown)
    return JudgementRules(*judged_on, *counted, false_discovery_rate, family, page.confidence_level)


def baseline_entry(evidence: TargetEvidence) -> Any:
    """The reading of a measured baseline, or words where it is stated or forming."""
    target = evidence.target
    if target.baseline is not None:
        stated = format_number(target.baseline, sign=target.comparator is not None)
        return say("equality stated", baseline=stated)
    return evidence.baseline.reading or say("baseline forming")


def _target_row(page: Page, evidence: TargetEvidence) -> dict[str, Any]:
    target, context, window = evidence.target, page.context, evidence.window
    goal = goal_words(target, evidence.measure)
    return {
        "target": f"{target.target_id} {retell(evidence.measure.title)}",
        "verdict": evidence.verdict,
        "whom": describe_group(target, context, break_year(page, target)),
        "now": evidence.reading,
        "goal": say("equality by", goal_words=goal, due=format_short_month(target.due)),
        "baseline": baseline_entry(evidence),
        "service_id": target.service_id,
        "service": target.service_id or say("targets all"),
        "window": format_short_window(window) if window.months else say("equality no month to"),
    }


def targets_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """The register with its evidence and verdicts."""
    context = page.context
    listed = by_verdict(assess_targets(page, rules)).values()
    rows = [_target_row(page, evidence) for own in listed for evidence in own]
    aimed_at = {target.measure_id for target in context.targets}
    measures = (measure for measure in context.measures if measure.measure_id in aimed_at)
    note = ". ".join(filter(None, [say("targets note"), describe_definitions(measures)]))
    return page.table("targets", rows, note, without=["service"] if page.service else [])


def show_targets_table(page: Page, rules: JudgementRules) -> str:
    """The targets side by side, folded; nothing where there is none."""
    table = targets_table(page, rules)
    return fold(say("targets table"), page.format(table)) if table.cells else ""


def _name(evidence: TargetEvidence) -> str:
    return f"{evidence.target.target_id} {retell(evidence.measure.title)}"


def target_verdicts_sentence(page: Page, rules: JudgementRules) -> str:
    """The service's targets by verdict, what is missed first; blank where it has none, and over all services."""
    if page.service is None:
        return ""
    found = [
        f"{len(own)} {verdict_word(word)} ({', '.join(map(_name, own))})"
        for word, own in by_verdict(assess_targets(page, rules)).items()
    ]
    return say("own targets", found="; ".join(found)) if found else ""


def show_own_targets(page: Page, rules: JudgementRules, *, below: bool = False) -> str:
    """The service's targets under a heading of their own; nothing where it has none, and over all services.

    Those of a small service stand `below` its terms, those of others above.
    """
    if page.service is None or not page.context.targets or is_small(page, rules) != below:
        return ""
    table = page.format(targets_table(page, rules))
    link = say("own targets page", page=f"../equality/{page.service.service_id}.ipynb")
    return f"## {say('own targets title')}\n\n{table}\n\n{link}"


def by_verdict(found: Iterable[TargetEvidence]) -> dict[TargetVerdict, list[TargetEvidence]]:
    """Return the targets of each verdict, verdicts and targets in the order in which they are told."""
    listed = sorted(found, key=lambda evidence: evidence.target.target_id)
    grouped = {word: [each for each in listed if each.verdict == word] for word in ORDER}
    return {word: own for word, own in grouped.items() if own}


def describe_group(target: Target, context: Context, break_year: int | None = None) -> str:
    """Return the group a target is for, with whom it is compared, and from which year that breaks off."""
    group = _name_of(target.ethnic_group, context.dataset)
    if target.comparator == POPULATION:
        broken = f"; {say('population broken', year=break_year)}" if break_year else ""
        return say("equality compared with the", group=group, broken=broken)
    others = _name_of(target.comparator, context.dataset) if target.comparator else ""
    return say("equality compared with", group=group, others=others) if others else group


def _name_of(group: str, dataset: DatasetFacts) -> str:
    """A group's name; of the one called Other its full name, as it is no rest of all the others."""
    titles = dict(zip(dataset.known_groups, dataset.group_titles, strict=False))
    return titles.get(group, group) if group == _OTHER else dataset.name_of(group)


def children_of(group: str, dataset: DatasetFacts) -> str:
    """Return the children of a broad group, a code, or everyone else: 'Asian children', 'other children'."""
    if group == EVERYONE_ELSE:
        return say("children others")
    if group == _OTHER:
        return say("children other group")
    return say("children of", group=dataset.name_of(group))


def children_of_groups(groups: Iterable[str], dataset: DatasetFacts) -> str:
    """Return the children of several groups, blank for none: 'Asian and White children'."""
    listed = list(dict.fromkeys(groups))
    named = [dataset.name_of(group) for group in listed if group != _OTHER]
    parts = [say("children of", group=join_words(named))] if named else []
    parts += [say("children other group")] if _OTHER in listed else []
    return join_words(parts) if parts else ""


def goal_words(target: Target, measure: MeasureFacts) -> str:
    """Return what a target asks for: 'at least 75%', 'no more than 5 points below'."""
    value = target.target
    number = format_number(abs(value), 0 if value == int(value) else 1)
    if target.comparator is None:
        return say(f"goal {target.direction}", amount=f"{number}{say(f'unit {measure.unit}')}")
    side = "level" if value == 0 else "above" if value > 0 else "below"
    return say(f"goal {target.direction} {side}", amount=f"{number}{difference_unit(measure, number)}")


def difference_unit(measure: MeasureFacts, number: str = "") -> str:
    """Return the unit of a difference, as it follows a number."""
    if measure.unit == "per_100_child_years":
        return say(f"unit {measure.unit}")
    return say("unit point" if number == "1" else "unit points")
