"""run.py: exit codes, the sentence for old Pythons, trees without git, and no Unix shell."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from run import MORE_THAN_UNITS, drop_broken_record, fix_lock, main, match_git, run
from set_up import Project

ROOT = Path(__file__).parents[2]
OLD_PYTHONS = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python"))


def test_run_py_can_be_read_by_old_pythons() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    assert "main" in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.skipif(not OLD_PYTHONS, reason="no Python before 3.10 on this machine")
def test_an_old_python_gets_one_plain_sentence_and_exit_code_2() -> None:
    command = [str(OLD_PYTHONS[0]), str(ROOT / "run.py"), "report"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert re.fullmatch(r"Outturn needs Python 3\.11 or newer; this is Python 3\.\d+\.\d+\.\n", ended.stderr)


@pytest.mark.parametrize("code", [0, 1, 2, 5])
def test_exit_codes_pass_through(tmp_path: Path, code: int) -> None:
    assert run(Project(tmp_path, here=True), "-c", f"raise SystemExit({code})") == code


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_killed_command_gives_the_exit_code_a_shell_would_give(tmp_path: Path) -> None:
    assert run(Project(tmp_path, here=True), "-c", "import os; os.kill(os.getpid(), 15)") == 143


def test_commands_run_in_the_projects_folder_with_utf8(tmp_path: Path) -> None:
    write = "import pathlib, sys; pathlib.Path('seen.txt').write_text(str(sys.flags.utf8_mode))"
    assert run(Project(tmp_path, here=True), "-c", write) == 0
    assert (tmp_path / "seen.txt").read_text(encoding="utf-8") == "1"


def test_no_command_is_answered_with_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "python run.py report" in capsys.readouterr().out


def test_every_folder_that_the_fast_tests_leave_out_is_there() -> None:
    assert [folder for folder in MORE_THAN_UNITS if not (ROOT / "tests" / folder).is_dir()] == []


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "python run.py test" in capsys.readouterr().out


@pytest.fixture
def unpacked(tmp_path: Path) -> Project:
    """A tree with DVC's settings and one local setting of the user's own, and no git."""
    settings = tmp_path / ".dvc"
    settings.mkdir()
    (settings / "config").write_bytes((ROOT / ".dvc" / "config").read_bytes())
    (settings / "config.local").write_text("[cache]\n    type = copy\n", encoding="utf-8")
    return Project(tmp_path, here=True)


def test_dvc_starts_in_a_tree_without_git(unpacked: Project) -> None:
    assert match_git(unpacked) == 0
    assert run(unpacked, "-m", "dvc", "status", "--quiet") == 0


def test_the_setting_goes_and_the_users_own_stay_once_there_is_git(unpacked: Project) -> None:
    match_git(unpacked)
    (unpacked.root / ".git").mkdir()
    assert match_git(unpacked) == 0
    local = (unpacked.root / ".dvc" / "config.local").read_text(encoding="utf-8")
    assert "no_scm" not in local
    assert "type = copy" in local


def test_a_tree_with_git_and_no_local_settings_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert match_git(Project(tmp_path, here=True)) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git"]


def test_dvc_reports_to_nobody_and_stages_nothing_in_git() -> None:
    lines = (ROOT / ".dvc" / "config").read_text(encoding="utf-8").split("\n    ")
    assert [line.strip() for line in lines] == [
        "[core]",
        "analytics = false",
        "check_update = false",
        "autostage = false",
    ]


@pytest.mark.skipif(not (ROOT / "dvc.yaml").exists(), reason="there is no dvc.yaml yet")
def test_no_stage_needs_a_unix_shell() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    commands = [str(stage.get("do", stage)["cmd"]) for stage in stages.values()]
    assert commands
    assert [command for command in commands if re.search(r"&&|[|;`<>]|\$\(", command)] == []


@pytest.mark.parametrize(
    ("left", "kept"), [("", False), ('{"write": {"data/ra', False), ('{"write": {}}', True)]
)
def test_what_a_killed_run_left_half_written_is_taken_away(tmp_path: Path, left: str, kept: bool) -> None:
    path = tmp_path / ".dvc" / "tmp" / "rwlock"
    path.parent.mkdir(parents=True)
    path.write_text(left, encoding="utf-8")
    fix_lock(Project(tmp_path, here=True))
    assert path.exists() is kept


HALF = "schema: '2.0'\nstages:\n  intake:\n    cmd: python -m pipeline stage intake\n    deps:\n    - hash: md5\n"


@pytest.mark.parametrize(
    ("left", "broken"),
    [(HALF, True), (HALF + "      path: data/raw\n", False), (HALF[:20], True)],
)
def test_a_record_of_dvc_s_that_is_half_written_is_taken_away(
    tmp_path: Path, left: str, broken: bool
) -> None:
    path = tmp_path / "dvc.lock"
    path.write_text(left, encoding="utf-8")
    assert drop_broken_record(Project(tmp_path, here=True)) is broken
    assert path.exists() is not broken
    path.unlink(missing_ok=True)
    assert not drop_broken_record(Project(tmp_path, here=True))
