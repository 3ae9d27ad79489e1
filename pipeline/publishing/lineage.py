"""Where each figure of a page's prose stands: a row of a table on the page, else a file of it; and its measure.

A figure is a link to its row. So many links would be stops for whoever goes by keyboard, who has the same ones in a
folded list at the foot of the page, with the measure that a figure is of.
"""

import html
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from pipeline.present.sentences import say
from pipeline.publishing.finish import relative_address
from pipeline.publishing.rows import (
    DEFINITIONS,
    NUMBER,
    ROW,
    TABLE,
    Measure,
    Row,
    digits_of,
    list_filed,
    list_rows,
    words_of,
)
from pipeline.publishing.source import SourcePage

_UNITS = ("unit percent", "unit points", "unit point", "unit per_100_child_years", "unit per_10_000")
# What is no prose; a paragraph of prose; within one, what is a link already, and tags.
_APART = re.compile(
    r"(<(?:table|figure|nav|form)\b.*?</(?:table|figure|nav|form)>|<p class=\"(?:notes|downloads)\".*?</p>)",
    re.S,
)
_PROSE = re.compile(r"(<(p|li|dd)\b[^>]*>)(.*?)(?=</\2>)", re.S)
_LEFT = re.compile(r"(<a\b.*?</a>|<[^>]+>)", re.S)
_ESCAPED = re.compile(r"&#(?!(?:34|38|39|60|62);)\d+;")
_CLAUSE = re.compile(r"(?<=[;.:])(?=\s)")
_FINDING = "-finding_"


class _Writer:
    """Writes the figures of one page as links, and keeps what it has linked for the list."""

    def __init__(self, page: SourcePage, files: SourcePage, main: str, measures: Sequence[Measure]) -> None:
        self._paragraph = frozenset[str]()
        self._page, self._source, self._measures, self._rows = page, files, measures, [*list_rows(main)]
        self.linked: dict[tuple[str, str], Row] = {}
        units = "|".join(re.escape(say(unit)) for unit in _UNITS)
        self._units = re.compile(units)
        between = say("interval", value="@", lower="@", upper="@").removeprefix("@")
        interval = re.escape(between).replace("@", NUMBER)
        self._figure = re.compile(
            rf"(?<![\w.,])(?:\u00a3{NUMBER}|{NUMBER}(?:(?:{units})(?:{interval})?|{interval}))"
        )

    @cached_property
    def _files(self) -> list[Row]:
        return [*list_filed(self._source, self._page.address, self._measures)]

    @cached_property
    def _findings(self) -> list[Row]:
        return [row for row in self._files if _FINDING in row.address]

    def _find(self, clause: str) -> Row | None:
        """The row that holds all figures of a clause, and of several the one that is most about the same.

        Shares without an interval follow from counts, which findings have.
        """
        told, words = self._figure.findall(clause), words_of(clause)
        numbers = [
            [digits_of(number) for number in re.findall(NUMBER, self._units.sub("", figure))]
            for figure in told
        ]
        if not numbers:
            return None
        alone, bare = sum(map(len, numbers)) == 1, all(len(each) == 1 for each in numbers)
        words = words if bare else words | self._paragraph
        for rows in (self._findings if bare and not alone else [], self._rows, self._files):
            holding = [row for row in rows if row.is_about(words, alone) and row.holds(numbers)]
            if holding:
                return max(holding, key=lambda row: len(row.words & words))
        return None

    def paragraph(self, found: re.Match[str]) -> str:
        """A paragraph with its figures as links."""
        opening, _, inner = found.groups()
        self._paragraph = words_of(inner)
        parts = _LEFT.split(_ESCAPED.sub(lambda sign: html.unescape(sign[0]), inner))
        return opening + "".join(
            part if place % 2 else "".join(map(self._clause, _CLAUSE.split(part)))
            for place, part in enumerate(parts)
        )

    def _clause(self, clause: str) -> str:
        """A clause with its figures as links: to the one row that it is about, else each to its own."""
        row = self._find(clause)
        if row is not None:
            return self._figure.sub(lambda figure: self._link(figure[0], row), clause)
        ends = [found.end() for found in self._figure.finditer(clause)]
        if len(ends) < 2:
            return clause
        places = [0, *ends[:-1], len(clause)]
        return "".join(self._clause(clause[first:last]) for first, last in pairwise(places))

    def _link(self, figure: str, row: Row) -> str:
        self.linked[figure, row.link] = row
        return f'<a class="sourced" tabindex="-1" href="{row.link}">{figure}</a>'

    def list(self) -> str:
        """The folded list: each figure, its row, and its measure with the version that is counted."""
        lines = [self._line(figure, row) for (figure, _), row in self.linked.items()]
        if not lines:
            return ""
        title, listed = html.escape(say("lineage title")), "\n".join(lines)
        return f'<details class="lineage"><summary>{title}</summary>\n<ul>\n{listed}\n</ul>\n</details>\n'

    def _line(self, figure: str, row: Row) -> str:
        line = say("lineage row", figure=figure, link=row.link, title=html.escape(row.name))
        measure = next((each for each in self._measures if each.is_of(row)), None)
        if measure:
            link = f"{relative_address(DEFINITIONS, self._page.address)}#{html.escape(measure.place)}"
            told = {"title": html.escape(measure.title), "version": measure.version}
            line += f" {say('lineage measure', link=link, **told)}"
        return f"<li>{line}</li>"


def _with_places(main: str, wanted: frozenset[int]) -> str:
    """The page with a place at each row that a figure leads to."""
    number = 0

    def place(row: re.Match[str]) -> str:
        nonlocal number
        number += 1
        named = f' id="row-{number}"' if number in wanted else ""
        return f"<tr{row['about']}{named}>{row['cells']}</tr>"

    return TABLE.sub(lambda table: ROW.sub(place, table[0]), main)


def with_lineage(text: str, page: SourcePage, files: SourcePage, measures: Sequence[Measure]) -> str:
    """Return a page whose figures lead to where they stand, with the list of them at its foot.

    `files` is the page whose files hold its figures: itself, or that over all.
    """
    before, opened, rest = text.partition("<main")
    main, closed, after = rest.rpartition("</main>")
    writer = _Writer(page, files, main, measures)
    if not closed:
        return text
    parts = _APART.split(main)
    shown = "".join(
        part if place % 2 else _PROSE.sub(writer.paragraph, part) for place, part in enumerate(parts)
    )
    shown = _with_places(shown, frozenset(row.number for row in writer.linked.values()))
    return f"{before}{opened}{shown}{writer.list()}{closed}{after}"
