"""How gaps moved, on a page: from the first year to the last, and from period to period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
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
from pipeline.analysis.groups import GroupTallies
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.chart import panel_chart
from pipeline.present.disclosure.columns import Chosen, Column, Text, Verdict
from pipeline.present.disclosure.figure_cells import difference_kind, gap_cells, ratio_cells
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.equality.gaps import chance_words
from pipeline.present.page import Page, paragraph
from pipeline.present.performance.catalogue import describe_definitions
from pipeline.present.sentences import say
from pipeline.protect.tally import Tally

MOVED = ("narrowing", "widening", "changed sides")
_ENOUGH = 0.5


def _row(change: GapChange, measure: MeasureFacts, verdict: GapVerdict, confidence: float) -> dict[str, Any]:
    first, last = change.first, change.last
    assert first.reference is not None
    assert last.reference is not None
    row: dict[str, Any] = {"measure": measure.title, "group": change.ethnic_group, "verdict": verdict}
    row |= gap_cells("first", first.tally, first.reference, measure, confidence)
    row |= gap_cells("last", last.tally, last.reference, measure, confidence)
    row |= ratio_cells(first.tally, first.reference, measure, confidence, "first_ratio")
    row |= ratio_cells(last.tally, last.reference, measure, confidence, "last_ratio")
    pairs = (first.tally, first.reference), (last.tally, last.reference)
    moved = change_of_gap(*pairs, measure.unit, confidence)
    return row | {"change": moved, "change_kind": difference_kind("change", measure)}


@cache
def years_table(page: Page, rules: JudgementRules, *, only_moved: bool = False) -> PublishedTable:
    """How each gap moved between the first and the last twelve months, absolute and relative; all, or what moved."""
    found, level = find_changes(page, rules), page.confidence_level
    verdicts = judge_changes(page, rules)
    rows = [
        _row(change, measure, verdicts[measure.measure_id, change.ethnic_group], level)
        for measure, changes in found
        for change in changes
        if not only_moved or verdicts[measure.measure_id, change.ethnic_group] in MOVED
    ]
    columns: list[Column] = [
        Text("measure", "Measure"),
        Text("group", "Ethnic group"),
        Verdict("verdict", "Verdict"),
        Chosen("first", "Gap in first year"),
        Chosen("last", "Gap in last year"),
        Chosen("change", "Change of gap"),
    ]
    notes = [say("years note"), chance_words(rules).rstrip(".")]
    notes.append(describe_definitions(page.slice.context.measures))
    note = "".join(f"{text}. " for text in notes if text).removesuffix(". ")
    comparator = page.slice.context.dataset.comparator
    if only_moved:
        return page.table("moved", f"Gaps to {comparator} that moved", columns, rows, note=note)
    columns += [
        Chosen("first_ratio", "Ratio in first year"),
        Chosen("last_ratio", "Ratio in last year"),
    ]
    return page.table("years", f"Every gap to {comparator}, and how it moved", columns, rows, note=note)


def _framings(page: Page, rules: JudgementRules) -> list[str]:
    """A warning for every gap whose two ratios moved in opposite directions."""
    verdicts = judge_changes(page, rules)
    return [
        say("framing apart", measure=measure.title, group=change.ethnic_group)
        for measure, changes in find_changes(page, rules)
        for change in changes
        if change.framings_apart
        and verdicts[measure.measure_id, change.ethnic_group] in ("narrowing", "widening")
    ]


def _pairs(counted: Mapping[str, GroupTallies], page: Page) -> list[tuple[str, str, Tally, Tally]]:
    """Group, period, the group's counts and its comparator's; none for the comparator itself."""
    dataset = page.slice.context.dataset
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


def _period_row(
    group: str, period: str, tally: Tally, other: Tally, measure: MeasureFacts, level: float
) -> dict[str, Any]:
    row: dict[str, Any] = {"group": group, "period": period}
    row |= gap_cells("gap", tally, other, measure, level)
    return row | ratio_cells(tally, other, measure, level)


def periods_table(page: Page, measure: MeasureFacts) -> tuple[PublishedTable, float]:
    """Every group's gap of one measure over time, absolute and relative; and the share of gaps that is shown.

    By the dataset's own period where at least half of the gaps can be shown, else by year of commissioned work.
    """
    level, length = page.confidence_level, str(page.slice.context.dataset.period)
    rows = measure_rows(page, measure)
    pairs = _pairs(count_periods(rows), page)
    if _share_shown(pairs) < _ENOUGH:
        pairs, length = _pairs(count_years(rows, page.window_of(measure)), page), "year"
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Text("period", "Period"),
        Chosen("gap", "Difference, points" if measure.unit == "percent" else "Difference"),
        Chosen("ratio", "Ratio"),
    ]
    title = f"{measure.title}: the gap by {length}"
    listed = [_period_row(*pair, measure, level) for pair in pairs]
    table = page.table("periods", title, columns, listed, measure=measure.title)
    return table, _share_shown(pairs)


def show_periods(page: Page) -> str:
    """One folded part a measure: the gap of each group over time in a table, over all services drawn as well."""
    parts = []
    for measure in page.slice.context.measures:
        table, shown = periods_table(page, measure)
        if not shown:
            continue
        axis = "Points" if measure.unit == "percent" else "Per 100 child-years"
        drawn = page.service is None and shown >= _ENOUGH
        chart = panel_chart(table, "gap", table.title, axis) if drawn else None
        title = escape(table.title)
        parts += [f"<details><summary>{title}</summary>", page.format(table, chart), "</details>"]
    return "\n\n".join(parts) or paragraph(say("periods none"))


def say_none_moved(page: Page, rules: JudgementRules) -> str:
    """That no gap moved, or that it cannot be told of any."""
    told = {*judge_changes(page, rules).values()} - {"cannot tell yet"}
    return say("years none") if told else say("years open")


def show_years(page: Page, rules: JudgementRules) -> str:
    """The gaps that moved, warnings where the framing decides, and folded every gap and every period."""
    whole, moved = (years_table(page, rules, only_moved=only) for only in (False, True))
    warnings = _framings(page, rules)
    parts = [paragraph(" ".join(warnings))] if warnings else []
    parts.append(page.format(moved) if moved.cells else paragraph(say_none_moved(page, rules)))
    parts += [f"<details><summary>{escape(whole.title)}</summary>", page.format(whole), "</details>"]
    return "\n\n".join([*parts, show_periods(page)])
