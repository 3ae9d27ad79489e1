"""The page around the text: header, navigation, breadcrumb and footer of the embedded publisher."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import quote

from pipeline.present.sentences import say
from pipeline.publishing.finish import let_tables_scroll, relative_address, rewrite_links
from pipeline.publishing.project import PublishError, QuartoProject, address_of
from pipeline.publishing.search import format_script, format_search, policy_of
from pipeline.publishing.source import SourcePage
from pipeline.publishing.wayfinding import Map, format_menu, format_neighbours, format_trail, with_contents

_TEMPLATE = Template((Path(__file__).parent / "template.html").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Frame:
    """What every page of a site shares; the texts before and after the body are HTML."""

    project: QuartoProject
    map: Map
    before_body: str
    after_body: str


def read_frame(project: QuartoProject, pages: Sequence[SourcePage]) -> Frame:
    """The frame of these pages of a project, read once for all of them; its menu leads to pages that are there.

    A notebook of the menu that no stage has made is a part without data: it is left out.
    """
    titles = {page.source: page.title for page in pages}
    menu = tuple(item for item in project.navigation if not item.is_absent(titles))
    for item in menu:
        if not item.leads_away and item.target not in titles:
            raise PublishError(
                f"_quarto.yml: the menu leads to {item.target}, which is no page of this site; expected one of "
                f"{', '.join(name for name in titles if '/' not in name)}, or another that 'render' selects."
            )
    return Frame(
        project=project,
        map=Map(menu, titles, project.series(tuple(titles))),
        before_body=project.text_of(project.before_body).strip(),
        after_body=project.text_of(project.after_body).strip(),
    )


def lay_out(page: SourcePage, body: str, frame: Frame) -> str:
    """The whole page: `body` is the HTML of its text, without the title."""
    project = frame.project
    text = _TEMPLATE.substitute(
        skip=html.escape(say("site skip"), quote=False),
        main=html.escape(say("site main")),
        about=html.escape(say("site about"), quote=False),
        language=html.escape(project.language),
        policy=policy_of(page.address),
        script=format_script(page.address),
        description_meta=_if_any(page.description, '<meta name="description" content="{}">\n'),
        page_title=html.escape(f"{page.title} - {project.title}"),
        stylesheet=relative_address(project.stylesheet, page.address),
        home=relative_address("index.html", page.address),
        site_title=html.escape(project.title),
        logo=_logo(page, project),
        navigation=format_menu(page.source, frame.map),
        search=format_search(page.address, [address_of(source) for source in frame.map.titles]),
        before_body=frame.before_body,
        breadcrumb=format_trail(page.source, frame.map),
        title=html.escape(page.title),
        lede=_if_any(page.description, '<p class="lede">{}</p>\n'),
        body=let_tables_scroll(with_contents(body, project.contents_title)),
        neighbours=format_neighbours(page.source, frame.map),
        after_body=frame.after_body,
    )
    return rewrite_links(text, page.source, frame.map.titles)


def _if_any(text: str, pattern: str) -> str:
    return pattern.format(html.escape(text)) if text else ""


def _logo(page: SourcePage, project: QuartoProject) -> str:
    if not project.logo:
        return ""
    place = html.escape(relative_address(quote(project.logo), page.address))
    return f'<img class="navbar-logo" src="{place}" alt="{html.escape(project.logo_alt)}"> '
