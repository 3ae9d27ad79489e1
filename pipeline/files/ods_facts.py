"""An ODS workbook's facts, from its XML."""

from __future__ import annotations

from collections.abc import Mapping
from zipfile import ZipFile

from pipeline.files.sheet_facts import BookFacts, SheetFacts, name_range, walk_xml

_CELLS = ("table-cell", "covered-table-cell")


def read_ods_facts(archive: ZipFile) -> BookFacts:
    """The facts of every sheet."""
    content = _Content()
    with archive.open("content.xml") as stream:
        walk_xml(stream, content.start, content.end, content.text)
    return BookFacts(tuple(content.sheets))


class _Content:
    """Walks content.xml; rows and cells that are repeated stand once with a number."""

    def __init__(self) -> None:
        self.sheets: list[SheetFacts] = []
        self._hiding: set[str] = set()
        self._style = ""
        self._row = self._rows = self._column = self._columns = 0
        self._cell: Mapping[str, str] = {}
        self._shown = ""
        self._in_cell = self._in_note = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "table-cell" | "covered-table-cell":
                self._columns = int(attributes.get("number-columns-repeated", 1))
                self._cell, self._shown, self._in_cell = attributes, "", True
            case "table-row":
                self._row += self._rows
                self._rows, self._column = int(attributes.get("number-rows-repeated", 1)), 1
            case "annotation":
                self._in_note = True
            case "style":
                self._style = attributes.get("name", "")
            case "table-properties" if attributes.get("display") == "false":
                self._hiding.add(self._style)
            case "table":
                hidden = attributes.get("style-name") in self._hiding
                self.sheets.append(SheetFacts(attributes.get("name", ""), hidden))
                self._row, self._rows = 1, 0

    def text(self, text: str) -> None:
        if self._in_cell and not self._in_note:
            self._shown += text

    def end(self, name: str) -> None:
        if name == "annotation":
            self._in_note = False
        elif name in _CELLS and self.sheets:
            self._note_cell(self.sheets[-1], self._cell)
            self._column += self._columns
            self._in_cell = False

    def _note_cell(self, facts: SheetFacts, cell: Mapping[str, str]) -> None:
        """`value-type` stands twice, as the office's and as LibreOffice's own, where it says 'error'."""
        place = self._row, self._column
        if "formula" in cell or "value-type" in cell or self._shown.strip():
            facts.reach(self._row + self._rows - 1, self._column + self._columns - 1)
        if cell.get("value-type") == "error" or ("formula" in cell and self._shown.startswith(("#", "Err:"))):
            facts.errors[place] = self._shown
        elif "formula" in cell and "value-type" not in cell:
            facts.unstored.add(place)
        down, across = (int(cell.get(f"number-{way}-spanned", 1)) for way in ("rows", "columns"))
        if down > 1 or across > 1:
            top, left = place
            facts.merged.append(name_range(top, left, top + down - 1, left + across - 1))
