"""`outturn verify RELEASE.zip`: check that a release is consistent, from its ZIP alone, on any machine."""

import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.notebooks.fingerprint import code_fingerprint
from pipeline.notebooks.verify import DIFFERENT, SAME
from pipeline.publishing import PublishError
from pipeline.releases.manifest import TABLES
from pipeline.review.notebooks import run_again
from pipeline.review.package import SITE, SOURCES, Package, list_changed_files, read_package
from pipeline.review.site import compare_sites, make_again
from pipeline.review.tables import compare_copies

_Found = tuple[str, Sequence[str]]
"""The message about one part of a release, and its faults."""


def verify_release(path: Path, say: Callable[[str], None]) -> int:
    """Report through `say` whether the parts of a release agree; return 0 where all do, else 1.

    PackageError where the file is no release.
    """
    package = read_package(path)
    say(_introduce(package))
    if not package.below(SOURCES):
        say("It holds no sources (an earlier Outturn kept it), so its pages cannot be made again.")
        return DIFFERENT
    say("Its notebooks are code, which runs under your account: check only what comes from whom you trust.")
    number = 0
    with TemporaryDirectory(prefix="outturn-verify-", ignore_cleanup_errors=True) as folder:
        for about, faults in _check_parts(package, Path(folder)):
            for line in filter(None, (about, *faults)):
                say(line)
            number += len(faults)
    say(_conclude(number))
    return DIFFERENT if number else SAME


def _check_parts(package: Package, folder: Path) -> Iterator[_Found]:
    """Check each part in turn; notebooks run in the folder in which the pages were rebuilt."""
    yield _check_files(package)
    yield _check_tables(package)
    yield _check_pages(package, folder)
    yield _check_notebooks(folder)


def _introduce(package: Package) -> str:
    manifest = package.manifest
    made = f"made with Python {manifest.python}, at commit {manifest.commit or 'unknown'}"
    other = "by OTHER CODE than made it, so that differences may come from that alone"
    code = "by the same code" if manifest.code == code_fingerprint() else other
    return (
        f"Release {manifest.name} of {manifest.date.day} {manifest.date:%B %Y}, {made}; checked with Python "
        f"{platform.python_version()}, {code}."
    )


def _conclude(faults: int) -> str:
    if not faults:
        return (
            "All of it agrees. Whether the counts are right takes the raw data to tell (verify --from-raw)."
        )
    return f"{faults} {'place does' if faults == 1 else 'places do'} not agree: do not rely on this file."


def _check_files(package: Package) -> _Found:
    changed = list_changed_files(package)
    result = "all as they were kept" if not changed else f"{len(changed)} not as kept"
    return f"Files: {len(package.files)}, {result}.", changed


def _check_tables(package: Package) -> _Found:
    kept, shown = package.texts(TABLES), package.texts(SITE)
    differ = [f"DIFFERS  {line}" for line in compare_copies(kept, shown, "tables/", "site/")]
    result = f"{len(differ)} values differ from the site" if differ else "the same as on the site"
    return f"Tables: {len(kept)}, {result}.", differ


def _check_pages(package: Package, folder: Path) -> _Found:
    site = package.below(SITE)
    pages = sum(name.endswith(".html") for name in site)
    try:
        again = make_again(package.below(SOURCES), site, folder)
    except PublishError as error:
        return "", [f"CANNOT MAKE THE SITE AGAIN  {error}"]
    differ = [f"DIFFERS  {line}" for line in compare_sites(site, again)]
    result = "all files the same" if not differ else f"{len(differ)} files of the site differ"
    return f"Pages: {pages} made again from their notebooks and texts, {result}.", differ


def _check_notebooks(folder: Path) -> _Found:
    runs = list(run_again(folder / "reports", folder / "findings"))
    faults = [f"DIFFERS  {fault}" for run in runs for fault in run.faults]
    ran, cells = sum(run.run for run in runs), sum(run.cells for run in runs)
    result = "All show the same." if not faults else f"{len(faults)} do not."
    return (
        f"Notebooks: {len(runs)}; {ran} of their {cells} cells run again, from the findings; the others rest on exact "
        f"counts, which no release holds. {result}"
    ), faults
