"""The commissioner's tables on planning and letting: what must hold of them beyond their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.contract.values import suggest
from pipeline.files.commissioner.register_table import RegisterFault

Row = Mapping[str, Any]
_COUNTED = ("evidence", "children")
_MOST_EVIDENCE = 5


def check_cited(services: Iterable[Row], priorities: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every service that cites a priority which is not in priorities.csv, where there is one with rows."""
    known = [row["priority_id"] for row in priorities]
    for row in services:
        cited = row["priority_id"]
        if known and cited is not None and cited not in known:
            said = f"'{cited}' is not a priority of priorities.csv{suggest(cited, known) or '; correct it.'}"
            yield RegisterFault(row["row"], "priority_id", said)


def check_bids(rows: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every bid of a tender whose bids closed on different days."""
    closed: dict[str, Any] = {}
    for row in rows:
        first = closed.setdefault(row["tender"], row["closed_on"])
        if row["closed_on"] != first:
            said = f"bids for '{row['tender']}' closed on {first} in the first row of it; give all of them one day."
            yield RegisterFault(row["row"], "closed_on", said)


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
