"""Search without a server: a form that leads to the A to Z, which a script of the site's own narrows as one types.

Where no script runs the form leads to the whole list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from pipeline.present.sentences import say
from pipeline.publishing.finish import POLICY, relative_address

LIST = "a-to-z.html"
SCRIPT = "assets/search.js"
_MAIN = re.compile(r"<main\b[^>]*>")
_WITH_SCRIPT = POLICY.replace("; base-uri", "; script-src 'self' file:; base-uri")
"""On the list alone a script may run, from a file of the site."""


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
