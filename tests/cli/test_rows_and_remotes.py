"""Data that DVC keeps go to the remote that is named for rows, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_project import change, write_project

from pipeline.cli import main
from run import is_loose
from set_up import Project


def _dvc(root: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project under DVC, without git, with two remotes; all and sundry reach the one that is the default."""
    root = write_project(tmp_path / "project", "data/raw/mine")
    monkeypatch.chdir(root)
    _dvc(root, "init", "--no-scm", "--quiet")
    _dvc(root, "remote", "add", "--default", "everybody", (tmp_path / "everybody").as_posix())
    _dvc(root, "remote", "add", "shared", (tmp_path / "shared").as_posix())
    assert main(["rows"]) == 0
    _dvc(root, "add", "data/raw/mine")
    return root


def _sent(root: Path) -> dict[str, int]:
    return {
        name: sum(path.is_file() for path in (root.parent / name).rglob("*"))
        for name in ("everybody", "shared")
    }


def test_rows_go_nowhere_unless_a_remote_is_named(project: Path) -> None:
    assert main(["rows"]) == 0
    _dvc(project, "push")
    _dvc(project, "push", "--remote", "everybody")
    assert _sent(project) == {"everybody": 0, "shared": 0}


def test_rows_go_to_the_remote_that_is_named_and_to_no_other(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project / "params.yaml", "remote: none", "remote: shared")
    assert main(["rows"]) == 0
    assert "DVC sends it to 'shared' and nowhere else" in capsys.readouterr().out
    _dvc(project, "push", "--remote", "everybody")
    _dvc(project, "push")
    sent = _sent(project)
    assert sent["everybody"] == 0 < sent["shared"]


def test_the_intake_stage_binds_them_too_and_tells_of_loose_files(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data/raw/Jo Bloggs.csv").write_text("child_id\n")
    assert main(["stage", "intake"]) == 0
    assert "push: false" in (project / "data/raw/mine.dvc").read_text(encoding="utf-8")
    said = capsys.readouterr().out
    assert "data/raw holds 1 files or folders of no dataset" in said and "Jo Bloggs" not in said


def test_a_loose_file_is_not_given_to_dvc(project: Path) -> None:
    (project / "data/raw/loose.csv").write_text("child_id\n")
    ours = Project(project)
    loose = ["data/raw/loose.csv", "data/raw/mine/returns", "data/processed", "data/raw"]
    assert [is_loose(ours, name) for name in loose] == [True] * 4
    assert [is_loose(ours, name) for name in ("data/raw/mine", "data/raw/mine/", "reports/x.csv")] == [
        False
    ] * 3
