"""The page around the text: header, navigation, breadcrumb and footer of the embedded publisher."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Template
from urllib.parse import quote

from pipeline.publishing.finish import POLICY, let_wide_things_scroll, relative_address, rewrite_links
from pipeline.publishing.project import NavItem, PublishError, QuartoProject, address_of
from pipeline.publishing.source import SourcePage

_TEMPLATE = Template((Path(__file__).parent / "template.html").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Frame:
    """What every page of a site shares; the texts before and after the body are HTML."""

    project: QuartoProject
    sources: tuple[str, ...]
    titles: Mapping[str, str]
    before_body: str
    after_body: str


def read_frame(project: QuartoProject, pages: Sequence[SourcePage]) -> Frame:
    """The frame of these pages of a project, read once for all of them; its menu leads to pages that are there."""
    titles = {page.source: page.title for page in pages}
    for item in project.navigation:
        if not item.leads_away and item.target not in titles:
            raise PublishError(
                f"_quarto.yml: the menu leads to {item.target}, which is no page of this site; expected one of "
                f"{', '.join(name for name in titles if '/' not in name)}, or another that 'render' selects."
            )
    return Frame(
        project=project,
        titles={item.target: titles.get(item.target, "") for item in project.navigation},
        sources=tuple(titles),
        before_body=project.text_of(project.before_body).strip(),
        after_body=project.text_of(project.after_body).strip(),
    )


def lay_out(page: SourcePage, body: str, frame: Frame) -> str:
    """The whole page: `body` is the HTML of its text, without the title."""
    project = frame.project
    text = _TEMPLATE.substitute(
        language=html.escape(project.language),
        policy=POLICY,
        description_meta=_if_any(page.description, '<meta name="description" content="{}">\n'),
        page_title=html.escape(f"{page.title} - {project.title}"),
        stylesheet=relative_address(project.stylesheet, page.address),
        home=relative_address("index.html", page.address),
        site_title=html.escape(project.title),
        logo=_logo(page, project),
        navigation="\n".join(_nav_entry(item, page, frame) for item in project.navigation),
        before_body=frame.before_body,
        breadcrumb=_breadcrumb(page, frame),
        title=html.escape(page.title),
        lede=_if_any(page.description, '<p class="lede">{}</p>\n'),
        body=let_wide_things_scroll(body),
        after_body=frame.after_body,
    )
    return rewrite_links(text, page.source, frame.sources)


def _if_any(text: str, pattern: str) -> str:
    return pattern.format(html.escape(text)) if text else ""


def _logo(page: SourcePage, project: QuartoProject) -> str:
    if not project.logo:
        return ""
    place = html.escape(relative_address(quote(project.logo), page.address))
    return f'<img class="navbar-logo" src="{place}" alt="{html.escape(project.logo_alt)}"> '


def _nav_text(item: NavItem, frame: Frame) -> str:
    return html.escape(item.text or frame.titles[item.target] or item.target)


def _nav_entry(item: NavItem, page: SourcePage, frame: Frame) -> str:
    """A link; the page itself is marked as current, and so is the section that a page belongs to."""
    if item.leads_away:
        return f'<li><a href="{html.escape(item.target)}">{_nav_text(item, frame)}</a></li>'
    address = address_of(item.target)
    if address == page.address:
        current = ' aria-current="page"'
    else:
        current = ' aria-current="true"' if _in_section(page, item) else ""
    href = relative_address(address, page.address)
    return f'<li><a href="{html.escape(href)}"{current}>{_nav_text(item, frame)}</a></li>'


def _breadcrumb(page: SourcePage, frame: Frame) -> str:
    """Home and section of a page in a section's folder; the other pages are in the navigation itself."""
    trail = [item for item in frame.project.navigation if _in_section(page, item)]
    if not trail or address_of(trail[0].target) == page.address:
        return ""
    steps = [frame.project.navigation[0], trail[0]]
    links = "".join(
        f'<li><a href="{html.escape(relative_address(address_of(step.target), page.address))}">'
        f"{_nav_text(step, frame)}</a></li>"
        for step in steps
    )
    here = f'<li aria-current="page">{html.escape(page.title)}</li>'
    return f'<nav class="breadcrumb" aria-label="Breadcrumb"><ol>{links}{here}</ol></nav>\n'


def _in_section(page: SourcePage, item: NavItem) -> bool:
    """Whether the page lies in the folder of this entry; the top folder is no section."""
    folder = PurePosixPath(item.target).parent
    return not item.leads_away and folder.as_posix() != "." and folder == PurePosixPath(page.address).parent
