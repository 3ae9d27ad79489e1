"""What of a page stands open, before a reader opens any fold: its words, and what the tab key stops at."""

import re
from html.parser import HTMLParser

_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup"})
_OPENED = re.compile(r"<details open>(.*?)</details>", re.DOTALL)
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})


class _Reader(HTMLParser):
    """Reads the text in `main` that is not in a closed fold; a fold's summary is open."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.inside.append(tag)
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.inside and self.inside.pop() != tag:
            pass
        self._part(tag)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        inner = self.inside[self.inside.index("main") :] if "main" in self.inside else []
        folds = [place for place, tag in enumerate(inner) if tag == "details"]
        if inner and all(inner[place + 1 : place + 2] == ["summary"] for place in folds):
            self.text.append(data)


def count_open_words(page: str) -> int:
    """Return how many words of a page stand open."""
    reader = _Reader()
    reader.feed(_OPENED.sub(r"\1", page))
    return len("".join(reader.text).split())


class _Stops(HTMLParser):
    """Counts what takes the focus and is not in a closed fold; a fold's summary is open."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        folds = [place for place, name in enumerate(self.inside) if name == "details"]
        seen = all(self.inside[place + 1 : place + 2] == ["summary"] for place in folds[:-1]) and (
            not folds or tag == "summary" or self.inside[folds[-1] + 1 : folds[-1] + 2] == ["summary"]
        )
        takes = tag in ("button", "input", "select", "summary") or (tag == "a" and "href" in told)
        self.number += seen and told.get("tabindex", "0" if takes else "-1") == "0"
        if tag not in _VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.inside and self.inside.pop() != tag:
            pass


def count_tab_stops(page: str) -> int:
    """Return how many times the tab key stops on a page as it opens."""
    stops = _Stops()
    stops.feed(_OPENED.sub(r"\1", page))
    return stops.number
