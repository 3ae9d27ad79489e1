"""The last look at a built site: nothing broken, nothing active, nothing asked of the network."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from pipeline.publishing.reading import Reading, read_facts

_STYLE_ADDRESS = re.compile(
    r"url\(\s*([\"']?)(?P<url>.*?)\1\s*\)|@import\s+[\"'](?P<sheet>[^\"']*)", re.IGNORECASE
)
_REFERENCE = re.compile(r"\?@[\w-]+|(?<!\w)@(?:fig|tbl|sec|eq|lst)-[\w-]+")
_ESCAPED_TWICE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);")
_SVG_ACTIVE = re.compile(r"<script|<foreignobject|\son\w+\s*=|javascript:", re.IGNORECASE)
_SVG_LOADS = re.compile(
    r"(?:\bsrc|href)\s*=\s*[\"'](?!#|data:)|url\(\s*[\"']?(?!#|data:)|@import", re.IGNORECASE
)
_SVG_URI = "data:image/svg+xml;base64,"
_LEAVES_THE_PAGE = ("http", "https", "mailto", "tel")


@dataclass(frozen=True)
class Problem:
    """One thing that must be mended before publishing."""

    page: str
    message: str

    def __str__(self) -> str:
        return f"{self.page}: {self.message}"


@dataclass(frozen=True)
class _Site:
    folder: Path
    pages: Mapping[str, Reading]


def check_site(site: Path) -> list[Problem]:
    """All problems of a built site, by page; an empty list means it may be published."""
    texts = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}
    built = _Site(site, {name: read_facts(path.read_text(encoding="utf-8")) for name, path in texts.items()})
    found = [Problem(name, message) for name in built.pages for message in _page_problems(name, built)]
    for path in sorted(site.rglob("*.css")):
        name = path.relative_to(site).as_posix()
        style = path.read_text(encoding="utf-8")
        found += [Problem(name, message) for message in _style_problems(style, name, built)]
    return found if built.pages else [*found, Problem(site.as_posix(), "the site has no pages")]


def _page_problems(name: str, site: _Site) -> Iterator[str]:
    facts = site.pages[name]
    yield from _document_problems(facts)
    yield from _heading_problems(facts)
    yield from _text_problems(facts)
    for address in facts.links:
        yield from _link_problems(address, name, site)
    for address in facts.loads:
        yield from _load_problems(address, name, site)
    for style in facts.styles:
        yield from _style_problems(style, name, site)


def _document_problems(facts: Reading) -> Iterator[str]:
    if not facts.language:
        yield "the page names no language; expected <html lang=...>"
    if not facts.title:
        yield "the page has no title"
    if facts.images_without_alt:
        yield f"{facts.images_without_alt} image(s) without a text alternative"
    for value, times in Counter(facts.ids).items():
        if times > 1:
            yield f"the id '{value}' is used {times} times"
    for what in dict.fromkeys(facts.active):
        yield f"{what} would run in the reader's browser"


def _heading_problems(facts: Reading) -> Iterator[str]:
    if facts.headings.count(1) != 1:
        yield f"expected one top heading (h1), found {facts.headings.count(1)}"
    for above, below in zip(facts.headings, facts.headings[1:], strict=False):
        if below > above + 1:
            yield f"a heading of level {below} follows one of level {above}"


def _text_problems(facts: Reading) -> Iterator[str]:
    text = "".join(facts.text)
    for reference in dict.fromkeys(_REFERENCE.findall(text)):
        yield f"the cross reference {reference} leads nowhere"
    if "{{<" in text:
        yield "a shortcode ({{< ... >}}) was left in the text"
    for value in dict.fromkeys(_ESCAPED_TWICE.findall(text)):
        yield f"the text shows {value}: it was escaped twice"
    for tag in dict.fromkeys(facts.unknown):
        yield f"<{tag}> is no HTML element: some text was not escaped"


def _link_problems(address: str, page: str, site: _Site) -> Iterator[str]:
    parts = _split(address)
    if parts.scheme in _LEAVES_THE_PAGE:
        return
    if parts.scheme or parts.netloc:
        yield f"a link starts with '{parts.scheme or '//'}'; expected a page of this site, or http(s)"
        return
    yield from _file_problems(address, page, site)
    target = _target(address, page) if parts.path else page
    if parts.fragment and target in site.pages and unquote(parts.fragment) not in site.pages[target].ids:
        yield f"the link {address} leads to no place on that page"


def _load_problems(address: str, page: str, site: _Site) -> Iterator[str]:
    if address.strip().startswith("data:"):
        yield from _svg_problems(address.strip())
        return
    parts = _split(address)
    if parts.scheme or parts.netloc:
        yield f"a file is asked of {parts.netloc or parts.scheme}; a site must ask nothing of the network"
    elif not address.strip():
        yield "an image or stylesheet has an empty address"
    else:
        yield from _file_problems(address, page, site)


def _svg_problems(address: str) -> Iterator[str]:
    """An SVG in an image cannot act in a browser, but can once it is saved and opened by itself."""
    if not address.startswith(_SVG_URI):
        return
    try:
        drawing = base64.b64decode(address.removeprefix(_SVG_URI), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        yield "a figure's SVG is damaged"
        return
    if _SVG_ACTIVE.search(drawing):
        yield "a figure's SVG holds something that would run in the reader's browser"
    if _SVG_LOADS.search(drawing):
        yield "a figure's SVG loads another file"


def _style_problems(style: str, name: str, site: _Site) -> Iterator[str]:
    for match in _STYLE_ADDRESS.finditer(style):
        address = match["url"] if match["url"] is not None else match["sheet"]
        if not address.startswith("#"):
            yield from _load_problems(address, name, site)


def _file_problems(address: str, page: str, site: _Site) -> Iterator[str]:
    path = _split(address).path
    if path.startswith("/"):
        yield f"{address} starts with '/'; expected an address relative to the page"
    elif path and not _is_file(_target(address, page), site):
        yield f"{address} is not in the site"


def _target(address: str, page: str) -> str:
    """The file of the site that an address on this page means; '' if it lies outside."""
    steps: list[str] = []
    for part in (PurePosixPath(page).parent / unquote(_split(address).path)).parts:
        if part != "..":
            steps.append(part)
        elif steps:
            steps.pop()
        else:
            return ""
    return "/".join(steps)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return SplitResult(scheme="a malformed address", netloc="", path="", query="", fragment="")


def _is_file(target: str, site: _Site) -> bool:
    return target in site.pages or (bool(target) and (site.folder / target).is_file())
