"""`outturn check`: what the pipeline would say of a return, said before it is sent, with its values."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from small_dataset import EPISODES, FILES, OUTCOMES, RETURN, change_file, write_dataset, write_file

from pipeline.cli import FAILED, REFUSED, main
from pipeline.files.progress import progress_said

ROOT = Path(__file__).parents[2]
MAPPING = """\
blocks:
  - name: cases
    file: cases.csv
    table: episodes
    columns: {episode_id: Case, child_id: Client, service_id: Service, referral_date: Referred, ethnicity: Group}
    date_formats: {referral_date: "%d/%m/%Y"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset with one sound return; the working folder holds no params.yaml."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return write_dataset(tmp_path / "data")


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """The exit code and what was said; nothing may be left over on the error stream unless refused."""
    code = main(["check", *map(str, arguments)])
    heard = capsys.readouterr()
    assert "Traceback" not in heard.err
    return code, heard.out or heard.err


def test_a_sound_return_is_ready_to_send(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.progress_said", partial(progress_said, 0.001))
    code, said = check(capsys, folder / RETURN, "--dataset", folder)
    assert code == 0
    lines = said.splitlines()
    assert "Reading" not in said, "of its progress nothing stands in its answer"
    assert lines[0] == "Return of harbour for 2009-q2, checked against A small borough."
    assert [line.split() for line in lines if line.startswith(("Episodes", "Outcomes", "Feedback"))] == [
        ["Episodes", "3", "3", "0", "0", "0"],
        ["Outcomes", "2", "2", "0", "0", "0"],
        ["Feedback", "1", "1", "0", "0", "0"],
    ]
    assert lines[-1] == "Ready to send: every row would be accepted."


def test_each_fault_is_told_by_row_and_column_with_its_value_and_fix(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_file(folder, EPISODES, "E1,S01,C1,2009-04-11", "E1,S99,C1,2009-04-11")
    change_file(folder, EPISODES, "2009-06-20,10,WBRI", "2009-06-31,102,\x1b[2JWHTE")
    code, said = check(capsys, folder / EPISODES, "--dataset", folder)
    assert code == FAILED == 1
    assert "  episodes.csv, row 3, end_date '2009-06-31': not a date" in said
    assert "  episodes.csv, row 3, age '102': " in said
    assert "\x1b" not in said, "it would command the terminal"
    assert "  episodes.csv, row 3, ethnicity '?[2JWHTE': " in said
    assert "  episodes.csv, row 2, service_id 'S99': this service is not in reference/services.csv" in said
    assert said.endswith("Not ready to send: rows would be set aside.\n")


def test_without_the_commissioners_tables_what_cannot_be_checked_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_file(folder, EPISODES, "E3,S03", "E3,S99")
    change_file(folder, OUTCOMES, "17,2009-05-25,", ",,")
    code, said = check(capsys, folder / RETURN)
    assert code == 0
    assert "A review score has its baseline: broken in 1 place" in said, "a warning leaves it ready to send"
    assert (
        "Not checked: services, providers and scales, because the commissioner's tables were not named"
        in said
    )
    assert "Not checked: that the services are yours, because no provider was named" in said


def test_earlier_returns_of_the_provider_are_compared(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(
        folder, "returns/harbour/2009-q3/episodes.csv", FILES[EPISODES].replace("E1,S01,C1", "E1,S01,C9")
    )
    code, said = check(capsys, folder / "returns/harbour/2009-q3", "--dataset", folder)
    assert code == FAILED
    assert "Compared with earlier returns: 2009-q2." in said
    assert "episodes.csv, row 2, episode_id 'E1': an earlier return gave this number to another child" in said


def test_a_mapping_beside_the_file_is_used_and_its_names_are_told(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(tmp_path, "2009-q2/mapping.yaml", MAPPING)
    write_file(
        tmp_path,
        "2009-q2/cases.csv",
        "Case,Client,Service,Referred,Group\nE1,C1,S01,11/04/2009,BAFR\nE2,C2,S01,31/04/2009,\nE3,,S01,12/04/2009,\n",
    )
    code, said = check(capsys, tmp_path / "2009-q2/cases.csv", "--dataset", folder, "--provider", "harbour")
    assert code == FAILED
    assert "cases.csv, row 3, Referred '31/04/2009': " in said
    assert "cases.csv, row 4, Client: blank" in said
    assert "To fix: fill in Client" in said
    assert "child_id" not in said


def test_a_file_that_cannot_be_used_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change_file(folder, EPISODES, "child_id", "child")
    code, said = check(capsys, folder / RETURN, "--dataset", folder)
    assert code == REFUSED == 2
    assert "episodes.csv, child_id: the column 'child_id' is missing; did you mean 'child'?" in said
    assert said.endswith("Not ready to send: a file cannot be used.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "{here}/nowhere.csv is missing; check the name and the folder.\n"),
        (["data/" + RETURN, "--provider", "harbor", "--dataset", "data"], "There is no provider 'harbor' in "),
        (["data/" + RETURN, "--period", "spring"], "'spring' is not a quarter such as 2009-q2; write 2009-q2.\n"),
        (["data/dataset.yaml"], "Which period is it for? Add --period 2009-q2, "),
        (["data/" + RETURN, "--dataset", "nothing"], "{here}/nothing/dataset.yaml is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_said_in_one_sentence(
    arguments: list[str], message: str, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = check(capsys, *arguments)
    assert code == REFUSED
    assert said.startswith(message.format(here=tmp_path.as_posix()))
    assert said.count("\n") == 1


def test_a_folder_without_a_return_is_said_to_hold_none(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(tmp_path, "2009-q2/readme.txt", "Nothing here.")
    assert check(capsys, tmp_path / "2009-q2") == (
        REFUSED,
        "None of these files belongs to a return; name the files or folder that you send.\n",
    )


def test_only_some_places_are_shown_under_each_rule(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"E{number},S01,C{number},2009-13-01\n" for number in range(15))
    write_file(folder, EPISODES, f"episode_id,service_id,child_id,referral_date\n{rows}")
    code, said = check(capsys, folder / EPISODES, "--dataset", folder, "--show", 3)
    assert code == FAILED
    assert said.count("'2009-13-01'") == 3
    assert "  and 12 more\n" in said


def test_nothing_is_written_and_no_other_stage_is_loaded(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    code = (
        "import sys; from pipeline.cli import main; "
        f"main(['check', {str(folder / RETURN)!r}, '--dataset', {str(folder)!r}]); "
        "assert not {'matplotlib', 'dvc', 'duckdb', 'papermill'} & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if not line.startswith("Reading ")]
    assert (done.returncode, said) == (0, [])
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
