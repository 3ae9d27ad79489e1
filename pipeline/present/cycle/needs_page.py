"""Assess: the area beside others in published statistics, and who stands out among the children reached here."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import list_rows
from pipeline.analysis.needs.area_findings import tabulate_area_trends, tabulate_areas
from pipeline.contract.tables import load_table
from pipeline.files.cycle import DEPRIVATION, LEVELS, STANDARDISED
from pipeline.present.chart import interval_chart
from pipeline.present.cycle.page import CyclePage
from pipeline.present.needs.area_map import area_map
from pipeline.present.needs.areas import say_areas
from pipeline.present.needs.areas import show_areas as show_benchmarks
from pipeline.present.page import fold, headline, join_words, paragraph, stack
from pipeline.present.sentences import say
from pipeline.stats.results import Estimate

_INDEX, _MOST_NAMED = "equality/index", 3


@cache
def areas(page: CyclePage) -> pd.DataFrame:
    """Set the area beside its neighbours, its region and England, by period (columns of `areas`)."""
    return page.record("areas", tabulate_areas(page.data.benchmarks))


@cache
def area_trends(page: CyclePage) -> pd.DataFrame:
    """Judge where each indicator of the area is heading: one row each (columns of `area_trends`)."""
    return page.record("area_trends", tabulate_area_trends(page.data.benchmarks, page.confidence_level))


def show_needs(page: CyclePage) -> str:
    """The answer of the page; blank where no statistics of other areas were given."""
    trends = list_rows(area_trends(page))
    above = [row["title"] for row in trends if row["standing"] == "above"]
    told = say("areas above", indicators=join_words(above)) if above else ""
    return headline(say_areas(trends) if trends else "", told, _tell_standing_out(page))


def show_areas(page: CyclePage) -> str:
    """Every indicator by its outcome: a chart, a table, how sure it is."""
    return show_benchmarks(page.door, page.data.benchmarks, page.confidence_level)


def _tell_standing_out(page: CyclePage) -> str:
    """How many comparisons are clear, false discoveries held, and who is behind most often; blank without any."""
    rows = [*page.data.rows_of(_INDEX, LEVELS)]
    counted = Counter(row["word"] for row in rows)
    behind = Counter(row["who"] for row in rows if row["word"] == "behind").most_common(_MOST_NAMED)
    named = [say("stands out who", who=who, number=number) for who, number in behind if number > 1]
    told = say("stands out here", clear=counted["behind"] + counted["ahead"], number=counted.total())
    most = say("stands out most", named=join_words(named)) if named else ""
    return " ".join(filter(None, [told, most])) if rows else ""


def show_who_stands_out(page: CyclePage) -> str:
    """Where to read who stands out, of which the headline tells; rates by age and deprivation; need by area."""
    if not _tell_standing_out(page):
        return ""
    link = f"[{say('stands out link')}](../equality/index.ipynb#who-else-stands-out)"
    measures = dict.fromkeys(row["measure_id"] for row in page.records("priorities") if row["measure_id"])
    first, *more = [_show_by_area(page, measure_id) for measure_id in measures] or [""]
    rates = (_show_standardised(page), _show_slopes(page))
    return stack(link, *rates, first, fold(say("by area more"), *more))


def _show_standardised(page: CyclePage) -> str:
    """Rates by ethnic group as they are, and had each group the ages of all children, as published."""
    rows = _published_rows(page, STANDARDISED, ("level", "standardised"))
    return _tell_folded(
        page, say("standardised here", number=len({row["measure"] for row in rows})), STANDARDISED, rows
    )


def _show_slopes(page: CyclePage) -> str:
    """The slope and the relative index of each measure over the fifths of deprivation, as published."""
    rows = _published_rows(page, DEPRIVATION, ("slope", "ratio"))
    clear = sum(row["word"] in ("behind", "ahead") for row in rows)
    return _tell_folded(page, say("gradients here", clear=clear, number=len(rows)), DEPRIVATION, rows)


def _published_rows(page: CyclePage, file: str, figures: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a table that the page on race equality has published, with these figures and their intervals."""
    level = page.confidence_level
    return [
        {**row, **{name: _told(row, name, level) for name in figures}}
        for row in page.data.rows_of(_INDEX, file)
    ]


def _tell_folded(page: CyclePage, said: str, file: str, rows: Sequence[dict[str, Any]]) -> str:
    """What a table says, and the table folded below it, called as the `file` it is from; nothing without rows."""
    name = file.removesuffix(".csv")
    return stack(paragraph(said), page.fold(page.table(f"{name}, published", rows))) if rows else ""


def _show_by_area(page: CyclePage, measure_id: str) -> str:
    """A measure of need by local area, the highest first, as the race-equality page has published it."""
    title = page.data.context.outcome_title(measure_id)
    named = f"{load_table('episodes').field('area').title}: "
    rows = [
        (level, row)
        for row in page.data.rows_of(_INDEX, LEVELS)
        if row["measure"] == title and row["who"].startswith(named)
        if isinstance(level := _told(row, "level", page.confidence_level), Estimate)
    ]
    if not rows:
        return ""
    shown = [
        {"area": row["who"].removeprefix(named), "word": row["word"], "level": level}
        for level, row in sorted(rows, key=lambda pair: -pair[0].value)
    ]
    table = page.table("by_area", shown, of=measure_id, told={"measure": title})
    apart = [row["word"] in ("behind", "ahead") for row in shown]
    about, on_map = say("map about", clear=sum(apart)), say("map title", measure=title)
    differ = join_words([str(row["area"]) for row, clear in zip(shown, apart, strict=True) if clear])
    message = say("by area apart" if differ else "by area alike", measure=title, areas=differ)
    drawn = area_map(table, "level", on_map, about, page.data.boundaries, apart)
    chart = interval_chart(table, "level", table.title, title, message=message)
    return stack(drawn or "", chart or "", page.fold(table))


def _told(row: dict[str, str], name: str, confidence_level: float) -> Estimate | str:
    """A figure of another page with its interval; the words or the symbol that stand in its place."""
    try:
        value, lower, upper = (float(row[f"{name}{end}"]) for end in ("", "_lower", "_upper"))
    except ValueError:
        return row[name]
    return Estimate(value, lower, upper, confidence_level, method="as published", unit="")
