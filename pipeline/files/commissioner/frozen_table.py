"""`reference/baselines.csv`: the commissioner's register of frozen baselines, read and added to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from pipeline.contract.context import FrozenBaseline
from pipeline.files.records import write_records

_NAMES = tuple(field.name for field in fields(FrozenBaseline))


def list_frozen(rows: Iterable[Mapping[str, object]]) -> list[FrozenBaseline]:
    """The typed rows of the register."""
    return [FrozenBaseline(**{name: row[name] for name in _NAMES}) for row in rows]  # type: ignore[arg-type]


def add_frozen(path: Path, before: Sequence[FrozenBaseline], added: Sequence[FrozenBaseline]) -> None:
    """Write the register anew with what is added; what stands in it stays as it is."""
    write_records(path, FrozenBaseline, [*before, *added])
