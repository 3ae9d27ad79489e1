"""The same comparison by age, sex, disability and whatever else is recorded, and by ethnic group within them (G1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.analysis.equality.gaps import GapWord, GroupGap, MeasureGaps, judge_gaps
from pipeline.analysis.group_counts import difference, level
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import MeasureFacts, Unit
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import NOBODY, Sum, Tally, add_sums
from pipeline.protect.wholes import CROSSED

_BETWEEN = "\t"
Key = tuple[str, ...]
Counted = dict[str, dict[str, dict[Key, Sum]]]
"""Each measure's counts by characteristic, and in it by (level, ethnic group)."""


@dataclass(frozen=True)
class LevelComparison:
    """One group by a characteristic against everyone else whose characteristic is known.

    `ethnic_group` is blank where all ethnic groups are taken together; where it is not, a group is an ethnic group
    within one level of the characteristic, and everyone else those for whom both are known.
    """

    measure: MeasureFacts
    characteristic: str
    level: str
    ethnic_group: str
    gap: GroupGap
    word: GapWord


def _sums(rows: Cells) -> Counted:
    keys = ["measure_id", "characteristic", "level", "ethnic_group"]
    found: Counted = {}
    for (measure_id, characteristic, *key), tally in rows.sums_by(keys).items():
        found.setdefault(measure_id, {}).setdefault(characteristic, {})[tuple(key)] = tally
    return found


def _over_groups(tallies: Mapping[Key, Sum]) -> dict[Key, Sum]:
    """By level alone, all ethnic groups together."""
    summed: dict[Key, Sum] = {}
    for (name, _), tally in tallies.items():
        _add_to(summed, (name,), tally)
    return summed


def _add_to(sums: dict[Key, Sum], key: Key, more: Sum) -> None:
    sums[key] = sums.get(key, Sum()) + more


def _gap(name: str, tally: Tally, others: Tally, unit: Unit, confidence: float) -> GroupGap:
    own_level, gap = level(tally, unit, confidence), difference(tally, others, unit, confidence)
    return GroupGap(name, tally, others, own_level, gap)


def _compare_all(
    sums: Mapping[Key, Sum], rule: Disclosure, unit: Unit, confidence: float
) -> Iterator[GroupGap]:
    """Every group that is known against all the others that are, but for one beside which few are left."""
    known = {key: found for key, found in sums.items() if NOT_KNOWN not in key}
    whole = add_sums(known.values())
    shown = whole.tally(rule)
    for key, found in known.items():
        own = found.tally(rule)
        others = shown.without(own, whole.without(found))
        if not others.few:
            yield _gap(_BETWEEN.join(key), own, others, unit, confidence)


def compare_levels(rows: Cells, measure: MeasureFacts, confidence: float) -> dict[str, MeasureGaps]:
    """One measure by each characteristic, all ethnic groups together, with the share whose level is not known.

    That share is of numbers as shown: those who are not known, rounded by themselves, would tell of all others.
    """
    found = {}
    for characteristic, sums in _sums(rows).get(measure.measure_id, {}).items():
        levels = _over_groups(sums)
        gaps = tuple(_compare_all(levels, rows.rule, measure.unit, confidence))
        known = add_sums(own for key, own in levels.items() if NOT_KNOWN not in key).tally(rows.rule).size
        whole = add_sums(levels.values()).tally(rows.rule).size
        unknown = max(1 - known / whole, 0.0) if whole else 0.0
        found[characteristic] = MeasureGaps(measure, gaps, NOBODY, unknown)
    return found


def _without_mirror(gaps: Sequence[GroupGap], minimum: int) -> list[GroupGap]:
    """Of two groups that are each other's everyone else, the smaller: the other says the same again."""
    large = sorted((gap for gap in gaps if gap.tally.size >= minimum), key=lambda gap: gap.tally.size)
    return [gap for gap in gaps if len(large) != 2 or gap is not large[1]]


def _compare_within(
    sums: Mapping[Key, Sum], rule: Disclosure, crossed: bool, unit: Unit, rules: JudgementRules
) -> Iterator[GroupGap]:
    """All groups by one characteristic; then ethnic groups within its levels, where that is crossed."""
    found = list(_compare_all(_over_groups(sums), rule, unit, rules.confidence_level))
    yield from _without_mirror(found, rules.minimum_total)
    if crossed:
        yield from _compare_all(sums, rule, unit, rules.confidence_level)


def compare_characteristics(
    rows: Cells, measures: Sequence[MeasureFacts], rules: JudgementRules, crossed: Collection[str] = CROSSED
) -> tuple[LevelComparison, ...]:
    """Every measure by every characteristic that is recorded (rows of `characteristics.parquet`), each with a word.

    What is looked at together is all of one measure (or of the page): a further characteristic makes each
    difference harder to call clear. Ethnic groups are looked at within the levels of what is `crossed`.
    """
    found, counted = [], _sums(rows)
    for measure in measures:
        gaps = tuple(
            replace(gap, ethnic_group=f"{characteristic}{_BETWEEN}{gap.ethnic_group}")
            for characteristic, sums in counted.get(measure.measure_id, {}).items()
            for gap in _compare_within(sums, rows.rule, characteristic in crossed, measure.unit, rules)
        )
        found.append(MeasureGaps(measure, gaps, NOBODY, 0.0))
    words = judge_gaps(found, rules)
    return tuple(
        _comparison(each.measure, gap, words[each.measure.measure_id, gap.ethnic_group])
        for each in found
        for gap in each.gaps
    )


def _comparison(measure: MeasureFacts, gap: GroupGap, word: GapWord) -> LevelComparison:
    characteristic, name, *ethnic_group = gap.ethnic_group.split(_BETWEEN)
    return LevelComparison(measure, characteristic, name, "".join(ethnic_group), gap, word)
