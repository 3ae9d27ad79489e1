"""Gaps between ethnic groups: at one time, and over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.analysis.months import Window
from pipeline.analysis.tally import (
    Tally,
    Unit,
    add_up,
    between_months,
    difference,
    level,
    ratio,
    reference_rows,
)
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.two_groups import change_in_difference, independent_difference

GapVerdict = Literal["narrowing", "widening", "no clear change", "cannot tell yet"]
_YEAR = 12


@dataclass(frozen=True)
class GroupGap:
    """One group against its comparator; `reference` is None where the group is the comparator itself."""

    ethnic_group: str
    tally: Tally
    reference: Tally | None
    level: Result
    difference: Result
    ratio: Result


@dataclass(frozen=True)
class GapChange:
    """A gap in the first and in the last twelve months, and how it moved."""

    ethnic_group: str
    first: GroupGap
    last: GroupGap
    change: Result
    verdict: GapVerdict


def _compare(measures: pd.DataFrame, group: str, comparator: str, unit: Unit, confidence: float) -> GroupGap:
    tally = add_up(measures[measures["ethnic_group"] == group])
    own_level = level(tally, unit, confidence)
    if group == comparator:
        itself = NotEstimable("the group the others are compared with")
        return GroupGap(group, tally, None, own_level, itself, itself)
    reference = add_up(reference_rows(measures, group, comparator))
    return GroupGap(
        group,
        tally,
        reference,
        own_level,
        difference(tally, reference, unit, confidence),
        ratio(tally, reference, unit, confidence),
    )


def compare_groups(
    measures: pd.DataFrame, groups: Sequence[str], comparator: str, unit: Unit, confidence_level: float
) -> tuple[GroupGap, ...]:
    """Every group of one measure against the comparator, in the classification's order."""
    return tuple(_compare(measures, group, comparator, unit, confidence_level) for group in groups)


def judge_gap_change(first: Result, last: Result, change: Result) -> GapVerdict:
    """Narrowing or widening only when the interval of the change excludes 0.

    Narrowing means that the gap's size fell: a gap that changed sides and grew has widened.
    """
    if isinstance(first, NotEstimable) or isinstance(last, NotEstimable) or isinstance(change, NotEstimable):
        return "cannot tell yet"
    if change.contains(0.0):
        return "no clear change"
    return "narrowing" if abs(last.value) < abs(first.value) else "widening"


def _change(first: GroupGap, last: GroupGap, unit: Unit, confidence: float) -> Result:
    if first.reference is None or last.reference is None:
        return first.difference
    if unit == "percent":
        before = (first.tally.counts(), first.reference.counts())
        return change_in_difference(before, (last.tally.counts(), last.reference.counts()), confidence)
    return independent_difference(last.difference, first.difference)


def _smallest(gap: GroupGap) -> int:
    return min(gap.tally.size, gap.reference.size if gap.reference else gap.tally.size)


def compare_years(
    measures: pd.DataFrame,
    groups: Sequence[str],
    comparator: str,
    unit: Unit,
    whole: Window,
    minimum_total: int,
    confidence_level: float,
) -> tuple[GapChange, ...]:
    """Each group's gap in the first twelve months of `whole` against that in the last twelve (G10).

    Under two years of data, or with too few people in a year, the verdict is "cannot tell yet".
    """
    first_year = Window(whole.first, whole.first + _YEAR - 1)
    last_year = Window(whole.last - _YEAR + 1, whole.last)
    changes = []
    for group in groups:
        if group == comparator:
            continue
        first, last = (
            _compare(between_months(measures, w.first, w.last), group, comparator, unit, confidence_level)
            for w in (first_year, last_year)
        )
        change = _change(first, last, unit, confidence_level)
        smallest = min(_smallest(first), _smallest(last))
        if whole.months < 2 * _YEAR:
            change = NotEstimable("under two years of data")
        elif smallest < minimum_total:
            change = NotEstimable("too few children in one of the years")
        verdict = judge_gap_change(first.difference, last.difference, change)
        changes.append(GapChange(group, first, last, change, verdict))
    return tuple(changes)
