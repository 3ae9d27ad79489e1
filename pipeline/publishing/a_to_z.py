"""The list of every page, part and table of a site, by which a reader finds a thing without a search."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath

from pipeline.publishing.project import read_project
from pipeline.publishing.source import SourcePage, read_page

_HEADING = re.compile(r"^#{2,3} (?P<words>.+?)(?: \{[^}]*\})?$", re.MULTILINE)
_TABLE = re.compile(r"Download “(?P<words>.+?)” \(")
_FENCE = re.compile(r"^(```+|~~~+).*?^\1", re.MULTILINE | re.DOTALL)


def list_everything(folder: Path, but: str) -> str:
    """Return Markdown that names all pages of the project in `folder`, and what stands where; not the page `but`.

    Parts and tables of one name are one entry, with the pages that have them.
    """
    project = read_project(folder)
    pages = [read_page(project, source) for source in project.sources() if source != but]
    entries = sorted(_entries(pages), key=lambda entry: (_letter(entry[0]), entry[0].casefold()))
    parts = ["## Pages", *_list_pages(pages), "## Parts and tables"]
    for letter, named in groupby(entries, key=lambda entry: _letter(entry[0])):
        parts.append(_folded(letter, [f"- {words}: {_where(on, pages)}" for words, on in named]))
    return "\n\n".join(parts) + "\n"


def _letter(words: str) -> str:
    """The letter that an entry stands under."""
    first = html.unescape(words)[:1].upper()
    return first if first.isalpha() else "Numbers and signs"


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
    by_folder = sorted(pages, key=lambda page: (_folder(page), page.title.casefold()))
    for folder, inside in groupby(by_folder, key=_folder):
        links = [f"- {_link(page, page.title)}" for page in inside]
        yield "\n".join(links) if not folder else _folded(_section(folder, pages), links)


def _section(folder: str, pages: Sequence[SourcePage]) -> str:
    return next((page.title for page in pages if _folder(page) == folder and _is_section(page)), folder)


def _folded(words: str, lines: Sequence[str]) -> str:
    return "\n\n".join((f"<details><summary>{_plain(words)}</summary>", "\n".join(lines), "</details>"))


def _where(on: Sequence[SourcePage], pages: Sequence[SourcePage]) -> str:
    """Links to the pages `on` which a thing stands: those in a folder, called as their files, after their section."""
    said = []
    for folder, inside in groupby(on, key=_folder):
        if folder:
            links = [_link(page, "all" if _is_section(page) else _stem(page)) for page in inside]
            said.append(f"{_plain(_section(folder, pages))} {', '.join(links)}")
        else:
            said += [_link(page, page.title) for page in inside]
    return "; ".join(said)


def _folder(page: SourcePage) -> str:
    folder = PurePosixPath(page.source).parent.as_posix()
    return "" if folder == "." else folder


def _stem(page: SourcePage) -> str:
    return PurePosixPath(page.source).stem


def _is_section(page: SourcePage) -> bool:
    return bool(_folder(page)) and _stem(page) == "index"


def _link(page: SourcePage, words: str) -> str:
    return f"[{_plain(words)}](</{page.source}>)"


def _plain(words: str) -> str:
    """Words that Markdown and HTML read as nothing but words."""
    return "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in words)
