"""The embedded publisher: pandoc turns each page's Markdown into HTML, our own template goes around it."""

from __future__ import annotations

import hashlib
import html
import json
import re
import subprocess
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypandoc

from pipeline.publishing.code import code_digest
from pipeline.publishing.finish import use_text_alternatives
from pipeline.publishing.layout import Frame, lay_out
from pipeline.publishing.project import PublishError
from pipeline.publishing.source import SourcePage

_AT_ONCE = 2
_FOLD = Path(__file__).with_name("fold.lua")
_HTML = re.compile(
    r"^(?:<table\b.*</table>|(?P<opening><p class=\"(?:notes|downloads)\">)(?P<words>.*)</p>)$", re.MULTILINE
)
_ENTITY = re.compile(r"&#[0-9]+;")
_FIGURE = re.compile(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+")
_KEPT = re.compile(r"kept:[0-9a-f]{64}")


@dataclass(frozen=True)
class Rendered:
    """One page's HTML, and whether it had to be made anew."""

    page: SourcePage
    html: bytes
    made: bool


def render_pages(pages: Sequence[SourcePage], frame: Frame, cache_folder: Path | None) -> list[Rendered]:
    """All pages in the order given; a page of which nothing has changed comes from the cache."""
    places = [_cached(cache_folder, page, frame) if cache_folder else None for page in pages]
    # The longest first: begun last, it would be waited for alone.
    work = sorted(zip(pages, places, strict=True), key=lambda each: -len(each[0].markdown))
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        rendered = {each.page.address: each for each in workers.map(lambda each: _render(frame, *each), work)}
    if cache_folder is not None:
        _forget_others(cache_folder, places)
    return [rendered[page.address] for page in pages]


def _render(frame: Frame, page: SourcePage, kept: Path | None) -> Rendered:
    if kept is None:
        return Rendered(page, _make(page, frame), made=True)
    if kept.is_file():
        return Rendered(page, kept.read_bytes(), made=False)
    made = _make(page, frame)
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(".part")
    fresh.write_bytes(made)
    fresh.replace(kept)
    return Rendered(page, made, made=True)


def _make(page: SourcePage, frame: Frame) -> bytes:
    return lay_out(page, use_text_alternatives(_body(page)), frame).encode()


def pandoc_command() -> tuple[str, ...]:
    """Pandoc's own Markdown, which is also Quarto's; the sandbox keeps it from reading other files.

    Not with TeX in it: HTML has no place for it, and the end of a path such as C:/data, written with a backslash,
    would go without a word.
    """
    options = ("--from=markdown-raw_tex", "--to=html5", "--wrap=none", "--sandbox", f"--lua-filter={_FOLD}")
    return (pypandoc.get_pandoc_path(), *options)


def render_alone(title: str, markdown: str, style: str) -> str:
    """One page by itself, with its style in it, for a reader without the site."""
    done = subprocess.run(pandoc_command(), input=markdown.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise PublishError(f"{title}: pandoc could not read the page (exit code {done.returncode}).")
    named = html.escape(title)
    head = f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{named}</title>\n'
    seen = '<meta name="viewport" content="width=device-width">\n'
    body = use_text_alternatives(done.stdout.decode())
    page = f"<body>\n<main>\n<h1>{named}</h1>\n{body}</main>\n</body>\n</html>\n"
    return f"{head}{seen}<style>{style}</style>\n</head>\n{page}"


def _body(page: SourcePage) -> str:
    """The text as HTML. pandoc, which is slow, reads figures, tables and what stands below them by name only."""
    kept: dict[str, str] = {}

    def keep(text: str) -> str:
        name = f"kept:{hashlib.sha256(text.encode()).hexdigest()}"
        kept[name] = text
        return name

    text = _HTML.sub(lambda block: f"```{{=html}}\n{keep(_as_it_is(block))}\n```", page.markdown)
    text = _FIGURE.sub(lambda figure: keep(figure[0]), text)
    done = subprocess.run(
        pandoc_command(), input=f"{_metadata(page)}{text}".encode(), capture_output=True, check=False
    )
    if done.returncode != 0:
        raise PublishError(f"{page.source}: pandoc could not read the page (exit code {done.returncode}).")
    made = done.stdout.decode().replace("\r\n", "\n")
    return _KEPT.sub(lambda name: kept.get(name[0], name[0]), made)


def _metadata(page: SourcePage) -> str:
    """What the filter has to know of the page, as pandoc reads it at the head of a text."""
    return f"---\nfold-after: {json.dumps(page.fold_after)}\n---\n\n" if page.fold_after else ""


def _as_it_is(block: re.Match[str]) -> str:
    """A table or paragraph of HTML as pandoc would leave it; what needs no escape is written plainly."""
    paragraph = block["opening"] is not None
    text = f"{block['opening']}\n{block['words']}\n</p>" if paragraph else block[0]
    return _ENTITY.sub(lambda entity: html.escape(html.unescape(entity[0]), quote=not paragraph), text)


def _cached(folder: Path, page: SourcePage, frame: Frame) -> Path:
    """Where this page is kept: the name is a digest of all that its HTML depends on."""
    around = f"{_program()}{frame}{page}"
    return folder / f"{hashlib.sha256(around.encode() + page.markdown.encode()).hexdigest()}.html"


@cache
def _program() -> str:
    return f"{pypandoc.get_pandoc_version()} {code_digest()}"


def _forget_others(folder: Path, kept: Collection[Path | None]) -> None:
    for path in folder.glob("*.html"):
        if path not in kept:
            path.unlink()
