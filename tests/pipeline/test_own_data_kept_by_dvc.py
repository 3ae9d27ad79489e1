"""A council's own dataset under `dvc add`: it stays on the disk, travels to a remote, and comes back the same."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from whole_run import OUTPUTS, PAGES, Copy, copy_project

from pipeline.contract.documents import write_templates

DATASET = "data/raw/mine"
DATASET_FILE = """\
title: The examples of the templates
synthetic: true
source: the contract
period: quarter
complete_to: 2009-12-31
ethnic_classification: ons_2001
comparator: everyone else
"""


@dataclass(frozen=True)
class Travelled:
    """The files of a project and of its clone, by name and hash, at each step."""

    added: dict[str, str]
    after_checkout: dict[str, str]
    cloned: dict[str, str]
    made: dict[str, str]
    made_in_clone: dict[str, str]


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def _dvc(copy: Copy, *arguments: str) -> str:
    ended = copy.python("-m", "dvc", *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _write_dataset(root: Path, scratch: Path) -> None:
    write_templates(scratch)
    folder = root / DATASET
    shutil.copytree(scratch / "examples" / "reference", folder / "reference")
    shutil.copytree(scratch / "examples" / "returns", folder / "returns/harbour_youth/2009-q4")
    (folder / "dataset.yaml").write_text(DATASET_FILE, encoding="utf-8")
    params = root / "params.yaml"
    params.write_text(
        params.read_text(encoding="utf-8").replace("data/raw/sample", DATASET), encoding="utf-8"
    )


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> Travelled:
    """Add, run, commit, push, check out; then clone, pull, check out and run."""
    folder = tmp_path_factory.mktemp("dvc")
    copy = copy_project(folder / "outturn")
    _write_dataset(copy.root, folder / "templates")
    _git(copy.root, "init", "--quiet")
    added = dict(copy.hashes(DATASET))
    _dvc(copy, "add", DATASET)
    _dvc(copy, "remote", "add", "--default", "shared", (folder / "remote").as_posix())
    _dvc(copy, "repro")
    _git(copy.root, "add", "--all")
    _git(copy.root, "commit", "--quiet", "--message", "Our data")
    _dvc(copy, "push")
    _dvc(copy, "checkout")
    clone = Copy(folder / "clone")
    _git(folder, "clone", "--quiet", "outturn", "clone")
    _dvc(clone, "pull")
    _dvc(clone, "checkout")
    cloned = dict(clone.hashes(DATASET))
    _dvc(clone, "repro")
    return Travelled(
        added,
        dict(copy.hashes(DATASET)),
        cloned,
        dict(copy.hashes(*OUTPUTS, *PAGES)),
        dict(clone.hashes(*OUTPUTS, *PAGES)),
    )


def test_checkout_takes_no_file_of_a_dataset_that_was_added(travelled: Travelled) -> None:
    assert f"{DATASET}/dataset.yaml" in travelled.added
    assert travelled.after_checkout == travelled.added


def test_a_clone_pulls_the_same_files(travelled: Travelled) -> None:
    assert travelled.cloned == travelled.added


def test_a_clone_makes_the_same_bytes_of_them(travelled: Travelled) -> None:
    assert travelled.made
    assert travelled.made_in_clone == travelled.made


def test_a_part_of_a_dataset_cannot_be_added_alone(tmp_path: Path) -> None:
    copy = copy_project(tmp_path / "outturn")
    _write_dataset(copy.root, tmp_path / "templates")
    _git(copy.root, "init", "--quiet")
    before = copy.hashes(DATASET)
    ended = copy.python("-m", "dvc", "add", f"{DATASET}/returns")
    assert ended.returncode != 0
    assert "git-ignored" in ended.stderr
    assert copy.hashes(DATASET) == before
