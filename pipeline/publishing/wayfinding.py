"""Getting about: the menu, the trail to a page, its contents, and the pages before and after it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from pipeline.present.sentences import say
from pipeline.publishing.finish import relative_address
from pipeline.publishing.project import NavItem, address_of, is_index

_HEADING = re.compile(r"<h2\b[^>]*?\bid=\"(?P<id>[^\"]+)\"[^>]*>(?P<words>.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_FEWEST_HEADINGS = 3
"""A page of fewer parts is seen at a glance, and its contents would only stand before it."""


@dataclass(frozen=True)
class Map:
    """The pages of a site: the menu, the title of each source, and the pages that follow one another."""

    menu: tuple[NavItem, ...]
    titles: Mapping[str, str]
    series: tuple[tuple[str, ...], ...]


def format_menu(here: str, site: Map) -> str:
    """Return the menu as list items; a part of several pages is a list that opens without a script, one at a time."""
    parts = []
    for part, items in groupby(site.menu, key=lambda item: item.part):
        entries = "\n".join(_entry(item, here, site) for item in items)
        summary = f"<summary>{html.escape(part)}</summary>"
        inner = f'<li><details name="menu">{summary}\n<ul>\n{entries}\n</ul></details></li>'
        parts.append(inner if part else entries)
    return "\n".join(parts)


def _entry(item: NavItem, here: str, site: Map) -> str:
    """A link; the page itself is marked as current, and so is the section that a page belongs to."""
    if item.leads_away:
        return f'<li><a href="{html.escape(item.target)}">{_name(item, site)}</a></li>'
    current = "page" if item.target == here else "true" if _in_section(here, item, site) else ""
    marked = f' aria-current="{current}"' if current else ""
    return f"<li>{_link(item.target, _name(item, site), here, marked)}</li>"


def _name(item: NavItem, site: Map) -> str:
    return html.escape(item.text or site.titles.get(item.target, "") or item.target)


def _link(source: str, words: str, here: str, attributes: str = "") -> str:
    address = relative_address(address_of(source), address_of(here))
    return f'<a href="{html.escape(address)}"{attributes}>{words}</a>'


def format_trail(here: str, site: Map) -> str:
    """Return the way to a page in a section's folder; the other pages are in the menu itself."""
    section = next((item for item in site.menu if _in_section(here, item, site)), None)
    if section is None or section.target == here:
        return ""
    steps = [_link(step.target, _name(step, site), here) for step in (site.menu[0], section)]
    if section.part:
        steps.insert(1, html.escape(section.part))
    links = "".join(f"<li>{step}</li>" for step in steps)
    last = f'<li aria-current="page">{html.escape(site.titles[here])}</li>'
    label = html.escape(say("site breadcrumb"))
    return f'<nav class="breadcrumb" aria-label="{label}"><ol>{links}{last}</ol></nav>\n'


def _in_section(here: str, item: NavItem, site: Map) -> bool:
    """Whether the page lies in the folder of this entry, and is none itself; the top folder is no section."""
    folder = PurePosixPath(item.target).parent
    if item.leads_away or folder.as_posix() == "." or any(here == other.target for other in site.menu):
        return False
    return is_index(item.target) and folder == PurePosixPath(here).parent


def with_contents(body: str, title: str) -> str:
    """Return the page's text with a list of its parts before the first of them, where it has three or more."""
    headings = list(_HEADING.finditer(body))
    if len(headings) < _FEWEST_HEADINGS:
        return body
    items = "".join(
        f'<li><a href="#{found["id"]}">{" ".join(_TAG.sub("", found["words"]).split())}</a></li>'
        for found in headings
    )
    words = html.escape(title)
    contents = f'<nav class="contents" aria-label="{words}"><div><p>{words}</p><ul>{items}</ul></div></nav>\n'
    first = headings[0].start()
    opened = body.rfind("<details", 0, first)
    if opened > body.rfind("</details>", 0, first):
        first = opened
    return body[:first] + contents + body[first:]


def format_neighbours(here: str, site: Map) -> str:
    """Return links to the pages before and after this one in its series; nothing for a page of none."""
    series: Sequence[str] = next((pages for pages in site.series if here in pages), ())
    if len(series) < 2:
        return ""
    place = series.index(here)
    links = [
        _link(
            series[at], f"<span>{word}</span> {html.escape(site.titles[series[at]])}", here, f' rel="{rel}"'
        )
        for at, rel, word in (
            (place - 1, "prev", say("site previous")),
            (place + 1, "next", say("site next")),
        )
        if 0 <= at < len(series)
    ]
    label = html.escape(say("site neighbours"))
    return f'<nav class="neighbours" aria-label="{label}">{"".join(links)}</nav>\n'
