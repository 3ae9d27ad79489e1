"""Valid data with a few things wrong: rows are set aside with rule, message and fix, the rest goes on.

Every rule is broken once in test_planted_errors.py; here stands what is said of a broken one, and what is counted.
"""

from pathlib import Path

import pytest
from small_dataset import (
    EPISODES,
    FEEDBACK,
    FILES,
    OUTCOMES,
    change_file,
    check,
    load,
    take_in,
    write_dataset,
    write_file,
)

from pipeline.files.records import read_records
from pipeline.files.writer import read_table
from pipeline.returns.checked import NothingAcceptedError
from pipeline.stages.validate import run_validate

LATER = "returns/harbour/2009-q3"


def _add_columns(folder: Path, file: str, columns: dict[str, list[str]]) -> None:
    lines = [line.split(",") for line in (folder / file).read_text(encoding="utf-8").splitlines()]
    for name, cells in columns.items():
        for line, cell in zip(lines, [name, *cells], strict=True):
            line.append(cell)
    write_file(folder, file, "".join(f"{','.join(line)}\n" for line in lines))


def test_rows_that_break_rules_are_set_aside_with_what_is_wrong_and_how_to_fix_it(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "E3,S03", "E3,S03x")
    change_file(folder, EPISODES, "WBRI", "ZZZZ")
    change_file(folder, OUTCOMES, "17,2009-05-25,23,2009-06-16", "36,2009-05-25,23,2009-05-16")
    change_file(folder, FEEDBACK, "E1", "E9")
    summary, returns, aside = check(folder)
    assert [(entry["file"], entry["row"], entry["column"], entry["rule"]) for entry in aside] == [
        (EPISODES, "4", "service_id", "episode.service_known"),
        (FEEDBACK, "2", "episode_id", "feedback.episode_known"),
        (OUTCOMES, "2", "baseline_score, review_score, goal", "outcome.score_on_scale"),
    ]
    service, _, score = aside
    assert (service["message"], service["fix"], service["value"]) == (
        "this service is not in reference/services.csv; did you mean 'S03'?",
        "use the commissioner's short name for the service",
        "S03x",
    )
    assert (score["message"], score["value"]) == (
        "the baseline score, the review score or the goal is off the scale; the review is dated before the baseline",
        "36.0 | 23.0 | ",
    ), "two rules are broken at once"
    assert (summary.read, summary.accepted, summary.set_aside) == (6, 3, 3)
    assert {line["table"]: line["set_aside"] for line in returns} == {
        "episodes": "1",
        "feedback": "1",
        "outcomes": "1",
    }
    rules = {
        (line["rule"], line["table"]): (line["checked"], line["failed"])
        for line in read_records(tmp_path / "validate" / "rules.csv")
    }
    assert rules["cell.not_known", "episodes"] == ("3", "1")
    assert rules["episode.service_known", "episodes"] == ("3", "1")
    assert rules["file.readable", "outcomes"] == ("1", "0")


def test_a_row_of_another_provider_is_set_aside_and_so_is_a_plan_that_ends_before_it_began(
    tmp_path: Path,
) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "E3,", "E0,S01,C4,2009-04-11,,,9,BAFR\nE3,")
    _add_columns(
        folder,
        EPISODES,
        {
            "provider_id": ["umoja", "harbour", "", "harbor"],
            "protection_plan_start": ["", "2009-05-02", "", ""],
            "protection_plan_end": ["", "2009-05-01", "2009-05-01", ""],
        },
    )
    write_file(folder, OUTCOMES, FILES[OUTCOMES].splitlines()[0] + "\n")
    _, _, aside = check(folder)
    assert [(entry["row"], entry["rule"]) for entry in aside if entry["file"] == EPISODES] == [
        ("2", "episode.provider_is_sender"),
        ("3", "episode.plan_dates"),
        ("5", "episode.provider_known"),
    ]
    assert "did you mean 'harbour'?" in aside[2]["message"]


def test_every_row_of_a_repeated_key_is_set_aside_and_so_are_its_outcomes(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "E3,", "E2,")
    _, returns, aside = check(folder)
    assert [(entry["file"], entry["row"], entry["rule"]) for entry in aside] == [
        (EPISODES, "3", "episode.key_unique"),
        (EPISODES, "4", "episode.key_unique"),
        (OUTCOMES, "3", "outcome.episode_known"),
    ]
    assert {line["accepted"] for line in returns} == {"1"}


