"""The internal edition: the same pages with exact numbers, for council staff who are allowed to see them."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.commands.private import close_folder
from pipeline.project import open_project, standing_still
from pipeline.protect.rounding import EXACT
from pipeline.publishing.watched import copy_own_sources
from pipeline.releases.manifest import FOLDER as RELEASES
from pipeline.settings import PAGE_FOLDERS
from pipeline.stages import STAGES

FOLDER = "data/internal"
"""Executed notebooks, which know themselves whether they are up to date."""


def make_internal(root: Path) -> Iterator[str]:
    """Make the internal edition in `data/internal` from the last counts of `measure`; yield a line with its path.

    Never under `reports/` or in DVC's cache, closed to other accounts, and marked on every page and in every file.
    """
    project = replace(open_project(root), reports=root / FOLDER, rule=EXACT)
    _copy_sources(root, project.reports)
    for name in ("impact", "equality", "cycle", "publish"):
        stage = STAGES[name]
        with standing_still(stage.reads(project), root):
            stage.run(project)
    close_folder(project.reports)
    yield f"Not for publication: {(project.reports / '_site' / 'index.html').as_posix()}"


def _copy_sources(root: Path, folder: Path) -> None:
    """Copy the site's current sources; nothing else from an earlier run is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in (*PAGE_FOLDERS, "_site"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    copy_own_sources(root, folder, but=RELEASES)
