"""An ODS workbook's facts, from its XML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring, iterparse
from zipfile import ZipFile

from pipeline.files.sheet_facts import MAXIMUM_CELLS, BookFacts, Place, SheetFacts, name_range, walk_xml

_OASIS = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TABLE, _OFFICE, _STYLE, _TEXT = map(_OASIS.format, ("table", "office", "style", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = frozenset((f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"))
_ROW, _SHEET, _STYLED, _PARAGRAPH = f"{_TABLE}table-row", f"{_TABLE}table", f"{_STYLE}style", f"{_TEXT}p"
_FORMULA, _TYPE, _VALUE = f"{_TABLE}formula", f"{_OFFICE}value-type", f"{_OFFICE}value"
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = f"{_TABLE}number-rows-spanned", f"{_TABLE}number-columns-spanned"
# A file as LibreOffice, Excel and Google write it, and in it what is no row of plain cells.
_ROOT = re.compile(rb'\s*(?:<\?xml[^>]*\?>\s*)?<office:document-content\s[^>]*xmlns:table="urn:oasis:[^>]*>')
_NAMESPACE = re.compile(rb'xmlns:[\w.-]+="[^"]*"')
_UNUSUAL = (b"<!", b"<?", b"='", b" = ", b"xmlns")
_HIDING = re.compile(
    rb'<style:style\s(?:[^>]*\s)?style:name="([^"]*)"[^>]*>(?:(?!</style:style>).)*?table:display="false"',
    re.DOTALL,
)
_ROWS = re.compile(rb"<table:table-row\b")
_SHEET_BEGINS, _SHEET_ENDS = b"<table:table ", b"</table:table>"
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b")
_ODD = (
    b"table:formula", b"-spanned=", b'="error"', b'="percentage"', b'="currency"', b"annotation", b"<table:table ",
    b"<table:table>", b"<draw:",
)  # fmt: skip
_TIMED = re.compile(rb'date-value="[0-9-]+T')
_SAME = re.compile(
    rb'office:value-type="float"(?: [\w:-]+="[^"]*")*? office:value="([^"]*)"[^>]*><text:p>\1</text:p>'
)
_REPEATED = re.compile(rb'number-rows-repeated="([0-9]+)"')
_ACROSS = re.compile(rb'number-columns-repeated="([0-9]+)"')
_NUMBERS = frozenset(("float", "currency"))
_AS_NUMBER = re.compile(
    r"[-+(£$€¥\s]*(?P<number>(0|[1-9][0-9]*|[1-9][0-9]{0,2}([ ,.'\u00a0\u202f][0-9]{3})+)([.,][0-9]+)?|[.,][0-9]+)"
    r"(?P<power>E[+-]?[0-9]+)?[-)£$€¥\s]*"
)


def read_ods_facts(archive: ZipFile) -> BookFacts:
    """The facts of every sheet. Rows of plain cells are told by a few searches in their text, all others one by one."""
    raw = archive.read("content.xml")
    walk_xml(BytesIO(raw))
    root = _ROOT.match(raw)
    if not root or any(raw.find(sign, root.end()) >= 0 for sign in _UNUSUAL):
        return _read_each(BytesIO(raw))
    names = b" ".join(_NAMESPACE.findall(root[0]))
    styles, *parts = raw.split(_SHEET_BEGINS)
    hiding = {name.decode() for name in _HIDING.findall(styles)}
    facts = []
    for part in parts:
        start, *rows = _ROWS.split(part[: part.find(_SHEET_ENDS)])
        tag = _SHEET_BEGINS + start[: start.find(b">")].rstrip(b"/") + b"/>"
        facts.append(_begin(fromstring(b"<x %s>%s</x>" % (names, tag))[0], hiding))
        row = 1
        for piece in rows:
            row = _note_quickly(facts[-1], row, piece, names)
    return BookFacts(tuple(facts))


def _note_quickly(facts: SheetFacts, row: int, raw: bytes, names: bytes) -> int:
    """Note the row that begins here; the number of the next one."""
    numbers = raw.count(b'office:value-type="float"')
    if any(sign in raw for sign in _ODD) or _TIMED.search(raw) or numbers != len(_SAME.findall(raw)):
        end = raw.rfind(b"</table:table-row>")
        whole = raw[: end + 18] if end >= 0 else raw[: raw.find(b"/>") + 2]
        return _note_row(facts, row, fromstring(b"<x %s><table:table-row%s</x>" % (names, whole))[0])
    repeated = _REPEATED.search(raw, 0, raw.find(b">"))
    rows = int(repeated[1]) if repeated else 1
    last = max(raw.rfind(b"office:value-type="), raw.rfind(b"<text:p"))
    if last >= 0:
        filled = raw[: raw.find(b">", last)]
        columns = sum(int(each) - 1 for each in _ACROSS.findall(filled))
        facts.reach(row + rows - 1, columns + len(_CELL.findall(filled)))
    return row + rows


def _begin(sheet: Element, hiding: Collection[str]) -> SheetFacts:
    return SheetFacts(sheet.get(f"{_TABLE}name", ""), sheet.get(f"{_TABLE}style-name") in hiding)


def _read_each(stream: BytesIO) -> BookFacts:
    """The facts of every sheet, cell by cell."""
    hiding: set[str] = set()
    sheets: list[SheetFacts] = []
    row = 1
    for event, element in iterparse(stream, ("start", "end")):
        if event == "start" and element.tag == _SHEET:
            sheets.append(_begin(element, hiding))
            row = 1
        elif event == "end" and element.tag == _ROW:
            row = _note_row(sheets[-1], row, element)
            element.clear()
        elif event == "end" and element.tag == _STYLED and _is_hiding(element):
            hiding.add(element.get(f"{_STYLE}name", ""))
    return BookFacts(tuple(sheets))


def _is_hiding(style: Element) -> bool:
    return any(part.get(f"{_TABLE}display") == "false" for part in style)


def _note_row(facts: SheetFacts, row: int, element: Element) -> int:
    """Note the cells of a row, which may stand for several that are the same; the number of the next row."""
    rows = int(element.get(_ROWS_REPEATED, 1))
    column = 1
    for cell in element:
        if cell.tag in _CELLS:
            columns = int(cell.get(_COLUMNS_REPEATED, 1))
            if len(cell) or cell.attrib:
                _note_cell(facts, cell, (row, column), (row + rows - 1, column + columns - 1))
            column += columns
    return row + rows


def _note_cell(facts: SheetFacts, cell: Element, first: Place, last: Place) -> None:
    """Note a cell that stands from the first place to the last; LibreOffice's own value type says 'error'."""
    shown = "".join(map(_text_of, cell.iterfind(_PARAGRAPH)))
    kind, formula = cell.get(_TYPE), _FORMULA in cell.attrib
    if formula or kind is not None or shown.strip():
        facts.reach(*last)
    if cell.get(f"{_CALC}value-type") == "error" or (formula and shown.startswith(("#", "Err:"))):
        facts.errors.update(dict.fromkeys(_places(first, last), shown))
    elif formula and kind is None:
        facts.unstored.update(_places(first, last))
    elif kind == "percentage":
        facts.shown.update(dict.fromkeys(_places(first, last), _percent(cell.get(_VALUE, ""))))
    elif kind in _NUMBERS and (shown := shown.strip()) and shown != (stored := cell.get(_VALUE, "")):
        number = _AS_NUMBER.fullmatch(shown)
        if not number:
            facts.shown.update(dict.fromkeys(_places(first, last), shown))
        elif not number["power"] and not _is_rounded(number["number"], stored):
            facts.misshown.update(_places(first, last))
    elif kind == "date" and ":" not in shown and "T" in cell.get(f"{_OFFICE}date-value", ""):
        facts.days.update(_places(first, last))
    down, across = int(cell.get(_ROWS_SPANNED, 1)), int(cell.get(_COLUMNS_SPANNED, 1))
    if down > 1 or across > 1:
        top, left = first
        facts.merged.append(name_range(top, left, top + down - 1, left + across - 1))


def _text_of(paragraph: Element) -> str:
    return "".join(paragraph.itertext()) if len(paragraph) else paragraph.text or ""


def _places(first: Place, last: Place) -> Iterator[Place]:
    """Every place of a cell that is repeated; none where the sheet is larger than any that is read."""
    (top, left), (bottom, right) = first, last
    if (bottom - top + 1) * (right - left + 1) <= MAXIMUM_CELLS:
        yield from ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _percent(stored: str) -> str:
    return f"{(Decimal(repr(float(stored))) * 100).normalize():f}%"


def _is_rounded(shown: str, stored: str) -> bool:
    """Whether a number, with points or commas in one country's way or another's, is the stored one, perhaps rounded."""
    plain = re.sub(r"[^0-9.,]", "", shown)
    for point in ".,":
        whole, _, decimals = plain.replace({".": ",", ",": "."}[point], "").partition(point)
        if point not in decimals:
            step = Decimal(1).scaleb(-len(decimals))
            if abs(Decimal(f"{whole or 0}.{decimals or 0}") - abs(Decimal(stored))) <= step / 2:
                return True
    return Decimal(re.sub("[.,]", "", plain)) == abs(Decimal(stored))
