"""Workbooks that are locked, damaged, called by a wrong name, or made to harm."""

import struct
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

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


def _left_out(raw: bytes, name: str) -> bytes:
    with ZipFile(BytesIO(raw)) as archive:
        return write_zip({each: archive.read(each) for each in archive.namelist() if each != name})


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


_ROOT = _wide("Root Entry")
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
    "locked ods of LibreOffice 24": lambda: write_zip(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>",
            "encrypted-package": b"\7" * 90,
        }
    ),
    "ods of Google without its kind": lambda: _left_out(clean_ods(), "mimetype"),
    "xls whose root has another name": lambda: clean_xls().replace(
        _ROOT, _wide("R").ljust(len(_ROOT), b"\0")
    ),
    "workbook with macros": clean_xlsx,
    "binary workbook": lambda: write_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}),
    "numbers": lambda: write_zip({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}),
    "numbers of another making": lambda: write_zip({"Data/preview.jpg": b"x"}),
    "link to a google sheet": lambda: b'{"url": "https://docs.google.com/spreadsheets/d/1"}',
    "text of tabs called xls": lambda: "".join("\t".join(row) + "\n" for row in TABLE).encode(),
    "xml spreadsheet 2003 called xls": lambda: (
        b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    ),
    "xls from before 1997": lambda: b"\t\4\6\0\0\0\x10\0" + b"\0" * 90,
    "database called xlsx": lambda: b"SQLite format 3\0" + b"\0" * 90,
    "presentation called xlsx": lambda: write_zip(
        {"[Content_Types].xml": b"<x/>", "ppt/slides/1.xml": b"<x/>"}
    ),
    "letter of LibreOffice called ods": lambda: write_zip(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
    ),
    "e-mail called csv": lambda: write_compound("__properties_version1.0", b"Dear commissioner"),
    "picture of a phone": lambda: b"\0\0\0\x18ftypheic" + b"\0" * 90,
    "csv without an ending": lambda: "".join(f"{','.join(row)}\n" for row in TABLE).encode(),
    "workbook with macros for a period": clean_xlsx,
}
