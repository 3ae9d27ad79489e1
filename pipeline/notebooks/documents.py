"""Read and write notebook documents; nbformat has no types, so it is used in this module only."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from threading import Lock
from typing import Any, cast

import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from pipeline.notebooks.errors import NotebookError

Retell = Callable[[str], str]
"""Returns a text in other words, or unchanged."""
_FOLDED = "fold-after"
_HEADING = re.compile(r"#+ ")
_PARSING = Lock()


def parse_code(source: str) -> ast.Module:
    """Return the syntax tree of a cell; locked, as two threads that parse at once may fail (CPython 106905)."""
    with _PARSING:
        return ast.parse(source)


def read_notebook(path: Path, place: str) -> NotebookNode:
    """Return the notebook in format 4; NotebookError, naming `place`, where it cannot be read."""
    try:
        return cast(NotebookNode, nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except FileNotFoundError:
        raise NotebookError(f"{place}: the notebook is not there") from None
    except (NotJSONError, UnicodeDecodeError):
        raise NotebookError(f"{place} is not a notebook: its text is not JSON") from None


def new_node(content: Mapping[str, object]) -> NotebookNode:
    """Return a deep copy of the content as notebook nodes."""
    return cast(NotebookNode, nbformat.from_dict(dict(content)))  # type: ignore[no-untyped-call]


def upgraded(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in the newest minor format, in which cells have ids."""
    return cast(NotebookNode, nbformat.v4.upgrade(new_node(notebook)))  # type: ignore[no-untyped-call]


def with_ids(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in which a cell without an id has its position as id.

    Existing ids are kept, so that a cell inserted later changes no other id.
    """
    named = deepcopy(notebook)
    missing = [index for index, cell in enumerate(named.cells) if not cell.get("id")]
    for index in missing:
        named.cells[index]["id"] = f"cell-{index + 1:03d}"
    named.nbformat_minor = max(named.nbformat_minor, 5)
    return named


def format_notebook(notebook: NotebookNode) -> bytes:
    """Return JSON with sorted keys, an indent of one and a final newline, the same on every platform."""
    text = cast(str, nbformat.writes(notebook, version=4))  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def retold(notebook: NotebookNode, title: str, words: Retell) -> NotebookNode:
    """Return the notebook with its prose in other words, and another title in the front matter of its first cell.

    Unchanged where `title` is blank, as no page is made of it. What holds of all pages of a folder stands beside them
    (`format_metadata`).
    """
    if not title:
        return notebook
    renamed = deepcopy(notebook)
    first, *others = renamed.cells
    front = {**_front_matter(notebook), "title": title}
    front.pop(_FOLDED, None)
    for cell in others:
        if cell.cell_type == "markdown":
            cell.source = "\n\n".join(_retell_block(block, words) for block in cell.source.split("\n\n"))
    first.source = f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=True, width=1000)}---"
    return renamed


def _front_matter(notebook: NotebookNode) -> dict[str, Any]:
    return yaml.safe_load(notebook.cells[0].source.strip().strip("-")) or {}


def format_metadata(notebooks: Iterable[NotebookNode], words: Retell) -> str:
    """The `_metadata.yml` of a folder of pages, as Quarto reads it: after which headings sections are folded.

    Of the notebooks that the pages are made of, as each names its own in its front matter.
    """
    named = [str(heading) for each in notebooks for heading in _front_matter(each).get(_FOLDED, ())]
    folded = [words(heading) for heading in dict.fromkeys(named)]
    return yaml.safe_dump({_FOLDED: folded}, allow_unicode=True, width=1000)


def _retell_block(block: str, words: Retell) -> str:
    """Return a heading or paragraph in other words; one that has none keeps its line ends."""
    marks = _HEADING.match(block)
    start = marks[0] if marks else ""
    text = " ".join(block.removeprefix(start).split())
    translated = words(text)
    return block if translated == text else start + translated
