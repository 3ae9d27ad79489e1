"""Published statistics as they come: the Department for Education's layout, census tables, our own downloads.

A cell that was withheld is never a number here: it keeps its marker, and the old negative stand-ins for one are read
as markers too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.contract.benchmarks import AreaFigure
from pipeline.contract.values import Fault, suggest
from pipeline.files.formats.file_types import read_text
from pipeline.files.formats.text import RefusedFileError, TextColumn, TextTable

Layout = Literal["education statistics", "census", "outturn"]

MARKERS: Mapping[str, str] = {
    "c": "confidential, a small number",
    "k": "rounds to 0",
    "low": "rounds to 0",
    "u": "of low reliability",
    "x": "not available",
    "z": "not applicable",
}
"""The symbols of official statistics, and what each says in place of a number."""

# The Department's files of looked-after children up to 2018 and what still follows them.
SENTINELS: Mapping[int, str] = {-100: "c", -400: "z"}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PLACE_WORDS = """
time_period time_identifier geographic_level geo_breakdown sn_of_la country_code country_name region_code
region_name old_la_code new_la_code la_code la_name
"""
_PLACES = frozenset(_PLACE_WORDS.split())
_CATEGORY = re.compile(r"(?P<name>.+ \([0-9]+ categories\)) Code")
_NOT_IN_CENSUS = "-8"  # "Does not apply"
_UNKNOWN = Fault(
    "file.kind",
    "not a layout of published statistics that is read",
    "use a file of explore-education-statistics (time_period, geographic_level ...), a census table "
    "(... categories, Observation), or a download of an Outturn page",
)


@dataclass(frozen=True)
class OpenTable:
    """One published table: what each row is about, and its figures.

    `keys` are the columns that say it, as text; `figures` hold one entry a row.
    """

    layout: Layout
    keys: Mapping[str, Sequence[str]]
    figures: Mapping[str, Sequence[AreaFigure]]
    row_numbers: Sequence[int]


def parse_figure(text: str, may_be_negative: bool = False) -> AreaFigure | None:
    """The figure that a cell holds, or None where it holds neither a number nor a known marker.

    Below 0, only what `may_be_negative` (a change, a difference) is a number; else -100 and -400 are the
    markers that the Department once wrote so, and any other is not readable.

    >>> parse_figure("-400.0")
    AreaFigure(value=None, marker='z', out_of=None)
    >>> parse_figure("12.5")
    AreaFigure(value=12.5, marker='', out_of=None)
    """
    trimmed = text.strip()
    bare = trimmed.removeprefix("[").removesuffix("]").casefold()
    if not trimmed or bare in MARKERS:
        return AreaFigure(None, bare)
    if not _NUMBER.fullmatch(trimmed):
        return None
    value = float(trimmed)
    if value >= 0 or may_be_negative:
        return AreaFigure(value)
    sentinel = SENTINELS.get(int(value)) if value.is_integer() else None
    return AreaFigure(None, sentinel) if sentinel else None


def read_open_data(path: Path) -> OpenTable:
    """The table in `path`, its layout known by its column names.

    RefusedFileError where the layout is none of the three, or a cell is neither a number nor a marker.
    """
    text = read_text(path, ())
    if text.faults:
        raise RefusedFileError(text.faults[0].fault, text.lines, text.faults[0].column)
    if {"time_period", "geographic_level"} <= set(text.header):
        return _table("education statistics", text, _indicators(path, text))
    if text.header[-1] == "Observation" and any(map(_CATEGORY.fullmatch, text.header)):
        return _table("census", text, ["Observation"])
    if "table_period" in text.header:
        shown = [name for name in text.header if not name.startswith("table_")]
        return _table("outturn", text, [name for name in shown if _is_figures(text.column(name))])
    raise RefusedFileError(_UNKNOWN, text.lines)


def _table(layout: Layout, text: TextTable, indicators: Sequence[str]) -> OpenTable:
    keys = {name: text.column(name).texts() for name in text.header if name not in indicators}
    figures = {name: _figures(text, name, layout == "outturn") for name in indicators}
    return OpenTable(layout, keys, figures, text.row_numbers.tolist())


def _figures(text: TextTable, name: str, may_be_negative: bool) -> list[AreaFigure]:
    column = text.column(name)
    read = [parse_figure(cell, may_be_negative) for cell in column.distinct]
    if None in read:
        unreadable = column.where(lambda cell: parse_figure(cell, may_be_negative) is None)
        row = int(text.row_numbers[unreadable][0])
        message = f"row {row}, {name}: neither a number nor one of the markers {', '.join(MARKERS)}"
        raise RefusedFileError(Fault("cell.number", message, "correct the cell"), text.lines, name)
    known = [figure for figure in read if figure is not None]
    return [known[code] for code in column.codes]


def _is_figures(column: TextColumn) -> bool:
    read = [parse_figure(cell, may_be_negative=True) for cell in column.distinct]
    return None not in read and any(figure and figure.value is not None for figure in read)


def _indicators(path: Path, text: TextTable) -> list[str]:
    """The columns that hold figures: those that x.meta.csv names, else those in which nothing else stands."""
    described = path.with_name(f"{path.stem}.meta.csv")
    if described.is_file():
        meta = read_text(described, ("col_name", "col_type"))
        missing = [name for name in ("col_name", "col_type") if name not in meta.header]
        if missing:
            message = f"{described.name} has no column '{missing[0]}'"
            raise RefusedFileError(Fault("file.column", message, "send the file as it was downloaded"))
        kinds = zip(meta.column("col_name").texts(), meta.column("col_type").texts(), strict=True)
        named = [name for name, kind in kinds if kind.casefold() == "indicator"]
        for name in named:
            if name not in text.header:
                message = f"{described.name} names the column '{name}', which is not there"
                hint = suggest(name, text.header)
                raise RefusedFileError(Fault("file.column", message + hint, "send both files as downloaded"))
        return named
    return [name for name in text.header if name not in _PLACES and _is_figures(text.column(name))]


def census_groups(table: OpenTable, area: str) -> dict[str, AreaFigure]:
    """People of one area (its code or name) by the label of their group; 'Does not apply' is no group.

    KeyError where the table has no such area.
    """
    codes = next(name for name in table.keys if _CATEGORY.fullmatch(name))
    labels = codes.removesuffix(" Code")
    places = [name for name in table.keys if name not in (codes, labels)]
    rows = [
        row
        for row in range(len(table.row_numbers))
        if area in {table.keys[name][row] for name in places} and table.keys[codes][row] != _NOT_IN_CENSUS
    ]
    if not rows:
        raise KeyError(area)
    figures = table.figures["Observation"]
    return {table.keys[labels][row]: figures[row] for row in rows}
