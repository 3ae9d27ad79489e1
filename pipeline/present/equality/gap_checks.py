"""Do the differences hold? Detailed groups, like children, and whoever the children of unknown group are."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipeline.analysis.equality.gaps import GroupGap, MeasureGaps, compare_groups, judge_gaps
from pipeline.analysis.equality.standardised import standardise_for_age
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import characteristics_of, measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.estimates import gap_cells, level_cells, level_kind
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.adjusted_gap_columns import alike_cells, alike_note, alike_ratio_cells
from pipeline.present.equality.gap_columns import (
    IfUnknown,
    count_heading,
    draw_together,
    gap_row,
    if_unknown,
    what_would_undo,
)
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say

_FEWEST_GROUPS = 2
_IDEAS = {
    "all_in_group": "all of the group",
    "all_in_reference": "none of it",
    "in_proportion": "in proportion",
    "lowest": "lowest",
    "highest": "highest",
}
"""Ideas of who the children of unknown group are, and their headings."""


def _large_codes(page: Page, found: MeasureGaps, minimum: int) -> tuple[MeasureGaps, list[str]]:
    """The measure by detailed group, those with enough children; and the names of those without."""
    dataset, measure = page.dataset, found.measure
    codes = [each.code for each in dataset.detailed_groups]
    rows = measure_rows(page, measure)
    whole = compare_groups(rows, codes, dataset.comparator, measure, page.confidence_level)
    large = tuple(gap for gap in whole.gaps if gap.tally.size >= minimum)
    small = [dataset.name_of(gap.ethnic_group) for gap in whole.gaps if gap.tally.size < minimum]
    return replace(whole, gaps=large), small


def _detail_table(page: Page, found: MeasureGaps, rules: JudgementRules) -> PublishedTable:
    words, measure = judge_gaps([found], rules), found.measure
    drawn = draw_together([gap.tally for gap in found.gaps], measure, page.confidence_level)
    rows = []
    for gap, result in zip(found.gaps, drawn, strict=True):
        rows.append({**gap_row(page, measure, gap, words), "shrunk": result})
    told = {"total": count_heading(measure), "comparator": page.dataset.comparator}
    shrunk = [level_kind("shrunk", measure, say("equality level drawn to"))]
    return page.table("detail", rows, told=told, more=shrunk, measure=measure.title)


def detail_tables(page: Page, found: MeasureGaps, rules: JudgementRules) -> Iterator[PublishedTable]:
    """Yield the table of the detailed groups, where at least two hold enough children."""
    large, _ = _large_codes(page, found, rules.minimum_total)
    if len(large.gaps) >= _FEWEST_GROUPS:
        yield _detail_table(page, large, rules)


def show_detail(page: Page, found: MeasureGaps, rules: JudgementRules) -> str:
    """The detailed groups, where at least two hold enough children; else why not."""
    large, small = _large_codes(page, found, rules.minimum_total)
    if len(large.gaps) < _FEWEST_GROUPS:
        return paragraph(say("level broad", minimum=rules.minimum_total))
    words = say("level all detailed", number=len(large.gaps))
    if small:
        words = say(
            "level detailed", number=len(large.gaps), minimum=rules.minimum_total, left="; ".join(small)
        )
    return f"{paragraph(words)}\n\n{page.format(_detail_table(page, large, rules))}"


def _check_row(page: Page, found: MeasureGaps, gap: GroupGap) -> dict[str, Any]:
    measure, unknown = found.measure, found.unknown
    return {
        "group": gap.ethnic_group,
        **gap_cells("gap", gap.tally, gap.reference, measure, page.confidence_level),
        **alike_cells(page, measure, gap),
        **alike_ratio_cells(page, measure, gap),
        "if_unknown": if_unknown(gap, unknown, measure),
        "tipping": what_would_undo(gap, unknown),
    }


def _alike_table(page: Page, measure: MeasureFacts, rows: list[dict[str, Any]]) -> PublishedTable:
    percent = measure.unit == "percent"
    whom = say("equality of") if percent else say("equality counted in")
    ratio = say("equality odds ratio") if percent else say("equality rate ratio")
    return page.table(
        "checks",
        rows,
        note=alike_note(page),
        told={"ratio": ratio, "whom": whom},
        measure=measure.title,
    )


def _standardised_row(page: Page, measure: MeasureFacts, gap: GroupGap, minimum: int) -> dict[str, Any]:
    """A group's rate as it is and as it would be with the ages of all children; words where few events tell it."""
    rows, confidence = characteristics_of(page), page.confidence_level
    found = standardise_for_age(rows, measure.measure_id, gap.ethnic_group, confidence)
    return {
        "group": gap.ethnic_group,
        **level_cells("level", gap.tally, measure, confidence),
        "standardised": "too few to say" if found.worth < minimum else found.rate,
    }


def _standardised_tables(page: Page, found: MeasureGaps, minimum: int) -> Iterator[PublishedTable]:
    """Of a rate, where any group has events enough."""
    measure = found.measure
    if measure.unit == "percent":
        return
    rows = [_standardised_row(page, measure, gap, minimum) for gap in found.gaps]
    if all(isinstance(row["standardised"], str) for row in rows):
        return
    yield page.table("standardised", rows, told={"minimum": minimum}, measure=measure.title)


def _check_rows(page: Page, found: MeasureGaps) -> list[dict[str, Any]]:
    return [_check_row(page, found, gap) for gap in found.gaps if gap.reference is not None]


def alike_tables(page: Page, found: MeasureGaps, minimum: int) -> list[PublishedTable]:
    """Whether differences hold among like children, and of a rate at the same ages."""
    alike = _alike_table(page, found.measure, _check_rows(page, found))
    return [alike, *_standardised_tables(page, found, minimum)]


def unknown_group_table(page: Page, found: MeasureGaps) -> PublishedTable:
    """Whether differences hold whoever the children of unknown group are.

    Of rates the time of the unknown is known, but not how it would be split.
    """
    measure = found.measure
    percent = measure.unit == "percent"
    columns = [
        IfUnknown(idea.removeprefix("all_"), say(f"heading {heading}"), idea, 0 if percent else 1)
        for idea, heading in _IDEAS.items()
        if percent or idea not in ("lowest", "highest")
    ]
    declared = "if_unknown" if percent else "if_unknown, rate"
    return page.table(declared, _check_rows(page, found), more=columns, measure=measure.title)


def check_tables(page: Page, found: MeasureGaps, minimum: int) -> list[PublishedTable]:
    """Whether differences hold: among like children, at the same ages, and whoever those of unknown group are."""
    return [*alike_tables(page, found, minimum), unknown_group_table(page, found)]
