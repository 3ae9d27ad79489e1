"""The reviewer's whole check: everything made again from the raw files, and the site held against what comes out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.notebooks.verify import DIFFERENT, SAME
from pipeline.project import STAGES, open_project
from pipeline.publishing.watched import own_sources

_SITE = Path("reports") / "_site"


def verify_from_raw(root: Path, say: Callable[[str], None]) -> int:
    """Run every stage anew in a private folder and say which files of the site differ; 0 where none does, else 1.

    Raw data or settings that were changed after the last run differ, and so does a page that was edited.
    """
    with TemporaryDirectory(prefix="outturn-verify-", ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary)
        _copy_sources(root, copy)
        for stage in STAGES.values():
            stage.run(open_project(copy))
        found = list(_compare(root, copy))
    for line in found:
        say(line)
    differ = f"{len(found)} differ" if found else "all are the same"
    say(
        f"{len(_list_files(root))} files of the site compared with those made again from the raw files: {differ}."
    )
    return DIFFERENT if found else SAME


def _copy_sources(root: Path, copy: Path) -> None:
    """All that stages read: settings, notebooks, the site's own pages and the raw data."""
    folders = (root / "notebooks", open_project(root).dataset().folder)
    for source in (root / "params.yaml", root / "dvc.yaml", *folders, *own_sources(root)):
        place = copy / source.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place)
        else:
            shutil.copyfile(source, place)


def _list_files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in (root / _SITE).rglob("*") if path.is_file()}


def _compare(root: Path, copy: Path) -> Iterator[str]:
    published, again = _list_files(root), _list_files(copy)
    for name in sorted(published | again):
        if name not in again:
            yield f"NOT MADE AGAIN  {name}"
        elif name not in published:
            yield f"NOT PUBLISHED  {name}"
        elif (root / name).read_bytes() != (copy / name).read_bytes():
            yield f"DIFFERS  {name}"
