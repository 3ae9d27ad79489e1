"""A population that counts people twice, or leaves a group untold that a target needs, stops the run."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.files.commissioner.population import check_counted_once, check_target_population

ONS = load_classification("ons_2001", Path())
CODES = [code.code for code in ONS.codes if code.broad_group != "Not known"]
FIVE = list(ONS.known_groups)


def _rows(*groups: str, year: int = 2009, counted: str | None = None, first: int = 2) -> list[dict[str, Any]]:
    return [
        {"row": first + place, "ethnic_group": group, "year": year, "population": 100, "counted": counted}
        for place, group in enumerate(groups)
    ]


def _target(group: str, comparator: str | None = "population") -> list[dict[str, Any]]:
    return [{"row": 9, "ethnic_group": group, "comparator": comparator}]


def _said(targets: list[dict[str, Any]], population: list[dict[str, Any]]) -> list[str]:
    faults = check_target_population(targets, population, ONS)
    return [f"row {fault.row}, {fault.column}: {fault.said}" for fault in faults]


@pytest.mark.parametrize(
    ("group", "population"),
    [
        ("Asian", _rows(*CODES)),
        ("AIND", _rows(*CODES)),
        ("Indian", _rows(*CODES)),
        ("Asian", _rows(*FIVE)),
        ("Asian", _rows("Asian", *(code for code in CODES if not code.startswith("A")))),
        ("Asian", _rows(*CODES) + _rows("Asian", counted="children looked after")),
        ("Asian", _rows("White", year=2008) + _rows(*CODES)),
    ],
)
def test_a_population_that_tells_the_group_passes(group: str, population: list[dict[str, Any]]) -> None:
    assert _said(_target(group), population) == []


def test_a_target_without_the_population_as_comparator_needs_none() -> None:
    assert _said(_target("Asian", None) + _target("Asian", "everyone else"), []) == []


@pytest.mark.parametrize(
    ("population", "missing"),
    [
        (_rows(*(code for code in CODES if code != "APKN")), "'APKN'"),
        (_rows(*(code for code in CODES if code not in ("AIND", "WIRI"))), "'AIND', 'WIRI'"),
        (_rows(*CODES) + _rows(*(code for code in CODES if code != "BCRB"), year=2010), "'BCRB'"),
        (_rows(*(code for code in CODES if code != "BCRB")) + _rows("BCRB", counted="in need"), "'BCRB'"),
        (_rows(*(group for group in FIVE if group != "Other")), "'CHNE', 'OOTH'"),
    ],
)
def test_a_population_without_a_group_is_named_at_the_target(
    population: list[dict[str, Any]], missing: str
) -> None:
    (said,) = _said(_target("Asian"), population)
    assert said.startswith("row 9, comparator: this target needs the population (")
    assert f"which has no row for {missing}; add one for each" in said


@pytest.mark.parametrize("group", ["AIND", "Indian", "BAFR", "ABAN"])
def test_a_detailed_group_needs_a_population_by_detailed_groups(group: str) -> None:
    (said,) = _said(_target(group), _rows(*FIVE))
    assert (
        f"but none for '{group}'; give the population by the detailed groups, or set the target for" in said
    )


def test_no_population_at_all_names_every_group() -> None:
    (said,) = _said(_target("Asian"), [])
    assert all(f"'{code}'" in said for code in CODES)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (("AIND", "Indian"), "'Indian' and row 2 count the same people; keep one of the two."),
        (("Asian", "AIND"), "'AIND' and row 2 count the same people; keep one of the two."),
        (("AIND", "White", "Asian"), "'Asian' and row 2 count the same people; keep one of the two."),
    ],
)
def test_people_counted_twice_are_a_fault(groups: tuple[str, ...], said: str) -> None:
    assert [fault.said for fault in check_counted_once(_rows(*groups), ONS)] == [said]


@pytest.mark.parametrize(
    "population",
    [
        _rows(*CODES, "Not known"),
        _rows("Asian", year=2008) + _rows("AIND"),
        _rows("Asian") + _rows("AIND", counted="children in need"),
        _rows("Asian", "WBRI", "Black"),
    ],
)
def test_groups_of_other_years_and_others_counted_are_no_matter(population: list[dict[str, Any]]) -> None:
    assert list(check_counted_once(population, ONS)) == []
