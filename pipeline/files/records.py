"""Records as CSV: the same content gives the same bytes on every machine."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from io import StringIO
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contract.values import defuse

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Cell = str | int | float | None


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, below: bool = False
) -> None:
    """Write UTF-8 without BOM and with plain line feeds; `below` what the file holds already, if asked for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if below else "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if not below:
            writer.writerow(header)
        writer.writerows([defuse(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def write_records(
    path: Path, kind: type[DataclassInstance], records: Iterable[DataclassInstance], *, below: bool = False
) -> None:
    """Write dataclass instances, one a row, the field names as header."""
    names = [field.name for field in fields(kind)]
    write_csv(path, names, map(attrgetter(*names), records), below=below)


def read_records(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV written here, all as text."""
    return parse_records(path.read_bytes().decode())


def parse_records(text: str) -> list[dict[str, str]]:
    """The rows of the text of a CSV written here."""
    header, *rows = list(csv.reader(StringIO(text, newline=""), strict=True)) or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]
