"""Changes to finished HTML: links, text alternatives, tables that scroll, the search form, nothing that runs."""

import html
import posixpath
import re
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import unquote

from pipeline.present.sentences import say
from pipeline.publishing.project import address_of

_LINK = re.compile(r"(<a\s(?:[^>]*?\s)?href=)(?P<quote>[\"'])(?P<href>[^\"']*)(?P=quote)")
_LOCAL = re.compile(r"\s(?:src|href)=\"(?P<path>[^\":#?]+)")
_FIGURE_IMAGE = re.compile(r"(?P<figure><figure\b[^>]*>\s*)(?P<image><img\s[^>]*>)")
_IMAGE = re.compile(r"<img\s[^>]*>")
_ALT = re.compile(r"\salt=\"[^\"]*\"")
_FIG_ALT = re.compile(r"\sdata-fig-alt=\"([^\"]*)\"")
_TABLE = re.compile(r"<table\b(?! class=\"data\b).*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_OPENING_TAG = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s+(?P<name>[^\s=>\"'/]+)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?")

# Firefox takes a page opened from the disk for no part of 'self'; from the web no browser follows `file:`.
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' file: "
    "'unsafe-inline'; img-src 'self' file: data:; base-uri 'none'; form-action 'self' file:\">"
)
"""Tells browsers to run no script, to load styles and pictures of the site alone, and to send a form to it alone."""
LIST = "a-to-z.html"
SCRIPT = "assets/search.js"
_MAIN = re.compile(r"<main\b[^>]*>")
_WITH_SCRIPT = POLICY.replace("; base-uri", "; script-src 'self' file:; base-uri")
"""On the list alone a script may run, from a file of the site: it narrows the list as one types.

A form leads to the list, so that a search needs no server; where no script runs it leads to the whole list.
"""


def relative_address(address: str, seen_from: str) -> str:
    """The link to `address` on the page at `seen_from`; both are relative to the site."""
    return posixpath.relpath(address, PurePosixPath(seen_from).parent.as_posix())


def rewrite_links(text: str, source: str, sources: Collection[str]) -> str:
    """Turn links to page sources into links to their pages, as Quarto does; other links stay as they are."""

    def rewritten(match: re.Match[str]) -> str:
        path, hash_, fragment = match["href"].partition("#")
        target = _target(unquote(html.unescape(path)), source)
        if not path or target not in sources:
            return match[0]
        href = relative_address(address_of(target), source)
        return f"{match[1]}{match['quote']}{html.escape(href)}{hash_}{fragment}{match['quote']}"

    return _LINK.sub(rewritten, text)


def _target(path: str, source: str) -> str:
    """The project file that a link on `source` means; a leading slash means the project's folder."""
    if path.startswith("/"):
        return path.removeprefix("/")
    return posixpath.normpath(posixpath.join(PurePosixPath(source).parent.as_posix(), path))


def local_addresses(text: str, seen_from: str) -> set[str]:
    """The places in the site that a page at `seen_from` shows or links to."""
    paths = {unquote(html.unescape(match["path"])) for match in _LOCAL.finditer(text)}
    return {_target(path, seen_from) for path in paths}


def use_text_alternatives(text: str) -> str:
    """Make `fig-alt` the image's `alt`.

    A figure without one keeps none, as under Quarto, so that the check finds it.
    """
    text = _FIGURE_IMAGE.sub(lambda match: match["figure"] + _without_caption_alt(match["image"]), text)
    text = _IMAGE.sub(lambda match: _with_fig_alt(match[0]), text)
    return text.replace('<figcaption aria-hidden="true">', "<figcaption>")


def _without_caption_alt(image: str) -> str:
    return image if _FIG_ALT.search(image) else _ALT.sub("", image)


def _with_fig_alt(image: str) -> str:
    found = _FIG_ALT.search(image)
    return image if found is None else _FIG_ALT.sub(lambda words: f' alt="{words[1]}"', _ALT.sub("", image))


def let_tables_scroll(text: str) -> str:
    """Put tables that an author wrote into named regions that scroll by themselves and can be reached by keyboard.

    Published tables (`data`) need none: on a narrow screen their rows are stacked.
    """

    def wrapped(match: re.Match[str]) -> str:
        label = _words_of(_CAPTION.search(match[0]), say("site table"))
        return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">{match[0]}</div>'

    return _TABLE.sub(wrapped, text)


def _words_of(caption: re.Match[str] | None, otherwise: str) -> str:
    """The caption's words, fit for an attribute; they are escaped already but for quotation marks."""
    words = " ".join(_TAG.sub(" ", caption[1]).split()) if caption else otherwise
    return words.replace('"', "&quot;")


def without_scripts(text: str) -> str:
    """Take out what would run in a browser; the site works without, also the parts Quarto adds."""
    text = _SCRIPT.sub("", text)
    return _OPENING_TAG.sub(lambda tag: _ATTRIBUTE.sub(_unless_handler, tag[0]), text)


def _unless_handler(attribute: re.Match[str]) -> str:
    return "" if attribute["name"].lower().startswith("on") else attribute[0]


def with_policy(text: str, policy: str) -> str:
    """Put what a browser may load and run first into the head of a page that another program made."""
    return _HEAD.sub(lambda head: f"{head[0]}\n{policy}", text, count=1)


def policy_of(address: str) -> str:
    """Return what a browser may load, run and send on a page."""
    return _WITH_SCRIPT if address == LIST else POLICY


def format_search(address: str, pages: Collection[str]) -> str:
    """Return the form as it stands on a page; nothing where the site has no list to search."""
    if LIST not in pages:
        return ""
    action = html.escape(relative_address(LIST, address))
    return (
        f'<form class="search" role="search" action="{action}" method="get">\n'
        f'<label for="search">{say("site search")}</label>\n'
        '<input id="search" type="search" name="q" autocomplete="off">\n'
        f'<button type="submit">{say("site find")}</button>\n</form>\n'
    )


def format_script(address: str) -> str:
    """Return what the head of the list says of its script; nothing on other pages."""
    return f'<script src="{relative_address(SCRIPT, address)}" defer></script>\n' if address == LIST else ""


def with_search(text: str, address: str) -> str:
    """Return the list as another program made it, with the form and the script; other pages as they are."""
    if address != LIST:
        return text
    form = format_search(address, (LIST,))
    text = _MAIN.sub(lambda main: f"{main[0]}\n{form}", text, count=1)
    return text.replace("</head>", f"{format_script(address)}</head>", 1)
