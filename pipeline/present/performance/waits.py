"""How long children waited for each step of the journey, and what agreements and outcomes came to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.analysis.performance.reach import list_results, list_waits
from pipeline.present.disclosure.columns import Cell, Count, Number, Row, Text, headed, symbol_cell
from pipeline.present.disclosure.estimates import Share
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.rounding import format_number, round_half_up
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure


@dataclass(frozen=True)
class Days(Number):
    """The median number of days with the quartiles, hidden below `minimum`, or where a quartile rests on few."""

    size: str
    minimum: int

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        if int(row[self.size]) == 0:
            return symbol_cell(self.key, NOT_AVAILABLE)
        if int(row[self.size]) < max(self.minimum, rule.hide_up_to + 1) or math.isnan(row[self.key]):
            return symbol_cell(self.key, HIDDEN)
        names = (self.key, f"{self.key}_lower", f"{self.key}_upper")
        middle, lower, upper = (row[name] for name in names)
        text = say(
            "interval", value=format_number(middle), lower=format_number(lower), upper=format_number(upper)
        )
        return Cell(text, {name: round_half_up(row[name], 1) for name in names})


def waits_table(page: Page, minimum: int) -> PublishedTable:
    """Days between the steps of the journey, with who took them in time and who still waits."""
    rows = [
        {
            "step": say(f"wait {found.step}"),
            "taken": found.taken,
            "median": found.median,
            "median_lower": found.lower_quartile,
            "median_upper": found.upper_quartile,
            "looked_for": say("performance days", days=found.days),
            "within": found.within.counts(),
            "waiting": found.waiting,
        }
        for found in list_waits(page)
    ]
    columns = [
        Text("step", say("heading step")),
        Count("taken", say("heading took it")),
        Days("median", say("performance median days middle"), "taken", minimum),
        Text("looked_for", say("heading looked for within")),
        Share("within", say("heading took it in that time"), page.confidence_level),
        Count("waiting", say("heading still waiting")),
    ]
    return page.table("waits", say("performance time between the"), columns, rows, note=say("waits note"))


def results_table(page: Page) -> PublishedTable:
    """Agreements completed, and outcomes achieved fully and partly."""
    rows = [
        {
            "what": say(f"result {result}"),
            "events": tally.events,
            "total": tally.total,
            "share": tally.counts(),
        }
        for result, tally in list_results(page)
    ]
    columns = [
        Text("what", say("heading what")),
        *headed(Count, events="counted", total="out of"),
        Share("share", say("heading share"), page.confidence_level),
    ]
    return page.table("results", say("performance how agreements and"), columns, rows)


def show_waits(page: Page, minimum: int) -> str:
    """Both tables, each where it has a row."""
    tables = (waits_table(page, minimum), results_table(page))
    return "\n\n".join(page.format(table) for table in tables if table.cells)
