"""Where each figure of a page's prose stands: a row of the table that its sentence is told of; and its measure.

A sentence names its file when it is made (`Publisher.told`). A figure of it is a link to the row of the page's table
that the file is of, else to the file; one that is a setting of the site leads to Methods. So many links would be stops
for whoever goes by keyboard, who has the same ones in a folded list at the foot of the page, with the measure that a
figure is of.
"""

import html
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

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
)
from pipeline.publishing.settings_told import METHODS, mark_settings
from pipeline.publishing.source import SourcePage

_UNITS = ("percent", "points", "point", "per_100_child_years", "per_10_000", "counted")
_TOLD = re.compile(
    r"<span data-of=\"(?P<files>[^\"]+)\" data-row=\"(?P<row>[^\"]*)\">(?P<words>.*?)</span>", re.S
)
_CLAUSE = re.compile(r"(?<=[;.])(?=\s)")
_ESCAPED = re.compile(r"&#(?!(?:34|38|39|60|62);)\d+;")


class _Writer:
    """Writes the figures of one page as links, and keeps what it has linked for the list."""

    def __init__(
        self, page: SourcePage, main: str, files: Mapping[str, str], measures: Sequence[Measure]
    ) -> None:
        self._page, self._files, self._measures, self._rows = page, files, measures, [*list_rows(main)]
        self.linked: dict[tuple[str, Row], None] = {}
        self._set: dict[tuple[str, str, str], None] = {}
        self._filed: dict[str, list[Row]] = {}
        units = "|".join(re.escape(say(f"unit {unit}")) for unit in _UNITS)
        self._units = re.compile(units)
        between = say("interval", value="@", lower="@", upper="@").removeprefix("@")
        interval = re.escape(between).replace("@", NUMBER)
        self._figure = re.compile(
            rf"(?<![\w.,])(?:\u00a3{NUMBER}|{NUMBER}(?:(?:{units})(?:{interval})?|{interval}))"
        )

    def complete(self, main: str, settings: Collection[str]) -> str:
        """The page with the figures of its sentences as links: settings to Methods, others to their rows."""
        links: list[str] = []

        def mark(figure: str, setting: str) -> str:
            link = f"{relative_address(METHODS, self._page.address)}#setting-{setting}"
            self._set[figure, link, setting] = None
            links.append(f'<a class="sourced" tabindex="-1" href="{link}">{figure}</a>')
            return f"\ue000{len(links) - 1}\ue001"  # so that no figure is a link twice

        marked = _TOLD.sub(self._sentence, mark_settings(main, settings, mark))
        return re.sub("\ue000(\\d+)\ue001", lambda place: links[int(place[1])], marked)

    def _sentence(self, told: re.Match[str]) -> str:
        """A sentence with its figures as links."""
        tables = [
            rows for file in html.unescape(told["files"]).split() for rows in self._list(file, told["row"])
        ]
        words = _ESCAPED.sub(lambda sign: html.unescape(sign[0]), told["words"])
        return "".join(
            self._figure.sub(lambda figure: self._link(figure[0], figure.string, tables), clause)
            for clause in _CLAUSE.split(words)
        )

    def _list(self, file: str, row: str) -> Iterator[list[Row]]:
        """The rows of a file as the page shows them, then as it has them; those that hold the name of a row."""
        place = posixpath.normpath(posixpath.join(posixpath.dirname(self._page.address), file))
        address = relative_address(place, self._page.address)
        if place not in self._filed:
            self._filed[place] = [*list_filed(self._files.get(place, ""), address, self._measures)]
        for rows in ([each for each in self._rows if each.address == address], self._filed[place]):
            yield [each for each in rows if re.search(rf"\b{re.escape(row)}\b", each.text)]

    def _link(self, figure: str, clause: str, tables: Sequence[Sequence[Row]]) -> str:
        """A figure as a link to the row that holds it, of several to that which holds most of its clause."""
        numbers = self._numbers(figure)
        for rows in tables:
            if holding := [row for row in rows if row.holds(numbers)]:
                others = [self._numbers(other) for other in self._figure.findall(clause)]
                row = max(holding, key=lambda row: (sum(map(row.holds, others)), row.label in clause))
                self.linked[figure, row] = None
                return f'<a class="sourced" tabindex="-1" href="{row.link}">{figure}</a>'
        return figure

    def _numbers(self, figure: str) -> list[str]:
        return [digits_of(number) for number in re.findall(NUMBER, self._units.sub("", figure))]

    def list(self, provenance: str) -> str:
        """The foot of the page: each figure, its row, and its measure with the version that is counted; folded."""
        lines = [self._line(figure, row) for figure, row in self.linked]
        lines += [_setting_line(*each) for each in self._set]
        if not lines:
            return provenance
        title, listed = html.escape(say("lineage title")), "\n".join(lines)
        inner = f"<ul>\n{listed}\n</ul>\n{provenance}"
        return f'<details class="lineage"><summary>{title}</summary>\n{inner}</details>\n'

    def _line(self, figure: str, row: Row) -> str:
        line = say("lineage row", figure=figure, link=row.link, title=html.escape(row.name))
        measure = next((each for each in self._measures if each.is_of(row)), None)
        if measure:
            link = f"{relative_address(DEFINITIONS, self._page.address)}#{html.escape(measure.place)}"
            told = {"title": html.escape(measure.title), "version": measure.version}
            line += f" {say('lineage measure', link=link, **told)}"
        return f"<li>{line}</li>"


def _setting_line(figure: str, link: str, setting: str) -> str:
    title = html.escape(say(f"setting {setting.replace('_', ' ')}"))
    return f"<li>{say('lineage setting', figure=figure, link=link, title=title)}</li>"


def _with_places(main: str, wanted: frozenset[int]) -> str:
    """The page with a place at each row that a figure leads to."""
    number = 0

    def place(row: re.Match[str]) -> str:
        nonlocal number
        number += 1
        named = f' id="row-{number}"' if number in wanted else ""
        return f"<tr{row['about']}{named}>{row['cells']}</tr>"

    return TABLE.sub(lambda table: ROW.sub(place, table[0]), main)


def with_lineage(
    text: str,
    page: SourcePage,
    files: Mapping[str, str],
    measures: Sequence[Measure],
    settings: Collection[str] = (),
    provenance: str = "",
) -> str:
    """Return a page whose figures lead to where they stand, with the list of them and its provenance at its foot.

    `files` are the texts of the site's files by their places, `settings` those that Methods lists.
    """
    before, opened, rest = text.partition("<main")
    main, closed, after = rest.rpartition("</main>")
    if not closed:
        return text
    writer = _Writer(page, main, files, measures)
    shown = writer.complete(main, settings)
    shown = _with_places(shown, frozenset(row.number for _, row in writer.linked))
    return f"{before}{opened}{shown}{writer.list(provenance)}{closed}{after}"
