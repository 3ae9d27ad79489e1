"""The page around the text: header, navigation, breadcrumb and footer of the embedded publisher."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Template

from pipeline.publishing.finish import let_wide_things_scroll, relative_address, rewrite_links
from pipeline.publishing.project import NavItem, Project, address_of
from pipeline.publishing.source import Page

_TEMPLATE = Template((Path(__file__).parent / "template.html").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Frame:
    """What every page of a site shares; the texts before and after the body are HTML."""

    project: Project
    sources: tuple[str, ...]
    before_body: str
    after_body: str


def read_frame(project: Project, pages: Sequence[Page]) -> Frame:
    """The frame of these pages of a project, read once for all of them."""
    return Frame(
        project=project,
        sources=tuple(page.source for page in pages),
        before_body=project.text_of(project.before_body).strip(),
        after_body=project.text_of(project.after_body).strip(),
    )


def lay_out(page: Page, body: str, frame: Frame) -> str:
    """The whole page: `body` is the HTML of its text, without the title."""
    project = frame.project
    text = _TEMPLATE.substitute(
        language=html.escape(project.language),
        description_meta=_if_any(page.description, '<meta name="description" content="{}">\n'),
        page_title=html.escape(f"{page.title} - {project.title}"),
        stylesheet=relative_address(project.stylesheet, page.address),
        home=relative_address("index.html", page.address),
        site_title=html.escape(project.title),
        navigation="\n".join(_nav_entry(item, page) for item in project.navigation),
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


def _nav_entry(item: NavItem, page: Page) -> str:
    """A link; the page itself is marked as current, and so is the section that a page belongs to."""
    address = address_of(item.source)
    if address == page.address:
        current = ' aria-current="page"'
    else:
        current = ' aria-current="true"' if _in_section(page, item) else ""
    href = relative_address(address, page.address)
    return f'<li><a href="{html.escape(href)}"{current}>{html.escape(item.text)}</a></li>'


def _breadcrumb(page: Page, frame: Frame) -> str:
    """Home and section of a page in a section's folder; the other pages are in the navigation itself."""
    trail = [item for item in frame.project.navigation if _in_section(page, item)]
    if not trail or address_of(trail[0].source) == page.address:
        return ""
    steps = [frame.project.navigation[0], trail[0]]
    links = "".join(
        f'<li><a href="{html.escape(relative_address(address_of(step.source), page.address))}">'
        f"{html.escape(step.text)}</a></li>"
        for step in steps
    )
    here = f'<li aria-current="page">{html.escape(page.title)}</li>'
    return f'<nav class="breadcrumb" aria-label="Breadcrumb"><ol>{links}{here}</ol></nav>\n'


def _in_section(page: Page, item: NavItem) -> bool:
    """Whether the page lies in the folder of this entry; the top folder is no section."""
    folder = PurePosixPath(item.source).parent
    return folder.as_posix() != "." and folder == PurePosixPath(page.address).parent
