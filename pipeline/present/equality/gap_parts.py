"""Gaps within services and within programmes, on the page over all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.analysis.equality.gaps import MeasureGaps, compare_parts, judge_gaps
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.present.disclosure.columns import Chosen, Text, Verdict, headed
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.adjusted_gap_columns import alike_cells, alike_note
from pipeline.present.equality.gap_columns import gap_row, relative_columns
from pipeline.present.equality.gaps import CLEAR, chance_words
from pipeline.present.page import Page, fold, paragraph
from pipeline.present.sentences import say


def _compared(page: Page, names: dict[str, str]) -> dict[str, list[MeasureGaps]]:
    """Every measure within each part, in the order of the register; `names` say which part a service is of."""
    dataset, level = page.dataset, page.confidence_level
    found: dict[str, list[MeasureGaps]] = {name: [] for name in names.values()}
    for measure in page.context.measures:
        rows = page.slice.measures.of_measure(measure)
        # A programme is several services, of which one child may be in two.
        rows = rows.over_services() if len({*names.values()}) < len(names) else rows
        rows, groups = rows.name("part", "service_id", names), dataset.known_groups
        parts = compare_parts(rows, "part", groups, dataset.comparator, measure, level)
        for name, gaps in parts.items():
            found[name].append(gaps)
    return found


def _rows(page: Page, names: dict[str, str], rules: JudgementRules) -> Iterator[dict[str, Any]]:
    """A row a part, measure and group; each part's words are held to its own families."""
    compared = _compared(page, names)
    services_of = {
        name: frozenset(service for service, part in names.items() if part == name) for name in compared
    }
    parts = tuple(services_of.values())
    for name, found in compared.items():
        words = judge_gaps(found, rules)
        for each in found:
            for gap in each.gaps:
                row = gap_row(page, each.measure, gap, words)
                yield {**row, **alike_cells(page, each.measure, gap, services_of[name], parts), "part": name}


def part_tables(page: Page, kind: str, names: dict[str, str], rules: JudgementRules) -> list[PublishedTable]:
    """What is clear within services or programmes, and all of it."""
    columns = [
        Text("part", say(f"heading {kind}")),
        *headed(Text, "measure", group="ethnic group"),
        Verdict("word", say("heading against", comparator=page.dataset.comparator)),
        *headed(Chosen, "level", gap="difference", adjusted="among like children"),
        Text("what", say("heading what adjusting does")),
    ]
    rows, note = list(_rows(page, names, rules)), f"{chance_words(rules)} {alike_note(page)}"
    clear, whole = [row for row in rows if row["word"] in CLEAR], [*columns, *relative_columns()]
    return [
        page.table(f"{kind}s_clear", say(f"parts clear {kind}"), columns, clear, note=note),
        page.table(f"{kind}s", say(f"parts all {kind}"), whole, rows, note=note),
    ]


def show_parts(page: Page, rules: JudgementRules) -> str:
    """What is clear within programmes and services, every figure as a file; nothing on a service's own page."""
    if page.service is not None:
        return ""
    services = page.context.services
    kinds = {
        "programme": {each.service_id: each.programme for each in services},
        "service": {each.service_id: f"{each.service_id} {each.name}" for each in services},
    }
    parts = []
    for kind, names in kinds.items():
        clear, whole = part_tables(page, kind, names, rules)
        parts.append(page.format(clear) if clear.cells else paragraph(say(f"parts none {kind}")))
        parts.append(page.door.link_to(whole))
    return f"## {say('parts title')}\n\n{fold(say('parts clear'), *parts)}"
