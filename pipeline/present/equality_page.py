"""The race-equality page: targets with their evidence, gaps, how they moved, and whose group is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from pipeline.analysis.effects import judge_moved
from pipeline.analysis.gaps import GapChange, GroupGap, compare_groups, compare_years
from pipeline.analysis.tally import add_up, of_measure, tally_groups
from pipeline.analysis.targets import JudgementRules
from pipeline.contract.context import MeasureFacts
from pipeline.contract.ethnicity import NOT_KNOWN
from pipeline.present.catalogue import describe_definitions
from pipeline.present.chart import interval_chart
from pipeline.present.columns import Cell, Chosen, Column, Count, Text, Verdict
from pipeline.present.estimates import Contrast, ContrastChange, RateContrast, Share
from pipeline.present.evidence import UNIT_WORDS, gap_cells, level_cells
from pipeline.present.page import Page, headline, join_words, paragraph, split_services
from pipeline.present.rounding import format_number
from pipeline.present.scores import has_comparison, list_gap_effects, show_effect, show_gap_effect
from pipeline.present.table import PublishedTable, escape
from pipeline.present.targets import assess_targets
from pipeline.stats.results import Counts, NotEstimable

_VERDICT_ORDER = (
    "met",
    "on track",
    "not met",
    "off track",
    "cannot tell yet",
    "too few to say",
    "baseline forming",
)
_PER_CENT = 100


def _gap_row(gap: GroupGap, measure: MeasureFacts, confidence: float) -> dict[str, Any]:
    row: dict[str, Any] = {"group": gap.ethnic_group, "total": gap.tally.size}
    row |= level_cells("level", gap.tally, measure, confidence)
    row["ratio"] = None
    row["gap"], row["gap_kind"] = None, Contrast("gap", "", "difference", confidence)
    if gap.reference is not None:
        row |= gap_cells("gap", gap.tally, gap.reference, measure, confidence)
        if measure.unit == "percent":
            row["ratio"] = (gap.tally.counts(), gap.reference.counts())
    return row


def gap_table(page: Page, measure: MeasureFacts) -> PublishedTable:
    """Every group's level, difference and ratio to the comparator, for one measure."""
    dataset = page.slice.context.dataset
    rows_of = of_measure(page.slice.measures, measure)
    gaps = compare_groups(
        rows_of, dataset.known_groups, dataset.comparator, measure.unit, page.confidence_level
    )
    rows = [_gap_row(gap, measure, page.confidence_level) for gap in gaps]
    unknown = tally_groups(rows_of).get(NOT_KNOWN)
    if unknown is not None:
        itself = NotEstimable("not a group")
        rows.append(
            _gap_row(
                GroupGap(NOT_KNOWN, unknown, None, itself, itself, itself), measure, page.confidence_level
            )
        )
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Count("total", "Out of"),
        Chosen("level", "Level"),
        Chosen("gap", f"Difference from {dataset.comparator}, points"),
        Contrast("ratio", f"Ratio to {dataset.comparator}", "ratio", page.confidence_level),
    ]
    better = "more" if measure.direction == "higher" else "less"
    note = f"For this measure {better} is better; a difference of 0 and a ratio of 1 mean no gap"
    return page.table(
        f"gap_{measure.measure_id}", f"{measure.title}, by ethnic group", columns, rows, note=note
    )


def show_gaps(page: Page) -> str:
    """One section a measure: chart and table."""
    parts = []
    for measure in page.slice.context.measures:
        table = gap_table(page, measure)
        chart = interval_chart(
            table, "level", f"{measure.title}, by ethnic group", UNIT_WORDS[measure.unit].strip()
        )
        parts.append(f"### {escape(measure.title)}\n\n{page.format(table, chart)}")
    return "\n\n".join(parts)


def _year_cells(change: GapChange, measure: MeasureFacts, confidence: float) -> dict[str, Any]:
    first, last = change.first, change.last
    if first.reference is None or last.reference is None:
        raise ValueError(f"{change.ethnic_group} is the comparator, which has no gap to itself")
    cells = gap_cells("first", first.tally, first.reference, measure, confidence)
    cells |= gap_cells("last", last.tally, last.reference, measure, confidence)
    if measure.unit != "percent":
        rates = [
            (t.events, t.child_years) for t in (first.tally, first.reference, last.tally, last.reference)
        ]
        return cells | {"change": rates, "change_kind": RateContrast("change", "", confidence)}
    pairs = [(gap.tally.counts(), gap.reference.counts()) for gap in (first, last) if gap.reference]
    return cells | {"change": pairs, "change_kind": ContrastChange("change", "", confidence)}


def _year_rows(page: Page, measure: MeasureFacts, minimum_total: int) -> list[dict[str, Any]]:
    dataset = page.slice.context.dataset
    changes = compare_years(
        of_measure(page.slice.measures, measure),
        dataset.known_groups,
        dataset.comparator,
        measure.unit,
        page.window_of(measure),
        minimum_total,
        page.door.protect,
        page.confidence_level,
    )
    return [
        {
            "measure": measure.title,
            "group": change.ethnic_group,
            **_year_cells(change, measure, page.confidence_level),
            "verdict": change.verdict,
        }
        for change in changes
    ]


