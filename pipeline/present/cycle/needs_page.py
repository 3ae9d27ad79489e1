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
from pipeline.present.disclosure.columns import Column, Text, Verdict, headed
from pipeline.present.disclosure.estimates import Worked
from pipeline.present.needs.area_map import area_map
from pipeline.present.needs.areas import say_areas
from pipeline.present.needs.areas import show_areas as show_benchmarks
from pipeline.present.page import fold, headline, join_words, paragraph, stack
from pipeline.present.sentences import say
from pipeline.stats.results import Estimate

_INDEX, _MOST_NAMED = "equality/index", 3


@cache
def areas(page: CyclePage) -> pd.DataFrame:
    """Set the area beside its neighbours, its region and England, by period (columns of AREAS)."""
    return page.record("areas", tabulate_areas(page.data.benchmarks))


@cache
def area_trends(page: CyclePage) -> pd.DataFrame:
    """Judge where each indicator of the area is heading: one row each (columns of AREA_TRENDS)."""
    return page.record("area_trends", tabulate_area_trends(page.data.benchmarks, page.confidence_level))


def show_needs(page: CyclePage) -> str:
    """The answer of the page; blank where no statistics of other areas were given."""
    trends = list_rows(area_trends(page))
    return headline(say_areas(trends) if trends else "", _tell_above(page), _tell_standing_out(page))


def _tell_above(page: CyclePage) -> str:
    """In what the area's last figure is clearly above its neighbours' median; blank where in nothing."""
    last = {row["indicator_id"]: row for row in list_rows(areas(page)) if pd.notna(row["own"])}
    above = [row["title"] for row in last.values() if row["standing"] == "above"]
    return say("areas above", indicators=join_words(above)) if above else ""


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
    columns = [
        *headed(Text, "measure", group="ethnic group"),
        Worked("level", say("heading per 100 child years"), decimals=1),
        Worked("standardised", say("heading standardised for age"), decimals=1),
    ]
    rows = _published_rows(page, STANDARDISED, ("level", "standardised"))
    said = say("standardised here", number=len({row["measure"] for row in rows}))
    about = say("standardised here title"), say("standardised here note")
    return _tell_folded(page, said, "standardised", about, columns, rows)


def _show_slopes(page: CyclePage) -> str:
    """The slope and the relative index of each measure over the fifths of deprivation, as published."""
    columns = [
        Text("measure", say("heading measure")),
        Verdict("word", say("heading the most deprived")),
        Worked("slope", say("heading most less least deprived"), decimals=1, sign=True),
        Worked("ratio", say("heading most over least deprived"), decimals=2),
    ]
    rows = _published_rows(page, DEPRIVATION, ("slope", "ratio"))
    clear = sum(row["word"] in ("behind", "ahead") for row in rows)
    said = say("gradients here", clear=clear, number=len(rows))
    about = say("equality along the scale"), say("gradient note")
    return _tell_folded(page, said, "deprivation", about, columns, rows)


def _published_rows(page: CyclePage, file: str, figures: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a table that the page on race equality has published, with these figures and their intervals."""
    level = page.confidence_level
    return [
        {**row, **{name: _told(row, name, level) for name in figures}}
        for row in page.data.rows_of(_INDEX, file)
    ]


def _tell_folded(
    page: CyclePage,
    said: str,
    name: str,
    about: tuple[str, str],
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
) -> str:
    """What a table says, and the table folded below it, `about` being its title and note; nothing without rows."""
    if not rows:
        return ""
    title, note = about
    table = page.table(name, title, columns, rows, note)
    return stack(paragraph(said), page.fold(table))


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
    columns = [
        Text("area", say("heading area")),
        Verdict("word", say("heading against everyone else")),
        Worked("level", title, decimals=1),
    ]
    heading = say("by area title", measure=title)
    table = page.table(f"by_area_{measure_id}", heading, columns, shown, say("by area note"))
    apart = [row["word"] in ("behind", "ahead") for row in shown]
    about, on_map = say("map about", clear=sum(apart)), say("map title", measure=title)
    drawn = area_map(table, "level", on_map, about, page.data.boundaries, apart)
    chart = interval_chart(table, "level", heading, title)
    return stack(drawn or "", chart or "", page.fold(table))


def _told(row: dict[str, str], name: str, confidence_level: float) -> Estimate | str:
    """A figure of another page with its interval; the words or the symbol that stand in its place."""
    try:
        value, lower, upper = (float(row[f"{name}{end}"]) for end in ("", "_lower", "_upper"))
    except ValueError:
        return row[name]
    return Estimate(value, lower, upper, confidence_level, method="as published", unit="")
