"""Gaps between ethnic groups on a page: what is clear, every measure by group, and whether the differences hold."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.analysis.equality.gaps import (
    GroupGap,
    MeasureGaps,
    find_gaps,
    gap_words,
    order_gaps,
)
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import MeasureFacts
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.columns import Chosen, Column, Text, Verdict
from pipeline.present.disclosure.figure_cells import UNIT_WORDS
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.equality.adjusted_gap_columns import alike_words
from pipeline.present.equality.gap_checks import check_tables, show_detail
from pipeline.present.equality.gap_rows import COMPARATOR, gap_columns, gap_row
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say
from pipeline.present.together import together_words
from pipeline.stats.results import Estimate, NotEstimable

CLEAR = ("behind", "ahead")
_PER_CENT = 100


def gap_table(page: Page, found: MeasureGaps, rules: JudgementRules) -> PublishedTable:
    """Every broad group of one measure: level, difference, shortfall and both ratios; clear differences first."""
    measure, comparator = found.measure, page.slice.context.dataset.comparator
    words = {
        group: word for (key, group), word in gap_words(page, rules).items() if key == measure.measure_id
    }
    rows = [
        gap_row(
            gap, measure, words.get(gap.ethnic_group, COMPARATOR), gap.ethnic_group, page.confidence_level
        )
        for gap in order_gaps(found.gaps, words)
    ]
    if found.unknown.size:
        nothing = NotEstimable("not a group")
        itself = GroupGap(NOT_KNOWN, found.unknown, None, nothing, nothing)
        rows.append(gap_row(itself, measure, "not a group", NOT_KNOWN, page.confidence_level))
    better = "more" if measure.direction == "higher" else "less"
    note = say("gap note" if measure.unit == "percent" else "gap rate note", better=better)
    return page.table(
        "gap",
        f"{measure.title}, by ethnic group",
        gap_columns(measure, comparator, page.confidence_level),
        rows,
        note=note,
        measure=measure.title,
    )


def show_gaps(page: Page, rules: JudgementRules) -> str:
    """One section a measure: chart and table, then the detailed groups and the checks, folded.

    A service's page draws the measures in which a difference is clear or that a target is set for.
    """
    words, targets = gap_words(page, rules), page.slice.context.targets
    worth_drawing = {measure_id for (measure_id, _), word in words.items() if word in CLEAR}
    worth_drawing |= {target.measure_id for target in targets if target.measure_id}
    together = together_words(page)
    parts = [paragraph(together)] if together else []
    for found in find_gaps(page):
        measure = found.measure
        table = gap_table(page, found, rules)
        chart = None
        if page.service is None or measure.measure_id in worth_drawing:
            title, axis = f"{measure.title}, by ethnic group", UNIT_WORDS[measure.unit].strip()
            chart = interval_chart(table, "level", title, axis)
        parts += [f"### {escape(measure.title)}", page.format(table, chart)]
        checks = [page.format(checked) for checked in check_tables(page, found, rules.minimum_total)]
        parts += ["<details><summary>Do the differences hold?</summary>", *checks, "</details>"]
        detail = show_detail(page, found, rules)
        parts += ["<details><summary>Detailed ethnic groups</summary>", detail, "</details>"]
    return "\n\n".join(parts)


def _list_clear(page: Page, rules: JudgementRules) -> list[tuple[MeasureFacts, GroupGap]]:
    """Every clear difference of the page, the largest first; rates per child-year after percentages."""
    words = gap_words(page, rules)
    found = [
        (each.measure, gap)
        for each in find_gaps(page)
        for gap in each.gaps
        if words.get((each.measure.measure_id, gap.ethnic_group)) in CLEAR
    ]

    def rank(pair: tuple[MeasureFacts, GroupGap]) -> tuple[bool, float]:
        difference = pair[1].difference
        return pair[0].unit != "percent", -abs(difference.value) if isinstance(difference, Estimate) else 0.0

    return sorted(found, key=rank)


def clear_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """Every clear difference, side by side."""
    words = gap_words(page, rules)
    rows = [
        {
            **gap_row(
                gap,
                measure,
                words[measure.measure_id, gap.ethnic_group],
                gap.ethnic_group,
                page.confidence_level,
            ),
            "measure": measure.title,
            "alike": alike_words(page, measure, gap),
        }
        for measure, gap in _list_clear(page, rules)
    ]
    columns: list[Column] = [
        Text("measure", "Measure"),
        Text("group", "Ethnic group"),
        Verdict("word", f"Against {page.slice.context.dataset.comparator}"),
        Chosen("level", "Level"),
        Chosen("gap", "Difference"),
        Text("alike", "Among like children"),
    ]
    return page.table(
        "clear", "Clear differences, the largest first", columns, rows, note=chance_words(rules).rstrip(".")
    )


def chance_words(rules: JudgementRules) -> str:
    """What is looked at together, and how many of the differences called clear may be chance."""
    rate = f"{rules.false_discovery_rate * _PER_CENT:g}%"
    return say("gaps chance", family=say(f"family {rules.family}"), rate=rate)


def say_clear(page: Page, rules: JudgementRules, ways: Sequence[str] = CLEAR) -> list[str]:
    """Which group is behind in what, then which is ahead, in a sentence each."""
    words, comparator = gap_words(page, rules), page.slice.context.dataset.comparator
    told: dict[tuple[str, str], list[str]] = {}
    for measure, gap in _list_clear(page, rules):
        alike = alike_words(page, measure, gap)
        explained = f" ({alike})" if alike == say("adjusted gone") else ""
        word = words[measure.measure_id, gap.ethnic_group]
        told.setdefault((word, gap.ethnic_group), []).append(f"{measure.title}{explained}")
    return [
        say(f"gaps {way}", group=group, comparator=comparator, measures="; ".join(measures))
        for way in ways
        for (word, group), measures in told.items()
        if word == way
    ]


def say_none_clear(page: Page, rules: JudgementRules) -> str:
    """That no group is clearly behind, or that there are too few children to say of any."""
    judged = set(gap_words(page, rules).values()) & {*CLEAR, "not clear"}
    key = "gaps none" if judged else "gaps open"
    return say(key, comparator=page.slice.context.dataset.comparator)


def show_clear(page: Page, rules: JudgementRules) -> str:
    """The clear differences in words and in a table."""
    words = say_clear(page, rules)
    if not words:
        return paragraph(f"{say_none_clear(page, rules)} {chance_words(rules)}")
    return f"{paragraph(' '.join(words))}\n\n{page.format(clear_table(page, rules))}"
