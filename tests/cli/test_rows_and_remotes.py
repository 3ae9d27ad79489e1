"""Data that DVC keeps go to the remote that is named for rows, and nowhere else."""

import shutil
from pathlib import Path

import pytest
from cli_project import change, write_project
from dvc.cli import main as dvc

from pipeline.cli import main
from run import is_loose
from set_up import Project

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of libraries that DVC loads


def _dvc(*arguments: str) -> None:
    assert dvc(list(arguments)) == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under DVC, without git, with two remotes; all and sundry reach the one that is the default."""
    root = write_project(tmp_path_factory.mktemp("made") / "project", "data/raw/mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        _dvc("init", "--no-scm", "--quiet")
        _dvc("remote", "add", "--default", "everybody", "../everybody")
        _dvc("remote", "add", "shared", "../shared")
        assert main(["rows"]) == 0
        _dvc("add", "data/raw/mine")
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    return root


def _sent(root: Path) -> dict[str, int]:
    return {
        name: sum(path.is_file() for path in (root.parent / name).rglob("*"))
        for name in ("everybody", "shared")
    }


def test_rows_go_nowhere_unless_a_remote_is_named(project: Path) -> None:
    assert main(["rows"]) == 0
    _dvc("push")
    _dvc("push", "--remote", "everybody")
    assert _sent(project) == {"everybody": 0, "shared": 0}


def test_rows_go_to_the_remote_that_is_named_and_to_no_other(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project / "params.yaml", "remote: none", "remote: shared")
    assert main(["rows"]) == 0
    assert "DVC sends it to 'shared' and nowhere else" in capsys.readouterr().out
    _dvc("push", "--remote", "everybody")
    _dvc("push")
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
