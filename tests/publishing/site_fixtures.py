"""Fixtures of the publishing tests."""

import shutil
from pathlib import Path

import pytest
from site_project import publish, write_project


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the finished pages of the small project, so that a test makes only those that it changes."""
    folder = tmp_path_factory.mktemp("small")
    write_project(folder / "reports")
    publish(folder / "reports")
    return (folder / "kept").rename(folder / "finished")


@pytest.fixture
def project(finished: Path) -> Path:
    """`reports/` of a dataset with one service: in the same place each time, as finished pages are kept by place."""
    folder = finished.parent
    for made in folder.iterdir():
        if made != finished:
            shutil.rmtree(made) if made.is_dir() else made.unlink()
    write_project(folder / "reports")
    shutil.copytree(finished, folder / "kept")
    return folder / "reports"


@pytest.fixture
def site(project: Path) -> Path:
    """Where that project is published."""
    return project / "_site"
