"""Parameters are refused before a kernel starts."""

import ast
import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from notebook_project import new_project

from pipeline.notebooks.documents import parse_code
from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.parameters import Scalar
from pipeline.notebooks.runner import run_notebook


def refusal(tmp_path: Path, parameters: dict[str, object]) -> str:
    project = new_project(tmp_path)
    job = project.job(project.write_notebook(), parameters=parameters)
    with pytest.raises(NotebookError) as refused:
        run_notebook(job, project.setting)
    assert not job.output.exists()
    return str(refused.value)


def test_an_unknown_parameter_is_refused_with_the_known_ones_and_the_nearest(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"servise": "S001"}) == (
        "notebooks/impact.ipynb: no parameter is called 'servise'; it has service, limit, published; "
        "did you mean 'service'?"
    )


@pytest.mark.parametrize("value", [["S001"], None, np.float64(0.5), float("nan"), Path("x")])
def test_a_value_that_is_no_plain_scalar_is_refused(tmp_path: Path, value: object) -> None:
    expected = "parameter 'limit' must be a text, a finite number or true/false, not "
    assert expected + type(value).__name__ in refusal(tmp_path, {"limit": value})


def test_a_notebook_without_a_parameters_cell_takes_none(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    notebook = project.write_notebook()
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace('"parameters"', '"other"'), encoding="utf-8"
    )
    with pytest.raises(NotebookError, match="it declares none in a cell tagged 'parameters'"):
        run_notebook(project.job(notebook), project.setting)


@pytest.mark.parametrize("value", ["S001", "a \"quoted\" 'name' \\ with é and {braces}\n", 7, -0.25, True])
def test_every_kind_of_scalar_reaches_the_notebook_unchanged(tmp_path: Path, value: Scalar) -> None:
    project = new_project(tmp_path)
    notebook = project.write_notebook(
        f"assert service == {value!r} and type(service) is {type(value).__name__}"
    )
    outcome = run_notebook(
        project.job(notebook, parameters=cast(dict[str, Scalar], {"service": value})), project.setting
    )
    assert outcome.status == "executed"


class Circle:
    """What is collected while a thread parses, and lets another thread go on."""

    def __init__(self) -> None:
        self.own = self

    def __del__(self) -> None:
        time.sleep(0)


@pytest.fixture
def often_collected() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(20)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("often_collected")
def test_cells_are_parsed_by_several_threads_at_once() -> None:
    """Python 3.11 fails at this within 400 cells: "AST constructor recursion depth mismatch"."""
    source = "\n".join(f"x{at} = f(a.b[{at}], c={{'k': [1, 2, (3, {at})]}})" for at in range(30))

    def parse(_: int) -> int:
        for _ in range(3):
            Circle()
        return len(parse_code(source).body)

    with ThreadPoolExecutor(4) as threads:
        assert {*threads.map(parse, range(400))} == {len(ast.parse(source).body)}
