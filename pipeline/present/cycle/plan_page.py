"""Plan: which priority has a service, what an outcome costs, which service may move on, and what to do about others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from pipeline.analysis.cycle.costs import work_out_costs
from pipeline.analysis.cycle.coverage import map_priorities
from pipeline.analysis.cycle.moving_on import ALL, Shown, judge_stages
from pipeline.analysis.cycle_columns import COSTS, COVERAGE, MOVING_ON
from pipeline.analysis.finding_columns import Row, as_frame, list_rows, read_estimate
from pipeline.present.cycle.page import CyclePage
from pipeline.present.decide.decisions import whole_reach
from pipeline.present.disclosure.columns import Column, Count, Figure, Link, Text, Verdict
from pipeline.present.disclosure.estimates import Worked
from pipeline.present.page import headline, join_words, paragraph
from pipeline.present.performance.contracts import round_pounds
from pipeline.present.sentences import say
from pipeline.protect.rounding import ShownCount
from pipeline.stats.results import NotEstimable, Result

_ACHIEVED = "outcome_achieved"
_ORDER = ("met", "cannot tell yet", "not met")


@cache
def coverage(page: CyclePage) -> pd.DataFrame:
    """Set services beside priorities: one row each (columns of COVERAGE)."""
    rows = map_priorities(page.records("priorities"), page.records("services"))
    return page.record("coverage", as_frame(rows if page.records("priorities") else (), COVERAGE))


@cache
def costs(page: CyclePage) -> pd.DataFrame:
    """Work out what each child reached and each outcome achieved cost (columns of COSTS)."""
    context = page.data.context
    achieved = page.level_of_each(_ACHIEVED)
    outcomes = {row["service_id"]: row["children"] for row in page.found("services/index", "contracts")}
    return page.record("costs", as_frame(work_out_costs(context, _reached(page), achieved, outcomes), COSTS))


@cache
def moving_on(page: CyclePage) -> pd.DataFrame:
    """Ask of each service what was agreed for its stage (columns of MOVING_ON)."""
    contracts = {row["service_id"]: row["contract"] for row in page.found("services/index", "contracts")}
    outcomes, reached = [*page.found("services/index", "outcomes")], _reached(page)
    targets = [*page.found("equality/index", "targets")]
    shown = {
        own: Shown(
            [row for row in outcomes if row["service_id"] == own],
            reached[own]["children"] if own in reached else None,
            contracts.get(own, ""),
            [row["verdict"] for row in targets if row["service_id"] == own],
        )
        for own in (each.service_id for each in page.data.context.services)
    }
    rows = judge_stages(page.data.context, page.records("criteria"), shown)
    return page.record("moving_on", as_frame(rows, MOVING_ON))


def _reached(page: CyclePage) -> Mapping[str, Row]:
    pages = {each.service_id: f"services/{each.service_id}" for each in page.data.context.services}
    found = {own: whole_reach(page.found(place, "reach")) for own, place in pages.items()}
    return {own: row for own, row in found.items() if row}


def show_coverage(page: CyclePage) -> str:
    """The map of priorities and services: what has no service, what may be done twice, what cites no priority."""
    rows = list_rows(coverage(page))
    if not rows:
        return ""
    words = []
    for verdict in ("no priority", "no service", "overlap", "one provider"):
        own = [row for row in rows if row["verdict"] == verdict]
        named = [row["priority"] or row["services"] for row in own]
        if own:
            words.append(say(f"coverage {verdict}", named=join_words([f"“{name}”" for name in named])))
    columns: list[Column] = [
        Text("priority", "Priority"),
        Verdict("verdict", "Verdict"),
        Text("services", "Services"),
        Text("tiers", "Tiers"),
        Figure("annual_value", "£ a year"),
    ]
    shown = [{**row, "priority": row["priority"] or say("coverage none cited")} for row in rows]
    table = page.table("coverage", say("coverage title"), columns, shown, say("coverage note"))
    return "\n\n".join([paragraph(" ".join(words) or say("coverage all")), page.door.format(table)])


def show_funding(page: CyclePage) -> str:
    """Where the money comes from, year by year, and how much of it is pooled."""
    rows = page.records("funding")
    if not rows:
        return ""
    years = sorted({row["year"] for row in rows})
    whole = sum(row["amount"] for row in rows)
    pooled = sum(row["amount"] for row in rows if row["pooled"] == "yes")
    named = {
        "whole": f"{whole:,.0f}",
        "share": f"{100 * pooled / whole:.0f}" if whole else "0",
        "first": years[0],
        "last": years[-1] + 1,
    }
    columns: list[Column] = [
        Text("paid_by", "Paid by"),
        Text("pooled", "Pooled"),
        *(Figure(f"y{year}", f"{year}–{(year + 1) % 100:02d}, £") for year in years),
    ]
    shown = {
        key: {"paid_by": key[0], "pooled": key[1], **{f"y{year}": None for year in years}}
        for key in dict.fromkeys((row["paid_by"], row["pooled"]) for row in rows)
    }
    for row in rows:
        shown[row["paid_by"], row["pooled"]][f"y{row['year']}"] = row["amount"]
    table = page.table("funding", say("funding title"), columns, [*shown.values()])
    return "\n\n".join([paragraph(say("funding", **named)), page.door.format(table)])


def _rounded(cost: Result) -> Result:
    if isinstance(cost, NotEstimable):
        return cost
    lower, upper = round_pounds(cost.lower), round_pounds(cost.upper)
    return replace(cost, value=round_pounds(cost.value), lower=lower, upper=upper)


def show_costs(page: CyclePage) -> str:
    """What a child and an outcome cost, each beside whether children are better off."""
    rows = list_rows(costs(page))
    columns: list[Column] = [
        Link("service", "Service", codes=("service_id",)),
        Verdict("outcome", "Scores"),
        Count("children", "Reached"),
        Figure("cost_child", "£ a child"),
        Worked("cost", "£ an outcome achieved"),
    ]
    shown = [
        {
            **row,
            "service": page.name_of(row["service_id"]),
            "service_link": f"../services/{row['service_id']}.ipynb",
            "children": ShownCount(0 if pd.isna(row["children"]) else int(row["children"])),
            "cost_child": None if pd.isna(row["cost_child"]) else round_pounds(row["cost_child"]),
            "cost": _rounded(read_estimate(row)),
        }
        for row in rows
    ]
    table = page.table("costs", say("costs title"), columns, shown, say("costs note"))
    return "\n\n".join([paragraph(say("costs")), page.door.format(table)]) if rows else ""


def _tell_lacking(rows: Sequence[Row]) -> str:
    """What a service lacks: each criterion that is not met or cannot be told, with what is asked and found."""
    return "; ".join(
        say(f"criterion {row['criterion']}", asked=row["asked"], found=row["found"])
        for row in rows
        if row["verdict"] != "met" and row["criterion"] != ALL
    )


def show_moving_on(page: CyclePage) -> str:
    """Which pilots and programmes have shown what was agreed beforehand, and what the others lack."""
    rows = list_rows(moving_on(page))
    if not rows:
        return ""
    of_service: dict[str, list[Row]] = {}
    for row in rows:
        of_service.setdefault(row["service_id"], []).append(row)
    of_service = dict(sorted(of_service.items(), key=lambda item: _ORDER.index(item[1][-1]["verdict"])))
    ready = [page.name_of(own) for own, found in of_service.items() if found[-1]["verdict"] == "met"]
    words = say("moving ready", named=join_words(ready)) if ready else say("moving none")
    columns: list[Column] = [
        Link("service", "Service", codes=("service_id",)),
        Text("stage", "Stage"),
        Verdict("verdict", "What was agreed"),
        Text("lacking", "What it lacks"),
    ]
    shown = [
        {
            "service": page.name_of(own),
            "service_link": f"../services/{own}.ipynb",
            "service_id": own,
            "stage": found[0]["stage"],
            "verdict": found[-1]["verdict"],
            "lacking": _tell_lacking(found),
        }
        for own, found in of_service.items()
    ]
    table = page.table("moving_on", say("moving title"), columns, shown, say("moving note"))
    return "\n\n".join([paragraph(words), page.door.format(table)])


def show_plan(page: CyclePage) -> str:
    """The first words of the page: priorities without a service, services without a priority, what is open."""
    rows = list_rows(coverage(page))
    without = [row["priority"] for row in rows if row["verdict"] == "no service"]
    adrift = sum(row["number"] for row in rows if row["verdict"] == "no priority")
    number = len(rows) - bool(adrift)
    open_now = sum(row["review_on"] is not None for row in page.records("services"))
    ready = sum(row["criterion"] == ALL and row["verdict"] == "met" for row in list_rows(moving_on(page)))
    told = say("plan priorities", without=len(without), number=number, adrift=adrift) if rows else ""
    moved = say("plan ready", ready=ready) if page.records("criteria") else ""
    return headline(told, say("plan decide", open=open_now) if open_now else "", moved)
