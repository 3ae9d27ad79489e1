"""The page of all that a reader can take away: every data set by its page, and the whole in one file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from pathlib import Path

from pipeline.present.sentences import say, say_number
from pipeline.publishing.data_files import BUNDLE, Table, read_tables, with_known_tables
from pipeline.publishing.lists import escape_words, fold_lines, folder_of, link_page, section_title, stem_of
from pipeline.publishing.project import read_project
from pipeline.publishing.source import SourcePage, read_page


def list_downloads(folder: Path, but: Collection[str]) -> str:
    """Return Markdown that names what the project in `folder` offers, page by page; without the pages `but`."""
    project = read_project(folder)
    sources = [read_page(project, source) for source in project.sources() if source not in but]
    tables = read_tables(project, sources)
    pages = [page for page in (with_known_tables(each, tables) for each in sources) if page.tables]
    shown = {place for page in pages for place in page.tables}
    parts = [
        say("downloads all", address=BUNDLE, number=f"{len(tables):,}", shown=len(shown)),
        f"## {say('downloads by page')}",
        say("downloads pages", number=len(pages)),
    ]
    for name, inside in groupby(sorted(pages, key=folder_of), key=folder_of):
        entries = [_list_page(page, tables) for page in inside]
        title = say("downloads section", title=section_title(name, sources), number=len(entries))
        parts += [fold_lines(title, *entries)] if name else entries
    return "\n\n".join(parts) + "\n"


def _list_page(page: SourcePage, tables: Mapping[str, Table]) -> str:
    """A page's tables, folded: the workbook of all, the notebook where there is one, and each as CSV."""
    links = [
        link_page(page, say("downloads page itself")),
        f"[{say('downloads workbook')}](<{page.workbook}>)",
    ]
    if page.origin:
        links.append(f"[{say('downloads notebook')}](<{page.origin.address}>)")
    links += [
        f"[{escape_words(tables[place].declared.title)} ({say('table kind single')})](<{place}>)"
        for place in page.tables
    ]
    title = say_number("downloads tables", len(page.tables), page=_called(page))
    return fold_lines(title, "\n".join(f"- {link}" for link in links))


def _called(page: SourcePage) -> str:
    """A page's title, after the number of its service where it is of one."""
    stem = stem_of(page)
    return f"{stem} {page.title}" if folder_of(page) and stem.isupper() else page.title
