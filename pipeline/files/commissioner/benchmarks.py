"""`reference/benchmarks.csv` and the published statistics that it names: our area beside others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.contract.benchmarks import NO_FIGURE, AreaFigure, AreaPeriod, Benchmark
from pipeline.contract.dataset import Dataset
from pipeline.contract.values import suggest
from pipeline.files.commissioner.benchmark_rows import (
    NATION,
    REGION,
    Fault,
    Row,
    Source,
    chosen_rows,
    list_neighbours,
    rows_of_level,
    rows_of_place,
)
from pipeline.files.commissioner.open_data import OpenTable, read_open_data
from pipeline.files.commissioner.reference_table import (
    find_file,
    place_fault,
    read_table_of,
)
from pipeline.files.formats.text import RefusedFileError

_AS_DECLARED = ("indicator_id", "title", "ecm_outcome", "unit", "better", "rounded_to")
_PLACE_COLUMNS = ("geographic_level", "new_la_code", "old_la_code", "region_name")


def read_benchmarks(dataset: Dataset) -> tuple[Benchmark, ...]:
    """Every indicator in order, none where there is no benchmarks.csv; ReferenceTableError names row, column, mend."""
    path = find_file(dataset.folder / "reference", "benchmarks")
    if not path.is_file():
        return ()
    rows: list[Row] = read_table_of(path, "benchmarks", {}, dataset.classification)[0].to_pylist()
    files: dict[str, OpenTable] = {}
    found: dict[str, Benchmark] = {}
    for row in rows:
        fault = _fault_of(path, row)
        if row["indicator_id"] in found:
            raise fault(
                "indicator_id", f"'{row['indicator_id']}' is in an earlier row already; keep one of the two."
            )
        if row["file"] not in files:
            files[row["file"]] = _read_statistics(dataset.benchmarks, row, fault)
        found[row["indicator_id"]] = _read_indicator(
            Source(files[row["file"]], dataset.benchmarks, row, fault)
        )
    return tuple(found.values())


def _fault_of(path: Path, row: Row) -> Fault:
    return lambda column, said: place_fault(path.as_posix(), row["row"], column, said)


def _read_statistics(folder: Path, row: Row, fault: Fault) -> OpenTable:
    path = folder / row["file"]
    if not path.is_file():
        there = [each.name for each in folder.glob("*.csv")]
        hint = suggest(row["file"], there) or "; put it there as it was downloaded."
        raise fault("file", f"'{row['file']}' is not in {folder.as_posix()}{hint}")
    try:
        table = read_open_data(path)
    except RefusedFileError as refusal:
        raise fault("file", f"{row['file']}: {refusal.fault.message}; {refusal.fault.mend}.") from refusal
    missing = [name for name in ("time_period", *_PLACE_COLUMNS) if name not in table.keys]
    if missing:
        said = f"{row['file']} has no column '{missing[0]}'; use a file of explore-education-statistics by authority."
        raise fault("file", said)
    return table


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
