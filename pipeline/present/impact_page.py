"""The impact page: what a service did, for whom, and how sure we are. One function a part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pipeline.analysis.change import ALL_GROUPS, ScoreChange, assess_changes
from pipeline.analysis.effects import evidence_strength
from pipeline.contract.context import ServiceFacts
from pipeline.present.chart import interval_chart, table_text
from pipeline.present.columns import Column, Count, Figure, Link, Measured, Text, Verdict
from pipeline.present.page import Page, better_or_worse, headline, paragraph
from pipeline.present.protection import HIDDEN
from pipeline.present.reach import commissioned_children, count_children, journey_table
from pipeline.present.scores import (
    change_table,
    effect_table,
    has_comparison,
    list_changes,
    list_effects,
    scales_scored,
)
from pipeline.present.table import PublishedTable
from pipeline.stats.results import NotEstimable

ServiceVerdict = Literal["better", "worse", "mixed", "no clear change", "too few to say"]
_CHANGE_WORDS = {
    "better": "all of that range is above 0, so the improvement is clear",
    "worse": "all of that range is on the worse side, so the worsening is clear",
    "no clear change": "the range holds 0, so it cannot be told whether scores changed",
    "too few to say": "too few children have both scores to say what changed",
}
_SERVICES_WORDS = {
    "better": "got better in {}",
    "worse": "got worse in {}",
    "mixed": "got better on one scale and worse on another in {}",
    "no clear change": "did not clearly change in {}",
    "too few to say": "are too few to judge in {}",
}
_EFFECT_WORDS = {
    "better": "all of that range is above 0, so the difference is clear",
    "worse": "all of that range is on the worse side, so the difference is clear",
    "no clear change": "the range holds 0, so it cannot be told whether the service made a difference",
    "too few to say": "there are too few children on one side to compare the service with children outside it",
}


def _for_all_children(table: PublishedTable, key: str) -> str:
    row = next(i for i, cells in enumerate(table.cells) if cells[0].text == ALL_GROUPS)
    return better_or_worse(table, row, key)


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


def _change_sentences(page: Page, minimum_pairs: int, contract_type: str) -> list[str]:
    scales = scales_scored(page)
    if not scales:
        return ["No child has a score yet, so what changed cannot be told."]
    strength = evidence_strength(page.slice.scores, contract_type)
    say = _effect_sentence if has_comparison(page) else _before_and_after_sentence
    sentences = [say(page, scale, minimum_pairs) for scale in scales]
    return [*sentences, f"Strength of evidence: {strength}."]


def _effect_sentence(page: Page, scale: str, minimum_pairs: int) -> str:
    effects = [
        e for e in list_effects(page, minimum_pairs) if (e.scale, e.ethnic_group) == (scale, ALL_GROUPS)
    ]
    verdict = effects[0].verdict
    title = page.slice.context.scale_title(scale)
    if verdict == "too few to say":
        return f"{title}: {_EFFECT_WORDS[verdict]}."
    amount = _for_all_children(effect_table(page, scale, minimum_pairs), "given_start")
    return (
        f"{title}: children in the service ended {amount} off than children with the same start outside it; "
        f"{_EFFECT_WORDS[verdict]}."
    )


def _before_and_after_sentence(page: Page, scale: str, minimum_pairs: int) -> str:
    changes = [
        c for c in list_changes(page, minimum_pairs) if (c.scale, c.ethnic_group) == (scale, ALL_GROUPS)
    ]
    title = page.slice.context.scale_title(scale)
    if not changes or changes[0].verdict == "too few to say":
        return f"{title}: {_CHANGE_WORDS['too few to say']}."
    amount = _for_all_children(change_table(page, scale, minimum_pairs), "change")
    return (
        f"{title}: children were {amount} at review than at the start; {_CHANGE_WORDS[changes[0].verdict]}."
    )


def show_headline(page: Page, minimum_pairs: int) -> str:
    """The answer in two sentences: who was reached, what changed."""
    if page.service is None:
        return headline(_reach_sentence(page), _services_sentence(page, minimum_pairs))
    sentences = _change_sentences(page, minimum_pairs, page.service.contract_type)
    return headline(_reach_sentence(page), *sentences)


def _row_of(
    page: Page, service: ServiceFacts, change: ScoreChange, folder: str, several: bool
) -> dict[str, Any]:
    children = page.slice.children
    mask = (children["service_id"] == service.service_id) & (children["ethnic_group"] == "")
    scale = f" ({page.slice.context.scale_title(change.scale)})" if several else ""
    return {
        "service": f"{service.service_id} {service.name}{scale}",
        "service_link": f"{folder}{service.service_id}.ipynb",
        "service_id": service.service_id,
        "children": int(children[mask]["children"].sum()),
        "with_both": change.with_both,
        "effect_size": change.effect_size,
        "verdict": change.verdict,
    }


def service_rows(page: Page, minimum_pairs: int, folder: str = "") -> list[dict[str, Any]]:
    """One row a service and scale: reach and change."""
    none = NotEstimable("no scores")
    nobody = ScoreChange("", ALL_GROUPS, 0, 0, 0.0, 0.0, none, none, "too few to say")
    rows: list[dict[str, Any]] = []
    for service in page.slice.context.services:
        scores = page.slice.scores[page.slice.scores["service_id"] == service.service_id]
        changes = assess_changes(scores, (), minimum_pairs, page.confidence_level) or (nobody,)
        strength = evidence_strength(scores, service.contract_type)
        rows += [
            _row_of(page, service, change, folder, len(changes) > 1) | {"strength": strength}
            for change in changes
        ]
    return rows


def services_table(page: Page, minimum_pairs: int, folder: str = "") -> PublishedTable:
    """All services side by side, in the order of the register, never ranked."""
    columns: list[Column] = [
        Link("service", "Service"),
        Verdict("verdict", "Verdict"),
        Count("children", "Children"),
        Count("with_both", "With both scores"),
        Measured("effect_size", "Improvement, standard deviations", "with_both", decimals=2),
        Text("strength", "Evidence"),
    ]
    note = "Before and after. In the order of the register: services differ in whom they serve, so no league table"
    rows = service_rows(page, minimum_pairs, folder)
    return page.table("services", "Services side by side", columns, rows, note=note)


def service_verdicts(page: Page, minimum_pairs: int) -> dict[str, ServiceVerdict]:
    """One word a service from the words of its scales; "mixed" where they point both ways."""
    words: dict[str, set[str]] = {}
    for row in service_rows(page, minimum_pairs):
        words.setdefault(row["service_id"], set()).add(row["verdict"])
    return {service: _one_word(found) for service, found in words.items()}


def _one_word(words: set[str]) -> ServiceVerdict:
    match "better" in words, "worse" in words:
        case True, True:
            return "mixed"
        case True, False:
            return "better"
        case False, True:
            return "worse"
        case _:
            return "no clear change" if "no clear change" in words else "too few to say"


def _services_sentence(page: Page, minimum_pairs: int) -> str:
    verdicts = list(service_verdicts(page, minimum_pairs).values())
    parts = [
        words.format(_count_words(verdicts, word))
        for word, words in _SERVICES_WORDS.items()
        if word in verdicts
    ]
    return f"Children's scores {'; '.join(parts)}."


def _count_words(verdicts: Sequence[str], word: str) -> str:
    number = verdicts.count(word)
    return "1 service" if number == 1 else f"{number} services"


def show_services(page: Page, minimum_pairs: int) -> str:
    """The services side by side, on the page over all of them; on a service's own page, nothing but a pointer."""
    if page.service is not None:
        return "How all services compare stands on the [page over all services](index.ipynb)."
    table = services_table(page, minimum_pairs)
    chart = interval_chart(table, "effect_size", "Improvement in each service", "Standard deviations", 0.0)
    return page.format(table, chart)


def show_steps(page: Page) -> str:
    """The journey as one sentence: how many of those referred were scored twice."""
    twice = table_text(journey_table(page), 4, "share")
    if twice == HIDDEN:
        return paragraph("Too few children have been scored twice to tell a change from.")
    return paragraph(
        f"Of the episodes referred, {twice} have been scored twice: a change can be told from these."
    )
