"""The one door: what a notebook shows goes through here, protected, written for download, and said where from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.downloads.declared import DECLARED, DeclaredFile, format_declared
from pipeline.present.disclosure.declared import declare_file, declare_frame
from pipeline.present.disclosure.frames import format_frame
from pipeline.present.disclosure.table import (
    PageTable,
    PublishedTable,
    Told,
    escape,
    format_html,
    pick_rows,
    protect_table,
)
from pipeline.present.disclosure.table_files import format_csv, list_columns
from pipeline.present.sentences import join_notes, say
from pipeline.protect.rounding import Disclosure

_MANY_ROWS = 12
"""Rows from which a table below a chart is folded: three years of quarters."""
_ASKING = {
    f"verdict verdict-{word}"
    for word in ("not-met", "partly-met", "off-track", "worse", "getting-worse", "behind", "overdue", "fail")
}
IN_VIEW, _FEWEST_FOLDED = 12, 4
"""Rows of a table without a chart that stand in view; where at least so many others follow, a fold holds them."""


def name_file(table: str) -> str:
    """Return the name of a table's file.

    In the site the page's name and a '-' stand before it, and the last '-' there has to be this one: names of services
    and scales may hold one, and no name of ours a '+'.
    """
    return f"{table.replace('-', '+')}.csv"


class Downloads:
    """The CSV files of one page, each written anew as its tables are shown: tables of several measures share one.

    Beside them one file says what each is and what its columns hold.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, dict[str, PublishedTable]] = {}
        self._begun = False

    def write(self, name: str, table: PublishedTable) -> None:
        """Put a table into its file: at the end of those of other measures where it has the columns that they have."""
        tables = self._written.setdefault(name, {})
        alike = all(list_columns(other) == list_columns(table) for other in tables.values())
        follows = bool(tables) and table.measure not in tables and alike
        tables[table.measure] = table
        self._declare(declare_file(name, list(tables.values())))
        text = format_csv(table) if follows else format_csv(*tables.values())
        self._put(name, text.partition("\n")[2] if follows else text, at_end=follows)

    def write_frame(self, name: str, frame: pd.DataFrame, source: str) -> None:
        """Put a frame of findings into a file of its own, in the digits of `format_frame`."""
        told = format_frame(frame)
        self._declare(declare_frame(name, frame, told, source))
        self._put(name, told.to_csv(index=False, lineterminator="\n"))

    def _declare(self, file: DeclaredFile) -> None:
        self._put(DECLARED, format_declared(file), at_end=self._begun)
        self._begun = True

    def _put(self, name: str, text: str, *, at_end: bool = False) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / name).open("a" if at_end else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


@dataclass(frozen=True)
class Door:
    """Protects and publishes tables of one page; `downloads` takes their CSV files, None writes none.

    `link` is what the page's own links put before a file's name; `prefix` keeps files of several services apart.
    """

    rule: Disclosure
    downloads: Downloads | None
    link: str
    prefix: str = ""

    def publish(self, table: PageTable) -> PublishedTable:
        """Protect a table and, where it has rows, write its CSV."""
        published = protect_table(table, self.rule)
        if self.downloads is not None and published.cells:
            self.downloads.write(name_file(self.prefix + table.name), published)
        return published

    def format(self, table: PublishedTable, chart: str | None = None, in_view: int = IN_VIEW) -> str:
        """A table, its chart before it, its notes, source and download after it, as Markdown.

        A long table is folded below the chart that shows it; without one its first rows stand in view.
        """
        symbols = (f"{symbol} {meaning}" for symbol, meaning in table.symbols().items())
        notes = [note for note in (_tell_part(table), table.note, table.rounding, *symbols) if note]
        parts = [chart] if chart else []
        parts.extend([format_html(table, pick_rows(table))] if chart else _show_rows(table, in_view))
        if notes:
            parts.append(f'<p class="notes">{self._tell(f"{join_notes(notes)}.", table)}</p>')
        parts.append(self.link_to(table))
        if chart and len(table.cells) >= _MANY_ROWS:
            summary = f"<details><summary>{escape(say('table folded', title=table.title))}</summary>"
            parts = [chart, summary, *parts[1:], "</details>"]
        return "\n\n".join(parts)

    def _tell(self, words: str, table: PublishedTable) -> str:
        """Words below a table, which know the finding in which their figures stand, where there is one."""
        return Told(words, self.address_of(f"finding_{table.finding}")) if table.finding else escape(words)

    def address_of(self, table: str) -> str:
        """Where the file of a table or finding of that name lies, as the page's own links have it."""
        return self.link + name_file(self.prefix + table)

    def link_to(self, table: PublishedTable) -> str:
        """Where a table comes from and where its file is; nothing where it has no row, and so no file."""
        if not table.cells:
            return ""
        address = self.address_of(table.name)
        kind = say("table kind several") if table.measure else say("table kind single")
        download = f'<a href="{address}">{say("table download", title=escape(table.title), kind=kind)}</a>'
        return f'<p class="downloads">{escape(say("table source", source=table.source))} {download}</p>'


def _show_rows(table: PublishedTable, in_view: int) -> Iterator[str]:
    """The first rows of those that a page shows, what asks for a decision before others, and a fold with the rest."""
    shown = pick_rows(table)
    asking_first = sorted(shown, key=lambda at: all(cell.style not in _ASKING for cell in table.cells[at]))
    first, others = (sorted(places) for places in (asking_first[:in_view], asking_first[in_view:]))
    if len(others) < _FEWEST_FOLDED:
        yield format_html(table, shown)
        return
    yield format_html(table, first)
    rest = replace(table, title=say("table others", title=table.title), message="")
    yield f"<details><summary>{escape(say('table more', number=len(others)))}</summary>"
    yield format_html(rest, others)
    yield "</details>"


def _tell_part(table: PublishedTable) -> str:
    """Which of a long table's rows are shown; nothing where all are."""
    shown, rows = pick_rows(table), len(table.cells)
    if len(shown) == rows:
        return ""
    which = "first" if shown == [*range(len(shown))] else "rarest"
    return say(f"table {which}", shown=len(shown), number=f"{rows:,}")
