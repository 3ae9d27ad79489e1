"""What the pages of a slice know besides numbers, `context.json`: stages that read no table read it alone."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline.contract.context import Context

PEERS = "peers.json"
"""Every service beside the others: one file beside the slices, for the pages that compare."""


def write_json(path: Path, content: Any) -> None:
    """Write what is no table, always the same bytes."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads and writes values of a type, put together once."""
    return TypeAdapter(kind)


def write_typed(path: Path, kind: Any, value: object) -> None:
    """Write a value of this type (dataclasses, tuples, mappings) as JSON, always the same bytes."""
    write_json(path, _adapter(kind).dump_python(value, mode="json"))


def read_typed(path: Path, kind: Any) -> Any:
    """Return what `write_typed` wrote."""
    return _adapter(kind).validate_json(path.read_bytes())


def write_context(folder: Path, context: Context) -> None:
    """Write `context.json`, which is all there is where no provider has sent a return."""
    folder.mkdir(parents=True, exist_ok=True)
    write_typed(folder / "context.json", Context, context)


def read_context(folder: Path) -> Context:
    """Return a slice's context alone; FileNotFoundError says what to do where there is none."""
    path = folder / "context.json"
    if not path.is_file():
        others = sorted(each.parent.name for each in folder.parent.glob("*/context.json"))
        fix = f"choose one of {', '.join(others)}" if others else "run 'dvc repro protect' first"
        raise FileNotFoundError(f"{path.as_posix()} is missing; {fix}.")
    context: Context = read_typed(path, Context)
    return context
