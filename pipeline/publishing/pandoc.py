"""The embedded publisher: pandoc turns each page's Markdown into HTML, our own template goes around it."""

import hashlib
import html
import json
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pypandoc

from pipeline.publishing.finish import use_text_alternatives
from pipeline.publishing.kept import Kept
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


def render_pages(
    pages: Sequence[SourcePage], frame: Frame, cache: Path | None
) -> dict[str, tuple[bytes, bool]]:
    """Each page's HTML by its address, and whether it had to be made: what has not changed comes from the cache."""
    kept, version = Kept(cache, ".html"), pypandoc.get_pandoc_version()

    def render(page: SourcePage) -> tuple[bytes, bool]:
        cited = page.bibliography.read_text(encoding="utf-8") if page.bibliography else ""
        return kept.fetch(f"{version}{frame}{page}{page.markdown}{cited}", partial(_make, page, frame))

    # The longest first: begun last, it would be waited for alone.
    order = sorted(pages, key=lambda page: -len(page.markdown))
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        rendered = dict(zip((page.address for page in order), workers.map(render, order), strict=True))
    kept.forget_others()
    return {page.address: rendered[page.address] for page in pages}


def _make(page: SourcePage, frame: Frame) -> bytes:
    return lay_out(page, use_text_alternatives(_body(page)), frame).encode()


def render_alone(title: str, markdown: str, style: str) -> str:
    """One page by itself, with its style in it, for a reader without the site."""
    body = use_text_alternatives(_convert(title, markdown))
    named = html.escape(title)
    head = f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{named}</title>\n'
    seen = '<meta name="viewport" content="width=device-width">\n'
    page = f"<body>\n<main>\n<h1>{named}</h1>\n{body}</main>\n</body>\n</html>\n"
    return f"{head}{seen}<style>{style}</style>\n</head>\n{page}"


def _convert(place: str, markdown: str, bibliography: Path | None = None) -> str:
    """Markdown as HTML, by pandoc's own Markdown, which is also Quarto's; the sandbox keeps it from other files.

    Not with TeX in it: HTML has no place for it, and the end of a path such as C:/data, written with a backslash,
    would go without a word.
    """
    options = ("--from=markdown-raw_tex", "--to=html5", "--wrap=none", "--sandbox", f"--lua-filter={_FOLD}")
    cited = ("--citeproc", f"--bibliography={bibliography}") if bibliography else ()
    command = (pypandoc.get_pandoc_path(), *options, *cited)
    done = subprocess.run(command, input=markdown.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise PublishError(f"{place}: pandoc could not read the page (exit code {done.returncode}).")
    return done.stdout.decode().replace("\r\n", "\n")


def _body(page: SourcePage) -> str:
    """The text as HTML. pandoc, which is slow, reads figures, tables and what stands below them by name only."""
    kept: dict[str, str] = {}

    def keep(text: str) -> str:
        name = f"kept:{hashlib.sha256(text.encode()).hexdigest()}"
        kept[name] = text
        return name

    text = _HTML.sub(lambda block: f"```{{=html}}\n{keep(_as_it_is(block))}\n```", page.markdown)
    text = _FIGURE.sub(lambda figure: keep(figure[0]), text)
    # What the filter has to know of the page, as pandoc reads it at the head of a text.
    about = f"---\nfold-after: {json.dumps(page.fold_after)}\n---\n\n" if page.fold_after else ""
    return _KEPT.sub(
        lambda name: kept.get(name[0], name[0]), _convert(page.source, f"{about}{text}", page.bibliography)
    )


def _as_it_is(block: re.Match[str]) -> str:
    """A table or paragraph of HTML as pandoc would leave it; what needs no escape is written plainly."""
    paragraph = block["opening"] is not None
    text = f"{block['opening']}\n{block['words']}\n</p>" if paragraph else block[0]
    return _ENTITY.sub(lambda entity: html.escape(html.unescape(entity[0]), quote=not paragraph), text)
