"""Writing so that the same content gives the same bytes on every machine."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Cell = str | int | float | None
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _defuse(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, made plain text by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write UTF-8 without BOM and with plain line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_defuse(cell) for cell in row] for row in rows)


def write_records(path: Path, kind: type[DataclassInstance], records: Iterable[DataclassInstance]) -> None:
    """Write dataclass instances, one a row, the field names as header."""
    names = [field.name for field in fields(kind)]
    write_csv(path, names, ([getattr(record, name) for name in names] for record in records))


def read_records(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV written here, all as text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def write_table(path: Path, table: pa.Table) -> None:
    """Write Parquet; Arrow stores no time stamp and no path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def read_table(path: Path) -> pa.Table:
    """The Parquet file as it was written."""
    return pq.read_table(path)


def read_frame(path: Path) -> pd.DataFrame:
    """The Parquet file as a frame: dates as datetime64, integers as Int64, blanks as missing."""
    return to_frame(read_table(path))


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a frame: dates as datetime64, integers as Int64, blanks as missing."""
    types = {pa.int64(): pd.Int64Dtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=types.get, date_as_object=False)
    return frame
