"""The internal edition: the same pages with exact numbers, for those at the council who may see them."""

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
    """Make the internal edition in `data/internal`, of what `measure` last counted; a line says where it lies.

    Never under `reports/`, never in DVC's cache, closed to other accounts, and marked on every page and in every file.
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
    """Bring the site's own sources along as they are now, and nothing else from an earlier run."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in (*PAGE_FOLDERS, "_site"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    copy_own_sources(root, folder, but=RELEASES)
