"""What one page or stylesheet says of itself, whatever stands beside it."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

from pipeline.publishing.finish import SCRIPT

_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
_OTHER_NAMES = """
a abbr address article aside audio b bdi bdo blockquote body button canvas caption cite code colgroup
data datalist dd del details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4
h5 h6 head header hgroup html i iframe ins kbd label legend li main map mark math menu meter nav noscript
object ol optgroup option output p picture pre progress q rp rt ruby s samp script search section select
slot small span strong style sub summary sup svg table tbody td template textarea tfoot th thead time
title tr u ul var video
"""
_VOID = frozenset(_VOID_NAMES.split())
_KNOWN = _VOID | frozenset(_OTHER_NAMES.split())
_LOADED = {"src", "srcset", "poster", "data", "background", "xlink:href"}
# Most of a page, and nothing that the check asks about; read one by one they would take most of its time.
_PLAIN_CELL = re.compile(r"</?(?:tr|th|td)(?: class=\"?[a-z]+\"?| scope=\"[a-z]+\")*>")
_STYLE_ADDRESS = re.compile(
    r"url\(\s*([\"']?)(?P<url>.*?)\1\s*\)|@import\s+[\"'](?P<sheet>[^\"']*)", re.IGNORECASE
)
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
    read = _Reader()
    read.feed(_PLAIN_CELL.sub("\n", text))
    read.close()
    addresses = [*read.loads, *(address for style in read.styles for address in _style_addresses(style))]
    problems = (
        *_document_problems(read),
        *_heading_problems(read.headings),
        # No words are judged: they may be anybody's, and a name must not keep the site from being published.
        *(
            f"<{tag}> is no HTML element: some text was not escaped (write &lt; for <)"
            for tag in dict.fromkeys(read.unknown)
        ),
        *_svg_problems(addresses),
    )
    return Facts(problems, tuple(read.ids), tuple(read.links), _without_data(addresses))


def examine_style(text: str) -> Facts:
    """Read one stylesheet."""
    addresses = list(_style_addresses(text))
    return Facts(tuple(_svg_problems(addresses)), (), (), _without_data(addresses))


class _Reader(HTMLParser):
    """Fills in the facts of a page while it is read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language = self.title = ""
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.styles: list[str] = []
        self.images_without_alt = 0
        self.active: list[str] = []
        self.unknown: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note_element(tag, values)
        self._note_addresses(tag, values)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                continue

    def handle_data(self, data: str) -> None:
        here = self._open[-1] if self._open else ""
        if here == "style":
            self.styles.append(data)
        elif here == "title" and "svg" not in self._open:
            self.title += data.strip()

    def _note_element(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html":
            self.language = values.get("lang", "").strip()
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.headings.append(int(tag[1]))
        if tag == "img" and not values.get("alt", "").strip() and values.get("role") != "presentation":
            self.images_without_alt += 1
        if tag not in _KNOWN and not {"svg", "math"}.intersection(self._open):
            self.unknown.append(tag)
        refreshes = tag == "meta" and values.get("http-equiv", "").lower() == "refresh"
        if tag == "base" or refreshes or (tag == "script" and not _is_own_script(values)):
            self.active.append(f"a <{tag}> element")
        self.active.extend(f"the attribute {name} of <{tag}>" for name in values if name.startswith("on"))

    def _note_addresses(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.ids.append(values["id"])
        if tag in ("a", "area", "form"):
            self.links.extend(values[name] for name in ("href", "action", "xlink:href") if name in values)
        else:
            names = _LOADED | ({"href"} if tag in ("link", "use", "image") else set())
            self.loads.extend(part for name in names & set(values) for part in _parts(name, values[name]))
        if "style" in values:
            self.styles.append(values["style"])


def _is_own_script(values: Mapping[str, str]) -> bool:
    """Whether it is the site's own: that the file is one of the site's is asked of its address."""
    return values.keys() == {"src", "defer"} and values["src"].endswith(SCRIPT)


def _parts(name: str, value: str) -> list[str]:
    """The addresses in an attribute; `srcset` holds several, each with a size after it."""
    if name != "srcset":
        return [value]
    return [part.split()[0] for part in value.split(",") if part.strip()]


def _document_problems(read: _Reader) -> Iterator[str]:
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


def _heading_problems(levels: list[int]) -> Iterator[str]:
    if levels.count(1) != 1:
        more = "; the title is it, and parts begin with '##'" if levels.count(1) > 1 else ""
        yield f"expected one top heading (h1), found {levels.count(1)}{more}"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"a heading of level {below} follows one of level {above}"


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
    return _local(element.tag) in ("script", "foreignobject") or any(
        _local(name).startswith("on") or value.strip().lower().startswith("javascript:")
        for name, value in element.items()
    )


def _loads(element: ElementTree.Element) -> bool:
    """Whether an attribute or a style leads out of the drawing; its words may say what they like."""
    style = element.text or "" if _local(element.tag) == "style" else ""
    return _LOADED_STYLE.search(style) is not None or any(
        (_local(name) in ("src", "href") and not value.strip().startswith(("#", "data:")))
        or _LOADED_STYLE.search(value)
        for name, value in element.items()
    )
