"""How many are in need for each 1,000 who live in the area, on a page: which groups and places stand out."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.equality.referrals import ETHNICITY, REFERRED
from pipeline.analysis.finding_columns import Row, list_rows
from pipeline.analysis.needs.population_rates import list_people, tabulate_population_rates
from pipeline.contract.tables import load_table
from pipeline.present.chart import interval_chart
from pipeline.present.cycle.page import CyclePage
from pipeline.present.disclosure.rounding import NOT_AVAILABLE, format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.needs.area_map import area_map
from pipeline.present.page import fold, join_words, paragraph, stack
from pipeline.present.sentences import say, sentence_case
from pipeline.stats.results import Estimate

_APART = ("above", "below")
_NAMED = 3
_NAMED_ALONE = (ETHNICITY, "area")
"""Characteristics whose levels say by themselves what they are levels of."""


@cache
def population_rates(page: CyclePage, rules: CycleRules) -> pd.DataFrame:
    """Set who was referred, and who is in need, against who lives in the area (columns of `population_rates`)."""
    counted = page.data.context.dataset.population_counted
    people = list_people(page.data.population, page.records("population_levels"), counted)
    referred = [*page.found("equality/index", "referrals")]
    return page.record(
        "population_rates", tabulate_population_rates(referred, people, rules, page.confidence_level)
    )


def show_population_rates(page: CyclePage, rules: CycleRules) -> str:
    """Who stands out, in words; referrals by local area on a map and a chart; every rate in a table."""
    rows = list_rows(population_rates(page, rules))
    if not rows:
        return ""
    kinds = dict.fromkeys(row["counted"] for row in rows)
    tables = [
        page.format(_tabulate(page, place, [row for row in rows if row["counted"] == counted]))
        for place, counted in enumerate(kinds, start=1)
    ]
    by_area = [row for row in rows if (row["counted"], row["characteristic"]) == (REFERRED, "area")]
    return stack(
        paragraph(clear_rates_sentence(rows)), _show_by_area(page, by_area), fold(say("rates all"), *tables)
    )


def clear_rates_sentence(rows: Sequence[Row]) -> str:
    """Which groups and places are clearly more often in need than everyone else, the furthest first."""
    told = [say("rates none", number=len(rows))]
    above = sorted((row for row in rows if row["verdict"] == "above"), key=lambda row: -row["ratio"])
    below = sum(row["verdict"] == "below" for row in rows)
    if above or below:
        told = [say("rates clear", number=len(rows), above=len(above), below=below)]
    if above:
        told.append(say("rates above", named=join_words([_name_above(row) for row in above[:_NAMED]])))
    return " ".join(told)


def _name_above(row: Row) -> str:
    rate, others = (format_number(row[name], 1) for name in ("rate", "other_rate"))
    return say("rates named", who=_who(row), counted=_counted(row["counted"]), rate=rate, others=others)


def _counted(counted: str) -> str:
    return say("rates referred") if counted == REFERRED else counted


def _who(row: Row) -> str:
    level = row["level"].replace("_", " ")
    if row["characteristic"] in _NAMED_ALONE:
        return str(level)
    return f"{load_table('episodes').field(row['characteristic']).title}: {level}"


def _told(page: CyclePage, row: Row) -> dict[str, Any]:
    """A row's entries of a table: the figures with their intervals."""
    found = {
        name: Estimate(row[name], row[f"{name}_lower"], row[f"{name}_upper"], page.confidence_level, "", "")
        for name in ("rate", "ratio")
        if pd.notna(row[name])
    }
    missing = dict.fromkeys(("rate", "ratio"), NOT_AVAILABLE)
    return {**row, **missing, **found, "who": _who(row), "area": row["level"]}


def _tabulate(page: CyclePage, place: int, rows: Sequence[Row]) -> PublishedTable:
    """Every rate of one kind of need."""
    counted = rows[0]["counted"]
    years = join_words([str(year) for year in sorted({row["year"] for row in rows})])
    note = say("rates note", years=years, living=page.data.context.dataset.population_counted)
    if counted == REFERRED:
        note += f". {say('population by area note')}"
    told = {"counted": sentence_case(_counted(counted))}
    return page.table("population_rates", [_told(page, row) for row in rows], note, of=f"{place}", told=told)


def _show_by_area(page: CyclePage, rows: Sequence[Row]) -> str:
    """Referrals by local area, the most often referred first, on the commissioner's map where there is one."""
    if not rows:
        return ""
    shown = sorted((_told(page, row) for row in rows), key=lambda row: -row["rate"].value)
    table = page.table("population_by_area", shown)
    apart = [row["verdict"] in _APART for row in shown]
    about = say("map about", clear=sum(apart))
    drawn = area_map(table, "rate", say("map title", measure=table.title), about, page.data.boundaries, apart)
    clear = join_words([row["area"] for row in shown if row["verdict"] == "above"])
    message = say("rates by area message", areas=clear) if clear else say("rates by area alike")
    chart = interval_chart(table, "rate", table.title, say("heading for each 1,000"), message=message)
    return stack(drawn or "", chart or "", page.fold(table))
