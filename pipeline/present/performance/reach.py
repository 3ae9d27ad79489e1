"""Who was reached: children by ethnic group, against the area, and the way from referral to outcome."""

import math
from dataclasses import dataclass
from typing import Any

from pipeline.analysis.performance.reach import Step, list_reached, list_results, list_steps, list_waits
from pipeline.contract.context import CHILDREN
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.columns import (
    Cell,
    Number,
    Percentage,
    Row,
    Words,
    symbol_cell,
)
from pipeline.present.disclosure.estimates import Share
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE, format_number, round_for_file
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.targets import children_of
from pipeline.present.page import Page, stack
from pipeline.present.sentences import say, sentence_case
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import NOBODY

_PER_CENT = 100


def reached_table(page: Page) -> PublishedTable:
    """Children by ethnic group, their share of those whose group is known, and the group's share of the area."""
    counted = page.dataset.population_counted
    rows: list[dict[str, Any]] = [
        {**vars(each), "share": each.share or NOBODY, "area": None if each.area is None else each.area * 100}
        for each in list_reached(page)
    ]
    note = "" if counted == CHILDREN else say("performance areas shares not", counted=counted)
    return page.table("reached", rows, note=note, told={"counted": counted})


def show_reached(page: Page) -> str:
    """The table of children reached, with its chart."""
    table = reached_table(page)
    axis = say("performance share of children")
    title, message = say("performance who was reached"), _largest(page)
    chart = interval_chart(table, "share", title, axis, mark="area", message=message)
    return page.format(table, chart)


def _largest(page: Page) -> str:
    """Which group has the largest share of those reached; blank where none is shown."""
    shares = {
        each.ethnic_group: each.share for each in list_reached(page) if each.share and not each.share.few
    }
    if not shares:
        return ""
    group, most = max(shares.items(), key=lambda found: found[1].counts().rate)
    share = format_number(_PER_CENT * most.counts().rate)
    return say("chart reached", children=sentence_case(children_of(group, page.dataset)), share=share)


def _row(page: Page, found: Step) -> dict[str, Any]:
    """A step's row; words where it can be taken without the one before."""
    first = found.step == "referred"
    told = found.of_before is not None
    level = page.confidence_level
    return {
        "step": say(f"step {found.step}"),
        "episodes": found.episodes,
        "share": found.of_referred.counts(),
        "share_kind": Percentage("share", "") if first else Share("share", "", level),
        "before": found.of_before.counts() if found.of_before else "" if first else say("step more"),
        "before_kind": Share("before", "", level) if told else Words("before", ""),
    }


def show_journey(page: Page) -> str:
    """How many episodes reached each step, of all that were referred, in a table with its chart."""
    rows = [_row(page, found) for found in list_steps(page)]
    table = page.table("journey", rows)
    axis = say("performance of those referred")
    title, message = say("performance how far children"), _furthest(page)
    return page.format(table, interval_chart(table, "share", title, axis, message=message))


def _furthest(page: Page) -> str:
    """Of a hundred who were referred, how many came to the last step; blank where few were."""
    last = list_steps(page)[-1:]
    if not last or last[0].step == "referred" or last[0].of_referred.few or not last[0].of_referred.total:
        return ""
    share = format_number(_PER_CENT * last[0].of_referred.counts().rate)
    return say("chart journey", share=share, step=say(f"step {last[0].step}"))


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
        return Cell(text, {name: round_for_file(row[name], 1) for name in names})


def waits_table(page: Page, minimum: int) -> PublishedTable:
    """Days between the steps of the journey, with who took them in time and who still waits."""
    rows = [
        {
            **vars(found),
            "step": say(f"wait {found.step}"),
            "median_lower": found.lower_quartile,
            "median_upper": found.upper_quartile,
            "looked_for": say("performance days", days=found.days),
        }
        for found in list_waits(page)
    ]
    return page.table(
        "waits", rows, more=[Days("median", say("performance median days middle"), "taken", minimum)]
    )


def show_waits(page: Page, minimum: int) -> str:
    """Waits, and how many agreements were completed and outcomes achieved; each where it has a row."""
    rows = [
        {**vars(tally), "what": say(f"result {result}"), "share": tally}
        for result, tally in list_results(page)
    ]
    return stack(page.show(waits_table(page, minimum)), page.show(page.table("results", rows)))
