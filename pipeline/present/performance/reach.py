"""Who was reached: children by ethnic group, against the area, and the way from referral to outcome."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.performance.reach import _population_shares, effect_of, sum_children
from pipeline.contract.context import CHILDREN
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.columns import Chosen, Column, Count, Figure, Percentage, Text, Words
from pipeline.present.disclosure.estimates import Share
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page
from pipeline.protect.tally import Sum, add_sums, with_effect
from pipeline.stats.results import Counts

SCORED_TWICE = "Scored again at a review"
_STEPS = {
    "referred": "Referred",
    "started": "Started the service",
    "isa_agreed": "Individual Service Agreement (ISA) agreed",
    "baseline": "Scored at the start",
    "review": SCORED_TWICE,
    "achieved": "Achieved an agreed outcome, fully or partly",
}


def _share(page: Page, part: Sum, whole: Sum, what: str) -> Counts:
    """A part of people out of the whole, with the design effect of such shares."""
    return with_effect(part.among(whole).tally(page.door.rule), effect_of(page, what)).counts()


def reached_table(page: Page) -> PublishedTable:
    """Children by ethnic group, their share of those whose group is known, and the group's share of the area."""
    groups = page.slice.context.dataset.groups
    service_id = page.service.service_id if page.service else ""
    sums = {group: sum_children(page, service_id, group) for group in groups}
    known = add_sums(found for group, found in sums.items() if group != NOT_KNOWN)
    area = _population_shares(page)
    counted = page.slice.context.dataset.population_counted
    rows: list[dict[str, Any]] = [
        {
            "ethnic_group": group,
            "children": sums[group].count(page.door.rule),
            "share": Counts(0, 0)
            if group == NOT_KNOWN
            else _share(page, sums[group], known, f"reached {group}"),
            "area": None if group not in area else area[group] * 100,
        }
        for group in groups
    ]
    columns: list[Column] = [
        Text("ethnic_group", "Ethnic group"),
        Count("children", "Children"),
        Share("share", "Share of children whose group is known", page.confidence_level),
        Figure("area", f"Share of {counted} in the area", suffix="%"),
    ]
    note = "" if counted == CHILDREN else f"The area's shares are of {counted}, not of children alone"
    return page.table("reached", "Children reached, by ethnic group", columns, rows, note=note)


def show_reached(page: Page) -> str:
    """The table of children reached, with its chart."""
    table = reached_table(page)
    chart = interval_chart(table, "share", "Who was reached, by ethnic group", "Share of children reached, %")
    return page.format(table, chart)


def _of_the_step_before(page: Page, step: str, reached: Sum, before: Sum | None) -> dict[str, Any]:
    """Row entries for a `Chosen` column; words where the step can be taken without the one before."""
    if before is None or reached.total > before.total:
        words = "" if before is None else "more than took the step before"
        return {"before": words, "before_kind": Words("before", "")}
    share = Share("before", "", page.confidence_level)
    return {"before": _share(page, reached, before, step), "before_kind": share}


def journey_table(page: Page) -> PublishedTable:
    """How many episodes reached each step, of all that were referred."""
    sums = {step: page.slice.journey.where("step", step).sum() for step in _STEPS}
    steps = [step for step in _STEPS if step in page.slice.context.steps]
    rows: list[dict[str, Any]] = [
        {
            "step": _STEPS[step],
            "episodes": sums[step].count(page.door.rule),
            "share": _share(page, sums[step], sums["referred"], step),
            "share_kind": Percentage("share", "")
            if step == "referred"
            else Share("share", "", page.confidence_level),
            **_of_the_step_before(page, step, sums[step], sums[before] if before else None),
        }
        for before, step in zip([None, *steps], steps, strict=False)
    ]
    columns: list[Column] = [
        Text("step", "Step"),
        Count("episodes", "Episodes"),
        Chosen("share", "Of those referred"),
        Chosen("before", "Of those at the step before"),
    ]
    note = "An episode is one child's time in one service"
    return page.table("journey", "From referral to outcome", columns, rows, note=note)


def show_journey(page: Page) -> str:
    """The journey's table with its chart."""
    table = journey_table(page)
    return page.format(table, interval_chart(table, "share", "How far children got", "Of those referred, %"))
