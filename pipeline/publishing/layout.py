"""The page around the text: header, menu, the trail to a page, its contents, its neighbours and the footer."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.present.sentences import say
from pipeline.publishing.finish import (
    format_script,
    format_search,
    let_tables_scroll,
    policy_of,
    relative_address,
    rewrite_links,
)
from pipeline.publishing.project import NavItem, PublishError, QuartoProject, address_of, is_index
from pipeline.publishing.source import SourcePage

_HEADING = re.compile(r"<h2\b[^>]*?\bid=\"(?P<id>[^\"]+)\"[^>]*>(?P<words>.*?)</h2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_FEWEST_HEADINGS, _FEWEST_FOLDED = 3, 6
"""A page of fewer parts, or of fewer where some are folded, is seen at a glance: a list would only stand before it."""
_MOST_LINKS = 20
"""On a page of more links its contents are closed, as they are where parts are folded: so much less to tab through."""
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=StrictUndefined,
)
# Names are escaped one by one, as texts before and after the body are HTML.
_ENVIRONMENT.filters |= {
    "e": html.escape,
    "text": partial(html.escape, quote=False),
    "quote": quote,
    "page_address": address_of,
}


@dataclass(frozen=True)
class Frame:
    """What every page of a site shares: the menu, titles by source, and the pages that follow one another.

    The texts before and after the body are HTML.
    """

    project: QuartoProject
    menu: tuple[NavItem, ...]
    titles: Mapping[str, str]
    series: tuple[tuple[str, ...], ...]
    before_body: str
    after_body: str

    def name(self, item: NavItem) -> str:
        """Return what an entry of the menu is called."""
        return item.text or self.titles.get(item.target, "") or item.target


def read_frame(project: QuartoProject, pages: Sequence[SourcePage]) -> Frame:
    """The frame of these pages of a project, read once for all of them; its menu leads to pages that are there.

    What the menu leads to and has no data is left out.
    """
    titles, left_out = {page.source: page.title for page in pages}, project.left_out()
    menu = tuple(item for item in project.navigation if not item.is_absent(titles, left_out))
    for item in menu:
        if not item.leads_away and item.target not in titles:
            raise PublishError(
                f"_quarto.yml: the menu leads to {item.target}, which is no page of this site; expected one of "
                f"{', '.join(name for name in titles if '/' not in name)}, or another that 'render' selects."
            )
    around = (project.text_of(name).strip() for name in (project.before_body, project.after_body))
    return Frame(project, menu, titles, project.series(tuple(titles)), *around)


def lay_out(page: SourcePage, body: str, frame: Frame) -> str:
    """The whole page: `body` is the HTML of its text, without the title."""
    section = next((item for item in frame.menu if _in_section(page.source, item, frame.menu)), None)

    def to(address: str) -> str:
        return relative_address(address, page.address)

    def current(item: NavItem) -> str:
        """Whether an entry is the page itself, or that of the section which it belongs to."""
        here = {page.source: "page", **({section.target: "true"} if section else {})}
        return here.get(item.target, "")

    text = _ENVIRONMENT.get_template("template.html").render(
        page=page,
        project=frame.project,
        frame=frame,
        section=section,
        # A part of several pages opens without a script, one part at a time.
        menu=[(part, list(items)) for part, items in groupby(frame.menu, key=lambda item: item.part)],
        neighbours=_neighbours(page.source, frame),
        policy=policy_of(page.address),
        script=format_script(page.address),
        search=format_search(page.address, [address_of(source) for source in frame.titles]),
        body=let_tables_scroll(_with_contents(body, frame.project.contents_title)),
        current=current,
        href=lambda item: item.target if item.leads_away else to(address_of(item.target)),
        to=to,
        say=say,
    )
    return rewrite_links(text, page.source, frame.titles)


def _in_section(here: str, item: NavItem, menu: Sequence[NavItem]) -> bool:
    """Whether the page lies in the folder of this entry, and is none itself; the top folder is no section."""
    folder = PurePosixPath(item.target).parent
    if item.leads_away or folder.as_posix() == "." or any(here == other.target for other in menu):
        return False
    return is_index(item.target) and folder == PurePosixPath(here).parent


def _with_contents(body: str, title: str) -> str:
    """The page's text with a list of its parts before the first of them, where it has so many that it needs one."""
    headings, folded = list(_HEADING.finditer(body)), '<details class="part"' in body
    if len(headings) < (_FEWEST_FOLDED if folded else _FEWEST_HEADINGS):
        return body
    items = "".join(
        f'<li><a href="#{found["id"]}">{" ".join(_TAG.sub("", found["words"]).split())}</a></li>'
        for found in headings
    )
    words, shut = html.escape(title), folded or body.count("<a ") > _MOST_LINKS
    tag = "<details>" if shut else "<details open>"
    inner = f"{tag}<summary>{words}</summary><ul>{items}</ul></details>"
    contents = f'<nav class="contents" aria-label="{words}"><div>{inner}</div></nav>\n'
    first = headings[0].start()
    opened = body.rfind("<details", 0, first)
    if opened > body.rfind("</details>", 0, first):
        first = opened
    return body[:first] + contents + body[first:]


def _neighbours(here: str, frame: Frame) -> list[tuple[str, str, str]]:
    """The pages before and after this one in its series, how each is related, and the word for it."""
    pages = next((pages for pages in frame.series if here in pages), (here,))
    place = pages.index(here)
    sides = ((place - 1, "prev", "site previous"), (place + 1, "next", "site next"))
    return [(pages[at], rel, word) for at, rel, word in sides if 0 <= at < len(pages)]
