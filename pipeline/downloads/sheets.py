"""The tables of one page as an accessible workbook: Cover, Contents, Notes, then one table per sheet.

Follows the Analysis Function's checklist of accessible spreadsheets: marked tables with one header row and a name, a
title in A1, nothing merged, hidden, blank, filtered or frozen, no formulas, no meaning by colour alone.
"""

import datetime as dt
import html
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from pipeline.downloads.bundle import zip_files
from pipeline.downloads.declared import SYMBOLS, DeclaredColumn, DeclaredFile
from pipeline.downloads.metadata import read_rows

_CREATED = dt.datetime(2000, 1, 1)  # fixed, so that the same tables give the same bytes
_CORE = "docProps/core.xml"
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NARROWEST, _WIDEST = 11, 48
_HEADER = 4
"""The row of a table's header, counted from 0: below title, contents, subject and notes."""
Say = Callable[..., str]
"""Returns a sentence of the catalogue by its key."""


@dataclass(frozen=True)
class Book:
    """A workbook's cover: the page's title and address, and facts about all of its data."""

    title: str
    about: tuple[str, ...]
    language: str


def format_book(book: Book, tables: Sequence[tuple[DeclaredFile, str]], say: Say) -> bytes:
    """Return the workbook of tables and their CSV texts; the same tables give the same bytes."""
    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, **_PLAIN})
    made.set_properties({"title": book.title, "subject": book.about[0], "created": _CREATED})
    named = [(say("book table", number=number), file, text) for number, (file, text) in enumerate(tables, 1)]
    sheets = _Sheets(made, say, frozenset(name for name, _, _ in named))
    sheets.add_words(say("book cover"), book.title, book.about)
    sheets.add_list(
        say("book contents"),
        say("book contents about"),
        (say("book sheet"), say("site table"), say("book columns")),
        [(name, file.title, len(file.columns)) for name, file, _ in named],
    )
    notes = [
        *((symbol, say(f"book symbol {symbol}")) for symbol in SYMBOLS),
        *((name, file.note or say("book no note")) for name, file, _ in named),
        (say("book text"), say("book text note")),
    ]
    about = (say("book note on"), say("book note"))
    sheets.add_list(say("book notes"), say("book notes about"), about, notes)
    for name, file, text in named:
        sheets.add_table(name, file, read_rows(text))
    made.close()
    return _with_language(out.getvalue(), book.language)


def _with_language(raw: bytes, language: str) -> bytes:
    """Return the workbook with its language set, which XlsxWriter cannot do."""
    with zipfile.ZipFile(BytesIO(raw)) as made:
        files = {name: made.read(name) for name in made.namelist()}
    element = f"<dc:language>{html.escape(language)}</dc:language></cp:coreProperties>"
    files[_CORE] = files[_CORE].replace(b"</cp:coreProperties>", element.encode())
    return zip_files(files)


class _Sheets:
    """The sheets of a workbook as they are added; `links` are the names of sheets that others link to."""

    def __init__(self, book: Any, say: Say, links: Collection[str]) -> None:
        self._book, self._say, self._links = book, say, links
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._header = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})

    def add_words(self, name: str, title: str, lines: Sequence[str]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 90)
        sheet.write_string(0, 0, title, self._title)
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line, self._text)

    def add_list(
        self, title: str, words: str, headings: Sequence[str], rows: Sequence[tuple[str | int, ...]]
    ) -> None:
        """Add a sheet with a list, in which each entry that names a sheet links to it."""
        sheet = self._book.add_worksheet(title)
        sheet.write_string(0, 0, title, self._title)
        sheet.write_string(1, 0, words)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 90)
        self._mark(sheet, 2, headings, len(rows), title)
        for number, row in enumerate(rows, 3):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, place, value, self._text)
                elif value in self._links:
                    sheet.write_url(number, place, f"internal:'{value}'!A1", string=value)
                else:
                    sheet.write_string(number, place, value, self._text)

    def add_table(self, name: str, file: DeclaredFile, rows: Sequence[Mapping[str, str]]) -> None:
        sheet, columns = self._book.add_worksheet(name), _shown_columns(file, rows)
        # Title, contents of the sheet, subject of the table, notes; no blank lines.
        source = self._say("table source", source=file.source)
        lines = (
            self._say("book rows", number=len(rows), notes=self._say("book notes")),
            f"{file.population}, {file.period}. {source}",
            file.note or self._say("book no note"),
        )
        sheet.write_string(0, 0, file.title, self._title)
        for row, line in enumerate(lines, 1):
            sheet.write_string(row, 0, line)
        self._mark(sheet, _HEADER, [column.label for column in columns], len(rows), name)
        for place, column in enumerate(columns):
            texts = [row[column.name] for row in rows]
            longest = max(len(text) for text in (column.label, *texts))
            sheet.set_column(place, place, min(_WIDEST, max(_NARROWEST, longest + 2)))
            for number, text in enumerate(texts, _HEADER + 1):
                # Numbers as numbers, everything else as text, also text that begins like a formula.
                if column.kind != "text" and _is_number(text):
                    sheet.write_number(number, place, float(text))
                else:
                    sheet.write_string(number, place, text or "[z]", self._text)

    def _mark(self, sheet: Any, header: int, headings: Sequence[str], rows: int, name: str) -> None:
        """Mark the rows below a header as a table with that header, without a filter or stripes."""
        options = {
            "name": name.replace(" ", "_"),
            "autofilter": False,
            "banded_rows": False,
            "style": "Table Style Light 1",
            "columns": [{"header": words, "header_format": self._header} for words in headings],
        }
        sheet.add_table(header, 0, header + rows, len(headings) - 1, options)


def _shown_columns(file: DeclaredFile, rows: Sequence[Mapping[str, str]]) -> list[DeclaredColumn]:
    """Return all columns except those whose single value is stated above the table."""
    stated = {file.population, file.period, file.source}
    return [
        column
        for column in file.columns
        if not column.constant or not {row[column.name] for row in rows} <= stated
    ]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text not in ("inf", "-inf", "nan")
