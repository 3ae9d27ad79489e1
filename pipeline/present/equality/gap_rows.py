"""A group's gap as a row of a published table, and the columns that such tables share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.analysis.equality.gaps import GroupGap
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import Chosen, Column, Count, Text, Verdict, headed
from pipeline.present.disclosure.figure_cells import gap_cells, level_cells, ratio_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.gap_columns import AdverseRatio, RateShortfall, Shortfall
from pipeline.present.sentences import say

COMPARATOR = "compared with"
OPEN = slice(0, 6)
"""The columns of a table of gaps that a page has room for; the file has the others too."""


def gap_row(gap: GroupGap, measure: MeasureFacts, word: str, name: str, confidence: float) -> dict[str, Any]:
    """Level, difference and ratios of one group, each by its own protected column."""
    row: dict[str, Any] = {"group": name, "word": word, "total": gap.tally.size}
    row |= {"pair": None, "rates": None}
    row["own"] = gap.tally.counts() if measure.unit == "percent" else gap.tally
    sign = 1 if measure.direction == "higher" else -1
    short: Column = RateShortfall("short", "", "rates", sign, confidence)
    row["short_kind"] = (
        Shortfall("short", "", "pair", sign, confidence) if measure.unit == "percent" else short
    )
    row |= ratio_cells(gap.tally, gap.reference, measure, confidence)
    row |= level_cells("level", gap.tally, measure, confidence)
    row |= gap_cells("gap", gap.tally, gap.reference, measure, confidence)
    if gap.reference is not None:
        if measure.unit == "percent":
            row["pair"] = (gap.tally.counts(), gap.reference.counts())
        else:
            row["rates"] = (gap.tally, gap.reference)
    return row


def narrow(table: PublishedTable, columns: slice) -> PublishedTable:
    """Return some columns of a published table, as a page shows them."""
    labels, numeric = table.labels[columns], table.numeric[columns]
    return replace(table, labels=labels, numeric=numeric, cells=tuple(row[columns] for row in table.cells))


def level_columns(measure: MeasureFacts, comparator: str) -> list[Column]:
    """Group, word, size, level and difference."""
    return [
        Text("group", say("heading ethnic group")),
        Verdict("word", say("heading against", comparator=comparator)),
        Count("total", say("equality out of") if measure.unit == "percent" else say("equality counted")),
        *headed(Chosen, "level", gap="difference"),
    ]


def gap_columns(measure: MeasureFacts, comparator: str, confidence: float) -> list[Column]:
    """The same with shortfall and ratio; for percentages the ratio told both ways."""
    columns = level_columns(measure, comparator)
    if measure.unit != "percent":
        return [*columns, *headed(Chosen, short="needed to be equal", ratio="relative rate")]
    return [*columns, *relative_columns(confidence)]


def relative_columns(confidence: float) -> list[Column]:
    """How many more being equal takes, and the ratio told both ways; of rates per child-year the one ratio."""
    return [
        *headed(Chosen, short="more children needed to be equal", ratio="relative chance of success"),
        AdverseRatio("ratio_not", say("heading of not succeeding"), "pair", confidence),
    ]
