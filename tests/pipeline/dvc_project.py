"""A project with a council's own small dataset, under git and DVC, and the commands typed in it."""

import csv
import io
import shutil
from pathlib import Path

from recipes import type_commands, write_files
from whole_run import Copy, copy_project, git

from pipeline.contract.documents.dictionary import write_templates

DATASET = "data/raw/mine"
CHILDREN = 40
_RETURN = f"{DATASET}/returns/harbour_youth/2009-q4"
_NUMBERED = ("episode_id", "child_id", "feedback_id")


def commit(root: Path, words: str) -> None:
    """Commit all that git may hold."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", words)


def dvc(copy: Copy, *arguments: str) -> str:
    """Run a DVC command, which must end well."""
    ended = copy.python("-m", "dvc", *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def write_own_dataset(root: Path, scratch: Path) -> None:
    """Write the templates' examples as a dataset, each row of its return once for every child, and name it."""
    write_templates(scratch)
    folder = root / DATASET
    shutil.copytree(scratch / "examples" / "reference", folder / "reference")
    shutil.copytree(scratch / "examples" / "returns", root / _RETURN)
    shutil.copy(scratch / "dataset.yaml", folder / "dataset.yaml")
    for name in ("episodes", "outcomes", "feedback"):
        path = root / _RETURN / f"{name}.csv"
        (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        rows = [
            {key: f"{text}-{number}" if key in _NUMBERED and text else text for key, text in row.items()}
            for number in range(CHILDREN)
        ]
        for row in rows[:13] if name == "outcomes" else ():
            row["achieved"] = "no"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(row), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    set_param(root, "dataset: data/raw/sample", f"dataset: {DATASET}")
    set_param(folder, "ethnic_classification: ons_2021", "ethnic_classification: ons_2001", "dataset.yaml")


def make_own_project(folder: Path) -> Copy:
    """Make a project whose dataset is under DVC: added, given a measure as docs/how-to.md says, run and committed."""
    copy = copy_project(folder / "outturn")
    write_own_dataset(copy.root, folder / "templates")
    git(copy.root, "init", "--quiet")
    set_param(copy.root, "remote: none", "remote: shared")
    assert copy.python("-m", "pipeline", "rows").returncode == 0  # makes the dataset's key
    dvc(copy, "add", DATASET)
    write_files(copy, "Add a measure")
    before = copy.hashes(DATASET)
    type_commands(copy, "Add a measure")
    assert copy.hashes(DATASET) == before
    commit(copy.root, "Our first run")
    return copy


def copy_whole(copy: Copy, target: Path) -> Copy:
    """Copy a project with all that was made in it."""
    shutil.copytree(copy.root, target, symlinks=True)
    return Copy(target)


def set_param(folder: Path, old: str, new: str, name: str = "params.yaml") -> None:
    """Change one place of a file of settings; the old text must be there."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
