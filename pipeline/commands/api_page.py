"""Generate docs/api.md, the reference of the public fronts, from their docstrings."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from pipeline import cycle, equality, impact, library, show

_FRONTS = (equality, impact, cycle, show, library)


def _spell(item: Callable[..., object]) -> str:
    """Return a function's parameters as written in its source."""
    (function,) = ast.parse(inspect.getsource(inspect.unwrap(item))).body
    assert isinstance(function, ast.FunctionDef)
    return ast.unparse(function.args)


def _describe(front: ModuleType, name: str) -> str:
    item = getattr(front, name)
    words = inspect.cleandoc(item.__doc__ or "").partition("\n\n")
    head = f"class {name}" if inspect.isclass(item) else f"{name}({_spell(item)})"
    more = f"\n\n{words[2]}" if words[2] and not inspect.isclass(item) else ""
    return f"### `{head}`\n\n{' '.join(words[0].split())}{more}\n"


def list_offered(front: ModuleType) -> list[str]:
    """Return the public names of a front: its `__all__`, else every callable without a leading underscore."""
    names = getattr(front, "__all__", None) or sorted(
        name for name in vars(front) if not name.startswith("_")
    )
    return [name for name in names if callable(getattr(front, name))]


def format_api() -> str:
    """Return the page: each front, its purpose, and everything that it offers."""
    parts = ["# The public front\n", "Written by `outturn dictionary` from the docstrings.\n"]
    for front in _FRONTS:
        about = inspect.cleandoc(front.__doc__ or "")
        parts += [f"## `{front.__name__}`\n", f"{about}\n"]
        parts += [_describe(front, name) for name in list_offered(front)]
    return "\n".join(parts)


def write_api(path: Path) -> None:
    """Write the page."""
    path.write_text(format_api(), encoding="utf-8", newline="\n")