def test_the_row_of_the_latest_period_counts_and_the_earlier_one_is_superseded(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    later = (
        FILES[EPISODES].replace("2009-05-25,,9", "2009-05-25,2009-08-01,9").replace("E3,S03,C3", "E4,S03,C4")
    )
    write_file(folder, f"{LATER}/episodes.csv", later)
    summary, returns, _ = check(folder)
    rows = {
        row["episode_id"]: row for row in read_table(tmp_path / "validate" / "episodes.parquet").to_pylist()
    }
    assert {name: row["period"] for name, row in rows.items()} == {
        "E1": "2009-q3", "E2": "2009-q3", "E3": "2009-q2", "E4": "2009-q3",
    }  # fmt: skip
    assert rows["E1"]["end_date"].isoformat() == "2009-08-01"
    assert summary.superseded == 2
    superseded = {(line["period"], line["table"]): line["superseded"] for line in returns}
    assert superseded["2009-q2", "episodes"] == "2"
    assert superseded["2009-q3", "episodes"] == "0"


def test_providers_may_use_one_number_and_an_outcome_belongs_to_an_episode_of_its_provider_in_any_period(
    tmp_path: Path,
) -> None:
    folder = write_dataset(tmp_path / "data")
    only_first = "".join(FILES[EPISODES].splitlines(keepends=True)[:2])
    write_file(folder, f"{LATER}/episodes.csv", only_first)
    write_file(folder, f"{LATER}/outcomes.csv", FILES[OUTCOMES])
    write_file(folder, "returns/umoja/2009-q2/episodes.csv", only_first.replace("S01", "S02"))
    write_file(folder, "returns/umoja/2009-q2/outcomes.csv", FILES[OUTCOMES])
    _, returns, aside = check(folder)
    assert [(entry["file"], entry["row"], entry["rule"]) for entry in aside] == [
        ("returns/umoja/2009-q2/outcomes.csv", "3", "outcome.episode_known")
    ]
    accepted = {(line["provider"], line["period"], line["table"]): line["accepted"] for line in returns}
    assert accepted["umoja", "2009-q2", "episodes"] == accepted["harbour", "2009-q3", "episodes"] == "1"


def test_an_empty_return_does_not_pass_and_a_refused_one_shows_with_all_its_lines(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, FEEDBACK, FILES[FEEDBACK].splitlines()[0] + "\n")
    change_file(folder, OUTCOMES, "scale", "scala")
    _, returns, _ = check(folder)
    failed = [line for line in read_records(tmp_path / "validate" / "rules.csv") if line["failed"] != "0"]
    assert ("return.not_empty", "feedback") in [(line["rule"], line["table"]) for line in failed]
    outcomes = next(line for line in returns if line["table"] == "outcomes")
    assert (outcomes["lines"], outcomes["accepted"], outcomes["set_aside"]) == ("2", "0", "2")


def test_no_accepted_episode_stops_the_run_and_says_where_to_look(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, EPISODES, FILES[EPISODES].replace("episode_id", "number"))
    take_in(folder)
    with pytest.raises(NothingAcceptedError, match=r"No episode was accepted.*set_aside\.csv says why"):
        run_validate(load(folder), tmp_path / "intake", tmp_path / "validate")
    assert len(read_records(tmp_path / "validate" / "set_aside.csv")) == 4


def test_completeness_counts_every_state_and_ethnicity_is_held_against_the_minimum(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "WBRI", "REFU")
    _add_columns(folder, EPISODES, {"religion": ["not_stated", "sikh", ""]})
    take_in(folder)
    reached = []
    for minimum in (0.5, 0.51):
        run_validate(load(folder), tmp_path / "intake", tmp_path / "validate", minimum)
        services = {
            line["service_id"]: line for line in read_records(tmp_path / "validate" / "ethnicity.csv")
        }
        assert [services["S01"][name] for name in ("known", "refused", "total")] == ["1", "1", "2"]
        reached.append(services["S01"]["reached"])
    assert reached == ["True", "False"]
    counted = {
        (line["service_id"], line["characteristic"], line["state"]): line["episodes"]
        for line in read_records(tmp_path / "validate" / "completeness.csv")
    }
    assert counted["S01", "ethnicity", "known"] == "1"
    assert counted["S01", "ethnicity", "refused"] == "1"
    assert counted["S03", "ethnicity", "missing"] == "1"
    assert counted["S01", "sex", "missing"] == "2"
    assert {state for _, name, state in counted if name == "religion"} == {"known", "missing", "not_stated"}
