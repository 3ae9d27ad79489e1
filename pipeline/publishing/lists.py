"""Two lists for readers: every page, part and table of a site by its name, and all that can be taken away."""

import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from pipeline.present.sentences import say, say_number
from pipeline.publishing.data_files import BUNDLE, Table, read_tables, with_known_tables
from pipeline.publishing.project import QuartoProject, read_project
from pipeline.publishing.source import SourcePage, read_page

Entry = tuple[str, list[SourcePage]]
_FEWEST_ENTRIES = 20
_MOST_PAGES = 30
"""Pages of one folder that a thing may stand on to be named one by one, or whose tables are listed one by one."""
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
    sections = _name_sections(project, pages)
    others = [page for page in pages if f"(</{page.source}>)" not in told]
    found = html.escape(say("list found", found="{found}", all="{all}"))
    counted = f'<p><output data-words="{found}"></output></p>'
    parts = [counted, f"## {say('list pages')}", *_list_pages(others, sections)]
    for kind, lines in named.items():
        parts.append(_fold_lines(kind, "\n".join(f"- {line}" for line in lines)))
    parts.append(f"## {say('list parts')}")
    for letters, alike in _by_letter(entries):
        parts.append(
            _fold_lines(letters, "\n".join(f"- {words}: {_where(on, sections)}" for words, on in alike))
        )
    return "\n\n".join(parts) + "\n"


def _letter(words: str) -> str:
    """The letter that an entry stands under."""
    first = html.unescape(words)[:1].upper()
    return first if first.isalpha() else say("list signs")


def _by_letter(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Entries in the order of the alphabet, those of a few letters together: 'A', or 'B to D'."""
    letters: list[str] = []
    gathered: list[Entry] = []
    found = [(letter, list(alike)) for letter, alike in groupby(entries, key=lambda entry: _letter(entry[0]))]
    for place, (letter, alike) in enumerate(found, 1):
        letters.append(letter)
        gathered += alike
        if len(gathered) >= _FEWEST_ENTRIES or place == len(found):
            first, last = letters[0], letters[-1]
            yield first if first == last else say("list letters", first=first, last=last), gathered
            letters, gathered = [], []


def _entries(pages: Sequence[SourcePage]) -> Iterator[Entry]:
    found: dict[str, list[SourcePage]] = {}
    for page in pages:
        for words in dict.fromkeys(_names(page.markdown)):
            found.setdefault(words, []).append(page)
    yield from found.items()


def _names(markdown: str) -> Iterator[str]:
    """Headings and tables in words that are Markdown already, as they come from it."""
    text = _FENCE.sub("", markdown)
    yield from (match["words"] for names in (_HEADING, _TABLE) for match in names.finditer(text))


def _list_pages(pages: Sequence[SourcePage], sections: Mapping[str, str]) -> Iterator[str]:
    """Pages by title, those of the top folder first and the others folded by section."""
    by_folder = sorted(pages, key=lambda page: (page.folder, page.title.casefold()))
    for folder, inside in groupby(by_folder, key=attrgetter("folder")):
        links = "\n".join(f"- {_link_page(page, page.title)}" for page in inside)
        yield links if not folder else _fold_lines(sections[folder], links)


def _where(on: Sequence[SourcePage], sections: Mapping[str, str]) -> str:
    """Links to the pages `on` which a thing stands: those in a folder, called as their files, after their section.

    Of many in one folder the first is named, and how many there are.
    """
    said = []
    for folder, alike in groupby(on, key=attrgetter("folder")):
        inside = list(alike)
        if folder:
            named = inside if len(inside) <= _MOST_PAGES else inside[:1]
            links = [
                _link_page(page, say("list all") if page.stem == "index" else page.stem) for page in named
            ]
            if named != inside:
                links.append(say("list more", number=len(inside) - 1))
            said.append(f"{_escape_words(sections[folder])} {', '.join(links)}")
        else:
            said += [_link_page(page, page.title) for page in inside]
    return "; ".join(said)


def list_downloads(folder: Path, but: Collection[str]) -> str:
    """Return Markdown that names what the project in `folder` offers, page by page; without the pages `but`."""
    project = read_project(folder)
    sources = [read_page(project, source) for source in project.sources() if source not in but]
    tables = read_tables(project, sources)
    pages = [page for page in (with_known_tables(each, tables) for each in sources) if page.tables]
    shown = {place for page in pages for place in page.tables}
    sections = _name_sections(project, sources)
    parts = [
        say("downloads all", address=BUNDLE, number=f"{len(tables):,}", shown=len(shown)),
        f"## {say('downloads by page')}",
        say("downloads pages", number=len(pages)),
    ]
    for name, inside in groupby(sorted(pages, key=attrgetter("folder")), key=attrgetter("folder")):
        listed = list(inside)
        many = len(listed) > _MOST_PAGES
        entries = (
            ["\n".join(map(_list_books, listed))] if many else [_list_page(page, tables) for page in listed]
        )
        title = say("downloads section", title=sections[name], number=len(listed))
        parts += [_fold_lines(title, *entries)] if name else entries
    return "\n\n".join(parts) + "\n"


def _list_page(page: SourcePage, tables: Mapping[str, Table]) -> str:
    """A page's tables, folded: the workbook of all, the notebook where there is one, and each as CSV."""
    links = [
        _link_page(page, say("downloads page itself")),
        f"[{say('downloads workbook')}](<{page.workbook}>)",
    ]
    if page.origin:
        links.append(f"[{say('downloads notebook')}](<{page.origin.address}>)")
    links += [
        f"[{_escape_words(tables[place].declared.title)} ({say('table kind single')})](<{place}>)"
        for place in page.tables
    ]
    title = say_number("downloads tables", len(page.tables), page=_called(page))
    return _fold_lines(title, "\n".join(f"- {link}" for link in links))


def _called(page: SourcePage) -> str:
    """A page's title, after the number of its service where it is of one."""
    return f"{page.stem} {page.title}" if page.folder and page.stem.isupper() else page.title


def _list_books(page: SourcePage) -> str:
    """One line: a page, and the workbook of all its tables."""
    return f"- {_link_page(page, _called(page))}: [{say('downloads workbook')}](<{page.workbook}>)"


def _name_sections(project: QuartoProject, pages: Sequence[SourcePage]) -> dict[str, str]:
    """What each folder is called: as its own page, else as the menus that its pages stand in, else by its name."""
    found = {}
    for folder in {page.folder for page in pages}:
        parts = (item.part for item in project.navigation if item.target.startswith(f"{folder}/"))
        found[folder] = ", ".join(dict.fromkeys(filter(None, parts))) or folder
    return found | {page.folder: page.title for page in pages if page.stem == "index"}


def _fold_lines(words: str, *blocks: str) -> str:
    """Blocks of Markdown below a line that opens them."""
    return "\n\n".join((f"<details><summary>{_escape_words(words)}</summary>", *blocks, "</details>"))


def _link_page(page: SourcePage, words: str) -> str:
    return f"[{_escape_words(words)}](</{page.source}>)"


def _escape_words(words: str) -> str:
    """Words that Markdown and HTML read as nothing but words."""
    return "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in words)
