"""How gaps between ethnic groups moved: from the first year to the last, and from period to period (G10)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipeline.analysis.equality.gaps import GroupGap, adjust_in_families, compare, p_value_at_zero
from pipeline.analysis.group_counts import FEW, difference
from pipeline.analysis.groups import GroupTallies, count_groups, count_groups_by
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.months import Window
from pipeline.analysis.scope import Scope, measure_rows
from pipeline.contract.context import MeasureFacts, Unit
from pipeline.contract.open_words import CannotTell, NoChange
from pipeline.protect.cells import Cells
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.two_groups import change_in_difference, independent_difference
from pipeline.stats.results import NotEstimable, Result

GapVerdict = Literal["narrowing", "widening", "changed sides", NoChange, CannotTell]
_YEAR = 12
Pair = tuple[Tally, Tally]


@dataclass(frozen=True)
class GapChange:
    """A gap in the first and in the last twelve months, and how it moved.

    `framings_apart`: the ratio of those who did moved towards 1 while that of those who did not moved away from it,
    or the other way round.
    """

    ethnic_group: str
    first: GroupGap
    last: GroupGap
    change: Result
    verdict: GapVerdict
    framings_apart: bool = False


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


def change_of_gap(first: Pair, last: Pair, unit: Unit, confidence: float) -> Result:
    """Return how far a gap moved, in its own unit; FEW where few stand behind one of the four."""
    if any(tally.few for tally in (*first, *last)):
        return FEW
    if unit == "percent":
        before, after = ((group.counts(), reference.counts()) for group, reference in (first, last))
        return change_in_difference(before, after, confidence)
    return independent_difference(difference(*last, unit, confidence), difference(*first, unit, confidence))


def _judge(first: Pair, last: Pair, unit: Unit, confidence: float) -> tuple[Result, GapVerdict]:
    change = change_of_gap(first, last, unit, confidence)
    before, after = difference(*first, unit, confidence), difference(*last, unit, confidence)
    return change, judge_gap_change(before, after, change)


def _log_ratio(pair: Pair, adverse: bool) -> float:
    """How far the ratio of the two is from 1; not a number where one of them has none."""
    counts = [
        (tally.total - tally.events if adverse else tally.events) / tally.total if tally.total else 0.0
        for tally in pair
    ]
    return abs(math.log(counts[0] / counts[1])) if all(counts) else math.nan


def framings_apart(first: Pair, last: Pair) -> bool:
    """Whether the relative gap of those who did and that of those who did not moved in opposite directions.

    >>> first = Tally(10, 100, 0.0), Tally(20, 100, 0.0)
    >>> last = Tally(60, 100, 0.0), Tally(75, 100, 0.0)
    >>> framings_apart(first, last)
    True
    """
    did, did_not = (_log_ratio(last, adverse) - _log_ratio(first, adverse) for adverse in (False, True))
    return did * did_not < 0


def compare_years(
    rows: Cells,
    groups: Sequence[str],
    comparator: str,
    measure: MeasureFacts,
    whole: Window,
    rules: JudgementRules,
) -> tuple[GapChange, ...]:
    """Each group's gap in the first twelve months of `whole` against that in the last twelve.

    Under two years of data, or with too few people in a year, the verdict is "cannot tell yet".
    """
    unit = measure.unit
    windows = Window(whole.first, whole.first + _YEAR - 1), Window(whole.last - _YEAR + 1, whole.last)
    years = [count_groups(rows.between(window.first, window.last)) for window in windows]
    changes = []
    for group in groups:
        first, last = (compare(year, group, comparator, unit, rules.confidence_level) for year in years)
        if first.reference is None or last.reference is None:
            continue
        pairs = (first.tally, first.reference), (last.tally, last.reference)
        change: Result
        verdict: GapVerdict = "cannot tell yet"
        if whole.months < 2 * _YEAR:
            change = NotEstimable("under two years of data")
        elif min(tally.worth for pair in pairs for tally in pair) < rules.minimum_total:
            change = NotEstimable("too few children in one of the years")
        else:
            change, verdict = _judge(*pairs, unit, rules.confidence_level)
        few = any(tally.few for pair in pairs for tally in pair)
        apart = unit == "percent" and not few and framings_apart(*pairs)
        changes.append(GapChange(group, first, last, change, verdict, apart))
    return tuple(changes)


def change_p_value(change: GapChange, unit: Unit) -> float:
    """The level at which the interval of the change just holds 0; 1 where there is none."""
    first, last = change.first, change.last
    if isinstance(change.change, NotEstimable) or first.reference is None or last.reference is None:
        return 1.0
    pairs = (first.tally, first.reference), (last.tally, last.reference)
    return p_value_at_zero(lambda level: change_of_gap(*pairs, unit, level))


def adjust_changes(
    found: Sequence[tuple[MeasureFacts, tuple[GapChange, ...]]], rules: JudgementRules
) -> dict[tuple[str, str], GapVerdict]:
    """The verdict of every (measure, group), a movement being said only where it stands up within its family."""
    listed = {(m.measure_id, each.ethnic_group): (m, each) for m, changes in found for each in changes}
    told = {key: pair for key, pair in listed.items() if not isinstance(pair[1].change, NotEstimable)}
    adjusted = adjust_in_families(
        {key: change_p_value(each, m.unit) for key, (m, each) in told.items()}, rules
    )
    return {
        key: "no clear change" if adjusted.get(key, 0.0) > rules.false_discovery_rate else each.verdict
        for key, (_, each) in listed.items()
    }


def count_periods(rows: Cells) -> dict[str, GroupTallies]:
    """Tallies by ethnic group of each period of the data that has rows, in order."""
    return count_groups_by(rows.within_periods(), "period")


def count_years(rows: Cells, whole: Window) -> dict[str, GroupTallies]:
    """The same of each twelve months of commissioned work; what is left over at the end is a shorter one."""
    began = {month: month - (month - whole.first) % _YEAR for month in range(whole.first, whole.last + 1)}
    inside = rows.in_months(whole.first, whole.last).looked_at(_YEAR).name("began", "month", began)
    counted = count_groups_by(inside, "began")
    return {
        Window(int(first), min(int(first) + _YEAR - 1, whole.last)).short: groups
        for first, groups in counted.items()
    }


@cache
def find_changes(
    scope: Scope, rules: JudgementRules
) -> tuple[tuple[MeasureFacts, tuple[GapChange, ...]], ...]:
    """Every measure with the movement of each group's gap."""
    groups, comparator = scope.dataset.known_groups, scope.dataset.comparator

    def compare(measure: MeasureFacts) -> tuple[GapChange, ...]:
        rows, window = measure_rows(scope, measure), scope.window_of(measure)
        return compare_years(rows, groups, comparator, measure, window, rules)

    return tuple((measure, compare(measure)) for measure in scope.context.measures)


@cache
def judge_changes(scope: Scope, rules: JudgementRules) -> dict[tuple[str, str], GapVerdict]:
    """The verdict on every gap's movement, held to its family."""
    return adjust_changes(find_changes(scope, rules), rules)
