"""Every line that a provider sent is accepted, set aside or out of scope, and planted faults meet their fate."""

from collections import Counter
from typing import Any

import pytest
import yaml
from packed_returns import all_sent, in_force
from whole_run import REPOSITORY, Copy, read_rows

pytest_plugins = ("whole_run_fixtures",)

SAMPLE = REPOSITORY / "data" / "raw" / "sample"
TRUTHS = yaml.safe_load((REPOSITORY / "tests" / "sample" / "truths.yaml").read_text(encoding="utf-8"))
FATES = ("accepted", "set_aside", "out_of_scope")
Return = tuple[str, str, str]


@pytest.fixture(scope="module")
def lines() -> dict[Return, int]:
    return {
        (sent.provider_id, sent.period, sent.table): sum(any(row) for row in sent.lines[1:])
        for sent in in_force()
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
    place_of = {sent.place: (sent.provider_id, sent.period, sent.table) for sent in in_force()}
    held = Counter(place_of[file] for file, _ in {(entry["file"], entry["row"]) for entry in entries})
    assert held == {key: int(row["set_aside"]) for key, row in returns.items() if row["set_aside"] != "0"}


def test_what_a_later_version_replaced_stays_in_the_ledger(run: Copy) -> None:
    replaced = run.rows("data/processed/intake/replaced.csv")
    assert {f"{line['provider']}/{line['period']}" for line in replaced} == {TRUTHS["replaced_return"]}
    sent = sum(sum(any(row) for row in sent.lines[1:]) for sent in all_sent())
    files = run.rows("data/processed/intake/files.csv")
    assert sum(int(line["lines"]) for line in (*files, *replaced)) == sent


def test_returns_stand_as_planted(run: Copy) -> None:
    stand = {
        f"{line['provider']}/{line['period']}": line["status"]
        for line in run.rows("data/processed/intake/received.csv")
        if line["status"] != "received"
    }
    assert stand == {
        **dict.fromkeys(TRUTHS["late_returns"], "late"),
        TRUTHS["replaced_return"]: "revised",
        TRUTHS["nil_return"]: "nil",
        **dict.fromkeys(TRUTHS["missing_returns"], "missing"),
    }


def test_corrections_are_applied_or_expire_as_planted(run: Copy) -> None:
    ledger = run.rows("data/processed/intake/corrections.csv")
    assert {line["correction"]: line["state"] for line in ledger} == TRUTHS["corrections"]


def test_the_quality_page_names_the_returns_that_did_not_come(run: Copy) -> None:
    names = {row["provider_id"]: row["name"] for row in read_rows(SAMPLE / "reference" / "providers.csv")}
    told = {
        (row["provider"], row["period"])
        for row in run.rows("reports/quality/standing.csv")
        if row["status"] == "missing"
    }
    planted = [missing.split("/") for missing in TRUTHS["missing_returns"]]
    assert told == {(names[provider], period) for provider, period in planted}


@pytest.mark.parametrize("fault", TRUTHS["faults"], ids=lambda fault: f"{fault['file']}:{fault['row']}")
def test_a_planted_fault_is_told_with_its_file_row_and_fix(run: Copy, fault: dict[str, Any]) -> None:
    """Its row is set aside, but for an ethnic spelling that is not known: that child counts as not known."""
    entries = [*run.rows("data/processed/validate/set_aside.csv"), *_not_known(run)]
    (entry,) = (e for e in entries if (e["file"], e["row"]) == (fault["file"], str(fault["row"])))
    assert entry["message"]
    assert entry["fix"]
    assert "value" not in entry or entry["value"]
    if fault["column"] and not fault["repeats_row"]:
        assert fault["column"] in entry["column"].split(", ")


def _not_known(run: Copy) -> list[dict[str, str]]:
    warned = run.rows("data/processed/validate/warnings.csv")
    return [row for row in warned if row["rule"] == "cell.not_known"]


def test_nothing_is_set_aside_but_planted_faults_and_the_rows_they_repeat(run: Copy) -> None:
    planted = {(fault["file"], str(fault["row"])) for fault in TRUTHS["faults"]}
    repeated = {
        (fault["file"], str(fault["repeats_row"])) for fault in TRUTHS["faults"] if fault["repeats_row"]
    }
    unknown = {(row["file"], row["row"]) for row in _not_known(run)}
    assert len(unknown) == 3
    entries = run.rows("data/processed/validate/set_aside.csv")
    assert {(entry["file"], entry["row"]) for entry in entries} == (planted | repeated) - unknown
