"""The publishable table: all that a page shows has passed through one of these."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from pipeline.present.disclosure.columns import Cell, Column, Count, Row
from pipeline.present.disclosure.rounding import (
    describe_rounding,
    explain_symbols,
)
from pipeline.protect.rounding import Disclosure

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+!|~$^<>&\"'@:]")
# Words of more characters than this get room to stand in, so that rows do not grow tall.
_LONG = 24
MOST_ROWS = 60
"""A longer table is shown in part; its file has every row."""
_FEWEST_ROWS = 20
# A table of more columns is read in two lines a cell where there is no room for one.
_WIDE = 6


class Told(str):
    """Words that are escaped already, and know the files in which their figures stand; blank where they are.

    The site makes each figure a link to its row there (`publishing.lineage`). Addresses are told from the page; where
    `row` is given, the figures are of rows that have it.
    """

    def __new__(cls, words: str, *files: str, row: str = "") -> Self:
        """Words of a page as HTML that Markdown leaves alone."""
        about = f'data-of="{html.escape(" ".join(files))}" data-row="{html.escape(row)}"'
        return super().__new__(cls, f"<span {about}>{escape(words)}</span>" if words else "")


def escape(text: str) -> str:
    """Text that neither HTML nor Markdown reads as anything but itself.

    >>> escape("a*b<c>")
    'a&#42;b&#60;c&#62;'
    """
    if isinstance(text, Told):
        return text
    flat = " ".join(text.split())
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", flat)


@dataclass(frozen=True)
class PageTable:
    """What is to be published: what it is about, and raw rows with the columns that protect them.

    Tables of one name that are each about a `measure` share a file. `cuts` are classes of HTML for rows about a service
    (its number under `service_id`), by which a reader shows those of one tier or level. `finding` is the one in which
    figures of the note stand.
    """

    name: str
    title: str
    population: str
    period: str
    source: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    measure: str = ""
    cuts: Mapping[str, str] = field(default_factory=dict)
    finding: str = ""


@dataclass(frozen=True)
class PublishedTable:
    """A table after disclosure control: no count in it is exact; `rounding` tells the reader so, where it has any.

    `message` is what it says, where no chart says it.
    """

    name: str
    title: str
    population: str
    period: str
    source: str
    note: str
    labels: tuple[str, ...]
    numeric: tuple[bool, ...]
    cells: tuple[tuple[Cell, ...], ...]
    measure: str = ""
    rounding: str = ""
    exact: bool = False
    finding: str = ""
    message: str = ""

    @property
    def caption(self) -> str:
        """Title, population and period, as a caption."""
        stop = "" if self.title.endswith("?") else "."
        return f"{self.title}{stop} {self.population}, {self.period}."

    def saying(self, message: str) -> PublishedTable:
        """The same under what it says."""
        return replace(self, message=message)

    def with_columns(self, places: slice | Sequence[int]) -> PublishedTable:
        """The same with the columns at these places alone, as a page shows them; the file has all."""
        at = range(len(self.labels))[places] if isinstance(places, slice) else places
        return replace(
            self,
            labels=tuple(self.labels[place] for place in at),
            numeric=tuple(self.numeric[place] for place in at),
            cells=tuple(tuple(row[place] for place in at) for row in self.cells),
        )

    def with_rows(self, title: str, cells: Iterable[tuple[Cell, ...]]) -> PublishedTable:
        """The same with some of its rows, under a title of their own and without its note."""
        return replace(self, title=title, note="", message="", cells=tuple(cells))

    def values(self, key: str) -> list[str | int | float]:
        """The CSV values under `key`, row by row."""
        return [
            value for row in self.cells for cell in row for name, value in cell.values.items() if name == key
        ]

    def symbols(self) -> dict[str, str]:
        """The symbols that stand in this table, with their meanings."""
        texts = {cell.text for row in self.cells for cell in row}
        return {symbol: meaning for symbol, meaning in explain_symbols().items() if symbol in texts}


def pick_rows(table: PublishedTable) -> list[int]:
    """Return the places of the rows that a page shows, in their order: all, or of a long table `MOST_ROWS` or fewer.

    Those whose verdict is the rarest come in first, as a reader of a long table looks for them, and few of the most
    frequent.
    """
    places = range(len(table.cells))
    if len(places) <= MOST_ROWS:
        return [*places]
    verdicts = [
        next((cell.text for cell in row if cell.style.startswith("verdict")), "") for row in table.cells
    ]
    often = Counter(verdicts)
    rare = len(places) - max(often.values())
    number = min(MOST_ROWS, max(rare, _FEWEST_ROWS)) if rare else MOST_ROWS
    return sorted(sorted(places, key=lambda place: often[verdicts[place]])[:number])


def protect_table(table: PageTable, rule: Disclosure) -> PublishedTable:
    """Put every row through its columns' disclosure control."""
    cells = tuple(
        tuple(
            replace(cell, cut=cut) if cut else cell
            for cell in (each.cell(row, rule) for each in table.columns)
        )
        for row in table.rows
        for cut in (table.cuts.get(row.get("service_id") or "", ""),)
    )
    about = (table.name, table.title, table.population, table.period, table.source, table.note)
    labels, numeric = zip(*((column.label, column.number) for column in table.columns), strict=True)
    counted = any(isinstance(column, Count) for column in table.columns)
    rounding = describe_rounding(rule) if counted else ""
    return PublishedTable(*about, labels, numeric, cells, table.measure, rounding, rule.exact, table.finding)


