"""Children's scores on a page: before and after, against a comparison group, and the gaps between groups."""

from __future__ import annotations

from pipeline.analysis.change import ScoreChange, assess_changes, compare_unmatched
from pipeline.analysis.effects import Effect, assess_effects, assess_gap_effects
from pipeline.present.chart import interval_chart
from pipeline.present.columns import Column, Count, Mean, Measured, Text, Verdict
from pipeline.present.page import Page, paragraph
from pipeline.present.table import PublishedTable
from pipeline.stats.results import NotEstimable


def list_changes(page: Page, minimum_pairs: int) -> tuple[ScoreChange, ...]:
    """Before and after, by scale and group."""
    groups = page.slice.context.dataset.groups
    return assess_changes(page.slice.scores, groups, minimum_pairs, page.confidence_level)


def list_effects(page: Page, minimum_pairs: int) -> tuple[Effect, ...]:
    """Treated against comparison, by scale and group."""
    groups = page.slice.context.dataset.groups
    return assess_effects(page.slice.scores, groups, minimum_pairs, page.confidence_level)


def change_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """Scores before and after, by scale and ethnic group."""
    rows = [
        {
            "group": change.ethnic_group,
            "scale": change.scale,
            "with_both": change.with_both,
            "with_baseline": change.with_baseline,
            "baseline": change.baseline_mean,
            "review": change.review_mean,
            "change": change.change,
            "effect_size": change.effect_size,
            "verdict": change.verdict,
        }
        for change in list_changes(page, minimum_pairs)
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Text("scale", "Scale"),
        Count("with_baseline", "Children with a first score"),
        Count("with_both", "Children with both scores"),
        Mean("baseline", "Mean at the start", "with_both"),
        Mean("review", "Mean at review", "with_both"),
        Measured("change", "Improvement in points", "with_both"),
        Measured("effect_size", "Improvement in standard deviations", "with_both", decimals=2),
        Verdict("verdict", "Verdict"),
    ]
    note = "Improvement is turned so that above 0 is better for the child, whichever way the scale runs"
    return page.table("change", "Children's scores, before and after", columns, rows, note=note)


def show_change(page: Page, minimum_pairs: int) -> str:
    """The change of scores with its chart, and what the children without a review were like."""
    table = change_table(page, minimum_pairs)
    if not table.cells:
        return paragraph("No child in this service has a score yet, so there is no change to show.")
    lost = compare_unmatched(page.slice.scores, page.confidence_level)
    if isinstance(lost, NotEstimable):
        words = f"Whether children without a review differed at the start cannot be said: {lost.reason}."
    elif lost.contains(0.0):
        words = "Children without a review started at about the same level as those with one, as far as can be told."
    else:
        side = "better" if lost.value > 0 else "worse"
        words = (
            f"Children without a review started {side} off than those with one: read the change with care."
        )
    chart = interval_chart(table, "change", "Improvement by ethnic group", "Points; above 0 is better", 0.0)
    return f"{page.format(table, chart)}\n\n{paragraph(words)}"


def effect_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """Children in the service against the comparison group."""
    rows = [
        {
            "group": effect.ethnic_group,
            "treated": effect.treated,
            "comparison": effect.comparison,
            "size": min(effect.treated, effect.comparison),
            "given_start": effect.given_start,
            "at_review": effect.at_review,
            "verdict": effect.verdict,
        }
        for effect in list_effects(page, minimum_pairs)
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Count("treated", "Children in the service"),
        Count("comparison", "Comparison children"),
        Measured("given_start", "Difference, given the same starting score", "size"),
        Measured("at_review", "Difference at review", "size"),
        Verdict("verdict", "Verdict"),
    ]
    note = "Points on the scale; above 0 is better for the children in the service"
    return page.table("effect", "In the service against the comparison group", columns, rows, note=note)


def show_effect(page: Page, minimum_pairs: int) -> str:
    """The comparison, or the sentence that there is none."""
    table = effect_table(page, minimum_pairs)
    if not table.cells:
        return paragraph(
            "There is no comparison group, so what would have happened without the service is not known: "
            "the change above may have other causes too."
        )
    chart = interval_chart(
        table,
        "given_start",
        "Difference from the comparison group, by ethnic group",
        "Points; above 0 is better",
        0.0,
    )
    return page.format(table, chart)


def gap_effect_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """Distances between groups at review in each arm, and what the service did to them."""
    dataset = page.slice.context.dataset
    effects = assess_gap_effects(
        page.slice.scores, dataset.known_groups, dataset.comparator, minimum_pairs, page.confidence_level
    )
    rows = [
        {
            "group": effect.ethnic_group,
            "size": effect.size,
            "treated_gap": effect.treated_gap,
            "comparison_gap": effect.comparison_gap,
            "moved": effect.moved,
        }
        for effect in effects
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Measured("comparison_gap", f"Gap to {dataset.comparator}: comparison children", "size"),
        Measured("treated_gap", f"Gap to {dataset.comparator}: children in the service", "size"),
        Measured("moved", "What the service did to the gap", "size"),
    ]
    note = "Points at review; below 0 the group is behind; the last column is given the same starting score"
    return page.table("gap_effect", "Did the service narrow gaps in scores?", columns, rows, note=note)


def show_gap_effect(page: Page, minimum_pairs: int) -> str:
    """Gaps in scores, where there is a comparison group."""
    table = gap_effect_table(page, minimum_pairs)
    if not table.cells:
        return paragraph("Without a comparison group this cannot be told.")
    return page.format(table)
