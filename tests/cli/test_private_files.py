"""What a command leaves can be read by nobody else, and what it says of its own faults holds no value."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_project import write_project

from pipeline.cli import main
from pipeline.commands.private import close_folder, private_files
from pipeline.files.records import read_records

HELD = "data/raw/sample", "data/processed"


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """An account whose files all others can read, as most are."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _modes(folder: Path) -> dict[str, int]:
    return {path.as_posix(): stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


@pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")  # Ibis 12
def test_all_that_stages_read_and_write_about_children_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_project(tmp_path))
    left = tmp_path / "data/processed/intake/left_from_before.csv"
    left.parent.mkdir(parents=True)
    left.write_text("child_id")
    assert stat.S_IMODE(left.stat().st_mode) == 0o644
    for name in ("intake", "validate", "measure", "protect"):
        assert main(["stage", name]) == 0
    assert read_records(tmp_path / "data/processed/validate/set_aside.csv") == [], "the templates' examples"
    modes = {place: mode for folder in HELD for place, mode in _modes(tmp_path / folder).items()}
    assert len(modes) > 50
    assert {place: oct(mode) for place, mode in modes.items() if mode & 0o077} == {}


def test_what_is_for_all_stays_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["templates", "blank"]) == 0
    assert stat.S_IMODE((tmp_path / "blank/dataset.yaml").stat().st_mode) == 0o644


def test_the_umask_is_as_before_afterwards(tmp_path: Path) -> None:
    with private_files():
        (tmp_path / "mine").touch()
    (tmp_path / "ours").touch()
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("mine", "ours")] == [0o600, 0o644]


def test_closing_changes_neither_contents_nor_dates(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a")
    before = path.stat()
    assert close_folder(tmp_path) == 0
    assert (path.read_text(), path.stat().st_mtime_ns) == ("a", before.st_mtime_ns)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_fault_of_ours_is_told_by_its_place_and_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_project(tmp_path))
    assert main(["stage", "intake"]) == 0
    (tmp_path / "data/processed/intake/columns.csv").write_text('file,theirs\n"Jo Bloggs","child 0042"\n')
    assert main(["stage", "validate"]) == 1
    said = capsys.readouterr()
    assert "TypeError in pipeline/returns/feedback_page.py, line" in said.err
    assert "Jo" not in said.err + said.out and "Traceback" not in said.err
    with pytest.raises(TypeError):
        main(["stage", "validate", "--traceback"])
