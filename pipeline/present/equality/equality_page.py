"""The race-equality page: its answer, gaps in scores, whose group is not known, programmes, and what would change."""

from collections.abc import Iterator
from typing import Any

from pipeline.analysis.equality.gaps import MeasureGaps, compare_parts, judge_gaps, list_unknown
from pipeline.analysis.equality.targets import assess_targets
from pipeline.analysis.impact.effects import judge_moved, list_gap_effects
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import split_services
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.adjusted_gap_columns import alike_cells, alike_note
from pipeline.present.equality.gap_columns import gap_row
from pipeline.present.equality.gap_years import MOVED, moved_gaps_sentence, say_none_moved
from pipeline.present.equality.gaps import CLEAR, MOST_TOLD, chance_words, say_clear, say_none_clear
from pipeline.present.equality.targets import by_verdict
from pipeline.present.impact.scores import has_comparison, show_effect, show_gap_effect
from pipeline.present.page import Page, fold, headline, join_words, paragraph, stack
from pipeline.present.sentences import say, verdict_word

_PER_CENT = 100
_MOST_FOLDED = 6
"""How many services' gaps in scores the page over all shows itself."""


def show_score_gaps(page: Page, minimum_pairs: int) -> str:
    """What services with a comparison group did to gaps in children's scores."""
    compared = [part for part in split_services(page) if has_comparison(part)]
    if not compared:
        return paragraph(say("scores none"))
    if len(compared) > _MOST_FOLDED:
        owners = [part.service.service_id for part in compared if part.service]
        links = ", ".join(f'<a href="{name}.ipynb">{name}</a>' for name in owners)
        return paragraph(say("scores elsewhere", number=len(owners))) + f"\n\n<p>{links}</p>"
    parts = []
    for part in compared:
        name = part.service.name if part.service else ""
        shown = [show_effect(part, minimum_pairs), show_gap_effect(part, minimum_pairs)]
        parts += shown if page.service else [fold(name, *shown)]
    return stack(*parts)


def show_unknown(page: Page, rules: JudgementRules) -> str:
    """Whose ethnic group is not known, and from when on that forbids a verdict."""
    rows = [{"measure": measure.title, "unknown": tally.counts()} for measure, tally in list_unknown(page)]
    table = page.table("unknown", rows)
    limit = say("unknown limit", limit=f"{format_number(rules.maximum_unknown * _PER_CENT)}%")
    return f"{paragraph(limit)}\n\n{page.fold(table) if rows else ''}"


def show_method(page: Page, rules: JudgementRules) -> str:
    """The rules of this page in words, with the parameters they were run with."""
    words = say(
        "method",
        baseline=rules.baseline_months,
        window=rules.window_months,
        minimum=rules.minimum_total,
        unknown=f"{format_number(rules.maximum_unknown * _PER_CENT)}%",
        level=f"{page.confidence_level:.0%}",
    )
    dataset = page.dataset
    named = zip(dataset.known_groups, dataset.group_titles, strict=False)
    groups = "; ".join(group if group == title else f"{group} ({title})" for group, title in named)
    named_groups = say("method groups", groups=groups) if groups else ""
    told = (words, chance_words(rules), say("method families"), say("change never"), named_groups)
    return fold(say("method title"), paragraph(" ".join(filter(None, told))))


def _score_gap_words(page: Page, minimum_pairs: int) -> str:
    """What services with a comparison group did to gaps in scores, where it can be told."""
    parts = []
    for part in split_services(page):
        told: dict[str, list[str]] = {}
        for effect in list_gap_effects(part, minimum_pairs):
            if part.service is not None and (verdict := judge_moved(effect)) in MOVED:
                told.setdefault(verdict_word(verdict), []).append(effect.ethnic_group)
        if part.service is not None and told:
            named = (say("equality for", verdict=word, named=join_words(who)) for word, who in told.items())
            parts.append(f"{part.service.name} ({'; '.join(named)})")
    comparator = page.dataset.comparator
    return say("scores moved", comparator=comparator, moved=", ".join(parts)) if parts else ""


def _target_sentence(page: Page, rules: JudgementRules) -> str:
    listed = by_verdict(assess_targets(page, rules))
    number = sum(map(len, listed.values()))
    if not number:
        return say("targets none")
    counted = [f"{len(own)} {verdict_word(word)}" for word, own in listed.items()]
    key = "targets one" if number == 1 else "targets counted"
    return say(key, number=number, counted=", ".join(counted))


def show_headline(page: Page, rules: JudgementRules, minimum_pairs: int) -> str:
    """The answer: how targets stand, who is behind in what, which gaps moved, what services did to gaps in scores."""
    second = " ".join(say_clear(page, rules, ["behind"], most=MOST_TOLD)) or say_none_clear(page, rules)
    moved = moved_gaps_sentence(page, rules) or say_none_moved(page, rules)
    second, moved = page.told(second, "finding_gaps"), page.told(moved, "finding_gap_changes")
    return headline(_target_sentence(page, rules), second, moved, _score_gap_words(page, minimum_pairs))


def _compared(page: Page, names: dict[str, str]) -> dict[str, list[MeasureGaps]]:
    """Every measure within each part, in the order of the register; `names` say which part a service is of."""
    dataset, level = page.dataset, page.confidence_level
    found: dict[str, list[MeasureGaps]] = {name: [] for name in names.values()}
    for measure in page.context.measures:
        rows = page.slice.measures.of_measure(measure)
        # A programme is several services, of which one child may be in two.
        rows = rows.over_services() if len({*names.values()}) < len(names) else rows
        rows, groups = rows.name("part", "service_id", names), dataset.known_groups
        parts = compare_parts(rows, groups, dataset.comparator, measure, level)
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
    rows, note = list(_rows(page, names, rules)), f"{chance_words(rules)} {alike_note(page)}"
    told = {"comparator": page.dataset.comparator}
    clear = [row for row in rows if row["word"] in CLEAR]
    return [
        page.table(f"{kind}s_clear", clear, note, told=told),
        page.table(f"{kind}s, gaps", rows, note, told=told),
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
