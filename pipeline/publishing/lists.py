"""Pages and what stands on them as lists in Markdown: links, folded parts, words that are nothing but words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from pipeline.publishing.source import SourcePage


def folder_of(page: SourcePage) -> str:
    """Return the folder that a page's source lies in; blank for the top."""
    folder = PurePosixPath(page.source).parent.as_posix()
    return "" if folder == "." else folder


def stem_of(page: SourcePage) -> str:
    """Return what a page's source is called, without its ending."""
    return PurePosixPath(page.source).stem


def is_section(page: SourcePage) -> bool:
    """Return whether the page is that of its whole folder."""
    return bool(folder_of(page)) and stem_of(page) == "index"


def section_title(folder: str, pages: Sequence[SourcePage]) -> str:
    """Return what a folder's own page is called; the folder's name where it has none."""
    return next((page.title for page in pages if folder_of(page) == folder and is_section(page)), folder)


def fold_lines(words: str, *blocks: str) -> str:
    """Return blocks of Markdown below a line that opens them."""
    return "\n\n".join((f"<details><summary>{escape_words(words)}</summary>", *blocks, "</details>"))


def link_page(page: SourcePage, words: str) -> str:
    """Return a link to a page."""
    return f"[{escape_words(words)}](</{page.source}>)"


def escape_words(words: str) -> str:
    """Return words that Markdown and HTML read as nothing but words."""
    return "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in words)
