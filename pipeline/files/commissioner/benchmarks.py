"""Other areas: `reference/benchmarks.csv`, and the published statistics that it names."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pipeline.contract.benchmarks import (
    NO_FIGURE,
    AreaFigure,
    AreaPeriod,
    Benchmark,
)
from pipeline.contract.dataset import Dataset
from pipeline.contract.values import suggest
from pipeline.files.commissioner.open_data import OpenTable, read_open_data
from pipeline.files.commissioner.reference_table import (
    ReferenceTableError,
    find_file,
    place_fault,
    read_table_of,
)
from pipeline.files.formats.file_types import read_text
from pipeline.files.formats.text import RefusedFileError

_AS_DECLARED = ("indicator_id", "title", "ecm_outcome", "unit", "better", "rounded_to")
_PLACE_COLUMNS = ("geographic_level", "new_la_code", "old_la_code", "region_name")
Row = Mapping[str, Any]
Fault = Callable[[str, str], ReferenceTableError]
"""Makes the error that says this of a column of the row in benchmarks.csv."""
Found = TypeVar("Found")
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
        out_of = self.row["out_of"]
        size = self.table.figures[out_of][place].value if out_of else None
        return replace(self.table.figures[self.row["column"]][place], out_of=size)


def read_benchmarks(dataset: Dataset) -> tuple[Benchmark, ...]:
    """Every indicator in order, none where there is no benchmarks.csv; ReferenceTableError names row, column, fix."""
    path = find_file(dataset.folder / "reference", "benchmarks")
    if not path.is_file():
        return ()
    rows: list[Row] = read_table_of(path, "benchmarks", {}, dataset.classification)[0].to_pylist()
    files: dict[str, OpenTable] = {}
    found: dict[str, Benchmark] = {}
    for row in rows:
        fault = partial(place_fault, path.as_posix(), row["row"])
        if row["indicator_id"] in found:
            said = f"'{row['indicator_id']}' is in an earlier row already; keep one of the two."
            raise fault("indicator_id", said)
        if row["file"] not in files:
            files[row["file"]] = _read_statistics(dataset.benchmarks, row, fault)
        source = Source(files[row["file"]], dataset.benchmarks, row, fault)
        found[row["indicator_id"]] = _read_indicator(source)
    return tuple(found.values())


def _read_statistics(folder: Path, row: Row, fault: Fault) -> OpenTable:
    otherwise = "; put it there as it was downloaded."
    table = _read_named(folder, row["file"], read_open_data, partial(fault, "file"), otherwise)
    missing = [name for name in ("time_period", *_PLACE_COLUMNS) if name not in table.keys]
    if missing:
        said = f"{row['file']} has no column '{missing[0]}'; use a file of explore-education-statistics by authority."
        raise fault("file", said)
    return table


def _read_named(
    folder: Path,
    name: str,
    read: Callable[[Path], Found],
    fault: Callable[[str], ReferenceTableError],
    otherwise: str,
) -> Found:
    """What `read` makes of a file that a row names; the fault where it is not there or cannot be read."""
    path = folder / name
    if not path.is_file():
        hint = suggest(name, [each.name for each in folder.glob("*.csv")]) or otherwise
        raise fault(f"'{name}' is not in {folder.as_posix()}{hint}")
    try:
        return read(path)
    except RefusedFileError as refusal:
        raise fault(f"{name}: {refusal.fault.message}; {refusal.fault.fix}.") from refusal


def _read_indicator(source: Source) -> Benchmark:
    row, keys = source.row, source.table.keys
    _check_columns(source)
    rows = chosen_rows(source)
    own = rows_of_place(source, rows, "new_la_code", row["area_code"])
    if not own:
        known = {keys["new_la_code"][place] for place in rows}
        hint = suggest(row["area_code"], known) or "; write the code as the file's column new_la_code has it."
        raise source.fault("area_code", f"{row['file']} has no rows of '{row['area_code']}'{hint}")
    latest = own[max(own)]
    periods = _periods(source, rows, own, latest)
    place_name = next(name for name in ("la_name", "geo_breakdown", "new_la_code") if name in keys)
    return Benchmark(
        **{name: row[name] for name in _AS_DECLARED},
        breaks=_breaks(source, [each.period for each in periods]),
        area=keys[place_name][latest],
        region=keys["region_name"][latest],
        source=Path(row["file"]).name,
        periods=periods,
    )


def _check_columns(source: Source) -> None:
    figures = source.table.figures
    for column in ("column", "out_of"):
        name = source.row[column]
        if name is not None and name not in figures:
            hint = suggest(name, list(figures)) or f"; its figures are {', '.join(figures)}."
            raise source.fault(column, f"{source.row['file']} has no figures '{name}'{hint}")


def _periods(
    source: Source, rows: Sequence[int], own: Mapping[str, int], latest: int
) -> tuple[AreaPeriod, ...]:
    """Every period of which the area or the nation has a row, in order; `latest` is the area's last row."""
    region = source.table.keys["region_name"][latest]
    others = [rows_of_place(source, rows, column, code) for column, code in list_neighbours(source, latest)]
    of_region = rows_of_level(source, rows, REGION, region)
    nation = rows_of_level(source, rows, NATION, None)

    def at(places: Mapping[str, int], period: str) -> AreaFigure:
        return source.figure(places[period]) if period in places else NO_FIGURE

    return tuple(
        AreaPeriod(
            _tell(period),
            at(own, period),
            tuple(at(each, period) for each in others if period in each),
            at(of_region, period),
            at(nation, period),
        )
        for period in sorted({*own, *nation})
    )


def _breaks(source: Source, periods: Sequence[str]) -> dict[str, str]:
    found = {}
    for part in filter(None, map(str.strip, (source.row["breaks"] or "").split(";"))):
        period, sign, reason = (text.strip() for text in part.partition(":"))
        if not sign or not reason:
            raise source.fault("breaks", f"'{part}' gives no reason; write the period, a colon and why.")
        if period not in periods:
            hint = suggest(period, periods) or f"; the file's periods are {', '.join(periods)}."
            raise source.fault("breaks", f"{source.row['file']} has no period '{period}'{hint}")
        found[period] = reason
    return found


def _tell(period: str) -> str:
    """2024 as it is, 202425 as the financial year 2024-25."""
    return f"{period[:4]}-{period[4:]}" if period[4:] else period


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
    fault, otherwise = partial(source.fault, "neighbours"), "; put it there, or leave this blank."
    text = _read_named(source.folder, name, lambda path: read_text(path, ()), fault, otherwise)
    for area, (neighbour, codes) in _NEIGHBOUR_COLUMNS.items():
        if {area, neighbour} <= set(text.header):
            own = source.table.keys[codes][latest]
            pairs = zip(text.column(area).texts(), text.column(neighbour).texts(), strict=True)
            found = [(codes, other.strip()) for each, other in pairs if each.strip() == own]
            if not found:
                raise fault(f"{name} has no neighbours of '{own}'; add them, or leave this blank.")
            return found
    raise fault(
        f"{name} has neither LA.number and SN_LA_number nor area_code and neighbour_code; give it these columns."
    )
