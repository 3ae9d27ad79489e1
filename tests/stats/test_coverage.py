"""What docs/methods.md prints about coverage is what the code gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import coverage_exact, coverage_simulated
from benchmarks.coverage_exact import byar_table, cell, of_two_groups, wilson_table
from pipeline.stats.proportions.two_groups import koopman_ratio, newcombe_difference
from pipeline.stats.results import Counts, Result

PAGE = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
TABLES = [
    coverage_simulated.means_table,
    coverage_simulated.clusters_table,
    coverage_simulated.change_table,
    coverage_simulated.stratified_table,
    coverage_simulated.tiny_strata_table,
    coverage_simulated.shrunk_table,
    coverage_exact.exact_tables,
]


def figures(heading: str, row: str) -> list[str]:
    """The cells of a row of the first table under a heading of the page."""
    table = PAGE.split(f"### {heading}\n")[1]
    line = next(line for line in table.splitlines() if line.startswith(f"| {row} |"))
    return [figure.strip() for figure in line.strip("|").split("|")[1:]]


@pytest.mark.parametrize("table", [wilson_table, byar_table])
def test_the_page_prints_the_coverage_of_one_group(table: Callable[[], str]) -> None:
    assert table() in PAGE


@pytest.mark.parametrize("rates", [(0.02, 0.02), (0.02, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize(
    ("method", "heading"),
    [
        (newcombe_difference, "Newcombe"),
        (koopman_ratio, "Koopman"),
    ],
)
def test_the_page_prints_the_coverage_of_two_groups_of_5_and_of_20(
    method: Callable[[Counts, Counts], Result], heading: str, rates: tuple[float, float]
) -> None:
    printed = figures(heading, f"{rates[0]:g} and {rates[1]:g}")
    assert printed[0] == cell(of_two_groups(method, 5, 5, rates))
    assert printed[2] == cell(of_two_groups(method, 20, 20, rates))


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_the_page_prints_every_coverage_table_as_it_is(table: Callable[[], str | dict[str, str]]) -> None:
    made = table()
    tables = list(made.values()) if isinstance(made, dict) else [made]
    assert [one for one in tables if one not in PAGE] == []
