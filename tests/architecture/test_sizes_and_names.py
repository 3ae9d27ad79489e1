"""Small modules and functions under names that say what they hold; no address of a package registry."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_tree import ROOT, Module, modules

MODULE_LINES, FUNCTION_LINES = 260, 40
# Longer ones, each for a reason; a test holds that each still needs its place here.
LONG_MODULES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff", "base", "core"}
OURS = ("pipeline", "tests", "benchmarks", "notebooks", "docs", ".ci", "reports", "data")
NOT_OURS = {"_site", "_generated", "services", "equality", "quality", "processed", "returns", "__pycache__"}
TEXT = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".txt",
    ".lock",
    ".in",
    ".ipynb",
    ".qmd",
    ".json",
    ".html",
    ".css",
}
# In parts, so that this file does not hold what it forbids.
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("r-project", "org"),
        ("crates", "io"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
    )
)


def lengths() -> dict[str, int]:
    """Lines of each module."""
    return {module.place: len(module.path.read_text(encoding="utf-8").splitlines()) for module in modules()}


def function_lengths() -> dict[str, int]:
    """Lines of each function, by its place and name."""
    return {
        f"{module.place}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def committed() -> Iterator[Path]:
    """Text files that are ours: those at the top, and those in our folders that no stage writes."""
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT)
    for folder in OURS:
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT).parts
            made = folder in ("reports", "data") and NOT_OURS & set(inside)
            if path.is_file() and "__pycache__" not in inside and not made and path.suffix in {*TEXT, ""}:
                yield path


@pytest.mark.parametrize(
    ("found", "limit", "exceptions"),
    [(lengths(), MODULE_LINES, LONG_MODULES), (function_lengths(), FUNCTION_LINES, LONG_FUNCTIONS)],
    ids=["modules", "functions"],
)
def test_what_is_long_is_named_here_and_what_is_named_here_is_long(
    found: dict[str, int], limit: int, exceptions: dict[str, int]
) -> None:
    long = {place: lines for place, lines in found.items() if lines > limit}
    assert {place: lines for place, lines in long.items() if lines > exceptions.get(place, limit)} == {}
    assert set(exceptions) == set(long), "an exception is no longer needed"


def test_most_functions_are_short() -> None:
    ordered = sorted(function_lengths().values())
    assert ordered[len(ordered) // 2] <= 10


def test_a_module_s_name_says_what_it_holds() -> None:
    places = [
        path for folder in ("pipeline", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
    ]
    assert [path for path in places if {path.stem, path.parent.name} & EMPTY_NAMES] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_says_what_it_is_for(module: Module) -> None:
    assert ast.get_docstring(module.tree) or not module.tree.body


def test_no_file_names_the_host_of_a_package_registry() -> None:
    named = {
        path.relative_to(ROOT).as_posix(): host
        for path in committed()
        for host in HOSTS
        if host in path.read_text(encoding="utf-8", errors="ignore").lower()
    }
    assert named == {}


def test_the_search_for_hosts_reads_the_files_that_would_name_one() -> None:
    places = {path.relative_to(ROOT).as_posix() for path in committed()}
    assert {"requirements.lock", "environment.yml", "run.py", "set_up.py", "pyproject.toml"} <= places
    assert {"pipeline/cli.py", "notebooks/impact.ipynb", "docs/design.md"} <= places
