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
    }


def representation_tables(page: Page, rules: JudgementRules) -> list[PublishedTable]:
    """Each group's share of the children reached against its share of every population given, the area's first."""
    groups = page.slice.context.dataset.known_groups
    service_id = page.service.service_id if page.service else ""
    reached = {group: count_children(page, service_id, group) for group in groups}
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Verdict("word", "Reached"),
        Read("reached", "Share of children reached", page.confidence_level),
        Figure("share", "Share of those counted", suffix="%"),
        Read("gap", "Difference, points", page.confidence_level),
    ]
    tables = []
    for place, source in enumerate(list_sources(page.slice.population), start=1):
        found = compare_source(reached, groups, source, rules)
        title = f"Children reached, against {source.counted} in {source.year}"
        rows = [_row(each) for each in found]
        note = say("representation note")
        if source.withheld:
            note += f". {say('representation withheld', groups=join_words(source.withheld))}"
        tables.append(page.table(f"representation_{place}", title, columns, rows, note=note))
    return [table for table in tables if table.cells]


def _words(table: PublishedTable) -> list[str]:
    """Which groups are reached more, and which less, than their share of one source."""
    told: dict[str, list[str]] = {}
    for group, word in zip(table.values("group"), table.values("word"), strict=True):
        told.setdefault(str(word), []).append(str(group))
    counted = table.title.removeprefix("Children reached, against ")
    return [
        say(key, groups=join_words(told[word]), counted=counted)
        for word, key in (
            ("more than their share", "representation more"),
            ("less than their share", "representation less"),
        )
        if word in told
    ]


def show_representation(page: Page, rules: JudgementRules) -> str:
    """The answer in words, then a table a population."""
    tables = representation_tables(page, rules)
    if not tables:
        return paragraph(say("representation none"))
    said = " ".join(words for table in tables for words in _words(table))
    return "\n\n".join(
        [paragraph(said or say("representation same")), *(page.format(each) for each in tables)]
    )
