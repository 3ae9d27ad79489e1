"""What readers take away from a site: its tables, what is told of their columns, a workbook a page; and one ZIP.

The ZIP is what was published but for its pages: the tables, what is told of them, and the notebooks that made them.
"""

import html
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.downloads.bundle import zip_files
from pipeline.downloads.declared import DECLARED, DeclaredFile, read_declared
from pipeline.downloads.metadata import FOUND_BESIDE, format_csvw, format_meta, meta_name
from pipeline.downloads.sheets import Book, format_book
from pipeline.present.sentences import say
from pipeline.publishing.kept import Kept
from pipeline.publishing.project import QuartoProject
from pipeline.publishing.source import SourcePage

BUNDLE = "data.zip"
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Table:
    """A published file: what is told of it, and its text."""

    declared: DeclaredFile
    text: str


def read_tables(project: QuartoProject, pages: Sequence[SourcePage]) -> dict[str, Table]:
    """Return every table of the site of which anything is told, by its place: notebooks' and the project's own."""
    found = {
        place: Table(file, page.downloads[place])
        for page in pages
        for place, file in page.declared.items()
        if place in page.downloads
    }
    own = [name for name in project.resource_files() if name.endswith(".csv")]
    for folder in sorted({posixpath.dirname(name) for name in own}):
        told = project.folder / folder / DECLARED
        declared = read_declared(told.read_text(encoding="utf-8")) if told.is_file() else {}
        for name in own:
            file = declared.get(posixpath.basename(name))
            if posixpath.dirname(name) == folder and file:
                found[name] = Table(file, project.text_of(name))
    return found


def with_known_tables(page: SourcePage, tables: Mapping[str, Table]) -> SourcePage:
    """Return the page with those of its tables of which anything is told: an author's own files have no workbook."""
    return replace(page, tables=tuple(place for place in page.tables if place in tables))


def make_data_files(
    project: QuartoProject, pages: Sequence[SourcePage], tables: Mapping[str, Table], cache: Path | None
) -> dict[str, bytes]:
    """Return the files by their place in the site; `cache` keeps workbooks from one run to the next."""
    told = {meta_name(place): format_meta(table.declared, table.text) for place, table in tables.items()}
    told |= _describe_folders(project, tables)
    data = told | {place: table.text for place, table in tables.items()}
    books = _make_books(project, pages, tables, cache)
    offered = {place: text.encode() for page in pages for place, text in page.downloads.items()}
    encoded = {place: text.encode() for place, text in data.items()}
    kept = offered | encoded
    return {**kept, **books, BUNDLE: zip_files(kept)}


def _describe_folders(project: QuartoProject, tables: Mapping[str, Table]) -> dict[str, str]:
    """The metadata of each folder's tables, where the standard has programs look for it."""
    folders: dict[str, dict[str, DeclaredFile]] = {}
    for place, table in tables.items():
        folder, _, name = place.rpartition("/")
        folders.setdefault(folder, {})[name] = table.declared
    return {
        f"{folder}/{FOUND_BESIDE}": format_csvw(files, project.title, project.language)
        for folder, files in folders.items()
    }


def _open_book(project: QuartoProject, page: SourcePage) -> Book:
    """What a page's workbook says first: what the top and the foot of each page say of the data."""
    parts = (_words(project.text_of(name)) for name in (project.before_body, project.after_body))
    return Book(
        say("book title", page=page.title),
        (say("book from", site=project.title, page=page.title), *parts),
        project.language,
    )


def _make_books(
    project: QuartoProject, pages: Sequence[SourcePage], tables: Mapping[str, Table], cache: Path | None
) -> dict[str, bytes]:
    """The workbooks by their place; those of which nothing has changed come from the cache."""
    kept, made = Kept(cache, ".xlsx"), {}
    for page in pages:
        if page.workbook:
            book, own = _open_book(project, page), [tables[place] for place in page.tables]
            sheets = [(table.declared, table.text) for table in own]
            made[page.workbook], _ = kept.fetch(f"{book}{own}", partial(format_book, book, sheets, say))
    kept.forget_others()
    return made


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
