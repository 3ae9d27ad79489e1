"""One HTML page, read into the facts that the check asks about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

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
_OWN_SCRIPT = "assets/search.js"
# Most of a page, and nothing that the check asks about; read one by one they would take most of its time.
_PLAIN_CELL = re.compile(r"</?(?:tr|th|td)(?: class=\"?[a-z]+\"?| scope=\"[a-z]+\")*>")


@dataclass
class Reading:
    """The facts of a page, filled in while it is read from top to bottom."""

    language: str = ""
    title: str = ""
    headings: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    images_without_alt: int = 0
    active: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts = Reading()
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
            self.facts.styles.append(data)
        elif here == "title" and "svg" not in self._open:
            self.facts.title += data.strip()

    def _note_element(self, tag: str, values: dict[str, str]) -> None:
        facts = self.facts
        if tag == "html":
            facts.language = values.get("lang", "").strip()
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            facts.headings.append(int(tag[1]))
        if tag == "img" and not values.get("alt", "").strip() and values.get("role") != "presentation":
            facts.images_without_alt += 1
        if tag not in _KNOWN and not {"svg", "math"}.intersection(self._open):
            facts.unknown.append(tag)
        refreshes = tag == "meta" and values.get("http-equiv", "").lower() == "refresh"
        if tag == "base" or refreshes or (tag == "script" and not _is_own_script(values)):
            facts.active.append(f"a <{tag}> element")
        facts.active.extend(f"the attribute {name} of <{tag}>" for name in values if name.startswith("on"))

    def _note_addresses(self, tag: str, values: dict[str, str]) -> None:
        facts = self.facts
        if "id" in values:
            facts.ids.append(values["id"])
        if tag in ("a", "area", "form"):
            facts.links.extend(values[name] for name in ("href", "action", "xlink:href") if name in values)
        else:
            names = _LOADED | ({"href"} if tag in ("link", "use", "image") else set())
            facts.loads.extend(part for name in names & set(values) for part in _parts(name, values[name]))
        if "style" in values:
            facts.styles.append(values["style"])


def _is_own_script(values: Mapping[str, str]) -> bool:
    """Whether it is the site's own: that the file is one of the site's is asked of its address."""
    return values.keys() == {"src", "defer"} and values["src"].endswith(_OWN_SCRIPT)


def _parts(name: str, value: str) -> list[str]:
    """The addresses in an attribute; `srcset` holds several, each with a size after it."""
    if name != "srcset":
        return [value]
    return [part.split()[0] for part in value.split(",") if part.strip()]


def read_html(text: str) -> Reading:
    """Read one page."""
    reader = _Reader()
    reader.feed(_PLAIN_CELL.sub("\n", text))
    reader.close()
    return reader.facts
