"""What must hold of curves, and of tables on planning and letting, beyond their columns: with row and fix."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.contract.names import find_same
from pipeline.contract.plans import split_names
from pipeline.contract.tables import list_possible, load_table
from pipeline.contract.values import suggest
from pipeline.files.commissioner.register_table import RegisterFault

Row = Mapping[str, Any]
_COUNTED = ("evidence", "children")
_MOST_EVIDENCE = 5
_MOST_PERCENT = 100


def check_planning(
    services: Sequence[Row], optional: Mapping[str, Sequence[Row]]
) -> Iterator[tuple[str, Iterator[RegisterFault]]]:
    """Yield the faults of each table on planning and letting, with the table's name."""
    yield "services", check_cited(services, optional["priorities"])
    yield "services", check_ages(services)
    yield "services", check_areas(services, optional["areas"])
    yield "priorities", check_indicators(optional["priorities"], optional["benchmarks"])
    yield "bids", check_bids(optional["bids"])
    yield "criteria", check_criteria(optional["criteria"])
    yield "population_levels", check_levels(optional["population_levels"], optional["areas"])


def check_cited(services: Iterable[Row], priorities: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every service that cites a priority which is not in priorities.csv, where there is one with rows."""
    known = [row["priority_id"] for row in priorities]
    for row in services if known else ():
        first = [] if row["priority_id"] is None else [row["priority_id"]]
        for column, cited in (("priority_id", first), ("also_for", split_names(row["also_for"]))):
            for name in cited:
                if name not in known:
                    said = f"'{name}' is not a priority of priorities.csv{_hint_cited(name, column, known)}"
                    yield RegisterFault(row["row"], column, said)


def _hint_cited(name: str, column: str, known: list[str]) -> str:
    several = [part for part in re.split(r"[;,/&\s]+|\band\b", name) if part in known]
    if column == "priority_id" and len(several) > 1:
        return f"; name {several[0]}, for which it is bought, here, and {'; '.join(several[1:])} in also_for."
    return suggest(name, known) or "; correct it."


def check_ages(services: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every service whose oldest age is below its youngest."""
    for row in services:
        if None not in (row["age_from"], row["age_to"]) and row["age_to"] < row["age_from"]:
            said = f"{row['age_to']} is below {row['age_from']} in age_from; give the older age here."
            yield RegisterFault(row["row"], "age_to", said)


def check_areas(services: Iterable[Row], areas: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every service that is offered in an area which is not in areas.csv, where there is one with rows."""
    known = [name for row in areas for name in (row["area"], row["title"]) if name]
    for row in services if known else ():
        for area in split_names(row["areas"]):
            if not find_same(area, known):
                said = f"'{area}' is not an area of areas.csv{suggest(area, known) or '; correct it.'}"
                yield RegisterFault(row["row"], "areas", said)


def check_levels(rows: Iterable[Row], areas: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every level that no return can have: those of the contract, and of areas.csv where there is one with rows."""
    listed = tuple(row["area"] for row in areas)
    for row in rows:
        name = row["characteristic"]
        known = listed if name == "area" else list_possible(load_table("episodes").field(name))
        if known and not find_same(row["level"], known):
            hint = suggest(row["level"], known) or f"; it is one of {', '.join(known)}."
            yield RegisterFault(row["row"], "level", f"'{row['level']}' is no level of {name}{hint}")


def check_indicators(priorities: Iterable[Row], benchmarks: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every priority whose need is followed by an indicator not in benchmarks.csv, where there is one."""
    known = [row["indicator_id"] for row in benchmarks]
    for row in priorities if known else ():
        cited = row["indicator_id"]
        if cited is not None and cited not in known:
            said = (
                f"'{cited}' is not an indicator of benchmarks.csv{suggest(cited, known) or '; correct it.'}"
            )
            yield RegisterFault(row["row"], "indicator_id", said)


def check_bids(rows: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every bid whose tender closed on another day, whose consortium nobody leads, or that is paid though it lost."""
    rows = [*rows]
    closed: dict[str, Any] = {}
    led = {row["tender"] for row in rows if row["role"] == "lead"}
    for row in rows:
        tender, first = row["tender"], closed.setdefault(row["tender"], row["closed_on"])
        if row["closed_on"] != first:
            said = f"bids for '{tender}' closed on {first} in the first row of it; give all of them one day."
            yield RegisterFault(row["row"], "closed_on", said)
        if row["role"] == "partner" and tender not in led:
            said = f"nobody leads a consortium for '{tender}'; add the leader's row, or write alone."
            yield RegisterFault(row["row"], "role", said)
        if row["won"] == "no" and row["awarded"] > 0:
            said = "a bid that did not win is awarded nothing; write 0 in awarded, or leave this blank."
            yield RegisterFault(row["row"], "won", said)


def check_criteria(rows: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every criterion that lacks its number, has one that it cannot use, or one beyond the ladder of evidence."""
    for row in rows:
        at_least, counted = row["at_least"], row["criterion"] in _COUNTED
        if counted and at_least is None:
            said = f"this is blank, but '{row['criterion']}' needs a number; say how much is asked at least."
            yield RegisterFault(row["row"], "at_least", said)
        elif not counted and at_least is not None:
            said = f"'{row['criterion']}' is kept or not; leave this blank."
            yield RegisterFault(row["row"], "at_least", said)
        elif row["criterion"] == "evidence" and at_least > _MOST_EVIDENCE:
            said = f"{at_least:g} is beyond the ladder of evidence; give a rung from 1 to {_MOST_EVIDENCE}."
            yield RegisterFault(row["row"], "at_least", said)


def check_curves(
    curves: Sequence[Row], services: Sequence[Row], measures: Sequence[Row], complete_to: dt.date
) -> Iterator[RegisterFault]:
    """Every fault, row by row; measures and services are known already."""
    starts = {row["service_id"]: row["start"] for row in services}
    latest = {row["measure_id"]: row for row in sorted(measures, key=lambda row: int(row["version"]))}
    for row in curves:
        service, measure = row["service_id"], latest[row["measure_id"]]
        begins = min(starts.values(), default=measure["start"]) if service is None else starts[service]
        yield from _check_action(row, max(begins, measure["start"]), complete_to)
        yield from _check_target(row, measure["unit"])


def _check_action(row: Row, data_from: dt.date, complete_to: dt.date) -> Iterator[RegisterFault]:
    action, due, agreed = row["action_on"], row["due"], row["agreed_on"]
    if data_from >= complete_to:
        said = f"there are no data of '{row['measure_id']}' before {complete_to}; leave the curve out until there are."
        yield _fault(row, "measure_id", said)
    elif action <= data_from:
        said = f"{action} is not after the first day of the data of '{row['measure_id']}' ({data_from})"
        yield _fault(row, "action_on", f"{said}; choose a later day, or leave the curve out.")
    elif action > complete_to:
        said = f"{action} is after the last day of the data ({complete_to})"
        yield _fault(row, "action_on", f"{said}; correct the day, or leave the curve out until then.")
    if due <= action:
        said = f"the target is due on {due}, not after the action ({action}); choose a later day."
        yield _fault(row, "due", said)
    if agreed > due:
        said = f"{agreed} is after the target was due ({due}); correct one of them."
        yield _fault(row, "agreed_on", said)


def _check_target(row: Row, unit: str) -> Iterator[RegisterFault]:
    target = row["target"]
    if target < 0:
        yield _fault(row, "target", f"{target:g} is less than 0; correct it.")
    elif unit == "percent" and target > _MOST_PERCENT:
        yield _fault(row, "target", f"{target:g} is more than 100 per cent; correct it.")


def _fault(row: Row, column: str, said: str) -> RegisterFault:
    return RegisterFault(row["row"], column, said)
