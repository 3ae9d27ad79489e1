"""An XLSX workbook's facts, from its XML."""

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from pipeline.files.formats.number_formats import NumberFormat, built_in_format, read_format
from pipeline.files.formats.sheet_facts import DAMAGED, BookFacts, Place, SheetFacts, walk_xml
from pipeline.files.formats.text import RefusedFileError

_BOOK = "xl/workbook.xml"
_STYLES = "xl/styles.xml"
_TRUE = ("1", "true")
_TEXTS = ("s", "str", "inlineStr")
_CRITERIA = ("filters", "customFilters", "dynamicFilter", "top10", "colorFilter", "iconFilter")
_LAST_ROW = 1 << 20
Formats = Mapping[str, NumberFormat]
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_xlsx_facts(archive: ZipFile) -> BookFacts:
    """The facts of every worksheet; other kinds of sheet (charts) hold no rows and are left out."""
    book = _Book()
    with archive.open(_BOOK) as stream:
        walk_xml(stream, book.start)
    links = _read_links(archive, _BOOK, "worksheet")
    styles = _Styles()
    if _STYLES in archive.namelist():
        with archive.open(_STYLES) as stream:
            walk_xml(stream, styles.start, styles.end)
    sheets = []
    for identity, sheet in book.sheets:
        if identity in links:
            raw = archive.read(links[identity])
            cells = _Cells(sheet, book.not_calculated, styles.formats)
            walk_xml(BytesIO(raw), cells.start, cells.end, cells.text)
            if sheet.hidden_rows:
                tables = _read_links(archive, links[identity], "table") if b"tablePart" in raw else {}
                for table in tables.values():
                    walk_xml(BytesIO(archive.read(table)), cells.filters.start)
                sheet.filters += cells.filters.rows
            sheets.append(sheet)
    return BookFacts(tuple(sheets), book.from_1904)


def _read_links(archive: ZipFile, part: str, kind: str) -> dict[str, str]:
    """The parts of that kind that belong to a part, by the id that it knows them by."""
    folder, name = posixpath.split(part)
    links = dict[str, str]()

    def link(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith(f"/{kind}"):
            target = posixpath.join(f"/{folder}", attributes["Target"])
            links[attributes["Id"]] = posixpath.normpath(target)[1:]

    with archive.open(f"{folder}/_rels/{name}.rels") as stream:
        walk_xml(stream, link)
    return links


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


class _Styles:
    """The formats of those styles of cells that do not show a value as it is stored, by their place in the list."""

    def __init__(self) -> None:
        self.formats: dict[str, NumberFormat] = {}
        self._codes: dict[str, str] = {}
        self._of_cells = False
        self._place = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._of_cells = True
        elif name == "xf" and self._of_cells:
            number = attributes.get("numFmtId", "0")
            own = self._codes.get(number)
            if form := built_in_format(int(number)) if own is None else read_format(own):
                self.formats[str(self._place)] = form
            self._place += 1

    def end(self, name: str) -> None:
        self._of_cells = self._of_cells and name != "cellXfs"


class _Filters:
    """The rows, from one to another, from which filters pick, of a sheet and of its tables."""

    def __init__(self) -> None:
        self._picking: list[Place] = []
        self._within = ""
        self._advanced = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheetPr":
            self._advanced = attributes.get("filterMode") in _TRUE
        elif name == "autoFilter":
            self._within = attributes.get("ref", "")
        elif name in _CRITERIA and (rows := re.findall("[0-9]+", self._within)):
            self._picking.append((int(rows[0]), int(rows[-1])))

    @property
    def rows(self) -> list[Place]:
        """All rows where only the sheet says that a filter is at work."""
        return self._picking or [(1, _LAST_ROW)] * self._advanced


class _Cells:
    """Walks one sheet. In a workbook that a program wrote and no spreadsheet calculated, a formula's 0 is no result."""

    def __init__(self, facts: SheetFacts, not_calculated: bool, formats: Formats) -> None:
        self._facts = facts
        self.filters = _Filters()
        self._no_result = ("", "0") if not_calculated else ("",)
        self._row = self._column = 0
        self._formats = formats
        self._format: NumberFormat | None = None
        self._type = ""
        self._formula = self._filled = self._in_value = False
        self._value = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "c":
                self._place(attributes.get("r"))
                self._type = attributes.get("t", "")
                self._format = self._formats.get(attributes.get("s", ""))
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
                if _is_unseen(attributes, "ht"):
                    self._facts.hidden_rows.append((self._row, self._row))
            case "col" if _is_unseen(attributes, "width"):
                self._facts.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
            case "mergeCell":
                self._facts.merged.append(attributes["ref"])
            case _:
                self.filters.start(name, attributes)

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
            if self._type in ("", "n") and self._value:
                self._facts.note_number(place, self._value, self._format)
            elif self._type in _TEXTS:
                self._facts.note_text(place, self._format)
            if self._type == "e":
                self._facts.errors[place] = self._value
            elif self._formula and self._type not in ("str", "b") and self._value in self._no_result:
                self._facts.unstored.add(place)


def _is_unseen(attributes: Mapping[str, str], size: str) -> bool:
    return attributes.get("hidden") in _TRUE or float(attributes.get(size, 1)) == 0


@cache
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
