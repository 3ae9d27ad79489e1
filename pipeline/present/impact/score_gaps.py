"""Gaps in children's scores between ethnic groups, and what a service did to them."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.impact.effects import GapEffect, judge_moved, list_gap_effects, list_yearly_gap_effects
from pipeline.analysis.impact.score_changes import scales_scored
from pipeline.present.disclosure.columns import Column, Text, Verdict, headed
from pipeline.present.disclosure.estimates import Measured
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.impact.scores import has_comparison
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import retell, say
from pipeline.stats.results import NotEstimable


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
        Verdict("verdict", say("heading verdict")),
        Measured("comparison_gap", say("heading gap to comparison", comparator=comparator), "size"),
        Measured("treated_gap", say("heading gap to in the service", comparator=comparator), "size"),
        Measured("moved", say("heading what the service did to the gap"), "size"),
    ]


def gap_effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Distances between groups at review in each arm, and what the service did to them."""
    effects = list_gap_effects(page, minimum_pairs)
    rows = [_gap_effect_row(effect) for effect in effects if effect.scale == scale]
    columns = [
        Text("group", say("heading ethnic group")),
        *_gap_effect_columns(page.slice.context.dataset.comparator),
    ]
    title = say("impact did the service", scale_title=page.slice.context.scale_title(scale))
    return page.table(f"gap_effect_{scale}", title, columns, rows, note=say("impact gap note"))


def yearly_gap_effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """The same by year of review, where a year holds enough children of both groups in both arms."""
    rows = [
        {**_gap_effect_row(effect), "year": retell(year)}
        for year, effect in list_yearly_gap_effects(page, minimum_pairs)
        if effect.scale == scale and not isinstance(effect.moved, NotEstimable)
    ]
    columns = [
        *headed(Text, group="ethnic group", year="reviews"),
        *_gap_effect_columns(page.slice.context.dataset.comparator),
    ]
    title = say("impact gaps by year", scale_title=page.slice.context.scale_title(scale))
    ordered = sorted(rows, key=lambda row: page.slice.context.dataset.groups.index(row["group"]))
    return page.table(f"gap_effect_years_{scale}", title, columns, ordered, note=say("impact gap note"))


def show_gap_effect(page: Page, minimum_pairs: int) -> str:
    """Gaps in scores, where there is a comparison group."""
    if page.service is None or not has_comparison(page):
        return paragraph(say("impact without comparison group"))
    parts = []
    for scale in scales_scored(page):
        parts.append(page.format(gap_effect_table(page, scale, minimum_pairs)))
        yearly = yearly_gap_effect_table(page, scale, minimum_pairs)
        if yearly.cells:
            summary = f"<details><summary>{escape(yearly.title)}</summary>"
            parts += [summary, page.format(yearly), "</details>"]
    return "\n\n".join(parts)
