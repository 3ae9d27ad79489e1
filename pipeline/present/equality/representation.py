"""Who is reached against who lives in the area and who is in need, on a page."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from pipeline.analysis.equality.representation import (
    PopulationSource,
    Representation,
    compare_source,
    list_sources,
)
from pipeline.analysis.equality.target_figures import Represented
from pipeline.analysis.group_counts import level
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.performance.reach import effect_of, sum_children
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, join_words, paragraph, stack
from pipeline.present.sentences import say
from pipeline.stats.proportions.rounded import over_known

_PER_CENT = 100
_BREAK = ("ethnic_group", "before", "year", "growth", "others_growth")


def _row(page: Page, found: Representation) -> dict[str, Any]:
    share = found.share
    lower, upper = (format_number(end * _PER_CENT, 1) for end in (share.lower, share.upper))
    between = say("range", lower=lower, upper=upper) + "%"
    return {
        "group": found.ethnic_group,
        "word": found.word,
        "reached": Represented(found.reached, None),
        "share": share.value * _PER_CENT,
        "between": between + _tell_year(page, found.source.counted, found.ethnic_group),
        "gap": Represented(found.reached, share),
        "ratio": over_known(level(found.reached, "percent", page.confidence_level), share),
    }


def _tell_year(page: Page, counted: str, group: str) -> str:
    """In which year a group's number breaks off; blank where it does not."""
    told = page.slice.breaks
    years = told[(told["counted"] == counted) & (told["ethnic_group"] == group)]["year"]
    return f"; {say('population broken', year=int(years.max()))}" if len(years) else ""


def _tell_breaks(page: Page, source: PopulationSource) -> list[str]:
    """Where the population's own figures break off, so that shares before and after are not alike."""
    told = page.slice.breaks[page.slice.breaks["counted"] == source.counted]
    return [
        say(
            "population break",
            group=group,
            before=before,
            year=year,
            own=_tell_growth(own),
            others=_tell_growth(others),
        )
        for group, before, year, own, others in zip(*(told[name] for name in _BREAK), strict=True)
    ]


def _tell_growth(growth: float) -> str:
    word = "rose" if growth >= 0 else "fell"
    return say("equality by %", word=word, value=format_number(abs(growth) * _PER_CENT))


@cache
def _compared(
    page: Page, rules: JudgementRules
) -> tuple[tuple[PopulationSource, tuple[Representation, ...]], ...]:
    """Each group's share of the children reached against its share of every population given, the area's first."""
    groups = page.dataset.known_groups
    reached = {group: sum_children(page, page.own, group) for group in groups}
    effects = {group: effect_of(page, say("equality reached", group=group)) for group in groups}
    return tuple(
        (source, tuple(compare_source(reached, groups, source, rules, page.rule, effects)))
        for source in list_sources(page.slice.population)
    )


def _title(source: PopulationSource) -> str:
    return say("equality in", counted=source.counted, year=source.year)


def representation_tables(page: Page, rules: JudgementRules) -> list[PublishedTable]:
    """A table a population, that of the area first."""
    tables = []
    for place, (source, found) in enumerate(_compared(page, rules), start=1):
        rows = [_row(page, each) for each in found]
        note = say("representation note")
        if not source.exact:
            note += f". {say('representation between')}"
        if source.withheld:
            note += f". {say('representation withheld', groups=join_words(source.withheld))}"
        without = ["between"] if source.exact else []
        told = {"title": _title(source)}
        tables.append(page.table("representation", rows, note, of=f"{place}", told=told, without=without))
    return [table for table in tables if table.cells]


def _words(source: PopulationSource, found: Sequence[Representation]) -> list[str]:
    """Which groups are reached more, and which less, than their share of one source."""
    told: dict[str, list[str]] = {}
    for each in found:
        told.setdefault(each.word, []).append(each.ethnic_group)
    return [
        say(key, groups=join_words(told[word]), counted=_title(source))
        for word, key in (
            (say("equality more than their"), "representation more"),
            (say("equality less than their"), "representation less"),
        )
        if word in told
    ]


def show_representation(page: Page, rules: JudgementRules) -> str:
    """The answer in words, then a table a population."""
    tables = representation_tables(page, rules)
    if not tables:
        return paragraph(say("representation none"))
    said = " ".join(words for found in _compared(page, rules) for words in _words(*found))
    sources = list_sources(page.slice.population)
    broken = paragraph(" ".join(words for source in sources for words in _tell_breaks(page, source)))
    folded = (page.fold(each) for each in tables)
    return stack(paragraph(said or say("representation same")), broken, *folded)
