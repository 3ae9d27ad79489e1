"""Plan: which priority has a service and what is done twice, and which service may move on.

And what is published of services that these pages rest on: outcomes, children reached, needs, contracts.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd

from pipeline.analysis.cycle.coverage import Known, map_areas, map_priorities
from pipeline.analysis.cycle.moving_on import ALL, Shown, judge_stages
from pipeline.analysis.finding_columns import Row, as_frame, list_rows
from pipeline.analysis.needs.area_trends import judge_trend
from pipeline.present.cycle.page import CyclePage
from pipeline.present.dates import format_day
from pipeline.present.decide.decisions import whole_reach
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.page import headline, join_some
from pipeline.present.sentences import format_verdict_counts, say, verdict_word
from pipeline.protect.rounding import ShownCount

_MOST_NAMED = 4
"""So many services, or areas, stand in a sentence; the table has more, and the files have all."""
_ORDER = ("met", "cannot tell yet", "not met")
_WORDED = ("better", "reached", "missed")


@cache
def coverage(page: CyclePage) -> pd.DataFrame:
    """Set services beside priorities, needs, outcomes and money: one row each (columns of `coverage`)."""
    priorities = page.records("priorities")
    rows = map_priorities(priorities, page.records("services"), known_of(page)) if priorities else ()
    return page.record("coverage", as_frame(rows, "coverage"))


@cache
def one_provider(page: CyclePage) -> pd.DataFrame:
    """Find the areas in which one provider alone answers to a priority, or none (columns of `one_provider`)."""
    rows = map_areas(page.records("priorities"), page.records("services"))
    return page.record("one_provider", as_frame(rows, "one_provider"))


def moving_on(page: CyclePage) -> pd.DataFrame:
    """Ask of each service what was agreed for its stage (columns of `moving_on`)."""
    return page.record("moving_on", as_frame(judged_stages(page), "moving_on"))


@cache
def judged_stages(page: CyclePage) -> tuple[Row, ...]:
    """The rows of `moving_on`, which other pages rest on too."""
    contracts, reached = verdicts_of_contracts(page), reached_by(page)
    outcomes = [*page.found("services/index", "outcomes")]
    targets = [*page.found("equality/index", "targets")]
    shown = {
        own: Shown(
            [row for row in outcomes if row["service_id"] == own],
            reached[own]["children"] if own in reached else None,
            contracts[own]["contract"] if own in contracts else "",
            [row["verdict"] for row in targets if row["service_id"] == own],
        )
        for own in (each.service_id for each in page.data.context.services)
    }
    return tuple(judge_stages(page.data.context, page.records("criteria"), shown))


def ready_services(page: CyclePage) -> list[str]:
    """The services that have shown all that was agreed for their next stage."""
    whole = (row for row in judged_stages(page) if row["criterion"] == ALL)
    return [row["service_id"] for row in whole if row["verdict"] == "met"]


def _tell_coverage(page: CyclePage, rows: list[Row]) -> str:
    """What stands out in the map, a sentence a kind."""
    words = []
    for verdict in ("no priority", "no service", "overlap", "one provider"):
        own = [row for row in rows if row["verdict"] == verdict]
        named = [f"“{row['priority']}”" for row in own]
        if verdict == "no priority":
            named = [page.name_of(each) for row in own for each in row["services"].split(", ")]
        if verdict == "overlap":
            named = [
                say(
                    "coverage alike",
                    priority=row["priority"],
                    services=join_some(row["alike"].split(", "), _MOST_NAMED),
                    value=f"{row['alike_value']:,}",
                )
                for row in own
            ]
        if own:
            words.append(say(f"coverage {verdict}", named=join_some(named, _MOST_NAMED)))
    alone: dict[tuple[str, str], list[str]] = {}
    for each in list_rows(one_provider(page)):
        alone.setdefault((each["verdict"], each["priority"]), []).append(each["area"])
    words += [
        say(f"areas with {word}", areas=join_some(areas, _MOST_NAMED), priority=priority)
        for (word, priority), areas in alone.items()
    ]
    return " ".join(words) or say("coverage all")


def show_coverage(page: CyclePage) -> str:
    """The map: what has no service, what may be done twice, where one provider is alone, what cites no priority."""
    rows = list_rows(coverage(page))
    if not rows:
        return ""
    shown = [
        {
            **row,
            "priority": row["priority"] or say("coverage none cited"),
            "need": f"{row['need']}: {verdict_word(row['need_verdict'])}"
            if row["need"]
            else say("need none"),
            "children": shown_children(row),
            **{name: format_verdict_counts(row[name]) for name in ("tiers", "outcomes")},
        }
        for row in rows
    ]
    table = page.table("coverage", shown)
    return page.tell(_tell_coverage(page, rows), table)


def shown_children(row: Row) -> ShownCount | None:
    """The children of a row, which were rounded where they were published; None where they were not."""
    return None if pd.isna(row["children"]) else ShownCount(row["children"])


def _tell_found(row: Row) -> str:
    """What was found of a criterion, in words."""
    key = f"stage {row['found']}" if row["found"] in _WORDED else "stage word"
    places = {name: row[name] for name in ("missed", "out_of", "level", "children")}
    return say(key, word=verdict_word(row["found"]), **places)


def _tell_lacking(rows: Sequence[Row]) -> str:
    """What a service lacks: each criterion that is not met or cannot be told, with what is asked and found."""
    told = []
    for row in rows:
        if row["verdict"] == "met" or row["criterion"] == ALL:
            continue
        asked = say(f"criterion {row['criterion']}", asked=row["asked"], found=_tell_found(row))
        late = dt.date.fromisoformat(row["agreed_on"]) if row["declared"] == "late" else None
        told.append(say("criterion late", asked=asked, day=format_day(late)) if late else asked)
    return "; ".join(told)


def show_moving_on(page: CyclePage) -> str:
    """Which pilots and programmes have shown what was agreed beforehand, and what the others lack."""
    rows = list_rows(as_frame(judged_stages(page), "moving_on"))
    if not rows:
        return ""
    of_service: dict[str, list[Row]] = {}
    for row in rows:
        of_service.setdefault(row["service_id"], []).append(row)
    of_service = dict(sorted(of_service.items(), key=lambda item: _ORDER.index(item[1][-1]["verdict"])))
    ready = [page.name_of(own) for own in ready_services(page)]
    words = say("moving ready", named=join_some(ready, _MOST_NAMED)) if ready else say("moving none")
    shown = [
        {
            **page.named(own),
            "stage": found[0]["stage"],
            "verdict": found[-1]["verdict"],
            "lacking": _tell_lacking(found),
        }
        for own, found in of_service.items()
    ]
    table = page.table("moving_on", shown)
    return page.tell(words, table)


def show_plan(page: CyclePage) -> str:
    """The first words of the page: priorities without a service, services without a priority, what is open."""
    rows = list_rows(coverage(page))
    without = [row["priority"] for row in rows if row["verdict"] == "no service"]
    adrift = sum(row["number"] for row in rows if row["verdict"] == "no priority")
    number = len(rows) - bool(adrift)
    days = [row["review_on"] for row in page.records("services") if row["review_on"]]
    passed = sum(day < page.data.context.dataset.complete_to for day in days)
    told = say("plan priorities", without=len(without), number=number, adrift=adrift) if rows else ""
    moved = say("plan ready", ready=len(ready_services(page))) if page.records("criteria") else ""
    decide = say("plan decide", open=len(days)) if days else ""
    return headline(told, decide, say("plan passed", passed=passed) if passed else "", moved)


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
    once = {(row["by"], row["name"]): int(row["children"]) for row in page.found("services/index", "parts")}
    if whole := whole_reach(page.found("services/index", "reach")):
        once["all", ""] = int(whole["children"])
    return Known(measures, verdicts, once, _tell_needs(page))


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
