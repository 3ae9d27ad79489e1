"""The list of every page, part and table of a site, by which a reader finds a thing without a search."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from pipeline.present.sentences import say
from pipeline.publishing.lists import (
    escape_words,
    fold_lines,
    folder_of,
    is_section,
    link_page,
    section_title,
    stem_of,
)
from pipeline.publishing.project import read_project
from pipeline.publishing.source import SourcePage, read_page

_HEADING = re.compile(r"^#{2,3} (?P<words>.+?)(?: \{[^}]*\})?$", re.MULTILINE)
_TABLE = re.compile(r"\.csv\">[^<“]*“(?P<words>.+?)”")
_FENCE = re.compile(r"^(```+|~~~+).*?^\1", re.MULTILINE | re.DOTALL)


def list_everything(folder: Path, but: str, named: Mapping[str, Sequence[str]] = MappingProxyType({})) -> str:
    """Return Markdown that names all pages of the project in `folder`, and what stands where; not the page `but`.

    `named` are lines about things with a name of their own, by their kind; pages that these lead to are not listed
    again. Parts and tables of one name are one entry, with the pages that have them.
    """
    project = read_project(folder)
    pages = [read_page(project, source) for source in project.sources() if source != but]
    entries = sorted(_entries(pages), key=lambda entry: (_letter(entry[0]), entry[0].casefold()))
    told = "\n".join(line for lines in named.values() for line in lines)
    others = [page for page in pages if f"(</{page.source}>)" not in told]
    found = html.escape(say("list found", found="{found}", all="{all}"))
    counted = f'<p><output data-words="{found}"></output></p>'
    parts = [counted, f"## {say('list pages')}", *_list_pages(others)]
    for kind, lines in named.items():
        parts.append(fold_lines(kind, "\n".join(f"- {line}" for line in lines)))
    parts.append(f"## {say('list parts')}")
    for letter, alike in groupby(entries, key=lambda entry: _letter(entry[0])):
        parts.append(fold_lines(letter, "\n".join(f"- {words}: {_where(on, pages)}" for words, on in alike)))
    return "\n\n".join(parts) + "\n"


def _letter(words: str) -> str:
    """The letter that an entry stands under."""
    first = html.unescape(words)[:1].upper()
    return first if first.isalpha() else say("list signs")


def _entries(pages: Sequence[SourcePage]) -> Iterator[tuple[str, list[SourcePage]]]:
    found: dict[str, list[SourcePage]] = {}
    for page in pages:
        for words in dict.fromkeys(_names(page.markdown)):
            found.setdefault(words, []).append(page)
    yield from found.items()


def _names(markdown: str) -> Iterator[str]:
    """Headings and tables in words that are Markdown already, as they come from it."""
    text = _FENCE.sub("", markdown)
    yield from (match["words"] for names in (_HEADING, _TABLE) for match in names.finditer(text))


def _list_pages(pages: Sequence[SourcePage]) -> Iterator[str]:
    """Pages by title, those of the top folder first and the others folded by section."""
    by_folder = sorted(pages, key=lambda page: (folder_of(page), page.title.casefold()))
    for folder, inside in groupby(by_folder, key=folder_of):
        links = "\n".join(f"- {link_page(page, page.title)}" for page in inside)
        yield links if not folder else fold_lines(section_title(folder, pages), links)


def _where(on: Sequence[SourcePage], pages: Sequence[SourcePage]) -> str:
    """Links to the pages `on` which a thing stands: those in a folder, called as their files, after their section."""
    said = []
    for folder, inside in groupby(on, key=folder_of):
        if folder:
            links = [
                link_page(page, say("list all") if is_section(page) else stem_of(page)) for page in inside
            ]
            said.append(f"{escape_words(section_title(folder, pages))} {', '.join(links)}")
        else:
            said += [link_page(page, page.title) for page in inside]
    return "; ".join(said)
