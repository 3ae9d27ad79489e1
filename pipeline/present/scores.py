"""Children's scores on a page: before and after, against a comparison group, and the gaps between groups."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from pipeline.analysis.change import ScoreChange, assess_changes
from pipeline.analysis.designs import rows_of
from pipeline.analysis.effects import Effect, GapEffect, assess_effects, assess_gap_effects, judge_moved
from pipeline.present.chart import interval_chart
from pipeline.present.children_change import show_child_by_child
from pipeline.present.columns import Column, Count, Text, Verdict
from pipeline.present.estimates import Mean, Measured
from pipeline.present.findings import plans_of
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say
from pipeline.present.table import PublishedTable, escape
from pipeline.stats.results import NotEstimable


@cache
def _within(page: Page) -> pd.DataFrame:
    """The page's scores, each scale's within the window of its plan where there is one."""
    scores = page.slice.scores
    plans = plans_of(page, page.service.service_id) if page.service else {}
    windows = [rows_of(scores, scale, plans.get(scale)) for scale in scales_scored(page)]
    return pd.concat(windows) if windows else scores


@cache
def list_changes(page: Page, minimum_pairs: int) -> tuple[ScoreChange, ...]:
    """Before and after, by scale and group."""
    groups = page.slice.context.dataset.groups
    return assess_changes(_within(page), groups, minimum_pairs, page.confidence_level)


@cache
def list_effects(page: Page, minimum_pairs: int) -> tuple[Effect, ...]:
    """Treated against comparison, by scale and group, with what the plan of each holds fixed."""
    groups = page.slice.context.dataset.groups
    plans = plans_of(page, page.service.service_id) if page.service else {}
    held_fixed = {outcome: plan.held_fixed for outcome, plan in plans.items()}
    return assess_effects(_within(page), groups, minimum_pairs, page.confidence_level, held_fixed)


def scales_scored(page: Page) -> tuple[str, ...]:
    """Scales on which anyone on this page was scored."""
    return tuple(sorted(page.slice.scores["scale"].unique()))


def change_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Scores before and after on one scale, by ethnic group."""
    rows = [
        {
            "group": change.ethnic_group,
            "with_both": change.with_both,
            "with_baseline": change.with_baseline,
            "baseline": change.baseline_mean,
            "review": change.review_mean,
            "change": change.change,
            "effect_size": change.effect_size,
            "verdict": change.verdict,
        }
        for change in list_changes(page, minimum_pairs)
        if change.scale == scale
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Verdict("verdict", "Verdict"),
        Count("with_baseline", "With a first score"),
        Count("with_both", "With both scores"),
        Mean("baseline", "Mean at start", "with_both"),
        Mean("review", "Mean at review", "with_both"),
        Measured("change", "Improvement, points", "with_both"),
        Measured("effect_size", "In standard deviations", "with_both", decimals=2),
    ]
    note = "Improvement is turned so that above 0 is better for the child, whichever way the scale runs"
    title = f"{page.slice.context.scale_title(scale)}: scores before and after"
    return page.table(f"change_{scale}", title, columns, rows, note=note)


def _show_change_on(page: Page, scale: str, minimum_pairs: int) -> str:
    table = change_table(page, scale, minimum_pairs)
    title = page.slice.context.scale_title(scale)
    axis = "Points; to the right of the dashed line is better"
    chart = interval_chart(table, "change", f"{title}: improvement by ethnic group", axis, 0.0)
    below = show_child_by_child(page, scale, minimum_pairs)
    return f"### {escape(title)}\n\n{page.format(table, chart)}\n\n{below}"


def show_change(page: Page, minimum_pairs: int) -> str:
    """The change of scores, scale by scale: on average, child by child, and who is not in it."""
    scales = scales_scored(page)
    if not scales:
        return paragraph("No child here has a score yet, so there is no change to show.")
    if page.service is None:
        return "Services use different scales: their changes stand [side by side](#how-do-services-compare) below."
    return "\n\n".join(_show_change_on(page, scale, minimum_pairs) for scale in scales)


def effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Children in the service against the comparison group, on one scale."""
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
        if effect.scale == scale
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Verdict("verdict", "Verdict"),
        Count("treated", "In the service"),
        Count("comparison", "Comparison"),
        Measured("given_start", "Difference, same start", "size"),
        Measured("at_review", "Difference at review", "size"),
    ]
    note = (
        "Points, above 0 is better for the children in the service. The first difference is between children with "
        "the same starting score; the second also holds whatever was there before"
    )
    title = f"{page.slice.context.scale_title(scale)}: in the service against the comparison group"
    return page.table(f"effect_{scale}", title, columns, rows, note=note)


def has_comparison(page: Page) -> bool:
    """Whether children outside the service were followed too."""
    return bool((page.slice.scores["arm"] == "comparison").any())


def show_effect(page: Page, minimum_pairs: int) -> str:
    """Children in the service against those outside it, by ethnic group; as exploratory where no plan declared it."""
    if page.service is None or not has_comparison(page):
        return ""
    parts, plans = [], plans_of(page, page.service.service_id)
    outside = page.slice.scores[page.slice.scores["arm"] == "comparison"]
    for scale in sorted(outside["scale"].unique()):
        table = effect_table(page, scale, minimum_pairs)
        title = f"{page.slice.context.scale_title(scale)}: difference from the comparison group"
        axis = "Points; to the right of the dashed line is better"
        parts.append(page.format(table, interval_chart(table, "given_start", title, axis, 0.0)))
        if scale not in plans or plans[scale].comparison is None:
            parts.append(paragraph(say("exploratory arm")))
    return "\n\n".join(parts)


@cache
def list_gap_effects(page: Page, minimum_pairs: int) -> tuple[GapEffect, ...]:
    """What the service did to each group's gap, by scale."""
    dataset = page.slice.context.dataset
    return assess_gap_effects(
        page.slice.scores, dataset.known_groups, dataset.comparator, minimum_pairs, page.confidence_level
    )


@cache
def list_yearly_gap_effects(page: Page, minimum_pairs: int) -> tuple[tuple[str, GapEffect], ...]:
    """The same of each year of review by itself; none where all reviews fall into one."""
    dataset, scores = page.slice.context.dataset, page.slice.scores
    years = pd.to_datetime(scores["review_date"]).dt.year
    if years.nunique() < 2:
        return ()
    return tuple(
        (f"reviews of {year:.0f}", effect)
        for year, rows in scores.groupby(years, sort=True)
        for effect in assess_gap_effects(
            rows, dataset.known_groups, dataset.comparator, minimum_pairs, page.confidence_level
        )
    )


def _gap_effect_row(effect: GapEffect) -> dict[str, Any]:
    return {
        "group": effect.ethnic_group,
        "size": effect.size,
        "treated_gap": effect.treated_gap,
        "comparison_gap": effect.comparison_gap,
        "moved": effect.moved,
        "verdict": judge_moved(effect),
    }


def _gap_effect_columns(comparator: str) -> list[Column]:
    return [
        Verdict("verdict", "Verdict"),
        Measured("comparison_gap", f"Gap to {comparator}, comparison", "size"),
        Measured("treated_gap", f"Gap to {comparator}, in the service", "size"),
        Measured("moved", "What the service did to the gap", "size"),
    ]


_GAP_NOTE = (
    "Points at review; below 0 the group is behind. The last column is between children with the same start"
)


def gap_effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Distances between groups at review in each arm, and what the service did to them."""
    effects = list_gap_effects(page, minimum_pairs)
    rows = [_gap_effect_row(effect) for effect in effects if effect.scale == scale]
    columns = [Text("group", "Ethnic group"), *_gap_effect_columns(page.slice.context.dataset.comparator)]
    title = f"{page.slice.context.scale_title(scale)}: did the service narrow gaps?"
    return page.table(f"gap_effect_{scale}", title, columns, rows, note=_GAP_NOTE)


def yearly_gap_effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """The same by year of review, where a year holds enough children of both groups in both arms."""
    rows = [
        {**_gap_effect_row(effect), "year": year}
        for year, effect in list_yearly_gap_effects(page, minimum_pairs)
        if effect.scale == scale and not isinstance(effect.moved, NotEstimable)
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Text("year", "Reviews"),
        *_gap_effect_columns(page.slice.context.dataset.comparator),
    ]
    title = f"{page.slice.context.scale_title(scale)}: gaps by year of review"
    ordered = sorted(rows, key=lambda row: page.slice.context.dataset.groups.index(row["group"]))
    return page.table(f"gap_effect_years_{scale}", title, columns, ordered, note=_GAP_NOTE)


def show_gap_effect(page: Page, minimum_pairs: int) -> str:
    """Gaps in scores, where there is a comparison group."""
    if page.service is None or not has_comparison(page):
        return paragraph(
            "Without a comparison group it cannot be told what the service did to gaps in scores."
        )
    parts = []
    for scale in scales_scored(page):
        parts.append(page.format(gap_effect_table(page, scale, minimum_pairs)))
        yearly = yearly_gap_effect_table(page, scale, minimum_pairs)
        if yearly.cells:
            summary = f"<details><summary>{escape(yearly.title)}</summary>"
            parts += [summary, page.format(yearly), "</details>"]
    return "\n\n".join(parts)
