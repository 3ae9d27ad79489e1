"""The words of a page that stand open: what a reader sees before opening any fold."""

from html.parser import HTMLParser

_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup"})
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
    reader.feed(page)
    return len("".join(reader.text).split())
