"""As much of Windows and macOS as can be had here: no fork, an old console, long paths, files that are held open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dvc_project import copy_whole
from whole_run import STAGES, Copy

from pipeline.publishing.site import swap
from set_up import Project, child_environment

pytest_plugins = ("whole_run_fixtures",)
SURROUNDINGS = """
import multiprocessing, os, warnings
multiprocessing.get_all_start_methods = lambda: ["spawn"]
multiprocessing.set_start_method("spawn")
del os.fork, os.forkpty
warnings.filterwarnings("ignore", category=EncodingWarning)
warnings.filterwarnings("error", category=EncodingWarning, module=r"pipeline\\.")
"""
LONGEST = 110
"""Of Windows' 260 characters; the rest is for the folder that the project lies in, and one beside it meanwhile."""


def run_elsewhere(copy: Copy, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run this Python as on a system that cannot fork, its output going to a file in Windows-1252."""
    (copy.root / "sitecustomize.py").write_text(SURROUNDINGS, encoding="utf-8")
    surroundings = {
        **child_environment(Project(copy.root, here=True)),
        "PYTHONPATH": str(copy.root),
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "cp1252",
        "PYTHONWARNDEFAULTENCODING": "1",
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=copy.root,
        env=surroundings,
        capture_output=True,
        check=False,
    )


def test_without_fork_and_on_an_old_console_the_same_pages_come_out(own: Copy, tmp_path: Path) -> None:
    copy = copy_whole(own, tmp_path / "outturn")
    before = {name: copy.hashes(f"reports/{name}") for name in ("services", "equality", "_site")}
    # One page of each notebook: those of one notebook differ in what they read, not in how they are run.
    for name in ("services", "equality", "cycle"):
        for page in (copy.root / "reports" / name).glob("*.ipynb"):
            if page.stem != "S01":
                page.unlink()
    ended = run_elsewhere(copy, "-c", STAGES, "impact", "equality", "cycle", "audit", "publish")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "impact: pages 4, executed 3" in ended.stdout.decode("cp1252")
    assert {name: copy.hashes(f"reports/{name}") for name in before} == before


def test_a_name_that_the_console_cannot_show_stops_nothing(own: Copy, tmp_path: Path) -> None:
    copy = copy_whole(own, tmp_path / "outturn")
    ended = run_elsewhere(copy, "-m", "pipeline", "diff", "Zażółć", "R1")
    assert (ended.returncode, b"There is no release Za?" in ended.stderr) == (2, True)


def test_no_path_that_a_run_leaves_is_too_long_for_windows(own: Copy) -> None:
    paths = [path.relative_to(own.root) for path in own.root.rglob("*") if ".git" not in path.parts]
    assert max(len(str(path)) for path in paths) <= LONGEST


@pytest.mark.skipif(os.name == "nt", reason="there a folder that is held open is the real thing")
def test_a_site_that_cannot_be_moved_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, built, rename = tmp_path / "_site", tmp_path / "built", Path.rename

    def held(path: Path, target: Path) -> Path:
        if path == built:
            raise PermissionError("another program has it open")
        return rename(path, target)

    for folder, words in ((site, "old"), (built, "new")):
        folder.mkdir()
        (folder / "index.html").write_text(words, encoding="utf-8")
    monkeypatch.setattr(Path, "rename", held)
    monkeypatch.setattr("pipeline.publishing.site._exchange", lambda *_: False)
    with pytest.raises(PermissionError):
        swap(built, site, tmp_path / "old")
    assert (site / "index.html").read_text(encoding="utf-8") == "old"
