"""Who was reached: children by ethnic group, against the area, and the way from referral to outcome."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.performance.reach import Step, list_reached, list_steps
from pipeline.contract.context import CHILDREN
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.columns import Chosen, Count, Figure, Percentage, Text, Words, headed
from pipeline.present.disclosure.estimates import Share
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page
from pipeline.present.sentences import say
from pipeline.protect.tally import NOBODY


def reached_table(page: Page) -> PublishedTable:
    """Children by ethnic group, their share of those whose group is known, and the group's share of the area."""
    counted = page.slice.context.dataset.population_counted
    rows: list[dict[str, Any]] = [
        {
            "ethnic_group": each.ethnic_group,
            "children": each.children,
            "share": (each.share or NOBODY).counts(),
            "area": None if each.area is None else each.area * 100,
        }
        for each in list_reached(page)
    ]
    columns = [
        Text("ethnic_group", say("heading ethnic group")),
        Count("children", say("heading children")),
        Share("share", say("heading share of children whose group is known"), page.confidence_level),
        Figure("area", say("heading share of in the area", counted=counted), suffix="%"),
    ]
    note = "" if counted == CHILDREN else say("performance areas shares not", counted=counted)
    return page.table("reached", say("performance children reached by"), columns, rows, note=note)


def show_reached(page: Page) -> str:
    """The table of children reached, with its chart."""
    table = reached_table(page)
    axis = say("performance share of children")
    chart = interval_chart(table, "share", say("performance who was reached"), axis, mark="area")
    return page.format(table, chart)


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


def journey_table(page: Page) -> PublishedTable:
    """How many episodes reached each step, of all that were referred."""
    rows = [_row(page, found) for found in list_steps(page)]
    columns = [
        Text("step", say("heading step")),
        Count("episodes", say("heading episodes")),
        *headed(Chosen, share="of those referred", before="of those at the step before"),
    ]
    note = say("performance episode one childs")
    return page.table("journey", say("performance from referral to"), columns, rows, note=note)


def show_journey(page: Page) -> str:
    """The journey's table with its chart."""
    table = journey_table(page)
    return page.format(
        table,
        interval_chart(
            table, "share", say("performance how far children"), say("performance of those referred")
        ),
    )
