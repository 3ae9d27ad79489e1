"""Who is reached against who lives in the area and who is in need, on a page."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.policy import JudgementRules
from pipeline.analysis.readings import Represented
from pipeline.analysis.representation import Representation, compare_source, list_sources
from pipeline.present.columns import Column, Figure, Text, Verdict
from pipeline.present.evidence import Read
from pipeline.present.page import Page, join_words, paragraph
from pipeline.present.reach import count_children
from pipeline.present.sentences import say
from pipeline.present.table import PublishedTable

_PER_CENT = 100


def _row(found: Representation) -> dict[str, Any]:
    return {
        "group": found.ethnic_group,
        "word": found.word,
        "reached": Represented(found.reached, None),
        "share": found.share * _PER_CENT,
        "gap": Represented(found.reached, found.share),
        "counted": f"{found.source.counted}, {found.source.year}",
    }


def representation_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """Each group's share of the children reached against its share of every population given."""
    groups = page.slice.context.dataset.known_groups
    service_id = page.service.service_id if page.service else ""
    reached = {group: count_children(page, service_id, group) for group in groups}
    found = [
        each
        for source in list_sources(page.slice.population)
        for each in compare_source(reached, groups, source, rules)
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Text("counted", "Against"),
        Verdict("word", "Reached"),
        Read("reached", "Share of children reached", page.confidence_level),
        Figure("share", "Share of those counted", suffix="%"),
        Read("gap", "Difference, points", page.confidence_level),
    ]
    note = say("representation note")
    title = "Who is reached, who lives here, who is in need"
    return page.table("representation", title, columns, [_row(each) for each in found], note=note)


def show_representation(page: Page, rules: JudgementRules) -> str:
    """The answer in words, then the table."""
    table = representation_table(page, rules)
    if not table.cells:
        return paragraph(say("representation none"))
    told: dict[tuple[str, str], list[str]] = {}
    for group, word, counted in zip(
        *(table.values(key) for key in ("group", "word", "counted")), strict=True
    ):
        told.setdefault((str(word), str(counted)), []).append(str(group))
    said = [
        say(key, groups=join_words(told[word, counted]), counted=counted)
        for counted in dict.fromkeys(str(value) for value in table.values("counted"))
        for word, key in (
            ("more than their share", "representation more"),
            ("less than their share", "representation less"),
        )
        if (word, counted) in told
    ]
    return f"{paragraph(' '.join(said) or say('representation same'))}\n\n{page.format(table)}"
