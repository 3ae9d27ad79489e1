"""Whom a target is for and what it asks, in words; and the order in which targets are told."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.analysis.equality.targets import TargetEvidence
from pipeline.analysis.verdicts import Verdict
from pipeline.contract.context import Context, DatasetFacts, MeasureFacts, Target
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.register import POPULATION
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.page import join_words
from pipeline.present.sentences import say

ORDER: tuple[Verdict, ...] = (
    "not met",
    "off track",
    "cannot tell yet",
    "too few to say",
    "baseline forming",
    "on track",
    "met",
)
"""What asks for a decision first, what cannot be told next, what goes well last."""
_OTHER = "Other"


def by_verdict(found: Iterable[TargetEvidence]) -> dict[Verdict, list[TargetEvidence]]:
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
