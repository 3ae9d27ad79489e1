"""The commands `verify` and `diff`: what was published, against what it was made from and what was before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.from_raw import verify_from_raw
from pipeline.notebooks.verify import verify
from pipeline.present.sentences import retell
from pipeline.project import open_project
from pipeline.releases.manifest import FOLDER
from pipeline.review.check import verify_release
from pipeline.review.difference import tell_differences
from pipeline.review.package import Package, PackageError, read_kept, read_package
from pipeline.settings import PAGE_FOLDERS


def verify_published(root: Path, paths: Sequence[Path], from_raw: bool, say: Callable[[str], None]) -> int:
    """Re-execute published notebooks, check a release, or make all again from the raw files; 0 where all agrees."""
    if from_raw:
        return verify_from_raw(root, say)
    if len(paths) == 1 and paths[0].suffix == ".zip":
        return verify_release(paths[0], say)
    chosen = list(paths) or [root / "reports" / name for name in PAGE_FOLDERS]
    return verify(root, chosen, open_project(root).settings.impact.workers, say, retell)


def compare_releases(root: Path, before: str, now: str, say: Callable[[str], None]) -> int:
    """Say what differs between two releases, each the name of one that is kept here or a ZIP; 0 where nothing does."""
    one, other = (_find_release(root, name) for name in (before, now))
    found = list(tell_differences(one, other))
    for line in found:
        say(line)
    return int(one.texts("tables") != other.texts("tables"))


def _find_release(root: Path, name: str) -> Package:
    if name.endswith(".zip"):
        return read_package(root / name)
    folder = root / "reports" / FOLDER / name
    if not folder.is_dir():
        raise PackageError(
            f"There is no release {name} in reports/{FOLDER}; name one that is, or a ZIP file."
        )
    return read_kept(folder)
