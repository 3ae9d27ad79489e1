"""Every line that a provider sent is accepted, set aside or out of scope, and planted faults meet their fate."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from whole_run import REPOSITORY, Copy, read_rows

pytest_plugins = ("whole_run_fixtures",)

SAMPLE = REPOSITORY / "data" / "raw" / "sample"
TRUTHS = yaml.safe_load((REPOSITORY / "tests" / "sample" / "truths.yaml").read_text(encoding="utf-8"))
FATES = ("accepted", "set_aside", "out_of_scope")
Return = tuple[str, str, str]


def _count_lines(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for row in csv.reader(stream) if row) - 1


@pytest.fixture(scope="module")
def lines() -> dict[Return, int]:
    return {
        (path.parts[-3], path.parts[-2], path.stem): _count_lines(path)
        for path in (SAMPLE / "returns").glob("*/*/*.csv")
    }


@pytest.fixture(scope="module")
def returns(run: Copy) -> dict[Return, dict[str, str]]:
    rows = run.rows("data/processed/validate/returns.csv")
    return {(row["provider"], row["period"], row["table"]): row for row in rows}


def test_lines_are_those_of_the_files(
    returns: dict[Return, dict[str, str]], lines: dict[Return, int]
) -> None:
    assert {key: int(row["lines"]) for key, row in returns.items()} == lines


def test_accepted_set_aside_and_out_of_scope_make_up_the_lines(returns: dict[Return, dict[str, str]]) -> None:
    unequal = [
        key for key, row in returns.items() if sum(int(row[fate]) for fate in FATES) != int(row["lines"])
    ]
    assert unequal == []


def test_what_is_counted_as_set_aside_is_what_the_set_aside_file_holds(
    run: Copy, returns: dict[Return, dict[str, str]]
) -> None:
    entries = run.rows("data/processed/validate/set_aside.csv")
    paths = [Path(file) for file, _ in {(entry["file"], entry["row"]) for entry in entries}]
    held = Counter((path.parts[-3], path.parts[-2], path.stem) for path in paths)
    assert held == {key: int(row["set_aside"]) for key, row in returns.items() if row["set_aside"] != "0"}


def test_the_quality_page_names_the_returns_that_did_not_come(run: Copy) -> None:
    names = {row["provider_id"]: row["name"] for row in read_rows(SAMPLE / "reference" / "providers.csv")}
    told = {
        (row["provider"], row["missing"])
        for row in run.rows("reports/quality/providers.csv")
        if row["missing"] != "none"
    }
    planted = [missing.split("/") for missing in TRUTHS["missing_returns"]]
    assert told == {(names[provider], period) for provider, period in planted}


@pytest.mark.parametrize("fault", TRUTHS["faults"], ids=lambda fault: f"{fault['file']}:{fault['row']}")
def test_a_planted_fault_is_set_aside_with_its_file_row_and_mend(run: Copy, fault: dict[str, Any]) -> None:
    entries = run.rows("data/processed/validate/set_aside.csv")
    (entry,) = (e for e in entries if (e["file"], e["row"]) == (fault["file"], str(fault["row"])))
    assert entry["message"]
    assert entry["mend"]
    assert entry["value"]
    if fault["column"] and not fault["repeats_row"]:
        assert fault["column"] in entry["column"].split(", ")


def test_nothing_is_set_aside_but_planted_faults_and_the_rows_they_repeat(run: Copy) -> None:
    planted = {(fault["file"], str(fault["row"])) for fault in TRUTHS["faults"]}
    repeated = {
        (fault["file"], str(fault["repeats_row"])) for fault in TRUTHS["faults"] if fault["repeats_row"]
    }
    entries = run.rows("data/processed/validate/set_aside.csv")
    assert {(entry["file"], entry["row"]) for entry in entries} == planted | repeated
