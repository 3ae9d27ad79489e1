"""Do the differences hold? Detailed groups, like children, and whoever the children of unknown group are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.analysis.equality.gaps import GroupGap, MeasureGaps, compare_groups, judge_gaps
from pipeline.analysis.equality.standardised import standardise_for_age
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import characteristics_of, measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import Chosen, Column, Count, Text, headed
from pipeline.present.disclosure.estimates import Worked
from pipeline.present.disclosure.figure_cells import gap_cells, level_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.adjusted_gap_columns import alike_cells, alike_note, alike_ratio_cells
from pipeline.present.equality.gap_columns import IfUnknown, RateIfUnknown, Tipping
from pipeline.present.equality.gap_rows import COMPARATOR, gap_row, level_columns
from pipeline.present.equality.shrunk_columns import Shrunk, ShrunkRate, fit_prior, fit_rate_prior
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say

_FEWEST_GROUPS = 2


def _first() -> tuple[Column, ...]:
    return Text("group", say("heading ethnic group")), Chosen("gap", say("heading difference"))


def _large_codes(page: Page, found: MeasureGaps, minimum: int) -> tuple[MeasureGaps, list[str]]:
    """The measure by detailed group, those with enough children; and the names of those without."""
    dataset = page.slice.context.dataset
    codes = [each.code for each in dataset.detailed_groups]
    whole = compare_groups(
        measure_rows(page, found.measure), codes, dataset.comparator, found.measure, page.confidence_level
    )
    large = tuple(gap for gap in whole.gaps if gap.tally.size >= minimum)
    small = [dataset.name_of(gap.ethnic_group) for gap in whole.gaps if gap.tally.size < minimum]
    return MeasureGaps(found.measure, large, whole.unknown, whole.unknown_share), small


def _detail_table(page: Page, found: MeasureGaps, rules: JudgementRules) -> PublishedTable:
    words = judge_gaps([found], rules)
    name_of, measure = page.slice.context.dataset.name_of, found.measure
    by_group = {group: word for (_, group), word in words.items()}
    rows = [
        gap_row(
            gap,
            measure,
            by_group.get(gap.ethnic_group, COMPARATOR),
            name_of(gap.ethnic_group),
            page.confidence_level,
        )
        for gap in found.gaps
    ]
    columns = level_columns(measure, page.slice.context.dataset.comparator)
    columns.append(_shrunk_column(page, found))
    return page.table(
        "detail",
        say("equality by detailed ethnic", title=measure.title),
        columns,
        rows,
        note=say("shrunk note"),
        measure=measure.title,
    )


def _shrunk_column(page: Page, found: MeasureGaps) -> Column:
    """Each group's level drawn towards those of the others."""
    label, tallies = say("equality level drawn to"), [gap.tally for gap in found.gaps]
    if found.measure.unit == "percent":
        return Shrunk("shrunk", label, fit_prior(tallies), page.confidence_level)
    return ShrunkRate("shrunk", label, fit_rate_prior(tallies), page.confidence_level)


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
    assert gap.reference is not None
    measure, unknown, pair = found.measure, found.unknown, (gap.tally, gap.reference)
    percent = measure.unit == "percent"
    return {
        "group": gap.ethnic_group,
        "pair": tuple(tally.counts() for tally in pair) if percent else pair,
        **gap_cells("gap", gap.tally, gap.reference, measure, page.confidence_level),
        **alike_cells(page, measure, gap),
        **alike_ratio_cells(page, measure, gap),
        "unknown": unknown.counts() if percent else unknown,
    }


def _alike_table(page: Page, measure: MeasureFacts, rows: list[dict[str, Any]]) -> PublishedTable:
    whom, ratio = (
        (say("equality of"), say("equality odds ratio"))
        if measure.unit == "percent"
        else (say("equality counted in"), say("equality rate ratio"))
    )
    columns = [
        *_first(),
        Chosen("adjusted", say("heading among like children")),
        Text("what", say("heading what adjusting does")),
        Chosen("adjusted_ratio", say("heading ratio among like children", ratio=ratio)),
        Text("in_strata", say("heading the same ratio in all strata")),
        Count("compared", say("heading the group with a counterpart", whom=whom)),
    ]
    title = say("equality among like children", title=measure.title)
    return page.table("checks", title, columns, rows, note=alike_note(page), measure=measure.title)


