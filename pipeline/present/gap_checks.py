"""Do the differences hold? Detailed groups, like children, and whoever the children of unknown group are."""

from __future__ import annotations

from functools import cache
from typing import Any

from pipeline.analysis.gaps import (
    AdjustedGap,
    GroupGap,
    MeasureGaps,
    adjust_gaps,
    compare_groups,
    judge_adjusted,
    judge_gaps,
    order_gaps,
)
from pipeline.analysis.policy import JudgementRules
from pipeline.analysis.tally import of_measure
from pipeline.contract.context import MeasureFacts
from pipeline.contract.tables import load_table
from pipeline.present.columns import Chosen, Column, Count, Text
from pipeline.present.estimates import Contrast, Measured
from pipeline.present.evidence import gap_cells
from pipeline.present.gap_columns import IfUnknown, RateIfUnknown, Shrunk, Tipping, fit_prior
from pipeline.present.gap_rows import COMPARATOR, gap_row, level_columns
from pipeline.present.page import Page, join_words, paragraph
from pipeline.present.sentences import say
from pipeline.present.table import PublishedTable

_PER_CENT = 100


def _large_codes(page: Page, found: MeasureGaps, minimum: int) -> tuple[MeasureGaps, list[str]]:
    """The measure by detailed group, those with enough children; and the names of those without."""
    dataset = page.slice.context.dataset
    codes = [each.code for each in dataset.detailed_groups]
    whole = compare_groups(
        of_measure(page.slice.measures, found.measure),
        codes,
        dataset.comparator,
        found.measure,
        page.confidence_level,
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
        for gap in order_gaps(found.gaps, by_group)
    ]
    columns = level_columns(measure, page.slice.context.dataset.comparator)
    if measure.unit == "percent":
        prior = fit_prior([gap.tally.counts() for gap in found.gaps], page.door.rule)
        columns.append(Shrunk("shrunk", "Level, drawn to the other groups'", prior, page.confidence_level))
    return page.table(
        f"detail_{measure.measure_id}", f"{measure.title}, by detailed ethnic group", columns, rows,
        note=say("shrunk note"),
    )  # fmt: skip


def show_detail(page: Page, found: MeasureGaps, rules: JudgementRules) -> str:
    """The detailed groups, where at least two hold enough children; else why not."""
    large, small = _large_codes(page, found, rules.minimum_total)
    if len(large.gaps) < 2:
        return paragraph(say("level broad", minimum=rules.minimum_total))
    words = say("level all detailed", number=len(large.gaps))
    if small:
        words = say(
            "level detailed", number=len(large.gaps), minimum=rules.minimum_total, left="; ".join(small)
        )
    return f"{paragraph(words)}\n\n{page.format(_detail_table(page, large, rules))}"


@cache
def _adjusted(page: Page, measure_id: str) -> dict[str, AdjustedGap]:
    """Every broad group's gap of one measure among like children."""
    dataset, strata = page.slice.context.dataset, page.slice.strata
    own = strata[strata["measure_id"] == measure_id]
    return adjust_gaps(own, dataset.known_groups, dataset.comparator, page.confidence_level)


def _fewest(adjusted: AdjustedGap) -> int:
    """Children with a counterpart on the smaller side."""
    return min(adjusted.compared.total, adjusted.reference.total)


def alike_words(page: Page, measure: MeasureFacts, gap: GroupGap) -> str:
    """What a gap is among like children; that it cannot be told where few have a counterpart, and for rates."""
    adjusted = _adjusted(page, measure.measure_id)[gap.ethnic_group]
    if measure.unit != "percent" or not page.door.protect(_fewest(adjusted)):
        return say("adjusted open")
    return say(f"adjusted {judge_adjusted(gap.difference, adjusted.difference)}")


def _check_row(page: Page, found: MeasureGaps, gap: GroupGap) -> dict[str, Any]:
    assert gap.reference is not None
    adjusted = _adjusted(page, found.measure.measure_id)[gap.ethnic_group]
    return {
        "group": gap.ethnic_group,
        "gap": (gap.tally.counts(), gap.reference.counts()),
        "size": _fewest(adjusted),
        "compared": adjusted.compared.total,
        "adjusted": adjusted.difference,
        "what": alike_words(page, found.measure, gap),
        "unknown": found.unknown.counts(),
    }


def _alike_table(page: Page, measure: MeasureFacts, rows: list[dict[str, Any]]) -> PublishedTable:
    columns: list[Column] = [
        *_first(page),
        Measured("adjusted", "Among like children", "size", decimals=0, scale=_PER_CENT),
        Text("what", "What adjusting does"),
        Count("compared", "Of the group, with a counterpart"),
    ]
    names = [load_table("episodes").field(name).title.lower() for name in page.slice.adjusted_for]
    note = say("check note", covariates=join_words(["service", *names]))
    title = f"{measure.title}, among like children"
    return page.table(f"checks_{measure.measure_id}", title, columns, rows, note=note)


def _unknown_table(page: Page, measure: MeasureFacts, rows: list[dict[str, Any]]) -> PublishedTable:
    columns: list[Column] = [
        *_first(page),
        IfUnknown("in_group", "All of the group", "gap", "all_in_group"),
        IfUnknown("in_reference", "None of it", "gap", "all_in_reference"),
        IfUnknown("in_proportion", "In proportion", "gap", "in_proportion"),
        IfUnknown("lowest", "Lowest", "gap", "lowest"),
        IfUnknown("highest", "Highest", "gap", "highest"),
        Tipping("tipping", "What would undo it", "gap", page.confidence_level),
    ]
    title = f"{measure.title}, by who the children of unknown group are"
    return page.table(f"unknown_{measure.measure_id}", title, columns, rows, note=say("unknown note"))


def _first(page: Page) -> list[Column]:
    level = page.confidence_level
    return [Text("group", "Ethnic group"), Contrast("gap", "Difference", "difference", level)]


def _rate_table(page: Page, found: MeasureGaps) -> PublishedTable:
    """Rates by who the children of unknown group are: their time is known, but not how it would be split."""
    measure = found.measure
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Chosen("gap", "Difference"),
        RateIfUnknown("in_group", "All of the group", "gap", "all_in_group"),
        RateIfUnknown("in_reference", "None of it", "gap", "all_in_reference"),
        RateIfUnknown("in_proportion", "In proportion", "gap", "in_proportion"),
    ]
    rows = [
        {
            "group": gap.ethnic_group,
            "unknown": (found.unknown.events, found.unknown.child_years),
            **gap_cells("gap", gap.tally, gap.reference, measure, page.confidence_level),
        }
        for gap in found.gaps
        if gap.reference is not None
    ]
    title = f"{measure.title}, by who the children of unknown group are"
    return page.table(f"unknown_{measure.measure_id}", title, columns, rows, note=say("unknown rate note"))


def check_tables(page: Page, found: MeasureGaps) -> tuple[PublishedTable, ...]:
    """Whether differences hold: among like children (percentages), and whoever the children of unknown group are."""
    if found.measure.unit != "percent":
        return (_rate_table(page, found),)
    rows = [_check_row(page, found, gap) for gap in found.gaps if gap.reference is not None]
    return _alike_table(page, found.measure, rows), _unknown_table(page, found.measure, rows)
