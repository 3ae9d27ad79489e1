"""Notebook documents read and written; nbformat carries no types, so it is called here alone."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import cast

import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from pipeline.notebooks.errors import NotebookError


def read_notebook(path: Path, place: str) -> NotebookNode:
    """The notebook in format 4; `place` names it in the NotebookError raised where it cannot be read."""
    try:
        return cast(NotebookNode, nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        raise NotebookError(f"{place}: the notebook is not there") from None
    except (NotJSONError, UnicodeDecodeError):
        raise NotebookError(f"{place} is not a notebook: its text is not JSON") from None


def new_node(content: Mapping[str, object]) -> NotebookNode:
    """A deep copy of the content as notebook nodes."""
    return cast(NotebookNode, nbformat.from_dict(dict(content)))  # type: ignore[no-untyped-call]


def upgraded(notebook: NotebookNode) -> NotebookNode:
    """A copy in the newest minor format, the first in which cells have ids."""
    return cast(NotebookNode, nbformat.v4.upgrade(new_node(notebook)))  # type: ignore[no-untyped-call]


def format_notebook(notebook: NotebookNode) -> bytes:
    """JSON with sorted keys, one space of indent, a newline at the end, the same on every platform."""
    text = cast(str, nbformat.writes(notebook, version=4))  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def with_title(notebook: NotebookNode, title: str) -> NotebookNode:
    """The notebook with another title in the front matter of its first cell; as it is where `title` is blank."""
    if not title:
        return notebook
    renamed = deepcopy(notebook)
    first = renamed.cells[0]
    front = {**(yaml.safe_load(first.source.strip().strip("-")) or {}), "title": title}
    first.source = f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=True, width=1000)}---"
    return renamed
