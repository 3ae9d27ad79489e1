"""Notebooks ask, show and tell: all that they do is in the package, and the repository holds no output."""

import ast
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from source_tree import ROOT, by_name

from pipeline.commands.api_page import list_offered
from pipeline.settings import read_settings

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GIVEN_BY_THE_RUNNER = {"inputs", "published"}
# A page that shows again what another publishes has no files of its own; one of a single measure, nothing of scores.
OF_ONE_MEASURE = {"measure_id"}
NOT_AGAIN = {"equality": {"published", "minimum_pairs"}, "impact": {"published"}}
OF_THE_CYCLE = {"market", "money", "needs", "plan"}
# A file that every page reads besides its slice.
BESIDE = {"peers"}
# How near figures by hand have to come: given where a release is checked by its rounded findings, by no stage.
CHECKED = {"tolerance"}


def cells(path: Path, kind: str = "code") -> list[dict[str, Any]]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def front_of(path: Path) -> str:
    """The front that a notebook asks, and the stage that runs it."""
    return "cycle" if path.stem in OF_THE_CYCLE else path.stem.partition("_")[0]


def left_out(path: Path) -> set[str]:
    return set() if path.stem == front_of(path) else NOT_AGAIN.get(front_of(path), set())


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def is_parameters(cell: dict[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", [])


def defaults(path: Path) -> dict[str, Any]:
    """The parameters cell as names and values."""
    (cell,) = [cell for cell in cells(path) if is_parameters(cell)]
    found = {}
    for statement in ast.parse(source(cell)).body:
        assert isinstance(statement, ast.Assign)
        (target,) = statement.targets
        assert isinstance(target, ast.Name)
        found[target.id] = ast.literal_eval(statement.value)
    return found


def passed(stage: str) -> dict[str, str]:
    """The parameters that a stage passes: names, and the settings they are taken from."""
    tree = by_name()[f"pipeline.stages.{stage}"].tree
    (given,) = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "PageSet"
        for keyword in node.keywords
        if keyword.arg == "parameters"
    ]
    assert isinstance(given, ast.Dict)
    found = _entries(given)
    for key, value in zip(given.keys, given.values, strict=True):
        if key is None:  # what several stages pass
            found |= _entries(_returned("pipeline.stages.impact", ast.unparse(value).partition("(")[0]))
    return found


def _entries(given: ast.Dict) -> dict[str, str]:
    pairs = zip(given.keys, given.values, strict=True)
    return {ast.literal_eval(key): ast.unparse(value) for key, value in pairs if key}


def _returned(module: str, function: str) -> ast.Dict:
    """The dictionary that a function of one statement returns."""
    (found,) = [
        node.value
        for defined in ast.walk(by_name()[module].tree)
        if isinstance(defined, ast.FunctionDef) and defined.name == function
        for node in defined.body
        if isinstance(node, ast.Return)
    ]
    assert isinstance(found, ast.Dict)
    return found


def setting(dotted: str, stage: str) -> Any:
    """The value in params.yaml that an expression such as `shared.disclosure.round_to` stands for."""
    settings = read_settings(ROOT)
    first, *rest = dotted.replace("rule.", "shared.rule.").split(".")
    value: Any = getattr(settings, stage if first == "settings" else first)
    for name in rest:
        value = getattr(value, name)
    return value


def test_there_is_a_notebook_for_each_stage_that_makes_pages() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "equality",
        "equality_measure",
        "impact",
        "impact_curves",
        "impact_what_works",
        "market",
        "money",
        "needs",
        "plan",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_output_and_no_count_of_runs_is_stored(path: Path) -> None:
    for cell in cells(path):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


def published(path: Path) -> list[dict[str, Any]]:
    """The code cells whose outputs a page shows."""
    tagged = ((cell, cell["metadata"].get("tags", [])) for cell in cells(path))
    return [cell for cell, tags in tagged if not {"parameters", "remove-cell"} & set(tags)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_the_public_front_alone(path: Path) -> None:
    imported = [
        node
        for cell in cells(path)
        for node in ast.walk(ast.parse(source(cell)))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert [ast.unparse(node) for node in imported] == [f"from pipeline import {front_of(path)}, show"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_shows_parts_and_nothing_is_worked_out_in_their_cells(path: Path) -> None:
    first, *others = published(path)
    assert all(isinstance(each, ast.ImportFrom | ast.Assign) for each in ast.parse(source(first)).body)
    for cell in others:
        (statement,) = ast.parse(source(cell)).body
        match statement:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id="show"), attr="part"),
                    args=[
                        ast.Call(
                            func=ast.Attribute(value=ast.Name(id=front), attr=name), args=given, keywords=[]
                        )
                    ],
                )
            ):
                assert (front, name[:5]) == (front_of(path), "show_")
                assert all(isinstance(each, ast.Name) for each in given)
            case _:
                pytest.fail(f"{path.name}: {ast.unparse(statement)}")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_reviewer_sees_the_rules_the_findings_as_frames_and_a_check_by_hand(path: Path) -> None:
    removed = [source(cell) for cell in cells(path) if "remove-cell" in cell["metadata"].get("tags", [])]
    assert "rules" in removed
    assert any("show.frame(" in text for text in removed)
    assert any("assert " in text for text in removed)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_asks_of_its_front_is_public(path: Path) -> None:
    asked = {
        node.attr
        for cell in cells(path)
        for node in ast.walk(ast.parse(source(cell)))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == front_of(path)
    }
    assert asked <= set(list_offered(import_module(f"pipeline.{front_of(path)}")))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_s_parameters_are_those_that_its_stage_passes(path: Path) -> None:
    expected = (set(passed(front_of(path))) | GIVEN_BY_THE_RUNNER) - left_out(path)
    if path.stem == "equality_measure":
        expected |= OF_ONE_MEASURE
    assert set(defaults(path)) - BESIDE - CHECKED == expected


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_s_policy_is_that_of_params_yaml(path: Path) -> None:
    policy = {name: setting(dotted, front_of(path)) for name, dotted in passed(front_of(path)).items()}
    given = GIVEN_BY_THE_RUNNER | BESIDE | OF_ONE_MEASURE | CHECKED
    stated = {name: value for name, value in defaults(path).items() if name not in given}
    assert stated == {name: value for name, value in policy.items() if name not in left_out(path)}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_run_by_hand_a_notebook_reads_slices_beside_it_and_publishes_nothing(path: Path) -> None:
    assert defaults(path).get("published", "") == ""
    read = [value for name, value in defaults(path).items() if name in {"inputs", *BESIDE}]
    assert read and all(
        place.startswith(("../data/processed/protect/", "../data/processed/cycle")) for place in read
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_heading_is_a_question(path: Path) -> None:
    headings = [
        line for cell in cells(path, "markdown") for line in source(cell).splitlines() if line[:1] == "#"
    ]
    assert headings
    assert [heading for heading in headings if not heading.endswith("?")] == []
