"""The workbook of a page, by the machine-checkable items of the Analysis Function's checklist.

Read as a spreadsheet program reads it, from the XML in the file: tests of accessibility are about what is marked there.
"""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook
from taken_away import REACHED, TEXT

from pipeline.downloads.sheets import Book, format_book
from pipeline.present.sentences import say

_BOOK = Book("Service S01: tables", ("From a site: Service S01.", "Synthetic data."), "en-GB")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def raw() -> bytes:
    return format_book(_BOOK, [(REACHED, TEXT), (REACHED, TEXT)], say)


@pytest.fixture(scope="module")
def parts(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _sheets(parts: dict[str, str]) -> list[ElementTree.Element]:
    names = sorted(
        (name for name in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)), key=_number
    )
    return [ElementTree.fromstring(parts[name]) for name in names]


def _tables(parts: dict[str, str]) -> list[ElementTree.Element]:
    names = sorted((name for name in parts if name.startswith("xl/tables/")), key=_number)
    return [ElementTree.fromstring(parts[name]) for name in names]


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name))


def test_cover_contents_and_notes_come_first_then_one_table_a_sheet(
    raw: bytes, parts: dict[str, str]
) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    assert book.sheet_names == ["Cover", "Contents", "Notes", "Table 1", "Table 2"]
    counts = [len(sheet.findall(f"{_MAIN}tableParts/{_MAIN}tablePart")) for sheet in _sheets(parts)]
    assert counts == [0, 1, 1, 1, 1]


def test_tables_are_marked_with_names_of_their_own_and_one_header_of_different_words(
    parts: dict[str, str],
) -> None:
    tables = _tables(parts)
    names = [table.attrib["displayName"] for table in tables]
    assert names == ["Contents", "Notes", "Table_1", "Table_2"]
    for table in tables:
        headings = [column.attrib["name"] for column in table.iter(f"{_MAIN}tableColumn")]
        assert all(headings)
        assert len({words.casefold() for words in headings}) == len(headings)
        assert table.attrib.get("headerRowCount", "1") == "1"


def test_nothing_is_merged_hidden_filtered_frozen_or_worked_out(parts: dict[str, str]) -> None:
    for sheet in _sheets(parts):
        tags = {element.tag.removeprefix(_MAIN) for element in sheet.iter()}
        assert not tags & {
            "mergeCell",
            "f",
            "pane",
            "autoFilter",
            "dataValidation",
            "conditionalFormatting",
            "drawing",
        }
        assert not [element for element in sheet.iter() if element.attrib.get("hidden") == "1"]
    assert not [table for table in _tables(parts) if table.find(f"{_MAIN}autoFilter") is not None]
    assert not any("vbaProject" in name or "externalLink" in name for name in parts)


def test_no_row_or_cell_of_a_table_is_blank(raw: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    for name in book.sheet_names[1:]:
        rows = book.get_sheet_by_name(name).to_python()
        above = {"Contents": 2, "Notes": 2}.get(name, 4)
        assert all(row[0] != "" for row in rows)
        assert all(cell != "" for row in rows[above:] for cell in row)


def test_the_title_stands_in_the_first_cell_and_below_it_what_the_sheet_holds(raw: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    rows = book.get_sheet_by_name("Table 1").to_python()
    assert [row[0] for row in rows[:4]] == [
        "Who was reached",
        "This sheet has one table of 3 rows; the sheet Notes says what its symbols mean.",
        "Children in S01, 2009 to 2012. Source: a test",
        "counts are rounded",
    ]
    assert rows[4] == ["Ethnic group", "Verdict", "Children", "Share", "Share: lower limit"]


def test_numbers_are_numbers_and_text_is_text_whatever_it_begins_with(raw: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    assert book.get_sheet_by_name("Table 1").to_python()[5:] == [
        ["Asian", "met", 40.0, 61.5, 50.2],
        ["=1+1", "not met", 15.0, "[c]", "[c]"],
        ["@Other", "[z]", 5.0, "[x]", "[z]"],
    ]


def test_the_document_has_a_title_and_a_language(parts: dict[str, str]) -> None:
    core = parts["docProps/core.xml"]
    assert "<dc:title>Service S01: tables</dc:title>" in core
    assert "<dc:language>en-GB</dc:language>" in core
    ElementTree.fromstring(core)


def test_nothing_is_told_by_colour(parts: dict[str, str]) -> None:
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    assert {fill.attrib["patternType"] for fill in styles.iter(f"{_MAIN}patternFill")} <= {"none", "gray125"}
    fonts = styles.find(f"{_MAIN}fonts")
    assert fonts is not None
    assert {colour.attrib.get("rgb") for colour in fonts.iter(f"{_MAIN}color")} == {None}


def test_contents_lead_to_each_table(parts: dict[str, str]) -> None:
    contents = _sheets(parts)[1]
    links = [link.attrib["location"] for link in contents.iter(f"{_MAIN}hyperlink")]
    assert links == ["'Table 1'!A1", "'Table 2'!A1"]


def test_the_same_tables_give_the_same_bytes(raw: bytes) -> None:
    assert format_book(_BOOK, [(REACHED, TEXT), (REACHED, TEXT)], say) == raw
