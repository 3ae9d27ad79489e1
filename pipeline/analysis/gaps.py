"""Gaps between ethnic groups: at one time, and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.analysis.months import Window
from pipeline.analysis.tally import (
    NOBODY,
    Protect,
    Tally,
    Unit,
    between_months,
    difference,
    level,
    ratio,
    reference_tally,
    tally_groups,
)
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.two_groups import change_in_difference, independent_difference

GapVerdict = Literal["narrowing", "widening", "changed sides", "no clear change", "cannot tell yet"]
_YEAR = 12
Pair = tuple[Tally, Tally]


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


def _compare(
    tallies: Mapping[str, Tally], group: str, comparator: str, unit: Unit, confidence: float
) -> GroupGap:
    tally = tallies.get(group, NOBODY)
    own_level = level(tally, unit, confidence)
    if group == comparator:
        itself = NotEstimable("the group the others are compared with")
        return GroupGap(group, tally, None, own_level, itself, itself)
    reference = reference_tally(tallies, group, comparator)
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
    tallies = tally_groups(measures)
    return tuple(_compare(tallies, group, comparator, unit, confidence_level) for group in groups)


def judge_gap_change(first: Result, last: Result, change: Result) -> GapVerdict:
    """Narrowing or widening only when the interval of the change excludes 0.

    A gap that went from one side of 0 to the other has moved, but whether it is smaller is another question: it
    "changed sides".
    """
    if isinstance(first, NotEstimable) or isinstance(last, NotEstimable) or isinstance(change, NotEstimable):
        return "cannot tell yet"
    if change.contains(0.0):
        return "no clear change"
    if first.value * last.value < 0:
        return "changed sides"
    return "narrowing" if abs(last.value) < abs(first.value) else "widening"


def _change(first: Pair, last: Pair, unit: Unit, confidence: float) -> Result:
    if unit == "percent":
        before, after = ((group.counts(), reference.counts()) for group, reference in (first, last))
        return change_in_difference(before, after, confidence)
    return independent_difference(difference(*last, unit, confidence), difference(*first, unit, confidence))


def _judge(first: Pair, last: Pair, unit: Unit, confidence: float) -> tuple[Result, GapVerdict]:
    change = _change(first, last, unit, confidence)
    before, after = difference(*first, unit, confidence), difference(*last, unit, confidence)
    return change, judge_gap_change(before, after, change)


def _protected(pair: Pair, protect: Protect) -> Pair | None:
    group, reference = (tally.protected(protect) for tally in pair)
    return None if group is None or reference is None else (group, reference)


def _judge_both_ways(
    first: Pair, last: Pair, unit: Unit, protect: Protect, confidence: float
) -> tuple[Result, GapVerdict]:
    """The verdict on the true counts, given only where the counts as published bear it out."""
    change, verdict = _judge(first, last, unit, confidence)
    shown = _protected(first, protect), _protected(last, protect)
    if shown[0] is None or shown[1] is None:
        return NotEstimable("too few children in one of the years"), "cannot tell yet"
    if _judge(shown[0], shown[1], unit, confidence)[1] != verdict:
        return change, "no clear change"
    return change, verdict


def compare_years(
    measures: pd.DataFrame,
    groups: Sequence[str],
    comparator: str,
    unit: Unit,
    whole: Window,
    minimum_total: int,
    protect: Protect,
    confidence_level: float,
) -> tuple[GapChange, ...]:
    """Each group's gap in the first twelve months of `whole` against that in the last twelve (G10).

    Under two years of data, or with too few people in a year, the verdict is "cannot tell yet". `protect` is
    the disclosure rule: a movement that only the unpublished counts show is not called one.
    """
    first_year = Window(whole.first, whole.first + _YEAR - 1)
    last_year = Window(whole.last - _YEAR + 1, whole.last)
    years = [tally_groups(between_months(measures, w.first, w.last)) for w in (first_year, last_year)]
    changes = []
    for group in groups:
        first, last = (_compare(year, group, comparator, unit, confidence_level) for year in years)
        if first.reference is None or last.reference is None:
            continue
        pairs = (first.tally, first.reference), (last.tally, last.reference)
        change: Result
        verdict: GapVerdict = "cannot tell yet"
        if whole.months < 2 * _YEAR:
            change = NotEstimable("under two years of data")
        elif min(tally.size for pair in pairs for tally in pair) < minimum_total:
            change = NotEstimable("too few children in one of the years")
        else:
            change, verdict = _judge_both_ways(*pairs, unit, protect, confidence_level)
        changes.append(GapChange(group, first, last, change, verdict))
    return tuple(changes)
