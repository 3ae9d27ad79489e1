"""Whole runs for all tests that look at what a run leaves: each made once, whichever of pytest's processes needs it."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from dvc_project import make_own_project
from filelock import FileLock
from whole_run import BEFORE_PUBLISH, STAR, Copy, WholeRun, copy_project

Made = TypeVar("Made")


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What `make` makes in a folder of that name; where pytest runs as several processes, the first to ask makes it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    told = folder.with_suffix(".pickle")
    with FileLock(folder.with_suffix(".lock")):
        if not told.exists():
            folder.mkdir()
            told.write_bytes(pickle.dumps(make(folder)))
    made: Made = pickle.loads(told.read_bytes())
    return made


def _make_whole(folder: Path) -> WholeRun:
    copy = copy_project(folder / "outturn")
    ended = copy.python("run.py", "--here", "report")
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    return WholeRun(copy, ended)


def _make_star(folder: Path) -> Copy:
    copy = copy_project(folder / "outturn")
    shutil.copyfile(STAR, copy.root / "data/raw/star/returns/STAR.csv")
    params = copy.root / "params.yaml"
    sample = params.read_text(encoding="utf-8")
    params.write_text(sample.replace("dataset: data/raw/sample", "dataset: data/raw/star"), encoding="utf-8")
    copy.stages(*BEFORE_PUBLISH, "publish")
    return copy


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    """The sample from providers' files to the site, by the command a reader types."""
    return _once(tmp_path_factory, "whole", _make_whole)


@pytest.fixture(scope="session")
def run(whole: WholeRun) -> Copy:
    """The folder of the whole run."""
    return whole.copy


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A council's own small dataset under git and DVC, run and committed; tests work on copies."""
    return _once(tmp_path_factory, "own", make_own_project)


@pytest.fixture(scope="session")
def star(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Project STAR from its one file to the site, as data/raw/star/README.md says."""
    if not STAR.is_file():
        pytest.skip(f"STAR.csv is not beside the repository ({STAR})")
    return _once(tmp_path_factory, "star", _make_star)
