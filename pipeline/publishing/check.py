"""The last look at a built site: nothing broken, nothing active, nothing asked of the network."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pipeline.downloads.bundle import files_below
from pipeline.publishing.facts import Facts, examine_page, examine_style

_LEAVES_THE_PAGE = ("http", "https", "mailto", "tel")


@dataclass(frozen=True)
class Problem:
    """One thing that must be fixed before publishing."""

    page: str
    message: str

    def __str__(self) -> str:
        return f"{self.page}: {self.message}"


_Site = Mapping[str, frozenset[str]]
"""The places on each page of a site, and every other file, which has none."""


def check_site(site: Path) -> list[Problem]:
    """All problems of a built site, by page; an empty list means it may be published."""
    files = files_below(site)
    texts = {
        name: path.read_bytes().decode() for name, path in files.items() if name.endswith((".css", ".html"))
    }
    pages = {name: examine_page(text) for name, text in texts.items() if name.endswith(".html")}
    styles = {name: examine_style(text) for name, text in texts.items() if name.endswith(".css")}
    built = dict.fromkeys(files, frozenset[str]()) | {
        name: frozenset(page.ids) for name, page in pages.items()
    }
    found = [
        Problem(name, text)
        for name, facts in (pages | styles).items()
        for text in _problems(name, facts, built)
    ]
    return found if pages else [*found, Problem(site.as_posix(), "the site has no pages")]


def _problems(name: str, facts: Facts, site: _Site) -> Iterator[str]:
    yield from facts.problems
    for address in facts.links:
        yield from _link_problems(address, name, site)
    for address in facts.loads:
        yield from _load_problems(address, name, site)


def _link_problems(address: str, page: str, site: _Site) -> Iterator[str]:
    parts = _split(address)
    if parts.scheme in _LEAVES_THE_PAGE:
        return
    if parts.scheme or parts.netloc:
        yield f"a link starts with '{parts.scheme or '//'}'; expected a page of this site, or http(s)"
        return
    target = _target(parts.path, page)
    yield from _file_problems(address, parts.path, target, site)
    is_page = target.endswith(".html") and target in site
    if parts.fragment and is_page and unquote(parts.fragment) not in site[target]:
        yield f"the link {address} leads to no place on that page"


def _load_problems(address: str, page: str, site: _Site) -> Iterator[str]:
    parts = _split(address)
    if parts.scheme or parts.netloc:
        yield f"a file is asked of {parts.netloc or parts.scheme}; a site must ask nothing of the network"
    elif not address.strip():
        yield "an image or stylesheet has an empty address"
    else:
        yield from _file_problems(address, parts.path, _target(parts.path, page), site)


def _file_problems(address: str, path: str, target: str, site: _Site) -> Iterator[str]:
    if path.startswith("/"):
        yield f"{address} starts with '/'; expected an address relative to the page"
    elif target not in site:
        yield f"{address} is not in the site"


def _target(path: str, page: str) -> str:
    """The file of the site that a path on this page means, the page itself where there is none."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))) if path else page


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return SplitResult(scheme="a malformed address", netloc="", path="", query="", fragment="")
