"""Publishing: the whole site is built beside the old one, checked, and only then takes its place."""

import ctypes
import os
import posixpath
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from pipeline.publishing.check import Problem, check_site
from pipeline.publishing.data_files import Table, make_data_files, read_tables, with_known_tables
from pipeline.publishing.finish import local_addresses
from pipeline.publishing.glossary import read_terms, with_terms
from pipeline.publishing.layout import read_frame
from pipeline.publishing.lineage import with_lineage
from pipeline.publishing.pandoc import render_pages
from pipeline.publishing.project import PublishError, QuartoProject, read_project
from pipeline.publishing.provenance import fingerprint_data, format_provenance
from pipeline.publishing.quarto import QuartoError, Tell, find_quarto, finish_pages, render_with_quarto
from pipeline.publishing.rows import read_measures
from pipeline.publishing.settings_told import read_settings
from pipeline.publishing.source import SourcePage, list_references, read_page

Publisher = Literal["quarto", "pandoc"]
_PROBLEMS_SHOWN = 20
_WORK = ".publish-"


@dataclass(frozen=True)
class PublishedSite:
    """What was published; `made` are the pages that could not be taken over from the cache."""

    folder: Path
    publisher: Publisher
    pages: tuple[str, ...]
    made: tuple[str, ...]


def publish_site(
    project: Path,
    site: Path,
    with_: Literal["auto", "quarto", "pandoc"],
    *,
    cache: Path | None = None,
    private: bool = False,
    tell: Tell = print,
) -> PublishedSite:
    """Build, check and publish; whatever goes wrong, the old site stays as it was.

    `cache` is a folder that keeps finished pages and workbooks from one run to the next. A `private` site is for this
    account alone. With 'auto' pandoc serves where Quarto is missing or fails; `tell` is given how far it is, and why it
    failed. Raises PublishError with one sentence a problem.
    """
    program = _quarto_program(with_)
    config = read_project(project)
    sources = [read_page(config, source) for source in config.sources()]
    tables = read_tables(config, sources)
    pages = [with_known_tables(page, tables) for page in sources]
    addresses = tuple(page.address for page in pages)
    site.parent.mkdir(parents=True, exist_ok=True)
    for left in site.parent.glob(f"{_WORK}*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=site.parent, ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        by, built, made = _build(program, with_ == "auto", config, pages, work, cache, tell)
        _complete_pages(built, pages, tables)
        _write_files(make_data_files(config, pages, tables, cache), built)
        _refuse_problems([*_lost_references(pages, built, resolved=by == "quarto"), *check_site(built)])
        if not private:
            _open_to_readers(built)
        swap(built, site, work / "old")
    return PublishedSite(site, by, addresses, made)


def _build(
    program: str | None,
    may_fall_back: bool,
    project: QuartoProject,
    pages: Sequence[SourcePage],
    work: Path,
    cache: Path | None,
    tell: Tell,
) -> tuple[Publisher, Path, tuple[str, ...]]:
    """Write the pages into a folder in `work`; by whom, where, and which had to be made."""
    if program is not None:
        try:
            return "quarto", *render_with_quarto(program, project, pages, work, cache, tell)
        except QuartoError as error:
            if not may_fall_back:
                raise
            tell(f"{error} The embedded publisher makes the site instead.")
    built = work / "site"
    return "pandoc", built, _make_with_pandoc(project, pages, built, cache)


def finish_site(project: Path, site: Path) -> None:
    """Complete a site that `quarto render` has made of a project by hand, where it lies: tables to take away, words."""
    config = read_project(project)
    sources = [read_page(config, source) for source in config.sources()]
    tables = read_tables(config, sources)
    pages = [with_known_tables(page, tables) for page in sources]
    finish_pages(site)
    _complete_pages(site, pages, tables)
    _write_files(make_data_files(config, pages, tables, None), site)
    _refuse_problems([*_lost_references(pages, site, resolved=True), *check_site(site)])


def _quarto_program(with_: Literal["auto", "quarto", "pandoc"]) -> str | None:
    program = None if with_ == "pandoc" else find_quarto()
    if with_ == "quarto" and program is None:
        raise PublishError(
            "publish.with is 'quarto', but no program of that name was found on this machine's PATH; "
            "install Quarto, or set publish.with to 'auto' or 'pandoc'."
        )
    return program


def _make_with_pandoc(
    project: QuartoProject, pages: Sequence[SourcePage], built: Path, cache: Path | None
) -> tuple[str, ...]:
    """Write pages and what they show or link to into `built`; the result is which pages had to be made."""
    rendered = render_pages(pages, read_frame(project, pages), cache)
    files = {address: content for address, (content, _) in rendered.items()}
    linked = {name for page in files.items() for name in _linked_files(project.folder, *page)}
    copied = {name: (project.folder / name).read_bytes() for name in linked.union(project.resource_files())}
    _write_files(files | copied, built)
    return tuple(address for address, (_, made) in rendered.items() if made)


def _linked_files(folder: Path, address: str, content: bytes) -> Iterator[str]:
    """The pictures and other files of the project that a page shows or links to, as Quarto brings them along."""
    for place in local_addresses(content.decode(), address):
        hidden = any(part.startswith((".", "_")) for part in PurePosixPath(place).parts)
        if not hidden and (folder / place).is_file():
            yield place


def _complete_pages(built: Path, pages: Sequence[SourcePage], tables: Mapping[str, Table]) -> None:
    """Link words to the glossary and figures to their rows, and say at each foot where its numbers come from."""
    data = fingerprint_data(page.origin for page in pages)
    terms, measures, settings = read_terms(pages), read_measures(pages), read_settings(pages)
    files = {place: table.text for place, table in tables.items()}
    for page in pages:
        path = built / page.address
        text = path.read_bytes().decode()
        foot = format_provenance(page.address, page.origin, page.workbook, data)
        text = with_lineage(text, page, files, measures, settings, foot)
        path.write_bytes(with_terms(text, page.address, terms).encode())


def _lost_references(pages: Sequence[SourcePage], built: Path, *, resolved: bool) -> Iterator[Problem]:
    """Cross references that lead nowhere: pandoc knows none, and Quarto puts a question mark before what it lacks."""
    for page in pages:
        for reference in list_references(page):
            if not resolved or f"?{reference}" in (built / page.address).read_text(encoding="utf-8"):
                yield Problem(page.address, f"the cross reference {reference} leads nowhere")


def _write_files(files: Mapping[str, bytes], built: Path) -> None:
    for folder in {posixpath.dirname(place) for place in files}:
        (built / folder).mkdir(parents=True, exist_ok=True)
    for place, content in files.items():
        (built / place).write_bytes(content)


def _refuse_problems(problems: Sequence[Problem]) -> None:
    if problems:
        shown = [str(problem) for problem in problems[:_PROBLEMS_SHOWN]]
        more = [f"and {len(problems) - _PROBLEMS_SHOWN} more"] if len(problems) > _PROBLEMS_SHOWN else []
        raise PublishError("\n".join(["The site was not published; the old one stands.", *shown, *more]))


def _open_to_readers(built: Path) -> None:
    """A site is there to be read by a web server's account, too; all else that a run makes is private."""
    for path in (built, *built.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, which not even a kill can halve; False where there is no such step."""
    step = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2
    return step is not None and step(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def swap(built: Path, site: Path, old: Path) -> None:
    """Put `built` in the place of `site` at once where the system can; else by renames, the first undone if need be."""
    if not site.exists():
        built.rename(site)
        return
    if _exchange(built, site):
        return
    site.rename(old)
    try:
        built.rename(site)
    except OSError:
        old.rename(site)
        raise
