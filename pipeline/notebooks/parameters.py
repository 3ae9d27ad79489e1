"""Parameters of a notebook: names assigned in its cell tagged `parameters`, with plain scalar values."""

import ast
import math
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from nbformat import NotebookNode

from pipeline.notebooks.documents import parse_code
from pipeline.notebooks.errors import NotebookError

Scalar = str | int | float | bool


def parameters_cell(notebook: NotebookNode) -> int | None:
    """Return the index of the first cell tagged `parameters`, as papermill does."""
    tags = enumerate(cell.metadata.get("tags", []) for cell in notebook.cells)
    return next((index for index, names in tags if "parameters" in names), None)


def declared_parameters(place: str, notebook: NotebookNode) -> tuple[str, ...]:
    """Return the names assigned at the top level of the parameters cell, in order; empty without one."""
    index = parameters_cell(notebook)
    if index is None:
        return ()
    try:
        return tuple(_assigned_names(notebook.cells[index].source))
    except SyntaxError:
        raise NotebookError(f"{place}, cell {index + 1}: the parameters are not valid Python") from None


def _assigned_names(source: str) -> Iterator[str]:
    for statement in parse_code(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def check_parameters(place: str, known: tuple[str, ...], given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the given parameters in the order in which the notebook declares them.

    `place` is the notebook's name in messages. Raises NotebookError for a name that the notebook does not declare
    (papermill would warn and run with the default) and for a value that is not a plain scalar.
    """
    for name, value in given.items():
        if name not in known:
            raise NotebookError(_unknown(place, name, known))
        if not _is_plain(value):
            wanted = "a text, a finite number or true/false"
            raise NotebookError(f"{place}: parameter '{name}' must be {wanted}, not {type(value).__name__}")
    return {name: given[name] for name in known if name in given}


def _is_plain(value: object) -> bool:
    # By type, not isinstance: numpy's float is a float, and its text is no Python literal.
    return type(value) in (str, int, bool) or (type(value) is float and math.isfinite(value))


def _unknown(place: str, name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    meant = f"; did you mean '{near[0]}'?" if near else ""
    listed = f"it has {', '.join(known)}" if known else "it declares none in a cell tagged 'parameters'"
    return f"{place}: no parameter is called '{name}'; {listed}{meant}"
