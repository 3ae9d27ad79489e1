"""A council's own dataset under `dvc add`: it stays on the disk, travels to a remote, and comes back the same."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from dvc_project import DATASET, commit, copy_whole, dvc, write_own_dataset
from whole_run import OUTPUTS, PAGES, Copy, copy_project, git

pytest_plugins = ("whole_run_fixtures",)
SITE = "reports/_site"


@dataclass(frozen=True)
class Travelled:
    """The files of a project and of its clone, by name and hash, at each step."""

    added: dict[str, str]
    after_checkout: dict[str, str]
    cloned: dict[str, str]
    made: dict[str, str]
    made_in_clone: dict[str, str]
    site: dict[str, str]
    site_pulled: dict[str, str]


@pytest.fixture(scope="module")
def travelled(own: Copy, tmp_path_factory: pytest.TempPathFactory) -> Travelled:
    """Push and check out what was added, run and committed; then clone, pull, check out and run."""
    folder = tmp_path_factory.mktemp("dvc")
    copy = copy_whole(own, folder / "outturn")
    added = dict(copy.hashes(DATASET))
    dvc(copy, "remote", "add", "--default", "shared", (folder / "remote").as_posix())
    commit(copy.root, "A remote")
    dvc(copy, "push")
    dvc(copy, "checkout")
    clone, other = Copy(folder / "clone"), Copy(folder / "other")
    for each in (clone, other):
        git(folder, "clone", "--quiet", "outturn", each.root.name)
    dvc(clone, "pull")
    dvc(clone, "checkout")
    cloned = dict(clone.hashes(DATASET))
    dvc(clone, "repro")
    dvc(other, "repro", "--pull")
    return Travelled(
        added,
        dict(copy.hashes(DATASET)),
        cloned,
        dict(copy.hashes(*OUTPUTS, *PAGES)),
        dict(clone.hashes(*OUTPUTS, *PAGES)),
        dict(copy.hashes(SITE)),
        dict(other.hashes(SITE)),
    )


def test_checkout_takes_no_file_of_a_dataset_that_was_added(travelled: Travelled) -> None:
    assert f"{DATASET}/dataset.yaml" in travelled.added
    assert travelled.after_checkout == travelled.added


def test_a_clone_pulls_the_same_files(travelled: Travelled) -> None:
    assert travelled.cloned == travelled.added


def test_a_clone_makes_the_same_bytes_of_them(travelled: Travelled) -> None:
    assert travelled.made
    assert travelled.made_in_clone == travelled.made


def test_repro_with_pull_brings_the_site(travelled: Travelled) -> None:
    assert f"{SITE}/index.html" in travelled.site
    assert travelled.site_pulled == travelled.site


def test_a_part_of_a_dataset_cannot_be_added_alone(tmp_path: Path) -> None:
    copy = copy_project(tmp_path / "outturn")
    write_own_dataset(copy.root, tmp_path / "templates")
    git(copy.root, "init", "--quiet")
    before = copy.hashes(DATASET)
    ended = copy.python("-m", "dvc", "add", f"{DATASET}/returns")
    assert ended.returncode != 0
    assert "git-ignored" in ended.stderr
    assert copy.hashes(DATASET) == before
