"""Children's scores on a page: before and after, against a comparison group, and the gaps between groups."""

from typing import Any

from pipeline.analysis.impact.effects import GapEffect, judge_moved, list_gap_effects, list_yearly_gap_effects
from pipeline.analysis.impact.outcomes import list_changes, list_effects, plans_of, scales_scored
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.impact.children_change import show_child_by_child
from pipeline.present.messages import groups_message
from pipeline.present.page import Page, paragraph, stack
from pipeline.present.sentences import retell, say
from pipeline.stats.results import NotEstimable


def change_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Scores before and after on one scale, by ethnic group."""
    rows = [
        {
            **vars(change),
            "group": change.ethnic_group,
            "baseline": change.baseline_mean,
            "review": change.review_mean,
        }
        for change in list_changes(page, minimum_pairs)
        if change.scale == scale
    ]
    return page.table("change", rows, of=scale, told={"scale_title": page.context.scale_title(scale)})


def show_change(page: Page, minimum_pairs: int) -> str:
    """The change of scores, scale by scale: on average, child by child, and who is not in it."""
    scales = scales_scored(page)
    if not scales:
        return paragraph(say("impact no child here"))
    if page.service is None:
        return say("impact services use different")
    parts = []
    for scale in scales:
        parts.append(f"### {escape(page.context.scale_title(scale))}")
        parts.append(page.format(change_table(page, scale, minimum_pairs)))
        parts.append(show_child_by_child(page, scale, minimum_pairs))
    return stack(*parts)


def effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Children in the service against the comparison group, on one scale."""
    rows = [
        {**vars(effect), "group": effect.ethnic_group, "size": min(effect.treated, effect.comparison)}
        for effect in list_effects(page, minimum_pairs)
        if effect.scale == scale
    ]
    return page.table("effect", rows, of=scale, told={"scale_title": page.context.scale_title(scale)})


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
        title = say("impact difference from the", scale_title=page.context.scale_title(scale))
        axis = say("impact points right dashed")
        message = groups_message(table, page.dataset.known_groups)
        chart = interval_chart(table, "given_start", title, axis, 0.0, message=message)
        parts.append(page.format(table, chart))
        if scale not in plans or plans[scale].comparison is None:
            parts.append(paragraph(say("exploratory arm")))
    return "\n\n".join(parts)


def _gap_effect_row(effect: GapEffect) -> dict[str, Any]:
    return {**vars(effect), "group": effect.ethnic_group, "verdict": judge_moved(effect)}


def gap_effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """Distances between groups at review in each arm, and what the service did to them."""
    effects = list_gap_effects(page, minimum_pairs)
    rows = [_gap_effect_row(effect) for effect in effects if effect.scale == scale]
    return page.table("gap_effect", rows, of=scale, told=_told_of_gaps(page, scale))


def _told_of_gaps(page: Page, scale: str) -> dict[str, object]:
    return {"scale_title": page.context.scale_title(scale), "comparator": page.dataset.comparator}


def yearly_gap_effect_table(page: Page, scale: str, minimum_pairs: int) -> PublishedTable:
    """The same by year of review, where a year holds enough children of both groups in both arms."""
    rows = [
        {**_gap_effect_row(effect), "year": retell(year)}
        for year, effect in list_yearly_gap_effects(page, minimum_pairs)
        if effect.scale == scale and not isinstance(effect.moved, NotEstimable)
    ]
    rows.sort(key=lambda row: page.dataset.groups.index(row["group"]))
    told = _told_of_gaps(page, scale)
    return page.table("gap_effect_years", rows, of=scale, told=told)


def show_gap_effect(page: Page, minimum_pairs: int) -> str:
    """Gaps in scores, where there is a comparison group."""
    if page.service is None or not has_comparison(page):
        return paragraph(say("impact without comparison group"))
    parts = []
    for scale in scales_scored(page):
        parts.append(page.format(gap_effect_table(page, scale, minimum_pairs)))
        parts.append(page.fold(yearly_gap_effect_table(page, scale, minimum_pairs)))
    return stack(*parts)
