"""Children's scores on a page: before and after, against a comparison group, and the gaps between groups."""

from __future__ import annotations

from pipeline.analysis.impact.outcomes import plans_of
from pipeline.analysis.impact.score_changes import list_changes, list_effects, scales_scored
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.columns import Count, Text, Verdict, headed
from pipeline.present.disclosure.estimates import Mean, Measured
from pipeline.present.disclosure.table import PublishedTable, escape
from pipeline.present.impact.children_change import show_child_by_child
from pipeline.present.messages import groups_message
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say


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
    columns = [
        Text("group", say("heading ethnic group")),
        Verdict("verdict", say("heading verdict")),
        *headed(Count, with_baseline="with a first score", with_both="with both scores"),
        Mean("baseline", say("heading mean at start"), "with_both"),
        Mean("review", say("heading mean at review"), "with_both"),
        Measured("change", say("heading improvement points"), "with_both"),
        Measured("effect_size", say("heading in standard deviations"), "with_both", decimals=2),
    ]
    note = say("impact improvement turned so")
    title = say("impact scores before and", scale_title=page.slice.context.scale_title(scale))
    return page.table(f"change_{scale}", title, columns, rows, note=note)


def _show_change_on(page: Page, scale: str, minimum_pairs: int) -> str:
    table = change_table(page, scale, minimum_pairs)
    title = page.slice.context.scale_title(scale)
    below = show_child_by_child(page, scale, minimum_pairs)
    return f"### {escape(title)}\n\n{page.format(table)}\n\n{below}"


def show_change(page: Page, minimum_pairs: int) -> str:
    """The change of scores, scale by scale: on average, child by child, and who is not in it."""
    scales = scales_scored(page)
    if not scales:
        return paragraph(say("impact no child here"))
    if page.service is None:
        return say("impact services use different")
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
    columns = [
        Text("group", say("heading ethnic group")),
        Verdict("verdict", say("heading verdict")),
        *headed(Count, treated="in the service", comparison="comparison"),
        Measured("given_start", say("heading difference same start"), "size"),
        Measured("at_review", say("heading difference at review"), "size"),
    ]
    note = say("impact points above 0")
    title = say("impact service against comparison", scale_title=page.slice.context.scale_title(scale))
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
        title = say("impact difference from the", scale_title=page.slice.context.scale_title(scale))
        axis = say("impact points right dashed")
        message = groups_message(table, page.slice.context.dataset.known_groups)
        chart = interval_chart(table, "given_start", title, axis, 0.0, message=message)
        parts.append(page.format(table, chart))
        if scale not in plans or plans[scale].comparison is None:
            parts.append(paragraph(say("exploratory arm")))
    return "\n\n".join(parts)
