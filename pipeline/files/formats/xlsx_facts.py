"""An XLSX workbook's facts, from its XML."""

import posixpath
import re
from collections.abc import Collection, Mapping
from functools import cache
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from pipeline.files.formats.number_formats import NumberFormat, built_in_format, read_format
from pipeline.files.formats.sheet_facts import DAMAGED, BookFacts, Place, SheetFacts, local_name, walk_xml
from pipeline.files.formats.text import RefusedFileError

_BOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_TRUE = ("1", "true")
_TEXTS = ("s", "str", "inlineStr")
_CRITERIA = ("filters", "customFilters", "dynamicFilter", "top10", "colorFilter", "iconFilter")
_LAST_ROW = 1 << 20
Formats = Mapping[str, NumberFormat]
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_xlsx_facts(archive: ZipFile) -> BookFacts:
    """The facts of every worksheet; other kinds of sheet (charts) hold no rows and are left out."""
    links = _read_links(archive, _BOOK, "worksheet")
    formats = _read_formats(archive.read(_STYLES)) if _STYLES in archive.namelist() else {}
    named, from_1904, not_calculated = list[tuple[str, SheetFacts]](), False, False
    for _, element in walk_xml(archive.read(_BOOK)):
        match local_name(element.tag):
            case "sheet":
                said = {local_name(key): value for key, value in element.items()}
                hidden = said.get("state", "visible") != "visible"
                named.append((said["id"], SheetFacts(said["name"], hidden)))
            case "workbookPr":
                from_1904 = element.get("date1904") in _TRUE
            case "calcPr":
                not_calculated = element.get("fullCalcOnLoad") in _TRUE
    sheets = [(links[link], sheet) for link, sheet in named if link in links]
    for part, sheet in sheets:
        _read_sheet(archive, part, sheet, _Reading(formats, ("", "0") if not_calculated else ("",)))
    return BookFacts(tuple(sheet for _, sheet in sheets), from_1904)


def _read_links(archive: ZipFile, part: str, kind: str) -> dict[str, str]:
    """The parts of that kind that belong to a part, by the id that it knows them by."""
    folder, name = posixpath.split(part)
    found = [element for _, element in walk_xml(archive.read(f"{folder}/_rels/{name}.rels"))]
    return {
        link.attrib["Id"]: posixpath.normpath(posixpath.join(f"/{folder}", link.attrib["Target"]))[1:]
        for link in found
        if local_name(link.tag) == "Relationship" and link.get("Type", "").endswith(f"/{kind}")
    }


def _read_formats(raw: bytes) -> Formats:
    """The formats of those styles of cells that do not show a value as it is stored, by their place in the list."""
    codes, formats = dict[str, str](), dict[str, NumberFormat]()
    for _, element in walk_xml(raw):
        match local_name(element.tag):
            case "numFmt":
                codes[element.get("numFmtId", "")] = element.get("formatCode", "")
            case "cellXfs":
                for place, style in enumerate(element):
                    number = style.get("numFmtId", "0")
                    own = codes.get(number)
                    if form := built_in_format(int(number)) if own is None else read_format(own):
                        formats[str(place)] = form
    return formats


def _read_sheet(archive: ZipFile, part: str, sheet: SheetFacts, reading: "_Reading") -> None:
    raw = archive.read(part)
    picking, advanced = list[Place](), False
    for _, element in walk_xml(raw):
        match local_name(element.tag):
            case "row":
                reading.note_row(sheet, element)
                element.clear()
            case "col" if _is_unseen(element, "width"):
                sheet.hidden_columns.append((int(element.attrib["min"]), int(element.attrib["max"])))
            case "mergeCell":
                sheet.merged.append(element.attrib["ref"])
            case "sheetPr":
                advanced = element.get("filterMode") in _TRUE
            case "autoFilter":
                picking += _list_filters(element)
    if sheet.hidden_rows:
        tables = _read_links(archive, part, "table") if b"tablePart" in raw else {}
        for table in tables.values():
            for _, element in walk_xml(archive.read(table)):
                picking += _list_filters(element) if local_name(element.tag) == "autoFilter" else []
        # All rows where only the sheet says that a filter is at work.
        sheet.filters += picking or [(1, _LAST_ROW)] * advanced


def _list_filters(element: Element) -> list[Place]:
    """The rows, from one to another, from which each criterion of a filter picks, of a sheet or of a table."""
    rows = re.findall("[0-9]+", element.get("ref", ""))
    criteria = [part for part in element.iter() if local_name(part.tag) in _CRITERIA]
    return [(int(rows[0]), int(rows[-1]))] * len(criteria) if rows else []


class _Reading:
    """Walks the rows of one sheet. A formula whose value is among `no_result` has none: where a program wrote the
    workbook and no spreadsheet calculated it, a 0 is none.
    """

    def __init__(self, formats: Formats, no_result: Collection[str]) -> None:
        self._formats, self._no_result = formats, no_result
        self._row = self._column = 0

    def note_row(self, facts: SheetFacts, row: Element) -> None:
        self._row, self._column = int(row.get("r", self._row + 1)), 0
        if _is_unseen(row, "ht"):
            facts.hidden_rows.append((self._row, self._row))
        for cell in row:
            if local_name(cell.tag) == "c":
                self._note_cell(facts, cell)

    def _note_cell(self, facts: SheetFacts, cell: Element) -> None:
        place = self._row, self._column = self._place_of(cell.get("r"))
        parts = {local_name(part.tag): part.text or "" for part in cell}
        if parts.keys().isdisjoint(("v", "is", "f")):
            return
        facts.reach(*place)
        value, kind, form = parts.get("v", ""), cell.get("t", ""), self._formats.get(cell.get("s", ""))
        if kind in ("", "n") and value:
            facts.note_number(place, value, form)
        elif kind in _TEXTS:
            facts.note_text(place, form)
        if kind == "e":
            facts.errors[place] = value
        elif "f" in parts and kind not in ("str", "b") and value in self._no_result:
            facts.unstored.add(place)

    def _place_of(self, reference: str | None) -> Place:
        if reference is None:
            return self._row, self._column + 1
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise RefusedFileError(DAMAGED)
        return int(found[2]), _column_number(found[1])


def _is_unseen(element: Element, size: str) -> bool:
    return element.get("hidden") in _TRUE or float(element.get(size, 1)) == 0


@cache
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
