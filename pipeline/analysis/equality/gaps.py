"""Gaps between ethnic groups at one time: how large, how sure, and what adjusting and the unknown do to them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipeline.analysis.group_counts import difference, level
from pipeline.analysis.groups import GroupTallies, count_groups, count_groups_by
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import Scope, measure_rows
from pipeline.contract.context import Direction, MeasureFacts, Unit
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.open_words import CannotTell, NotClear, TooFew
from pipeline.protect.cells import Cells
from pipeline.protect.tally import Tally
from pipeline.stats.multiple_testing import adjust_by_name, p_value_by_inversion
from pipeline.stats.proportions.two_groups import score_test
from pipeline.stats.results import NotEstimable, Result

GapWord = Literal["behind", "ahead", NotClear, TooFew, CannotTell]


@dataclass(frozen=True)
class GroupGap:
    """One group against its comparator; `reference` is None where the group is the comparator itself."""

    ethnic_group: str
    tally: Tally
    reference: Tally | None
    level: Result
    difference: Result

    @property
    def worth(self) -> float:
        """What the smaller side has of what it takes to be judged."""
        return min(self.tally.worth, self.reference.worth) if self.reference else self.tally.worth


@dataclass(frozen=True)
class MeasureGaps:
    """All groups of one measure against the comparator, and the rows whose group is not known."""

    measure: MeasureFacts
    gaps: tuple[GroupGap, ...]
    unknown: Tally
    unknown_share: float


def compare(groups: GroupTallies, group: str, comparator: str, unit: Unit, confidence: float) -> GroupGap:
    """One group's level, and its difference to the comparator."""
    tally = groups.of(group)
    own_level = level(tally, unit, confidence)
    if group == comparator:
        itself = NotEstimable("the group the others are compared with")
        return GroupGap(group, tally, None, own_level, itself)
    reference = groups.against(group, comparator)
    return GroupGap(group, tally, reference, own_level, difference(tally, reference, unit, confidence))


def _compare_counted(
    counted: GroupTallies, groups: Sequence[str], comparator: str, measure: MeasureFacts, confidence: float
) -> MeasureGaps:
    gaps = tuple(compare(counted, group, comparator, measure.unit, confidence) for group in groups)
    return MeasureGaps(measure, gaps, counted.unknown, counted.unknown_share)


def compare_groups(
    rows: Cells, groups: Sequence[str], comparator: str, measure: MeasureFacts, confidence_level: float
) -> MeasureGaps:
    """The named groups (broad, or codes) of one measure's rows, in the order given."""
    return _compare_counted(count_groups(rows), groups, comparator, measure, confidence_level)


def compare_parts(
    rows: Cells,
    groups: Sequence[str],
    comparator: str,
    measure: MeasureFacts,
    confidence_level: float,
) -> dict[str, MeasureGaps]:
    """The same within each part that the column `part` names: a service, a programme."""
    return {
        name: _compare_counted(counted, groups, comparator, measure, confidence_level)
        for name, counted in count_groups_by(rows, "part").items()
    }


def p_value_at(interval_at: Callable[[float], Result], null: float) -> float:
    """1 less the level at which the interval just holds the null value; 1 where there is none."""
    inverted = p_value_by_inversion(interval_at, null)
    return 1.0 if isinstance(inverted, NotEstimable) else inverted


def p_value_at_zero(interval_at: Callable[[float], Result]) -> float:
    """The same of a difference, whose null value is 0."""
    return p_value_at(interval_at, 0.0)


def gap_p_value(gap: GroupGap, unit: Unit) -> float:
    """The pooled score test for proportions; for rates the level at which the interval just holds 0."""
    if gap.reference is None:
        return 1.0
    if unit == "percent":
        tested = score_test(gap.tally.counts(), gap.reference.counts())
        return 1.0 if isinstance(tested, NotEstimable) else tested.value
    reference = gap.reference
    return p_value_at_zero(lambda level: difference(gap.tally, reference, unit, level))


def adjust_in_families(
    values: Mapping[tuple[str, str], float], rules: JudgementRules
) -> dict[tuple[str, str], float]:
    """P-values adjusted within their family; keys are (measure, group), a family is a measure or all of them."""
    families: dict[str, list[tuple[str, str]]] = {}
    for key in values:
        families.setdefault(key[0] if rules.family == "measure" else "", []).append(key)
    adjusted: dict[tuple[str, str], float] = {}
    for keys in families.values():
        adjusted |= adjust_by_name({key: values[key] for key in keys})
    return adjusted


def side_of(result: Result, direction: Direction) -> GapWord:
    """Which side of no difference a whole interval lies on, in the measure's own direction."""
    if isinstance(result, NotEstimable) or result.contains(0.0):
        return "not clear"
    return "ahead" if (result.value > 0) == (direction == "higher") else "behind"


def _word(gap: GroupGap, found: MeasureGaps, adjusted: float, rules: JudgementRules) -> GapWord:
    direction = found.measure.direction
    if gap.worth < rules.minimum_total:
        return "too few to say"
    if found.unknown_share > rules.maximum_unknown:
        return "cannot tell yet"
    return "not clear" if adjusted > rules.false_discovery_rate else side_of(gap.difference, direction)


def judge_gaps(found: Sequence[MeasureGaps], rules: JudgementRules) -> dict[tuple[str, str], GapWord]:
    """A word for every (measure, group) but the comparator.

    Ahead or behind is said only where the difference stands up to being one of a family of comparisons. Groups too
    small to judge are not part of a family.
    """
    compared = {
        (each.measure.measure_id, gap.ethnic_group): (gap, each)
        for each in found
        for gap in each.gaps
        if gap.reference is not None
    }
    tested = {
        key: gap_p_value(gap, each.measure.unit)
        for key, (gap, each) in compared.items()
        if gap.worth >= rules.minimum_total
    }
    adjusted = adjust_in_families(tested, rules)
    return {key: _word(gap, each, adjusted.get(key, 1.0), rules) for key, (gap, each) in compared.items()}


@cache
def find_gaps(scope: Scope) -> tuple[MeasureGaps, ...]:
    """Every measure by broad group, against the dataset's comparator."""
    dataset = scope.dataset
    return tuple(
        compare_groups(
            measure_rows(scope, measure),
            dataset.known_groups,
            dataset.comparator,
            measure,
            scope.confidence_level,
        )
        for measure in scope.context.measures
    )


@cache
def gap_words(scope: Scope, rules: JudgementRules) -> dict[tuple[str, str], GapWord]:
    """A word for every measure and group."""
    return judge_gaps(find_gaps(scope), rules)


def list_unknown(scope: Scope) -> Iterator[tuple[MeasureFacts, Tally]]:
    """Yield, of each percentage, those whose ethnic group is not known out of all."""
    for measure in scope.context.measures:
        if measure.unit == "percent":
            rows = measure_rows(scope, measure)
            unknown = rows.where("ethnic_group", NOT_KNOWN).sum().among(rows.sum())
            yield measure, unknown.tally(scope.rule)
