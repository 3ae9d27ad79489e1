"""The impact page: what a service did, for whom, and how sure we are. One function a part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.analysis.change import ALL_GROUPS, ScoreChange, assess_changes
from pipeline.analysis.effects import evidence_strength
from pipeline.present.chart import interval_chart, table_text
from pipeline.present.columns import Column, Count, Figure, Link, Measured, Text, Verdict
from pipeline.present.page import Page, headline, paragraph
from pipeline.present.protection import HIDDEN
from pipeline.present.reach import commissioned_children, count_children, journey_table
from pipeline.present.scores import change_table, effect_table, list_changes, list_effects
from pipeline.present.table import PublishedTable
from pipeline.stats.results import NotEstimable

_CHANGE_WORDS = {
    "better": "the whole interval lies above no change, so children's scores improved",
    "worse": "the whole interval lies below no change, so children's scores got worse",
    "no clear change": "the interval holds no change, so the data do not show whether scores changed",
    "too few to say": "too few children have both scores to say",
}


def _all_children_text(table: PublishedTable, key: str) -> str:
    row = next((i for i, cells in enumerate(table.cells) if cells[0].text == ALL_GROUPS), None)
    return "" if row is None else table_text(table, row, key)


def _reach_sentence(page: Page) -> str:
    columns: list[Column] = [
        Text("whom", "Whom"),
        Count("children", "Children reached"),
        Figure("paid", "Children commissioned"),
    ]
    service = page.service
    paid = commissioned_children(service, page) if service else None
    row = {"whom": ALL_GROUPS, "children": count_children(page), "paid": paid}
    table = page.table("headline", "Children reached against children commissioned", columns, [row])
    reached, planned = table.cells[0][1].text, table.cells[0][2].text
    name = service.name if service else f"{len(page.slice.context.services)} services"
    number = "a small number of" if reached == HIDDEN else f"about {reached}"
    words = f"{name} reached {number} children from {page.whole}"
    return words + (f", against {planned} commissioned for that time." if paid is not None else ".")


def _change_sentence(page: Page, minimum_pairs: int, contract_type: str) -> str:
    strength = evidence_strength(page.slice.scores, contract_type)
    effects = [e for e in list_effects(page, minimum_pairs) if e.ethnic_group == ALL_GROUPS]
    if effects:
        table = effect_table(page, minimum_pairs)
        amount = _all_children_text(table, "given_start")
        return (
            f"Compared with similar children outside it, given the same starting score, the difference was {amount} "
            f"points: {_effect_words(effects[0].verdict)} (evidence: {strength})."
        )
    changes = [c for c in list_changes(page, minimum_pairs) if c.ethnic_group == ALL_GROUPS]
    if not changes:
        return "No child has a score yet, so what changed cannot be told."
    amount = _all_children_text(change_table(page, minimum_pairs), "change")
    verdict = changes[0].verdict
    if verdict == "too few to say":
        return f"What changed cannot be told yet: {_CHANGE_WORDS[verdict]} (evidence: {strength})."
    return f"Scores moved by {amount} points on average: {_CHANGE_WORDS[verdict]} (evidence: {strength})."


def _effect_words(verdict: str) -> str:
    return {
        "better": "the whole interval lies above 0, so children in the service did better",
        "worse": "the whole interval lies below 0, so children in the service did worse",
        "no clear change": "the interval holds 0, so the data do not show a difference",
        "too few to say": "there are too few children to say",
    }[verdict]


def show_headline(page: Page, minimum_pairs: int) -> str:
    """The answer in two sentences: who was reached, what changed."""
    if page.service is None:
        return headline(_reach_sentence(page), _services_sentence(page, minimum_pairs))
    return headline(_reach_sentence(page), _change_sentence(page, minimum_pairs, page.service.contract_type))


def service_rows(page: Page, minimum_pairs: int, folder: str = "") -> list[dict[str, Any]]:
    """One row a service: reach and change; a service with several scales has a row for each."""
    rows: list[dict[str, Any]] = []
    for service in page.slice.context.services:
        scores = page.slice.scores[page.slice.scores["service_id"] == service.service_id]
        children = page.slice.children
        mask = (children["service_id"] == service.service_id) & (children["ethnic_group"] == "")
        changes = assess_changes(scores, (), minimum_pairs, page.confidence_level)
        none = NotEstimable("no scores")
        nobody = ScoreChange("", ALL_GROUPS, 0, 0, 0.0, 0.0, none, none, "too few to say")
        rows += [
            {
                "service": f"{service.service_id} {service.name}",
                "service_link": f"{folder}{service.service_id}.ipynb",
                "provider": service.provider,
                "children": int(children[mask]["children"].sum()),
                "with_both": change.with_both,
                "effect_size": change.effect_size,
                "verdict": change.verdict,
                "strength": evidence_strength(scores, service.contract_type),
            }
            for change in changes or (nobody,)
        ]
    return rows


def services_table(page: Page, minimum_pairs: int, folder: str = "") -> PublishedTable:
    """All services side by side, in the order of the register, never ranked."""
    columns: list[Column] = [
        Link("service", "Service"),
        Text("provider", "Provider"),
        Count("children", "Children"),
        Count("with_both", "With both scores"),
        Measured("effect_size", "Improvement in standard deviations", "with_both", decimals=2),
        Verdict("verdict", "Verdict"),
        Text("strength", "Evidence"),
    ]
    note = "In the order of the register: services differ in whom they serve, so this is no league table"
    rows = service_rows(page, minimum_pairs, folder)
    return page.table("services", "Services side by side", columns, rows, note=note)


def _services_sentence(page: Page, minimum_pairs: int) -> str:
    verdicts = [row["verdict"] for row in service_rows(page, minimum_pairs)]
    return (
        f"Children's scores improved in {_count_words(verdicts, 'better')}, got worse in "
        f"{_count_words(verdicts, 'worse')}, and show no clear change in {_count_words(verdicts, 'no clear change')}; "
        f"for {_count_words(verdicts, 'too few to say')} there are too few children to say."
    )


def _count_words(verdicts: Sequence[str], word: str) -> str:
    number = verdicts.count(word)
    return "1 service" if number == 1 else f"{number or 'no'} services"


def show_services(page: Page, minimum_pairs: int) -> str:
    """The services side by side, on the page over all of them; on a service's own page, nothing but a pointer."""
    if page.service is not None:
        return "How all services compare stands on the [page over all services](index.ipynb)."
    table = services_table(page, minimum_pairs)
    chart = interval_chart(table, "effect_size", "Improvement in each service", "Standard deviations", 0.0)
    return page.format(table, chart)


def show_steps(page: Page) -> str:
    """The journey as one sentence: how many of those referred were scored twice."""
    table = journey_table(page)
    twice = table_text(table, 4, "share")
    return paragraph(
        f"Of the episodes referred, {twice} have been scored twice, which is what a change can be told from."
    )
