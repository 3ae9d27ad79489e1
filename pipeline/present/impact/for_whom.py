"""For whom a service's scores changed: one chart a scale, by ethnic group, with its message as the title."""

from __future__ import annotations

from pipeline.analysis.impact.outcomes import finding_on
from pipeline.analysis.impact.score_changes import list_changes, list_effects, scales_scored
from pipeline.contract.services import ServiceFacts
from pipeline.present.chart import interval_chart
from pipeline.present.equality.target_words import children_of_groups
from pipeline.present.impact.scores import change_table, effect_table
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say

_ORDER = ("no clear change", "worse", "cannot tell yet", "better", "too few to say")


def tell_groups(page: Page, service: ServiceFacts, scale: str, minimum_pairs: int) -> str:
    """Ethnic groups by the verdict of the design that speaks for the service, those it left behind first.

    Blank where nothing can be said of any group.
    """
    compared = finding_on(page, service, scale, minimum_pairs).compared
    judged = list_effects(page, minimum_pairs) if compared else list_changes(page, minimum_pairs)
    known = page.slice.context.dataset.known_groups
    groups: dict[str, list[str]] = {}
    for each in judged:
        if each.scale == scale and each.ethnic_group in known:
            groups.setdefault(each.verdict, []).append(each.ethnic_group)
    if not set(groups) - {"too few to say"}:
        return ""
    said = [
        say(f"for whom {word}", groups=children_of_groups(groups[word], page.slice.context.dataset))
        for word in _ORDER
        if word in groups
    ]
    return say("for whom", scale=page.slice.context.scale_title(scale), said="; ".join(said))


def show_for_whom(page: Page, minimum_pairs: int) -> str:
    """The charts under a heading of their own; nothing over all services, or where no group can be told of."""
    service, parts = page.service, []
    for scale in scales_scored(page) if service else ():
        assert service is not None
        if message := tell_groups(page, service, scale, minimum_pairs):
            compared = finding_on(page, service, scale, minimum_pairs).compared
            table = (effect_table if compared else change_table)(page, scale, minimum_pairs)
            key = "given_start" if compared else "change"
            title = say("for whom chart", scale=page.slice.context.scale_title(scale))
            axis = say(f"for whom axis {key}")
            chart = interval_chart(table, key, title, axis, 0.0, message=message)
            parts.append(chart or paragraph(message))
    return "\n\n".join([f"## {say('for whom title')}", *parts]) if parts else ""