@cache
def years_table(page: Page, minimum_total: int) -> PublishedTable:
    """How each gap moved between the first and the last twelve months."""
    measures = page.slice.context.measures
    rows = [row for measure in measures for row in _year_rows(page, measure, minimum_total)]
    columns: list[Column] = [
        Text("measure", "Measure"),
        Text("group", "Ethnic group"),
        Verdict("verdict", "Verdict"),
        Chosen("first", "Gap in first year"),
        Chosen("last", "Gap in last year"),
        Chosen("change", "Change of gap"),
    ]
    title = f"How gaps to {page.slice.context.dataset.comparator} moved"
    note = (
        "Points; a gap below 0 means the group's level is lower. Narrowing or widening only where the whole "
    )
    note += "interval of the change lies on one side of 0; of twenty gaps that stand still, one may seem to "
    note += "move by chance"
    note = ". ".join(filter(None, [note, describe_definitions(measures)]))
    return page.table("years", title, columns, rows, note=note)


def show_years(page: Page, minimum_total: int) -> str:
    """The movement of gaps, or why it cannot be told."""
    return page.format(years_table(page, minimum_total))


def unknown_table(page: Page) -> PublishedTable:
    """Share of each percentage's denominator whose ethnic group is not known."""
    rows = []
    for measure in page.slice.context.measures:
        if measure.unit == "percent":
            rows_of = of_measure(page.slice.measures, measure)
            unknown = add_up(rows_of[rows_of["ethnic_group"] == NOT_KNOWN]).total
            rows.append({"measure": measure.title, "unknown": Counts(unknown, add_up(rows_of).total)})
    columns: list[Column] = [
        Text("measure", "Measure"),
        Share("unknown", "Ethnic group not known", page.confidence_level),
    ]
    return page.table("unknown", "Whose ethnic group is not known", columns, rows)


def show_score_gaps(page: Page, minimum_pairs: int) -> str:
    """What services with a comparison group did to gaps in children's scores."""
    compared = [part for part in split_services(page) if has_comparison(part)]
    if not compared:
        return paragraph(
            "No service has a comparison group, so what services did to gaps in scores cannot be told."
        )
    parts = []
    for part in compared:
        name = part.service.name if part.service else ""
        parts += [
            f"### {escape(name)}",
            show_effect(part, minimum_pairs),
            show_gap_effect(part, minimum_pairs),
        ]
    return "\n\n".join(parts)


def show_unknown(page: Page, maximum_unknown: float) -> str:
    """Whose ethnic group is not known, and from when on that forbids a verdict."""
    limit = format_number(maximum_unknown * _PER_CENT)
    words = f"Where the ethnic group of more than {limit}% is not known, no verdict is given on a target."
    return f"{paragraph(words)}\n\n{page.format(unknown_table(page))}"


def _from_to(row: Sequence[Cell]) -> str:
    first, last = (cell.text.partition(" ")[0] for cell in (row[3], row[4]))
    return f"{first} to {last}"


def _score_gap_words(page: Page, minimum_pairs: int) -> str:
    """What services with a comparison group did to gaps in scores, where it can be told."""
    parts = []
    for part in split_services(page):
        told: dict[str, list[str]] = {}
        for effect in list_gap_effects(part, minimum_pairs):
            told.setdefault(judge_moved(effect), []).append(effect.ethnic_group)
        told.pop("cannot tell yet", None)
        if part.service is not None and told:
            words = "; ".join(f"{verdict} for {join_words(groups)}" for verdict, groups in told.items())
            parts.append(f"{part.service.name} ({words})")
    if not parts:
        return ""
    comparator = page.slice.context.dataset.comparator
    return f"Gaps in scores to {comparator}, in a service against children outside it: {', '.join(parts)}."


def show_headline(page: Page, rules: JudgementRules, minimum_pairs: int) -> str:
    """The answer: how targets stand, which gaps moved, what services did to gaps in scores."""
    verdicts: Counter[str] = Counter(evidence.verdict for evidence in assess_targets(page, rules))
    counted = [f"{verdicts[word]} {word}" for word in _VERDICT_ORDER if verdicts[word]]
    number = sum(verdicts.values())
    first = "No race-equality target is set here."
    if number:
        first = f"Of {number} race-equality target{'s' if number > 1 else ''}: {', '.join(counted)}."
    table = years_table(page, rules.minimum_total)
    moved = [
        f"{row[0].text} ({row[1].text}: {_from_to(row)} points, {row[2].text})"
        for row in table.cells
        if row[2].text in ("narrowing", "widening", "changed sides")
    ]
    second = "No gap between ethnic groups has clearly moved from the first year to the last."
    if moved:
        second = f"Gaps that clearly moved from the first year to the last: {'; '.join(moved)}."
    return headline(first, second, _score_gap_words(page, minimum_pairs))
