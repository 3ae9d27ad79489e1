"""The commands `verify` and `diff`: compare what was published with its sources and with earlier releases."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.downloads.bundle import files_below
from pipeline.notebooks.verify import DIFFERENT, SAME, verify
from pipeline.present.sentences import retell
from pipeline.project import open_project
from pipeline.publishing.watched import copy_own_sources
from pipeline.releases.manifest import FOLDER
from pipeline.review.check import verify_release
from pipeline.review.package import Package, PackageError, read_kept, read_package
from pipeline.review.tables import list_differences
from pipeline.settings import PAGE_FOLDERS
from pipeline.stages import STAGES

_SITE = "reports/_site"


def verify_published(root: Path, paths: Sequence[Path], from_raw: bool, say: Callable[[str], None]) -> int:
    """Re-execute published notebooks, check a release, or rebuild all from raw files; return 0 where all agrees."""
    if from_raw:
        return verify_from_raw(root, say)
    if len(paths) == 1 and paths[0].suffix == ".zip":
        return verify_release(paths[0], say)
    chosen = list(paths) or [root / "reports" / name for name in PAGE_FOLDERS]
    return verify(root, chosen, open_project(root).settings.impact.workers, say, retell)


def verify_from_raw(root: Path, say: Callable[[str], None]) -> int:
    """Run every stage in a private folder and report which files of the site differ; return 0 where none does, else 1.

    Differences include raw data or settings changed after the last run, and pages that were edited.
    """
    with TemporaryDirectory(prefix="outturn-verify-", ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary)
        _copy_sources(root, copy)
        for stage in STAGES.values():
            stage.run(open_project(copy))
        published = files_below(root / _SITE)
        found = list(_compare(published, files_below(copy / _SITE)))
    for line in found:
        say(line)
    differ = f"{len(found)} differ" if found else "all are the same"
    say(f"{len(published)} files of the site compared with those made again from the raw files: {differ}.")
    return DIFFERENT if found else SAME


def _copy_sources(root: Path, copy: Path) -> None:
    """Copy everything that stages read: settings, notebooks, the site's own pages and the raw data."""
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copyfile(root / name, copy / name)
    for folder in (root / "notebooks", open_project(root).dataset().folder):
        shutil.copytree(folder, copy / folder.relative_to(root))
    copy_own_sources(root, copy / "reports")


def _compare(published: Mapping[str, Path], again: Mapping[str, Path]) -> Iterator[str]:
    for name in sorted(published.keys() | again.keys()):
        if name not in again:
            yield f"NOT MADE AGAIN  {_SITE}/{name}"
        elif name not in published:
            yield f"NOT PUBLISHED  {_SITE}/{name}"
        elif published[name].read_bytes() != again[name].read_bytes():
            yield f"DIFFERS  {_SITE}/{name}"


def compare_releases(root: Path, before: str, now: str, say: Callable[[str], None]) -> int:
    """Report the differences between two releases, each a name or a ZIP; return 0 where there are none."""
    one, other = (_find_release(root, name) for name in (before, now))
    found = list(list_differences(one, other))
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
