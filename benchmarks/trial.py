"""A fresh clone to run in, its commands and their times."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Trial:
    """A folder in which commands run with this Python and the folder's own code."""

    folder: Path

    def seconds(self, *command: str, **environment: str) -> float:
        """Return the seconds of one Python command with these variables; its output is shown only on failure."""
        beside = str(Path(sys.executable).parent)
        # As on a machine where nothing is set: Python keeps compiled modules from one process to the next.
        usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {
            **usual,
            "PATH": os.pathsep.join((beside, os.environ.get("PATH", ""))),
            "PYTHONPATH": str(self.folder),
            **environment,
        }
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed; the figures would mean nothing.\n{done.stdout}")
        return seconds


def clone_project(folder: Path) -> Trial:
    """Clone the committed state; uncommitted changes are not measured."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return Trial(folder)


@dataclass(frozen=True)
class Figure:
    """A figure and its target."""

    words: str
    ratio: float
    target: float
    at_least: bool = False

    @property
    def margin(self) -> float:
        """How many times better than its target; under 1 where it is missed."""
        return self.ratio / self.target if self.at_least else self.target / self.ratio

    @property
    def met(self) -> bool:
        return self.margin >= 1

    @property
    def bound(self) -> str:
        return "at least" if self.at_least else "at most"


TOLD: list[Figure] = []
"""What was told in this run, for its page."""


def tell(words: str, ratio: float, target: float, *, at_least: bool = False) -> None:
    """Print one figure with its target."""
    found = Figure(words.strip(), ratio, target, at_least)
    TOLD.append(found)
    state = "met" if found.met else "missed"
    print(f"{words}: {ratio:.2f} (target {found.bound} {target:g}: {state})", flush=True)


def middle(values: Sequence[float]) -> float:
    """Return the median of an odd number of values."""
    return sorted(values)[len(values) // 2]
