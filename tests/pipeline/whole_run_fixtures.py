"""One whole run of the sample for all tests that look at what a run leaves, and a second one in another folder."""

from __future__ import annotations

import shutil

import pytest
from dvc_project import make_own_project
from whole_run import BEFORE_PUBLISH, OUTPUTS, PAGES, STAR, Copy, SecondRun, WholeRun, copy_project


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    """The sample from providers' files to the site, by the command a reader types."""
    copy = copy_project(tmp_path_factory.mktemp("whole") / "outturn")
    ended = copy.python("run.py", "--here", "report")
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    return WholeRun(copy, ended)


@pytest.fixture(scope="session")
def run(whole: WholeRun) -> Copy:
    """The folder of the whole run."""
    return whole.copy


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> SecondRun:
    """The same again, stage by stage, in a folder whose path is longer and has a space and an umlaut in it."""
    copy = copy_project(tmp_path_factory.mktemp("second") / "a longer way to the größer folder" / "outturn")
    for stage in BEFORE_PUBLISH:
        copy.stage(stage)
    return SecondRun(copy, copy.hashes(*OUTPUTS, *PAGES))


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A council's own small dataset under git and DVC, run and committed; tests work on copies."""
    return make_own_project(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="session")
def star(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Project STAR from its one file to the site, as data/raw/star/README.md says."""
    if not STAR.is_file():
        pytest.skip(f"STAR.csv is not beside the repository ({STAR})")
    copy = copy_project(tmp_path_factory.mktemp("star") / "outturn")
    shutil.copyfile(STAR, copy.root / "data/raw/star/returns/STAR.csv")
    params = copy.root / "params.yaml"
    sample = params.read_text(encoding="utf-8")
    params.write_text(sample.replace("dataset: data/raw/sample", "dataset: data/raw/star"), encoding="utf-8")
    for stage in (*BEFORE_PUBLISH, "publish"):
        copy.stage(stage)
    return copy
