"""An ODS workbook's facts, from its XML."""

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from pipeline.files.formats.sheet_facts import (
    MAXIMUM_CELLS,
    BookFacts,
    Place,
    SheetFacts,
    name_range,
    walk_xml,
)

_OASIS = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TABLE, _OFFICE, _STYLE, _TEXT = map(_OASIS.format, ("table", "office", "style", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = frozenset((f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"))
_ROW, _SHEET, _STYLED, _PARAGRAPH = f"{_TABLE}table-row", f"{_TABLE}table", f"{_STYLE}style", f"{_TEXT}p"
_FORMULA, _TYPE, _VALUE = f"{_TABLE}formula", f"{_OFFICE}value-type", f"{_OFFICE}value"
_VISIBILITY, _STYLE_NAME, _DISPLAY = f"{_TABLE}visibility", f"{_TABLE}style-name", f"{_TABLE}display"
_COLUMN, _GROUPS = f"{_TABLE}table-column", (f"{_TABLE}table-row-group", f"{_TABLE}table-column-group")
_FAMILY, _STYLE_ID = f"{_STYLE}family", f"{_STYLE}name"
_SIZES = (f"{_STYLE}row-height", f"{_STYLE}column-width")
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = f"{_TABLE}number-rows-spanned", f"{_TABLE}number-columns-spanned"
_NOUGHT = re.compile(r"0*\.?0*[a-z]+")
_UNSEEN = ("collapse", "filter")
_NUMBERS = frozenset(("float", "currency"))
_AS_NUMBER = re.compile(
    r"[-+(£$€¥\s]*(?P<number>(0|[1-9][0-9]*|[1-9][0-9]{0,2}([ ,.'\u00a0\u202f][0-9]{3})+)([.,][0-9]+)?|[.,][0-9]+)"
    r"(?P<power>E[+-]?[0-9]+)?[-)£$€¥\s]*"
)


def read_ods_facts(archive: ZipFile) -> BookFacts:
    """The facts of every sheet, cell by cell."""
    hiding: set[str] = set()
    sheets: list[SheetFacts] = []
    groups: list[bool] = []
    row = column = 1
    for event, element in walk_xml(archive.read("content.xml"), ("start", "end")):
        if element.tag in _GROUPS:
            groups = [*groups, element.get(_DISPLAY) == "false"] if event == "start" else groups[:-1]
        elif event == "start" and element.tag == _SHEET:
            hidden = f"table {element.get(_STYLE_NAME)}" in hiding
            sheets.append(SheetFacts(element.get(f"{_TABLE}name", ""), hidden))
            row = column = 1
        elif event == "end" and element.tag == _COLUMN:
            column = _note_column(sheets[-1], column, element, hiding, any(groups))
        elif event == "end" and element.tag == _ROW:
            row = _note_row(sheets[-1], row, element, hiding, any(groups))
            element.clear()
        elif event == "end" and element.tag == _STYLED:
            hiding.add(_hides(element))
    return BookFacts(tuple(sheets))


def _hides(style: Element) -> str:
    """The style's family and name if what has it cannot be seen; else blank."""
    unseen = any(
        part.get(_DISPLAY) == "false" or any(_NOUGHT.fullmatch(part.get(size, "")) for size in _SIZES)
        for part in style
    )
    return f"{style.get(_FAMILY)} {style.get(_STYLE_ID)}" if unseen else ""


def _note_column(
    facts: SheetFacts, column: int, element: Element, hiding: Collection[str], folded: bool
) -> int:
    """Note a column, which may stand for several; the number of the next one. `folded`: its group is not shown."""
    following = column + int(element.get(_COLUMNS_REPEATED, 1))
    if folded or element.get(_VISIBILITY) in _UNSEEN or f"table-column {element.get(_STYLE_NAME)}" in hiding:
        facts.hidden_columns.append((column, following - 1))
    return following


def _note_row(facts: SheetFacts, row: int, element: Element, hiding: Collection[str], folded: bool) -> int:
    """Note the cells of a row, which may stand for several that are the same; the number of the next row."""
    rows = int(element.get(_ROWS_REPEATED, 1))
    visibility, place = element.get(_VISIBILITY), (row, row + rows - 1)
    if folded or visibility in _UNSEEN or f"table-row {element.get(_STYLE_NAME)}" in hiding:
        facts.hidden_rows.append(place)
    if visibility == "filter":
        facts.filters.append(place)
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
        percent = (Decimal(repr(float(cell.get(_VALUE, "")))) * 100).normalize()
        facts.shown.update(dict.fromkeys(_places(first, last), f"{percent:f}%"))
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
