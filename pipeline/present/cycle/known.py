"""What is published of services, gathered for the pages on planning: outcomes, children reached, needs, contracts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from pipeline.analysis.cycle.coverage import Known
from pipeline.analysis.finding_columns import Row
from pipeline.analysis.needs.area_trends import judge_trend
from pipeline.present.cycle.page import CyclePage
from pipeline.present.decide.decisions import whole_reach
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.sentences import say


@cache
def reached_by(page: CyclePage) -> Mapping[str, Row]:
    """The row of all children whom each service reached; no row of a service of which it is not told."""
    pages = {each.service_id: f"services/{each.service_id}" for each in page.data.context.services}
    found = {own: whole_reach(page.found(place, "reach")) for own, place in pages.items()}
    return {own: row for own, row in found.items() if row}


@cache
def verdicts_of_contracts(page: CyclePage) -> Mapping[str, Row]:
    """What is published of each service's contract, by service."""
    return {row["service_id"]: row for row in page.found("services/index", "contracts")}


@cache
def known_of(page: CyclePage) -> Known:
    """What the map of priorities and the roll-up rest on."""
    measures: dict[str, set[str]] = {}
    verdicts: dict[str, list[str]] = {}
    for row in page.found("services/index", "outcomes"):
        measures.setdefault(row["service_id"], set()).add(row["outcome"])
        verdicts.setdefault(row["service_id"], []).append(row["verdict"])
    children = {own: int(row["children"]) for own, row in reached_by(page).items() if row["children"]}
    return Known(measures, verdicts, children, _tell_needs(page))


def _tell_needs(page: CyclePage) -> dict[str, tuple[str, str]]:
    """The need behind each priority in words, by an indicator of the area where one is named, else by a measure."""
    indicators = {each.indicator_id: each for each in page.data.benchmarks}
    measures = {row["measure_id"]: row for row in page.found("services/index", "kpis")}
    found: dict[str, tuple[str, str]] = {}
    for row in page.records("priorities"):
        if row["indicator_id"] in indicators:
            trend = judge_trend(indicators[row["indicator_id"]], page.confidence_level)
            about, last = trend.benchmark, [point for point in trend.points if point.own][-1:]
            value = format_number(last[0].own.value, about.decimals) if last and last[0].own else ""
            unit, period = say(f"unit {about.unit}"), last[0].period if last else ""
            told = say("need indicator", title=about.title, value=value, unit=unit, period=period)
            found[row["priority_id"]] = told, trend.verdict
        elif row["measure_id"] in measures:
            found[row["priority_id"]] = _tell_measure(page, measures[row["measure_id"]])
    return found


def _tell_measure(page: CyclePage, row: Row) -> tuple[str, str]:
    title = page.data.context.outcome_title(row["measure_id"])
    if pd.isna(row["estimate"]):
        return say("need not told", title=title), str(row["verdict"])
    share = row["unit"] == "proportion"
    value, lower, upper = (
        format_number((100 if share else 1) * row[name], 0 if share else 1)
        for name in ("estimate", "lower", "upper")
    )
    told = say("need share" if share else "need rate", title=title, value=value, lower=lower, upper=upper)
    return told, str(row["verdict"])