def _html_cell(cell: Cell, numeric: bool, first: bool) -> str:
    text = escape(cell.text)
    if cell.link:
        text = f'<a href="{html.escape(cell.link)}">{text}</a>'
    if cell.style:
        text = f'<span class="{escape(cell.style)}">{text}</span>'
    if first:
        return f'<th scope="row">{text}</th>'
    if numeric:
        return f'<td class="number">{text}</td>'
    return f'<td class="words">{text}</td>' if len(cell.text) > _LONG else f"<td>{text}</td>"


def _css_text(text: str) -> str:
    """Words as a string of CSS that stands in an attribute of HTML.

    >>> _css_text("Don't")
    "'Don\\\\27 t'"
    """
    words = "".join(sign if sign.isalnum() or sign in " .,-" else f"\\{ord(sign):x} " for sign in text)
    return f"'{words}'"


def _row_tag(row: Sequence[Cell]) -> str:
    return f'<tr class="{html.escape(row[0].cut)}">' if row[0].cut else "<tr>"


def format_html(table: PublishedTable, places: Iterable[int] | None = None) -> str:
    """The rows at these places, or every row, as HTML that Markdown leaves alone.

    It is one line, so that no blank line ends the block. Its style holds the columns' labels (`--c2` and on), which a
    narrow screen shows beside each cell of a row.
    """
    head = "".join(
        f'<th scope="col"{" class=number" if numeric else ""}>{escape(label)}</th>'
        for label, numeric in zip(table.labels, table.numeric, strict=True)
    )
    body = "".join(
        _row_tag(table.cells[place])
        + "".join(
            _html_cell(cell, numeric, position == 0)
            for position, (cell, numeric) in enumerate(zip(table.cells[place], table.numeric, strict=True))
        )
        + "</tr>"
        for place in (range(len(table.cells)) if places is None else places)
    )
    about = escape(table.caption)
    said = f'{escape(table.message)} <span class="about">{about}</span>' if table.message else about
    caption = f"<caption>{said}</caption>"
    labels = ";".join(f"--c{place}:{_css_text(label)}" for place, label in enumerate(table.labels[1:], 2))
    kind = "data wide" if len(table.labels) > _WIDE else "data"
    inner = f"{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<table class="{kind}" style="{labels}">{inner}</table>'
