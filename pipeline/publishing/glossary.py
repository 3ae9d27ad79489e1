"""Words of the glossary, linked where a page first uses them."""

import re
from collections.abc import Iterable, Mapping

from pipeline.publishing.finish import relative_address
from pipeline.publishing.source import SourcePage

GLOSSARY = "glossary.qmd"
_TERM = re.compile(r"^\[(?P<words>[^\](,]+)[^\]]*\]\{#(?P<id>term-[a-z-]+)\}$", re.MULTILINE)
_PARAGRAPH = re.compile(r"<p>(?P<words>[^<]+)")
_MOST = 2
"""Links of a page: each is one more stop for who goes through it by keyboard."""
_WITHOUT = ("glossary.html", "index.html", "equality/index.html")
"""The overview and the cards of targets have forty such stops already."""


def read_terms(pages: Iterable[SourcePage]) -> Mapping[str, str]:
    """Return the place of each word of the glossary, the longest first; nothing for a site without one."""
    text = next((page.markdown for page in pages if page.source == GLOSSARY), "")
    found = {term["words"].strip(): term["id"] for term in _TERM.finditer(text)}
    return dict(sorted(found.items(), key=lambda term: (-len(term[0]), term[0])))


def with_terms(page: str, address: str, terms: Mapping[str, str]) -> str:
    """Return the page with the first use of a few words in its plain paragraphs linked to what they mean."""
    head, main, text = page.partition("<main")
    if not terms or address in _WITHOUT or not main:
        return page
    # The headline stays the plain answer: no link stands in it.
    before, headline, after = text.partition('<div class="headline">')
    answer, end, below = after.partition("</div>")
    place, left = relative_address("glossary.html", address), dict(terms)

    def link(paragraph: re.Match[str]) -> str:
        words = paragraph["words"]
        for term in left:
            found = re.search(rf"\b{re.escape(term)}\b", words)
            if found and len(terms) - len(left) < _MOST:
                linked = f'<a class="term" href="{place}#{left.pop(term)}">{term}</a>'
                return f"<p>{words[: found.start()]}{linked}{words[found.end() :]}"
        return paragraph[0]

    return f"{head}{main}{_PARAGRAPH.sub(link, before)}{headline}{answer}{end}{_PARAGRAPH.sub(link, below)}"
