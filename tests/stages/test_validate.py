"""One change of a valid dataset a rule: the row is set aside with rule, message and mend, the rest goes on."""

from __future__ import annotations

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
from pipeline.returns.errors import NothingAcceptedError
from pipeline.stages.validate import run_validate

LATER = "returns/harbour/2009-q3"

CASES = {
    "unknown service": (
        EPISODES,
        "E3,S03",
        "E3,S03x",
        ("4", "service_id", "episode.service_known"),
        "this service is not in reference/services.csv; did you mean 'S03'?",
        "use the commissioner's short name for the service",
        "S03x",
    ),
    "service of another provider": (
        EPISODES,
        "E3,S03",
        "E3,S02",
        ("4", "service_id", "episode.service_of_provider"),
        "this service is delivered by another provider",
        "correct the service or the provider",
        "S02",
    ),
    "end before start": (
        EPISODES,
        "2009-04-13,,",
        "2009-04-13,2009-05-02,2009-05-01",
        ("4", "referral_date, start_date, end_date", "episode.dates_in_order"),
        "referral, start and end are not in this order",
        "correct the date that is wrong",
        "2009-04-13 | 2009-05-02 | 2009-05-01",
    ),
    "review before baseline": (
        OUTCOMES,
        "2009-06-16",
        "2009-05-24",
        ("2", "baseline_date, review_date", "outcome.review_after_baseline"),
        "the review is dated before the baseline",
        "correct the date that is wrong",
        "2009-05-25 | 2009-05-24",
    ),
    "score off the scale": (
        OUTCOMES,
        ",20,",
        ",36,",
        ("3", "baseline_score, review_score, goal", "outcome.score_on_scale"),
        "the baseline score, the review score or the goal is off the scale",
        "check the scores against the scale's lowest and highest",
        "36.0 |  | ",
    ),
    "unknown scale": (
        OUTCOMES,
        "wellbeing,20",
        "welbeing,20",
        ("3", "scale", "outcome.scale_known"),
        "this scale is not in reference/scales.csv; did you mean 'wellbeing'?",
        "use the commissioner's short name for the scale",
        "welbeing",
    ),
    "outcome without its episode": (
        OUTCOMES,
        "E2,",
        "E9,",
        ("3", "episode_id", "outcome.episode_known"),
        "no episode of that number was accepted in any return of this provider",
        "fix the episode if it was set aside; otherwise send it, or correct its number",
        "E9",
    ),
    "feedback on an unknown service": (
        FEEDBACK,
        "S01",
        "S77",
        ("2", "service_id", "feedback.service_known"),
        "this service is not in reference/services.csv",
        "use the commissioner's short name for the service",
        "S77",
    ),
    "feedback on another provider's service": (
        FEEDBACK,
        "S01",
        "S02",
        ("2", "service_id", "feedback.service_of_provider"),
        "this service is delivered by another provider",
        "correct the service, or move the row to the other provider's return",
        "S02",
    ),
    "feedback on an unknown episode": (
        FEEDBACK,
        "E1",
        "E9",
        ("2", "episode_id", "feedback.episode_known"),
        "no episode of that number was accepted in any return of this provider",
        "fix the episode if it was set aside; otherwise send it, correct its number, or leave it blank",
        "E9",
    ),
    "two rules at once": (
        OUTCOMES,
        "E1,confidence,wellbeing,17,2009-05-25,23,2009-06-16",
        "E1,confidence,wellbeing,36,2009-05-25,23,2009-05-16",
        ("2", "baseline_score, review_score, goal", "outcome.score_on_scale"),
        "the baseline score, the review score or the goal is off the scale; the review is dated before the baseline",
        "check the scores against the scale's lowest and highest",
        "36.0 | 23.0 | ",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_row_that_breaks_a_rule_is_set_aside(tmp_path: Path, case: str) -> None:
    file, old, new, place, message, mend, value = CASES[case]
    folder = write_dataset(tmp_path / "data")
    change_file(folder, file, old, new)
    summary, returns, aside = check(folder)
    (entry,) = aside
    assert (entry["row"], entry["column"], entry["rule"]) == place
    assert (entry["file"], entry["message"], entry["mend"], entry["value"]) == (file, message, mend, value)
    assert (summary.read, summary.accepted, summary.set_aside) == (6, 5, 1)
    assert sum(int(line["set_aside"]) for line in returns) == 1


def _add_column(folder: Path, file: str, name: str, cells: list[str]) -> None:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    write_file(
        folder, file, "".join(f"{line},{cell}\n" for line, cell in zip(lines, [name, *cells], strict=True))
    )


def test_a_row_of_another_provider_is_set_aside(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    _add_column(folder, EPISODES, "provider_id", ["", "harbour", "umoja"])
    _, _, aside = check(folder)
    assert [(entry["row"], entry["rule"], entry["message"]) for entry in aside] == [
        ("4", "episode.provider_is_sender", "another provider than the one whose folder the file is in")
    ]


def test_a_provider_nobody_knows_is_set_aside(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    _add_column(folder, EPISODES, "provider_id", ["", "harbour", "harbor"])
    _, _, aside = check(folder)
    assert [(entry["rule"], entry["message"]) for entry in aside] == [
        (
            "episode.provider_known",
            "this provider is blank or not in reference/providers.csv; did you mean 'harbour'?; "
            "another provider than the one whose folder the file is in",
        )
    ]


def test_a_protection_plan_may_have_begun_earlier_but_not_end_before_it_began(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    _add_column(folder, EPISODES, "protection_plan_start", ["", "", "2009-05-02"])
    _add_column(folder, EPISODES, "protection_plan_end", ["2009-05-01", "", "2009-05-01"])
    _, _, aside = check(folder)
    assert [(entry["row"], entry["rule"]) for entry in aside] == [("4", "episode.plan_dates")]


def test_every_row_of_a_repeated_key_is_set_aside_and_so_are_its_outcomes(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "E3,", "E2,")
    _, returns, aside = check(folder)
    assert [(entry["file"], entry["row"], entry["rule"]) for entry in aside] == [
        (EPISODES, "3", "episode.key_unique"),
        (EPISODES, "4", "episode.key_unique"),
        (OUTCOMES, "3", "outcome.episode_known"),
    ]
    assert {line["table"]: line["accepted"] for line in returns} == {
        "episodes": "1",
        "feedback": "1",
        "outcomes": "1",
    }


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


def test_two_providers_may_use_the_same_number(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, "returns/umoja/2009-q2/episodes.csv", FILES[EPISODES].replace("S01", "S02"))
    summary, _, aside = check(folder)
    assert (summary.accepted, summary.superseded, aside) == (9, 0, [])


def test_an_outcome_may_belong_to_an_episode_of_another_period_but_not_of_another_provider(
    tmp_path: Path,
) -> None:
    folder = write_dataset(tmp_path / "data")
    only_first = "".join(FILES[EPISODES].splitlines(keepends=True)[:2])
    write_file(folder, f"{LATER}/episodes.csv", only_first)
    write_file(folder, f"{LATER}/outcomes.csv", FILES[OUTCOMES])
    write_file(folder, "returns/umoja/2009-q2/episodes.csv", only_first.replace("S01", "S02"))
    write_file(folder, "returns/umoja/2009-q2/outcomes.csv", FILES[OUTCOMES])
    _, _, aside = check(folder)
    assert [(entry["file"], entry["row"], entry["rule"]) for entry in aside] == [
        ("returns/umoja/2009-q2/outcomes.csv", "3", "outcome.episode_known")
    ]


def test_rules_say_how_often_they_were_checked_and_failed(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "WBRI", "ZZZZ")
    change_file(folder, EPISODES, "E3,S03", "E3,S99")
    check(folder)
    rules = {
        (line["rule"], line["table"]): (line["checked"], line["failed"])
        for line in read_records(tmp_path / "validate" / "rules.csv")
    }
    assert rules["cell.not_known", "episodes"] == ("3", "1")
    assert rules["episode.service_known", "episodes"] == ("3", "1")
    assert rules["file.readable", "outcomes"] == ("1", "0")


def test_an_empty_return_does_not_pass(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, FEEDBACK, FILES[FEEDBACK].splitlines()[0] + "\n")
    check(folder)
    failed = [line for line in read_records(tmp_path / "validate" / "rules.csv") if line["failed"] != "0"]
    assert [(line["rule"], line["table"]) for line in failed] == [("return.not_empty", "feedback")]


def test_a_refused_return_shows_with_all_its_lines(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, FEEDBACK, "who", "whom")
    _, returns, _ = check(folder)
    feedback = next(line for line in returns if line["table"] == "feedback")
    assert (feedback["lines"], feedback["accepted"], feedback["set_aside"]) == ("1", "0", "1")


def test_no_accepted_episode_stops_the_run_and_says_where_to_look(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, EPISODES, FILES[EPISODES].replace("episode_id", "number"))
    take_in(folder)
    with pytest.raises(NothingAcceptedError, match=r"No episode was accepted.*set_aside\.csv says why"):
        run_validate(load(folder), tmp_path / "intake", tmp_path / "validate")
    assert len(read_records(tmp_path / "validate" / "set_aside.csv")) == 4


def test_completeness_counts_every_state(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "WBRI", "REFU")
    check(folder)
    counted = {
        (line["service_id"], line["characteristic"], line["state"]): line["episodes"]
        for line in read_records(tmp_path / "validate" / "completeness.csv")
    }
    assert counted["S01", "ethnicity", "known"] == "1"
    assert counted["S01", "ethnicity", "refused"] == "1"
    assert counted["S03", "ethnicity", "missing"] == "1"
    assert counted["S01", "sex", "missing"] == "2"


def test_not_stated_is_an_answer_in_any_characteristic(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    header, *rows = FILES[EPISODES].splitlines()
    answers = ("not_stated", "sikh", "")
    lines = [f"{row},{answer}" for row, answer in zip(rows, answers, strict=True)]
    write_file(folder, EPISODES, "\n".join([f"{header},religion", *lines, ""]))
    check(folder)
    counted = read_records(tmp_path / "validate" / "completeness.csv")
    assert sorted(line["state"] for line in counted if line["characteristic"] == "religion") == [
        "known",
        "missing",
        "not_stated",
    ]


@pytest.mark.parametrize(("minimum", "reached"), [(0.5, "True"), (0.51, "False")])
def test_ethnicity_is_held_against_the_minimum_on_each_episode_once(
    tmp_path: Path, minimum: float, reached: str
) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "WBRI", "REFU")
    take_in(folder)
    run_validate(load(folder), tmp_path / "intake", tmp_path / "validate", minimum)
    services = {line["service_id"]: line for line in read_records(tmp_path / "validate" / "ethnicity.csv")}
    of_one = services["S01"]
    assert (of_one["known"], of_one["refused"], of_one["total"]) == ("1", "1", "2")
    assert of_one["reached"] == reached


def test_two_folders_give_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "another"):
        folder = write_dataset(tmp_path / name / "data")
        change_file(folder, EPISODES, "E3,S03", "E3,S99")
        check(folder)
        output = tmp_path / name / "validate"
        files = [path for path in output.rglob("*") if path.is_file()]
        written.append({path.relative_to(output).as_posix(): path.read_bytes() for path in files})
    assert written[0] == written[1]
    assert sorted(written[0]) == [
        "completeness.csv", "episodes.parquet", "ethnicity.csv", "feedback.parquet",
        "feedback/harbour.csv", "feedback/harbour.html", "outcomes.parquet",
        "providers.csv", "returns.csv", "rules.csv", "set_aside.csv",
        "warnings.csv",
    ]  # fmt: skip
