"""An executed notebook run again in part: the cells that can be, and which of them show something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from pipeline.notebooks.documents import read_notebook
from pipeline.notebooks.execute import execute
from pipeline.notebooks.kernels import best_kernels
from pipeline.notebooks.normalise import cell_number, is_injected, normalise
from pipeline.notebooks.parameters import Scalar, check_parameters, declared_parameters, parameters_cell


@dataclass(frozen=True)
class PartlyRun:
    """How many of a notebook's code cells were run again, and those that differ: number and first line of each."""

    run: int
    cells: int
    different: tuple[tuple[int, str], ...]


def run_partly(page: Path, rewrite: Callable[[str], str], parameters: Mapping[str, Scalar]) -> PartlyRun:
    """Run the code cells of an executed notebook by what `rewrite` makes of their sources; where blank, not at all.

    Parameters that the notebook does not declare are left out. Raises NotebookError where a cell stops.
    """
    published = read_notebook(page, page.name)
    source = deepcopy(published)
    source.cells = [cell for cell in source.cells if not is_injected(cell)]
    first = parameters_cell(source)
    for index, cell in enumerate(source.cells):
        if cell.cell_type == "code":
            cell.outputs = []
            cell.source = cell.source if index == first else rewrite(cell.source)
    known = declared_parameters(page.name, source)
    given = check_parameters(
        page.name, known, {name: value for name, value in parameters.items() if name in known}
    )
    again = normalise(execute(page.name, source, given, page.parent, best_kernels()), {})
    code = [index for index, cell in enumerate(published.cells) if cell.cell_type == "code"]
    code = [index for index in code if not is_injected(published.cells[index])]
    run = [index for index in code if again.cells[index].source.strip()]
    different = tuple(
        (cell_number(published, index), published.cells[index].source.partition("\n")[0])
        for index in run
        if published.cells[index].outputs != again.cells[index].outputs
    )
    return PartlyRun(len(run), len(code), different)
