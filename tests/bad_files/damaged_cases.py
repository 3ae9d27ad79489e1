"""Workbooks that are locked, damaged, called by a wrong name, or made to harm."""

from __future__ import annotations

import struct
from collections.abc import Callable

from clean_dataset import TABLE
from workbook_cases import clean_ods, clean_xls, clean_xlsx, tweaked
from writers import change_zip, ods_rows, record, write_compound, write_ods, write_xls, write_xlsx, write_zip

_SHEET = "xl/worksheets/sheet1.xml"
_REPEATED = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16000" '
    'office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
)


def _billion_laughs() -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet '
    return change_zip(clean_xlsx(), _SHEET, "<worksheet ", bomb)


def _without_sheet(raw: bytes) -> bytes:
    return change_zip(raw, "xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet9.xml")


def _impossible_duration() -> bytes:
    return write_xlsx(
        {"episodes": TABLE},
        lambda book, sheet: sheet.write_number(2, 6, 1e300, book.add_format({"num_format": "[h]:mm"})),
    )


CASES: dict[str, Callable[[], bytes]] = {
    "locked xlsx": lambda: write_compound("EncryptedPackage", b"secret"),
    "locked xls": lambda: write_xls(TABLE, globals_=record(0x2F, b"\1\0\1\0\1\0" + b"\0" * 48)),
    "xlsx cut off": lambda: clean_xlsx()[:3000],
    "xls cut off": lambda: clean_xls()[:700],
    "xlsx of nonsense": lambda: b"PK\3\4" + b"\7" * 400,
    "xls of nonsense": lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\7" * 600,
    "xlsx with damaged xml": lambda: change_zip(clean_xlsx(), _SHEET, "</sheetData>", "</sheet"),
    "xlsx without its sheet": lambda: _without_sheet(clean_xlsx()),
    "billion laughs": _billion_laughs,
    "cell in the last corner": lambda: tweaked(lambda sheet: sheet.write_string("XFD1048576", "x")),
    "ods repeated without end": lambda: write_ods({"episodes": ods_rows(TABLE) + _REPEATED}),
    "empty xlsx": lambda: b"",
    "xlsx called xls": clean_xlsx,
    "xls called xlsx": clean_xls,
    "csv called xlsx": lambda: "".join(f"{','.join(row)}\n" for row in TABLE).encode(),
    "web page called xls": lambda: b"<table><tr><td>episode_id</td></tr></table>",
    "letter called xlsx": lambda: write_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    "binary workbook called xlsx": lambda: write_zip(
        {"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}
    ),
    "numbers called xlsx": lambda: write_zip({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}),
    "locked ods": lambda: write_zip(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>",
            "content.xml": b"\7" * 90,
        }
    ),
    "old letter called xls": lambda: write_compound("WordDocument", b"Dear commissioner"),
    "xls that claims to be endless": lambda: write_xls(
        TABLE, cells=record(0x200, struct.pack("<IIHHH", 0, 0x7FFFFFFF, 0, 9, 0))
    ),
    "duration beyond all time": _impossible_duration,
    "ods cut off": lambda: clean_ods()[:-200],
}
