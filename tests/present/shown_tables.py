"""Tables of the tests: a few rows with counts of every size."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pipeline.present.disclosure.columns import Column, Count, Row, Text
from pipeline.present.disclosure.estimates import Share
from pipeline.present.disclosure.table import PageTable, PublishedTable, protect_table
from pipeline.present.disclosure.table_files import format_csv
from pipeline.protect.rounding import Disclosure, ShownCount
from pipeline.stats.results import Counts

NHS = Disclosure(hide_up_to=7, round_to=5)
COLUMNS: tuple[Column, ...] = (
    Text("group", "Ethnic group"),
    Count("total", "Out of"),
    Share("level", "Level", 0.95),
)


def make_table(rows: Sequence[Row], columns: Sequence[Column] = COLUMNS, note: str = "") -> PageTable:
    """A table about nobody in particular."""
    return PageTable(
        "reached", "Who was reached", "Children in S01", "2009 to 2012", "a test", columns, rows, note
    )


def make_rows(counts: Sequence[Counts], names: str = "ABCDEFGHIJ") -> list[Row]:
    """A row for each pair of rounded counts, named A, B, C ..."""
    return [
        {"group": name, "total": ShownCount(item.total), "level": item}
        for name, item in zip(names, counts, strict=False)
    ]


def publish(rows: Sequence[Row], columns: Sequence[Column] = COLUMNS, note: str = "") -> PublishedTable:
    """The table after disclosure control by the NHS rule."""
    return protect_table(make_table(rows, columns, note), NHS)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def read_csv(table: PublishedTable) -> list[dict[str, str]]:
    """The table's CSV, read back."""
    return list(csv.DictReader(io.StringIO(format_csv(table)), strict=True))
