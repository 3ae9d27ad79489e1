"""A small project in a temporary folder, with one notebook and one input, for the tests of the runner."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pipeline.notebooks.documents import format_notebook, read_notebook
from pipeline.notebooks.forked import load_beforehand
from pipeline.notebooks.kernels import best_kernels
from pipeline.notebooks.runner import Job, Setting

PARAMETERS = "service = 'none'\nlimit: int = 5\npublished = 'downloads'"
READS_INPUT = "from pathlib import Path\nprint(service, limit, Path('returns.csv').read_text().strip())"


@dataclass(frozen=True)
class Project:
    root: Path
    kernels: str = best_kernels()

    @property
    def setting(self) -> Setting:
        return Setting(self.root, "code-1", self.kernels)

    @property
    def input(self) -> Path:
        return self.root / "returns.csv"

    def write_notebook(self, *sources: str, name: str = "impact.ipynb") -> Path:
        """A heading, the parameters cell and the given code cells."""
        tagged: NotebookNode = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})  # type: ignore[no-untyped-call]
        code: Sequence[NotebookNode] = [new_code_cell(source) for source in sources]  # type: ignore[no-untyped-call]
        heading: NotebookNode = new_markdown_cell("# What changed?")  # type: ignore[no-untyped-call]
        notebook: NotebookNode = new_notebook(cells=[heading, tagged, *code])  # type: ignore[no-untyped-call]
        for index, cell in enumerate(notebook.cells):
            cell.id = f"source-{index}"
        path = self.root / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(format_notebook(notebook))
        return path

    def job(self, notebook: Path, name: str = "page.ipynb", **changes: Any) -> Job:
        facts: dict[str, Any] = {"parameters": {"service": "S001"}, "inputs": (self.input,), **changes}
        return Job(notebook, self.root / "reports" / name, folder=self.root, **facts)


def new_project(root: Path, kernels: str = best_kernels()) -> Project:
    # Else the server of this test process loads nothing, and every kernel that is forked from it loads all for itself.
    load_beforehand(())
    root.mkdir(parents=True, exist_ok=True)
    (root / "returns.csv").write_text("child,score\n", encoding="utf-8")
    return Project(root, kernels)


def shown_text(page: Path) -> str:
    """All that a page's cells printed."""
    cells = read_notebook(page, page.name).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))
