"""Rows of a file of published statistics: those of our area, of its neighbours, of its region and of the nation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.contract.benchmarks import AreaFigure
from pipeline.contract.values import suggest
from pipeline.files.commissioner.open_data import OpenTable
from pipeline.files.commissioner.reference_table import ReferenceTableError
from pipeline.files.formats.file_types import read_text
from pipeline.files.formats.text import RefusedFileError

Row = Mapping[str, Any]
Fault = Callable[[str, str], ReferenceTableError]
"""Makes the error that says this of a column of the row in benchmarks.csv."""
_YEARS = re.compile(r"[0-9]{4}([0-9]{2})?")
_AUTHORITY, REGION, NATION = "Local authority", "Regional", "National"
_NEIGHBOUR_COLUMNS = {
    "LA.number": ("SN_LA_number", "old_la_code"),
    "area_code": ("neighbour_code", "new_la_code"),
}
"""Of either kind of list of neighbours: its column of areas, that of their neighbours, and whose codes these are."""


@dataclass(frozen=True)
class Source:
    """A file of statistics, and the row of benchmarks.csv that says what to take from it."""

    table: OpenTable
    folder: Path
    row: Row
    fault: Fault

    def figure(self, place: int) -> AreaFigure:
        """The figure in one row of the file."""
        shown = self.table.figures[self.row["column"]][place]
        out_of = self.row["out_of"]
        size = self.table.figures[out_of][place].value if out_of else None
        return AreaFigure(shown.value, shown.marker, size)


def chosen_rows(source: Source) -> list[int]:
    """The rows of the file that the filters leave; each must name one of its columns."""
    keys, rows = source.table.keys, list(range(len(source.table.row_numbers)))
    for part in filter(None, map(str.strip, (source.row["filters"] or "").split(";"))):
        column, sign, value = (text.strip() for text in part.partition("="))
        if not sign or column not in keys:
            hint = suggest(column, list(keys)) or "; write column=value, several set apart by semicolons."
            raise source.fault("filters", f"'{column}' is not a column of {source.row['file']}{hint}")
        rows = [place for place in rows if keys[column][place].strip() == value]
        if not rows:
            hint = suggest(value, set(keys[column])) or "; write it as the file does."
            raise source.fault("filters", f"{source.row['file']} has no row with {column}={value}{hint}")
    return rows


def _by_period(source: Source, rows: Iterator[int]) -> dict[str, int]:
    """The row of each period; two of one period need a filter."""
    keys = source.table.keys
    found: dict[str, int] = {}
    for place in rows:
        period = keys["time_period"][place].strip()
        if not _YEARS.fullmatch(period):
            where = f"{source.row['file']}, row {source.table.row_numbers[place]}"
            said = f"{where}: '{period}' is not a year; use a file by year."
            raise source.fault("file", said)
        if period in found:
            one, two = (source.table.row_numbers[each] for each in (found[period], place))
            said = f"rows {one} and {two} of {source.row['file']} are both of {period}; choose one by another filter."
            raise source.fault("filters", said)
        found[period] = place
    return found


def rows_of_place(source: Source, rows: Sequence[int], column: str, code: str) -> dict[str, int]:
    keys = source.table.keys
    own = (p for p in rows if keys["geographic_level"][p] == _AUTHORITY and keys[column][p].strip() == code)
    return _by_period(source, own)


def rows_of_level(source: Source, rows: Sequence[int], level: str, region: str | None) -> dict[str, int]:
    """The rows of the nation, or of that region, whichever column has its name."""
    keys = source.table.keys
    names = [keys[name] for name in ("region_name", "geo_breakdown") if name in keys]
    at_level = (place for place in rows if keys["geographic_level"][place] == level)
    return _by_period(
        source, (p for p in at_level if region is None or region in {name[p] for name in names})
    )


def list_neighbours(source: Source, latest: int) -> list[tuple[str, str]]:
    """Each neighbour as the column of the statistics and the code by which its rows are known."""
    name = source.row["neighbours"]
    if name is None:
        return []
    path = source.folder / name
    if not path.is_file():
        there = [each.name for each in source.folder.glob("*.csv")]
        hint = suggest(name, there) or "; put it there, or leave this blank."
        raise source.fault("neighbours", f"'{name}' is not in {source.folder.as_posix()}{hint}")
    try:
        text = read_text(path, ())
    except RefusedFileError as refusal:
        raise source.fault(
            "neighbours", f"{name}: {refusal.fault.message}; {refusal.fault.mend}."
        ) from refusal
    for area, (neighbour, codes) in _NEIGHBOUR_COLUMNS.items():
        if {area, neighbour} <= set(text.header):
            own = source.table.keys[codes][latest]
            pairs = zip(text.column(area).texts(), text.column(neighbour).texts(), strict=True)
            found = [(codes, other.strip()) for each, other in pairs if each.strip() == own]
            if not found:
                raise source.fault(
                    "neighbours", f"{name} has no neighbours of '{own}'; add them, or leave this blank."
                )
            return found
    said = f"{name} has neither LA.number and SN_LA_number nor area_code and neighbour_code; give it these columns."
    raise source.fault("neighbours", said)