def _unknown_table(page: Page, measure: MeasureFacts, rows: list[dict[str, Any]]) -> PublishedTable:
    columns = [
        *_first(),
        IfUnknown("in_group", say("heading all of the group"), "pair", "all_in_group"),
        IfUnknown("in_reference", say("heading none of it"), "pair", "all_in_reference"),
        IfUnknown("in_proportion", say("heading in proportion"), "pair", "in_proportion"),
        IfUnknown("lowest", say("heading lowest"), "pair", "lowest"),
        IfUnknown("highest", say("heading highest"), "pair", "highest"),
        Tipping("tipping", say("heading what would undo it"), "pair", page.confidence_level),
    ]
    title = say("equality who children unknown", title=measure.title)
    return page.table("if_unknown", title, columns, rows, note=say("unknown note"), measure=measure.title)


def _unknown_rate_table(page: Page, measure: MeasureFacts, rows: list[dict[str, Any]]) -> PublishedTable:
    """Of rates the time of the unknown is known, but not how it would be split."""
    columns = [
        *_first(),
        RateIfUnknown("in_group", say("heading all of the group"), "pair", "all_in_group"),
        RateIfUnknown("in_reference", say("heading none of it"), "pair", "all_in_reference"),
        RateIfUnknown("in_proportion", say("heading in proportion"), "pair", "in_proportion"),
    ]
    title = say("equality who children unknown", title=measure.title)
    return page.table(
        "if_unknown", title, columns, rows, note=say("unknown rate note"), measure=measure.title
    )


def _standardised_row(page: Page, measure: MeasureFacts, gap: GroupGap, minimum: int) -> dict[str, Any]:
    """A group's rate as it is and as it would be with the ages of all children; words where few events tell it."""
    rows, key, confidence = characteristics_of(page), "standardised", page.confidence_level
    found = standardise_for_age(rows, measure.measure_id, gap.ethnic_group, confidence)
    return {
        "group": gap.ethnic_group,
        **level_cells("level", gap.tally, measure, confidence),
        key: "too few to say" if found.worth < minimum else found.rate,
        f"{key}_kind": Worked(key, "", decimals=1),
    }


def _standardised_tables(page: Page, found: MeasureGaps, minimum: int) -> Iterator[PublishedTable]:
    """Of a rate, where any group has events enough."""
    measure = found.measure
    if measure.unit == "percent":
        return
    rows = [_standardised_row(page, measure, gap, minimum) for gap in found.gaps]
    if all(isinstance(row["standardised"], str) for row in rows):
        return
    columns = [
        Text("group", say("heading ethnic group")),
        *headed(Chosen, level="per 100 child years", standardised="standardised for age"),
    ]
    title, note = (
        say("equality standardised for age", title=measure.title),
        say("standardised note", minimum=minimum),
    )
    yield page.table("standardised", title, columns, rows, note=note, measure=measure.title)


def _check_rows(page: Page, found: MeasureGaps) -> list[dict[str, Any]]:
    return [_check_row(page, found, gap) for gap in found.gaps if gap.reference is not None]


def alike_tables(page: Page, found: MeasureGaps, minimum: int) -> list[PublishedTable]:
    """Whether differences hold among like children, and of a rate at the same ages."""
    alike = _alike_table(page, found.measure, _check_rows(page, found))
    return [alike, *_standardised_tables(page, found, minimum)]


def unknown_group_table(page: Page, found: MeasureGaps) -> PublishedTable:
    """Whether differences hold whoever the children of unknown group are."""
    build = _unknown_table if found.measure.unit == "percent" else _unknown_rate_table
    return build(page, found.measure, _check_rows(page, found))


def check_tables(page: Page, found: MeasureGaps, minimum: int) -> list[PublishedTable]:
    """Whether differences hold: among like children, at the same ages, and whoever those of unknown group are."""
    return [*alike_tables(page, found, minimum), unknown_group_table(page, found)]
