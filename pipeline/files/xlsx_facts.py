"""An XLSX workbook's facts, from its XML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from zipfile import ZipFile

from pipeline.files.sheet_facts import DAMAGED, BookFacts, SheetFacts, walk_xml
from pipeline.files.text import RefusedFileError

_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_TRUE = ("1", "true")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_xlsx_facts(archive: ZipFile) -> BookFacts:
    """The facts of every worksheet; other kinds of sheet (charts) hold no rows and are left out."""
    book = _Book()
    with archive.open(_BOOK) as stream:
        walk_xml(stream, book.start)
    links = dict[str, str]()

    def link(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            links[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))[1:]

    with archive.open(_LINKS) as stream:
        walk_xml(stream, link)
    sheets = []
    for identity, sheet in book.sheets:
        if identity in links:
            with archive.open(links[identity]) as stream:
                cells = _Cells(sheet, book.not_calculated)
                walk_xml(stream, cells.start, cells.end, cells.text)
            sheets.append(sheet)
    return BookFacts(tuple(sheets), book.from_1904)


class _Book:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, SheetFacts]] = []
        self.from_1904 = False
        self.not_calculated = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes["id"], SheetFacts(attributes["name"], hidden)))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in _TRUE
        elif name == "calcPr":
            self.not_calculated = attributes.get("fullCalcOnLoad") in _TRUE


class _Cells:
    """Walks one sheet. In a workbook that a program wrote and no spreadsheet calculated, a formula's 0 is no result."""

    def __init__(self, facts: SheetFacts, not_calculated: bool) -> None:
        self._facts = facts
        self._no_result = ("", "0") if not_calculated else ("",)
        self._row = self._column = 0
        self._type = ""
        self._formula = self._filled = self._in_value = False
        self._value = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "c":
                self._place(attributes.get("r"))
                self._type = attributes.get("t", "")
                self._formula = self._filled = False
                self._value = ""
            case "v":
                self._filled = self._in_value = True
            case "f":
                self._formula = True
            case "is":
                self._filled = True
            case "row":
                self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
                self._column = 0
            case "mergeCell":
                self._facts.merged.append(attributes["ref"])

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise RefusedFileError(DAMAGED)
        self._column, self._row = _column_number(found.group(1)), int(found.group(2))

    def text(self, text: str) -> None:
        if self._in_value:
            self._value += text

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c" and (self._filled or self._formula):
            place = self._row, self._column
            self._facts.reach(*place)
            if self._type == "e":
                self._facts.errors[place] = self._value
            elif self._formula and self._type not in ("str", "b") and self._value in self._no_result:
                self._facts.unstored.add(place)


@cache
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
