"""Git holds no dataset but those that were added to it by force."""

import subprocess

import pytest
from source_tree import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked ZIP has no git")


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "path",
    [
        "data/raw/mine/returns/p1/2026-q1/episodes.csv",
        "data/raw/mine/reference/corrections.csv",
        "data/processed/validate/set_aside.csv",
        "data/processed/protect/services/S01/scores.parquet",
    ],
)
def test_rows_about_children_are_not_added_to_git(path: str) -> None:
    said = _git("check-ignore", "--verbose", path).stdout
    assert said.startswith(".gitignore:"), "by the file at the root, whatever becomes of the folder"
    assert _git("check-ignore", path).stdout.strip() == path


def test_the_sample_and_the_descriptions_of_others_are_the_only_datasets_in_git() -> None:
    held = _git("ls-files", "data/raw").stdout.split()
    assert {path.split("/")[2] for path in held} == {"sample", "star", "england_area"}
    assert "data/raw/sample/dataset.yaml" in held
