"""What git is kept from: rows wherever they lie and whatever they are called, and no file of ours."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from guard import install_hook

ROOT = Path(__file__).parents[2]
ROWS = "episode_id,service_id,child_id\nE1,S01,Jo Bloggs\n"
ASIDE = "file,row,column,rule,value,message\nx.csv,2,age,cell.pattern,Jo Bloggs,is no number\n"
KEPT_OUT = {
    "data/raw/loose.csv": "a,b\n",
    "data/raw/mine/dataset.yaml": "title: x\n",
    "data/raw/england_area/reference/corrections.csv": "a\n",
    "data/raw/england_area/returns/p/2025/episodes.csv": "a\n",
    "data/raw/england_area/benchmarks/theirs.csv": "a\n",
    "data/processed/intake/files.csv": "a\n",
    "elsewhere/returns/p/2009-q2/episodes.csv": ROWS,
    "notes/copied.txt": ROWS.replace(",", "\t"),
    "set_aside_copy.csv": ASIDE,
    "backup.xlsx": "PK",
    "borough/key": "0" * 64 + "\n",
    "data/raw/mine.dvc": "outs:\n- md5: x\n  path: mine\n",
    "loose.csv.dvc": "outs:\n- md5: x\n  path: loose.csv\n",
}
LET_THROUGH = {
    "reports/our-work.qmd": "---\ntitle: x\n---\n",
    "blank/episodes.csv": ROWS.splitlines()[0] + "\n",
    "reports/area.csv": "area,share\nTilling,40\n",
    "data/raw/mine.dvc": "outs:\n- md5: x\n  path: mine\n  remote: shared\n",
    "data/raw/other.dvc": "outs:\n- md5: x\n  path: other\n  push: false\n",
    "data/raw/.gitignore": "/mine\n",
    "data/raw/england_area/reference/benchmarks.csv": "indicator_id,title\nleavers,Leavers\n",
    "docs/key": "A key to the map.\n",
}


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=False
    )


def _stage(root: Path, files: Mapping[str, str]) -> Path:
    """A repository with our guard and schemas, and these files staged whatever is ignored."""
    _git(root, "init", "--quiet")
    for name in (
        "guard.py",
        "pipeline/contract/tables/episodes.json",
        "pipeline/contract/tables/feedback.json",
    ):
        files = {**files, name: (ROOT / name).read_text(encoding="utf-8")}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    _git(root, "add", "--force", "--all")
    return root


@pytest.mark.parametrize("name", KEPT_OUT)
def test_what_may_hold_rows_is_not_committed_and_no_value_is_said(tmp_path: Path, name: str) -> None:
    root = _stage(tmp_path, {name: KEPT_OUT[name]})
    install_hook(root, Path(sys.executable))
    ended = _git(root, "commit", "--message", "x")
    assert ended.returncode == 1
    assert f"{name} " in ended.stderr and "Jo Bloggs" not in ended.stderr


def test_all_else_is_committed(tmp_path: Path) -> None:
    root = _stage(tmp_path, LET_THROUGH)
    install_hook(root, Path(sys.executable))
    ended = _git(root, "commit", "--message", "x")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked ZIP has no git")
def test_no_file_of_ours_is_taken_for_rows(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in os.fsdecode(listed).split("\0") if name and (ROOT / name).is_file()]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    _stage(tmp_path, {})
    ended = subprocess.run(
        [sys.executable, "guard.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_hook_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    _git(tmp_path, "init", "--quiet")
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    install_hook(tmp_path, Path(sys.executable))
    assert hook.read_text() == "#!/bin/sh\n"


def test_without_git_there_is_no_hook(tmp_path: Path) -> None:
    install_hook(tmp_path, Path(sys.executable))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked ZIP has no git")
@pytest.mark.parametrize(
    "name", ["data/raw/loose.csv", "data/raw/mine/key", "copy/set_aside.csv", "set_aside (2).csv"]
)
def test_git_add_all_leaves_out(name: str) -> None:
    assert _git(ROOT, "check-ignore", name).stdout.strip().strip('"') == name


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked ZIP has no git")
def test_git_add_all_takes_the_notes_that_dvc_keeps() -> None:
    assert _git(ROOT, "check-ignore", "data/raw/mine.dvc", "data/raw/.gitignore").stdout == ""
