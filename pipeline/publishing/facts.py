"""What one page or stylesheet says of itself, whatever stands beside it; pages seen before are not read again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from pipeline.publishing.code import code_digest
from pipeline.publishing.reading import Reading, read_html

_STYLE_ADDRESS = re.compile(
    r"url\(\s*([\"']?)(?P<url>.*?)\1\s*\)|@import\s+[\"'](?P<sheet>[^\"']*)", re.IGNORECASE
)
_ACTIVE_ELEMENTS = frozenset(("script", "foreignobject"))
_ADDRESSES = frozenset(("src", "href"))
_LOADED_STYLE = re.compile(r"url\(\s*[\"']?(?!#|data:)|@import", re.IGNORECASE)
_SVG_URI = "data:image/svg+xml;base64,"


@dataclass(frozen=True)
class Facts:
    """A page's own faults, the places on it, and the addresses it leads to and loads, for the site to answer."""

    problems: tuple[str, ...]
    ids: tuple[str, ...]
    links: tuple[str, ...]
    loads: tuple[str, ...]


def examine_page(text: str) -> Facts:
    """Read one HTML page from top to bottom."""
    read = read_html(text)
    addresses = [*read.loads, *(address for style in read.styles for address in _style_addresses(style))]
    problems = (
        *_document_problems(read),
        *_heading_problems(read),
        *_unknown_elements(read),
        *_svg_problems(addresses),
    )
    return Facts(problems, tuple(read.ids), tuple(read.links), _without_data(addresses))


def examine_style(text: str) -> Facts:
    """Read one stylesheet."""
    addresses = list(_style_addresses(text))
    return Facts(tuple(_svg_problems(addresses)), (), (), _without_data(addresses))


def examine_pages(pages: Mapping[str, bytes], kept: Path | None) -> dict[str, Facts]:
    """The facts of all pages.

    `kept` is a file that keeps them from one run to the next, each under a digest of the page's bytes and of the
    code that reads it.
    """
    known = _read_kept(kept) if kept else {}
    seen = {name: hashlib.sha256(code_digest().encode() + page).hexdigest() for name, page in pages.items()}
    facts = {name: known.get(seen[name]) or examine_page(page.decode()) for name, page in pages.items()}
    if kept and known.keys() != set(seen.values()):
        _write_kept(kept, {seen[name]: facts[name] for name in pages})
    return facts


def _read_kept(kept: Path) -> dict[str, Facts]:
    if not kept.is_file():
        return {}
    stored = json.loads(kept.read_text(encoding="utf-8"))
    return {
        digest: Facts(**{name: tuple(texts) for name, texts in facts.items()})
        for digest, facts in stored.items()
    }


def _write_kept(kept: Path, facts: Mapping[str, Facts]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(".part")
    text = json.dumps({digest: asdict(each) for digest, each in facts.items()})
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(kept)


def _document_problems(read: Reading) -> Iterator[str]:
    if not read.language:
        yield "the page names no language; expected <html lang=...>"
    if not read.title:
        yield "the page has no title"
    if read.images_without_alt:
        yield (
            f"{read.images_without_alt} image(s) without a text alternative; "
            'write what it shows after it: ![Caption](file.png){fig-alt="..."}'
        )
    for value, times in Counter(read.ids).items():
        if times > 1:
            yield f"the id '{value}' is used {times} times"
    for what in dict.fromkeys(read.active):
        yield f"{what} would run in the reader's browser"


def _heading_problems(read: Reading) -> Iterator[str]:
    if read.headings.count(1) != 1:
        more = "; the title is it, and parts begin with '##'" if read.headings.count(1) > 1 else ""
        yield f"expected one top heading (h1), found {read.headings.count(1)}{more}"
    for above, below in zip(read.headings, read.headings[1:], strict=False):
        if below > above + 1:
            yield f"a heading of level {below} follows one of level {above}"


def _unknown_elements(read: Reading) -> Iterator[str]:
    """No words are judged: they may be anybody's, and a name must not keep the site from being published."""
    for tag in dict.fromkeys(read.unknown):
        yield f"<{tag}> is no HTML element: some text was not escaped (write &lt; for <)"


def _style_addresses(style: str) -> Iterator[str]:
    """What a style loads; a name with # before it stands in the page itself."""
    for match in _STYLE_ADDRESS.finditer(style):
        address = match["url"] if match["url"] is not None else match["sheet"]
        if not address.startswith("#"):
            yield address


def _without_data(addresses: list[str]) -> tuple[str, ...]:
    return tuple(address for address in addresses if not address.strip().startswith("data:"))


def _svg_problems(addresses: list[str]) -> Iterator[str]:
    """An SVG in an image cannot act in a browser, but can once it is saved and opened by itself."""
    for address in addresses:
        if not address.strip().startswith(_SVG_URI):
            continue
        try:
            drawing = base64.b64decode(address.strip().removeprefix(_SVG_URI), validate=True)
            elements = list(ElementTree.fromstring(drawing).iter())
        except (binascii.Error, ElementTree.ParseError):
            yield "a figure's SVG is damaged"
            continue
        if any(map(_acts, elements)):
            yield "a figure's SVG holds something that would run in the reader's browser"
        if any(map(_loads, elements)):
            yield "a figure's SVG loads another file"


def _local(name: str) -> str:
    """A name of an element or attribute, without its namespace."""
    return name.rpartition("}")[2].lower()


def _acts(element: ElementTree.Element) -> bool:
    handlers = any(_local(name).startswith("on") for name, _ in element.items())
    scripts = any(value.strip().lower().startswith("javascript:") for _, value in element.items())
    return _local(element.tag) in _ACTIVE_ELEMENTS or handlers or scripts


def _loads(element: ElementTree.Element) -> bool:
    """Whether an attribute or a style leads out of the drawing; its words may say what they like."""
    style = element.text or "" if _local(element.tag) == "style" else ""
    leads = any(
        _local(name) in _ADDRESSES and not value.strip().startswith(("#", "data:"))
        for name, value in element.items()
    )
    return leads or any(
        _LOADED_STYLE.search(text) for text in (style, *(value for _, value in element.items()))
    )
