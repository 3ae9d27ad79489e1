"""Columns that were sent and not used, and columns that nobody sent."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contract.rules import BY_NAME
from pipeline.present.disclosure.columns import Text, headed
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import paragraph
from pipeline.present.quality.data import QualityData, publish_table
from pipeline.present.sentences import say

_NAMED = 3
_OF_THE_CONTRACT = frozenset(("column.absent", "column.no_review"))
"""Rules whose messages name columns of the contract only."""


def columns_table(door: Door, data: QualityData) -> PublishedTable:
    """Return what is said of each provider's columns, what asks for a look first, and of which periods."""
    told: dict[tuple[int, str, str, str], list[str]] = {}
    order = {rule: place for place, rule in enumerate(BY_NAME)}
    for row in data.columns:
        key = order[row["rule"]], data.provider(row["provider"]), row["table"], _say_of(row)
        told.setdefault(key, []).append(row["period"])
    rows = [
        {"provider": provider, "table": table, "what": message, "periods": name_periods(told[key])}
        for key in sorted(told)
        for _, provider, table, message in [key]
    ]
    columns = headed(Text, "provider", "table", what="what is so", periods="in the returns for")
    title = say("quality columns not used")
    return publish_table(
        door, data, "columns", title, columns, rows, population=say("quality columns sent by")
    )


def _say_of(row: Mapping[str, str]) -> str:
    """What is said of columns; the name that a sender gave one may be anything, and stands in its feedback alone."""
    return row["message"] if row["rule"] in _OF_THE_CONTRACT else BY_NAME[row["rule"]].message


def name_periods(periods: list[str]) -> str:
    """Return the periods in a few words."""
    each = sorted(set(periods))
    return (
        ", ".join(each)
        if len(each) <= _NAMED
        else say("quality periods", first=each[0], last=each[-1], number=len(each))
    )


def unreviewed_words(data: QualityData) -> dict[str, str]:
    """Return by provider's name, for the overview, of which periods its outcomes have no review date at all."""
    periods: dict[str, list[str]] = {}
    for row in data.columns:
        if row["rule"] == "column.no_review":
            periods.setdefault(data.provider(row["provider"]), []).append(row["period"])
    without = say("quality have no review")
    return {
        name: say("quality the outcomes sent", name_periods=name_periods(periods[name]), without=without)
        for name in sorted(periods)
    }


def show_columns(door: Door, data: QualityData) -> list[str]:
    """Return the section on columns."""
    table = columns_table(door, data)
    return [
        "## " + say("quality columns were not"),
        door.format(table) if table.cells else paragraph(say("quality every column was")),
    ]
