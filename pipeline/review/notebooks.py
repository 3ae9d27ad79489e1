"""Run the notebooks of a release again, without the exact counts, which no release contains.

A cell that shows a finding is run with the published finding; a cell that recomputes figures by hand is run on these
findings. A cell that makes findings, or a part of a page, from counts and scores cannot be run from a release: its
output is compared with the page and the tables instead.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.notebooks.documents import parse_code
from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.forked import load_beforehand
from pipeline.notebooks.verify import run_partly
from pipeline.present.disclosure.frames import SCHEMAS

TOLERANCE = 6e-4
"""Largest difference between a share and one recomputed by hand: findings are published in three digits."""
_OPENS = re.compile(r"(\w+)\.open_page\(")
_GIVEN = {"page", "rules"}
_WORKERS = 4


@dataclass(frozen=True)
class Rerun:
    """The number of a page's cells that were run again, and the faults found."""

    page: str
    run: int
    cells: int
    faults: tuple[str, ...]


def run_again(reports: Path, findings: Path) -> Iterator[Rerun]:
    """Yield the result of running each executed notebook below `reports` again; `findings` is a work folder."""
    pages = {path: json.loads(path.read_bytes()) for path in sorted(reports.glob("*/*.ipynb"))}
    ours = {
        path: each["metadata"]["outturn"] for path, each in pages.items() if "outturn" in each["metadata"]
    }
    for path, about in ours.items():
        folder = findings / path.parent.name / path.stem
        folder.mkdir(parents=True)
        for name, text in about["downloads"].items():
            if re.fullmatch(r"\w+\.csv", name):
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
    load_beforehand(ours)
    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from pool.map(partial(_run_page, findings=findings), ours.items())


def _run_page(page: tuple[Path, Mapping[str, Any]], findings: Path) -> Rerun:
    path, about = page
    name = f"{path.parent.name}/{path.stem}"
    # A page that repeats findings of the index page has no files of its own.
    page_findings = findings / path.parent.name / (path.stem if about["downloads_parameter"] else "index")
    front = Front(page_findings)
    try:
        found = run_partly(path, front.rewrite, {**about["parameters"], "tolerance": TOLERANCE})
    except NotebookError as failure:
        return Rerun(name, 0, 0, (f"{path.parent.name}/{failure}: a figure does not follow from the others",))
    faults = (
        f"cell {number} (`{line}`) shows something else than the finding" for number, line in found.different
    )
    return Rerun(name, found.run, found.cells, tuple(f"{name}.ipynb, {fault}" for fault in faults))


class Front:
    """Rewrites cells so that they run on the findings in `folder`; blank where that is impossible."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._name = folder, ""

    def rewrite(self, source: str) -> str:
        """Return the cell with the findings in place of the front that made them."""
        if opens := _OPENS.search(source):
            self._name = opens[1]
            return (
                "from pipeline import show\nfrom pipeline.review.kept import KeptFindings\n"
                f"{self._name} = KeptFindings({self._folder.as_posix()!r})\npage = rules = None"
            )
        return source if self._name and self._can_run(parse_code(source)) else ""

    def _can_run(self, tree: ast.Module) -> bool:
        """Return whether a cell uses the front for findings only, and the page nowhere else."""
        attributes = [
            node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is(node.value, self._name)
        ]
        parts = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "part"]
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func in attributes]
        passed = {id(each) for call in calls for each in call.args}
        looked = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in _GIVEN]
        return (
            not parts
            and all(node.attr in SCHEMAS for node in attributes)
            and {id(each) for each in looked} <= passed
        )


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
