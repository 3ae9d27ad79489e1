"""How gaps moved, on a page: from the first year to the last, and from period to period."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipeline.analysis.equality.gap_changes import (
    GapChange,
    GapVerdict,
    change_of_gap,
    count_periods,
    count_years,
    find_changes,
    judge_changes,
)
from pipeline.analysis.group_counts import ratio
from pipeline.analysis.groups import GroupTallies
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.chart import panel_chart
from pipeline.present.disclosure.estimates import difference_kind, gap_cells
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.gaps import MOST_TOLD, chance_words
from pipeline.present.equality.targets import children_of, difference_unit
from pipeline.present.messages import verdict_message
from pipeline.present.page import Page, join_words, paragraph, stack
from pipeline.present.performance.catalogue import describe_definitions
from pipeline.present.sentences import say, verdict_word
from pipeline.protect.tally import Tally
from pipeline.stats.results import Estimate

MOVED = ("narrowing", "widening", "changed sides")
_ENOUGH = 0.5
_PER_CENT = 100


def _row(change: GapChange, measure: MeasureFacts, verdict: GapVerdict, confidence: float) -> dict[str, Any]:
    first, last = change.first, change.last
    assert first.reference is not None
    assert last.reference is not None
    pairs = (first.tally, first.reference), (last.tally, last.reference)
    return {
        "measure": measure.title,
        "group": change.ethnic_group,
        "verdict": verdict,
        **gap_cells("first", *pairs[0], measure, confidence),
        **gap_cells("last", *pairs[1], measure, confidence),
        "first_ratio": ratio(*pairs[0], measure.unit, confidence),
        "last_ratio": ratio(*pairs[1], measure.unit, confidence),
        "change": change_of_gap(*pairs, measure.unit, confidence),
        "change_kind": difference_kind("change", measure),
    }


def list_changes(
    page: Page, rules: JudgementRules, measure_id: str = ""
) -> Iterator[tuple[MeasureFacts, GapChange, GapVerdict]]:
    """Yield every gap's change with its verdict; those of one measure where it is named."""
    verdicts = judge_changes(page, rules)
    for measure, changes in find_changes(page, rules):
        if measure_id in ("", measure.measure_id):
            for change in changes:
                yield measure, change, verdicts[measure.measure_id, change.ethnic_group]


def moved_gaps_sentence(page: Page, rules: JudgementRules, measure_id: str = "") -> str:
    """Which gaps moved, of one measure where it is named, the first few of them; blank where none did.

    'Completed, where Black children went from 15 points below to 27 points above (changed sides)'; the measure's name
    is left out where all is about it.
    """
    dataset = page.dataset
    moved = []
    for measure, change, verdict in list_changes(page, rules, measure_id):
        sides = (change.first.difference, change.last.difference)
        told = [_tell_side(each, measure) for each in sides if isinstance(each, Estimate)]
        if verdict in MOVED:
            ends = dict(zip(("first", "last"), told, strict=True))
            children, word = children_of(change.ethnic_group, dataset), verdict_word(verdict)
            moved.append((measure.title, say("gap moved", children=children, verdict=word, **ends)))
    listed = [
        told if measure_id else say("gap moved of", measure=title, moved=told)
        for title, same in groupby(moved[:MOST_TOLD], key=itemgetter(0))
        for told in (join_words([words for _, words in same]),)
    ]
    if len(moved) > MOST_TOLD:
        listed.append(say("gaps more", number=len(moved) - MOST_TOLD))
    return say("gaps moved", comparator=dataset.comparator, moved="; ".join(listed)) if moved else ""


def _tell_side(gap: Estimate, measure: MeasureFacts) -> str:
    """A difference with its unit, and on which side of the comparator it lies."""
    percent = measure.unit == "percent"
    number = format_number(abs(gap.value) * (_PER_CENT if percent else 1), 0 if percent else 1)
    side = "above" if gap.value > 0 else "below"
    return say(f"side {side}", amount=f"{number}{difference_unit(measure, number)}")


@cache
def years_table(
    page: Page, rules: JudgementRules, *, only_moved: bool = False, measure_id: str = ""
) -> PublishedTable:
    """How each gap moved between the first and the last twelve months, absolute and relative; all, or what moved.

    Of one measure where it is named.
    """
    rows = [
        _row(change, measure, verdict, page.confidence_level)
        for measure, change, verdict in list_changes(page, rules, measure_id)
        if not only_moved or verdict in MOVED
    ]
    measures = (m for m in page.context.measures if measure_id in ("", m.measure_id))
    notes = [say("years note"), chance_words(rules).rstrip("."), describe_definitions(measures)]
    note, told = ". ".join(filter(None, notes)), {"comparator": page.dataset.comparator}
    return page.table("moved" if only_moved else "years", rows, note, told=told)


