"""The project as a reader would unpack it: copied without git, run by its own commands, its files read back."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from set_up import Project, child_environment

STAGES = """
import sys
from pipeline.cli import main
sys.exit(max([main(["stage", name]) for name in sys.argv[1:]]))
"""
"""A program that runs the stages named to it one after the other."""
REPOSITORY = Path(__file__).resolve().parents[2]
STAR = REPOSITORY.parent / "shared" / "data" / "star" / "STAR.csv"
SERVICES = tuple(f"S{number:02}" for number in range(1, 21))
MEASURES = (
    *("started", "started_in_time", "isa_agreed", "review_done", "outcome_achieved", "completed"),
    *("plan_started", "plan_ended", "positive_feedback", "took_part"),
)
BEFORE_PUBLISH = ("intake", "validate", "measure", "protect", "impact", "equality", "cycle")
OUTPUTS = (
    "data/processed/intake",
    "data/processed/validate",
    "data/processed/measure",
    "data/processed/protect",
    "data/processed/cycle",
)
PAGES = ("reports/services", "reports/equality", "reports/cycle")
_MADE_HERE = (
    *(".git", ".venv", ".*_cache", ".hypothesis", ".ipynb_checkpoints", "__pycache__", "*.egg-info", "build"),
    *("cache", "tmp", "config.local", "dvc.lock", "processed"),
    *("services", "equality", "quality", "_site", "_generated", "metrics.json", "trend.csv"),
)
"""What set-up, tests and runs leave in the folder, by name; git tracks nothing in it but a .gitignore."""


@dataclass(frozen=True)
class Copy:
    """A copy of the project's own files in a folder without git."""

    root: Path

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run this Python in the copy, surroundings as run.py makes them, the copy's own code before all other."""
        environment = {**child_environment(Project(self.root, here=True)), "PYTHONPATH": str(self.root)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def try_stages(self, *names: str) -> subprocess.CompletedProcess[str]:
        """Run stages one after the other, however each ends: in one process, which loads libraries once."""
        return self.python("-c", STAGES, *names)

    def stages(self, *names: str) -> None:
        """Run stages, which must end well."""
        ended = self.try_stages(*names)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def hashes(self, *folders: str) -> Mapping[str, str]:
        """Every file below these folders, by its path in the project, with the hash of its bytes."""
        found = (path for folder in folders for path in sorted((self.root / folder).rglob("*")))
        return {self.name(path): _hash(path) for path in found if path.is_file()}

    def name(self, path: Path) -> str:
        """A path as seen from the project's folder."""
        return path.relative_to(self.root).as_posix()

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        return read_rows(self.root / name)


@dataclass(frozen=True)
class WholeRun:
    """A copy after `python run.py --here report`, and how that ended. Tests leave its files as they are."""

    copy: Copy
    ended: subprocess.CompletedProcess[str]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by plain csv code."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def git(root: Path, *arguments: str) -> str:
    """Run a git command, which must end well."""
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, encoding="utf-8").stdout


def _tracked_files() -> Iterator[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True)
    yield from filter(None, os.fsdecode(listed.stdout).split("\0"))


def copy_project(target: Path) -> Copy:
    """Copy what git tracks; from an unpacked ZIP, all but what a run makes."""
    if not (REPOSITORY / ".git").exists():
        shutil.copytree(REPOSITORY, target, ignore=shutil.ignore_patterns(*_MADE_HERE))
        return Copy(target)
    for name in _tracked_files():
        source = REPOSITORY / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
    return Copy(target)
