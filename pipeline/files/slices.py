"""Slices: the folder of measures that one notebook reads, written by `measure`."""

from __future__ import annotations

import datetime as dt
import json
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any

from pipeline.contract.context import Context

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Slice:
    """What one notebook reads: the context and four tables (see docs/design.md)."""

    context: Context
    measures: pd.DataFrame
    children: pd.DataFrame
    journey: pd.DataFrame
    scores: pd.DataFrame
    population: pd.DataFrame


_TABLES = ("measures", "children", "journey", "scores", "population")


def _encode(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in context.json")


def _decode(kind: Any, value: Any) -> Any:
    if typing.get_origin(kind) is tuple:
        return tuple(_decode(typing.get_args(kind)[0], item) for item in value)
    if isinstance(kind, UnionType):
        (inner,) = (part for part in typing.get_args(kind) if part is not type(None))
        return None if value is None else _decode(inner, value)
    if is_dataclass(kind):
        kinds = typing.get_type_hints(kind)
        known = {field.name: _decode(kinds[field.name], value[field.name]) for field in fields(kind)}
        return typing.cast("Any", kind)(**known)
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    return value


def scores_path(folder: Path) -> Path:
    """Where a slice's scores lie; their rows are written by the engine that lists them."""
    return folder / "scores.parquet"


def write_slice(folder: Path, context: Context, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write a slice but for its scores: `context.json` and a Parquet file a table, always the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(context), default=_encode, indent=1, ensure_ascii=False)
    (folder / "context.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)


def read_context(folder: Path) -> Context:
    """A slice's context alone; FileNotFoundError says what to run where there is none."""
    path = folder / "context.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path.as_posix()} is missing; run 'dvc repro measure' first.")
    context: Context = _decode(Context, json.loads(path.read_text(encoding="utf-8")))
    return context


def read_slice(folder: Path) -> Slice:
    """Read a slice; FileNotFoundError says what to run where there is none."""
    context = read_context(folder)
    # Imported here: the stages that only start notebooks read contexts, and need not wait for it.
    import pandas as pd

    return Slice(context, **{name: pd.read_parquet(folder / f"{name}.parquet") for name in _TABLES})