def warn_of_framings(page: Page, rules: JudgementRules, measure_id: str = "") -> list[str]:
    """A warning for every gap whose two ratios moved in opposite directions; of one measure where it is named."""
    return [
        say("framing apart", measure=measure.title, group=change.ethnic_group)
        for measure, change, verdict in list_changes(page, rules, measure_id)
        if change.framings_apart and verdict in ("narrowing", "widening")
    ]


def _pairs(counted: Mapping[str, GroupTallies], page: Page) -> list[tuple[str, str, Tally, Tally]]:
    """Group, period, the group's counts and its comparator's; none for the comparator itself."""
    dataset = page.dataset
    return [
        (group, period, groups.of(group), groups.against(group, dataset.comparator))
        for group in dataset.known_groups
        if group != dataset.comparator
        for period, groups in counted.items()
    ]


def _share_shown(pairs: Sequence[tuple[str, str, Tally, Tally]]) -> float:
    """The share of gaps that rest on enough children on both sides."""
    shown = [tally.size and other.size and not tally.few and not other.few for *_, tally, other in pairs]
    return sum(map(bool, shown)) / len(shown) if shown else 0.0


def periods_table(page: Page, measure: MeasureFacts) -> tuple[PublishedTable, float]:
    """Every group's gap of one measure over time, absolute and relative; and the share of gaps that is shown.

    By the dataset's own period where at least half of the gaps can be shown, else by year of commissioned work.
    """
    level, length = page.confidence_level, str(page.dataset.period)
    rows = measure_rows(page, measure)
    pairs = _pairs(count_periods(rows), page)
    if _share_shown(pairs) < _ENOUGH:
        pairs, length = _pairs(count_years(rows, page.window_of(measure)), page), "year"
    points = say("equality difference points") if measure.unit == "percent" else say("equality difference")
    told = {"length": say(f"period {length}"), "points": points}
    listed = [
        {
            "group": group,
            "period": period,
            **gap_cells("gap", tally, other, measure, level),
            "ratio": ratio(tally, other, measure.unit, level),
        }
        for group, period, tally, other in pairs
    ]
    table = page.table("periods", listed, told=told, measure=measure.title)
    return table, _share_shown(pairs)


def show_periods(page: Page, measure: MeasureFacts, rules: JudgementRules) -> str:
    """One measure's gap of each group over time, drawn where enough can be shown; nothing where none can be."""
    table, shown = periods_table(page, measure)
    if not shown:
        return ""
    if shown < _ENOUGH:
        return page.format(table)
    axis = say("equality points") if measure.unit == "percent" else say("equality per 100 child")
    message = moved_message(page, rules, measure.measure_id)
    chart = panel_chart(table, "gap", table.title, axis, message=message) or ""
    return stack(chart, page.fold(table))


def moved_message(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Which gaps of a measure moved, that none did, or that it cannot be told."""
    words = {group: word for (key, group), word in judge_changes(page, rules).items() if key == measure_id}
    known = any(word != "cannot tell yet" for word in words.values())
    return verdict_message("chart moved", words, MOVED) or say(f"chart {'none' if known else 'open'} moved")


def _show_all_periods(page: Page) -> str:
    """Of a service one folded part a measure; over all, where each measure has a page, all of them as a file."""
    tables = [periods_table(page, measure) for measure in page.context.measures]
    told = [table for table, shown in tables if shown]
    if not told:
        return paragraph(say("periods none"))
    if page.service is None:
        return page.door.link_to(replace(told[0], title=say("file periods")))
    return stack(*(page.fold(table) for table in told))


def say_none_moved(page: Page, rules: JudgementRules) -> str:
    """That no gap moved, or that it cannot be told of any."""
    told = {*judge_changes(page, rules).values()} - {"cannot tell yet"}
    return say("years none" if told else "years open", comparator=page.dataset.comparator)


def show_years(page: Page, rules: JudgementRules) -> str:
    """The gaps that moved, warnings where the framing decides, and folded every gap and every period."""
    whole, moved = (years_table(page, rules, only_moved=only) for only in (False, True))
    told = page.fold(moved) if moved.cells else paragraph(say_none_moved(page, rules))
    warnings = paragraph(" ".join(warn_of_framings(page, rules)))
    return stack(warnings, told, page.fold(whole), _show_all_periods(page))
