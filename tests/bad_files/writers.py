"""Workbooks and archives by hand, byte by byte where no library writes what is wanted."""

import datetime as dt
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text", "style")
)
_CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
_MODIFIED = (2009, 7, 1, 9, 0, 0)
NUMBERS = ("age",)
DATES = ("referral_date", "start_date", "end_date")
Table = Sequence[Sequence[str]]
Tweak = Callable[[Workbook, Worksheet], object]


def write_xlsx(
    sheets: Mapping[str, Table], tweak: Tweak | None = None, first_row: int = 0, **options: bool
) -> bytes:
    """An XLSX with these sheets: dates and numbers as such; `tweak` changes the first sheet before it is saved."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    book.set_properties({"created": dt.datetime(*_MODIFIED)})
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    pages = [book.add_worksheet(name) for name in sheets]
    for page, (header, *rows) in zip(pages, sheets.values(), strict=True):
        page.write_row(first_row, 0, header)
        for number, row in enumerate(rows, first_row + 1):
            for place, (name, text) in enumerate(zip(header, row, strict=True)):
                if name in DATES and text.count("-") == 2:
                    page.write_datetime(number, place, dt.datetime.fromisoformat(text), dated)
                elif text and name in NUMBERS and text.isdigit():
                    page.write_number(number, place, float(text))
                elif text:
                    page.write_string(number, place, text)
    if tweak:
        tweak(book, pages[0])
    book.close()
    return stream.getvalue()


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, the same bytes at any time."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _MODIFIED), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def change_zip(raw: bytes, name: str, old: str, new: str) -> bytes:
    """The same archive with one place of one member changed; the old text must be there."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    assert old.encode() in members[name]
    return write_zip({**members, name: members[name].replace(old.encode(), new.encode(), 1)})


def ods_cell(name: str, text: str) -> str:
    """One cell of an ODS."""
    shown = f"<text:p>{escape(text)}</text:p>"
    if not text:
        return "<table:table-cell/>"
    if name in DATES:
        return f'<table:table-cell office:value-type="date" office:date-value="{text}">{shown}</table:table-cell>'
    if name in NUMBERS:
        return f'<table:table-cell office:value-type="float" office:value="{text}">{shown}</table:table-cell>'
    return f'<table:table-cell office:value-type="string">{shown}</table:table-cell>'


def ods_rows(table: Table) -> str:
    """The rows of a sheet of an ODS."""
    header, *rows = table
    lines = [[ods_cell("", name) for name in header]]
    lines += [[ods_cell(name, text) for name, text in zip(header, row, strict=True)] for row in rows]
    return "".join(f"<table:table-row>{''.join(line)}</table:table-row>" for line in lines)


def write_ods(sheets: Mapping[str, str], hidden: Iterable[str] = ()) -> bytes:
    """An ODS with these sheets, each the XML of its rows."""
    hide = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    style = dict.fromkeys(hidden, ' table:style-name="h"')
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}{style.get(name, '')}>{rows}</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} {_CALCEXT}>'
        f"<office:automatic-styles>{hide}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(zipfile.ZipInfo("mimetype", _MODIFIED), kind)
        archive.writestr(
            zipfile.ZipInfo("META-INF/manifest.xml", _MODIFIED), '<?xml version="1.0"?><manifest/>'
        )
        archive.writestr(zipfile.ZipInfo("content.xml", _MODIFIED), content)
    return stream.getvalue()


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of a BIFF stream."""
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\1" + text.encode("utf-16-le")


def xls_cell(row: int, column: int, name: str, text: str) -> bytes:
    """One cell of an XLS; blank where there is no text."""
    place = struct.pack("<HH", row, column)
    if not text:
        return b""
    if row and name in DATES:
        days = (dt.date.fromisoformat(text) - dt.date(1899, 12, 30)).days
        return record(0x203, place + struct.pack("<Hd", 1, days))
    if row and name in NUMBERS:
        return record(0x203, place + struct.pack("<Hd", 0, float(text)))
    return record(0x204, place + b"\0\0" + _text(text, "<H"))


def write_xls(
    table: Table, name: str = "episodes", hidden: int = 0, globals_: bytes = b"", cells: bytes = b""
) -> bytes:
    """An XLS with one sheet; `globals_` and `cells` are records put before the others' end."""
    header = table[0]
    begin = [record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x1FAA, 0x7CD, 0, 6)) for kind in (5, 0x10)]
    styles = record(0x41E, struct.pack("<H", 164) + _text("yyyy-mm-dd", "<H"))
    styles += b"".join(record(0xE0, struct.pack("<HH", 0, form) + b"\0" * 16) for form in (0, 164))
    sheet = struct.pack("<BB", hidden, 0) + _text(name, "<B")
    size = len(begin[0] + globals_ + styles) + len(record(0x85, b"\0\0\0\0" + sheet)) + 4
    book = begin[0] + globals_ + styles + record(0x85, struct.pack("<I", size) + sheet) + record(0x0A)
    filled = b"".join(
        xls_cell(row, column, header[column], text)
        for row, line in enumerate(table)
        for column, text in enumerate(line)
    )
    extent = record(0x200, struct.pack("<IIHHH", 0, len(table), 0, len(header), 0))
    return write_compound("Workbook", book + begin[1] + extent + filled + cells + record(0x0A))


def write_compound(name: str, content: bytes) -> bytes:
    """An OLE 2 file with one stream: header, one sector of allocation, one of directory, then the stream."""
    content = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
    sectors = len(content) // 512
    none, end = 0xFFFFFFFF, 0xFFFFFFFE
    allocation = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    assert len(allocation) <= 128
    head = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16 + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[none] * 108)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(text), kind, 1, none, none, child)
        return text.ljust(64, b"\0") + links + b"\0" * 36 + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, none, 2, len(content))
    fat = struct.pack("<128I", *allocation, *[none] * (128 - len(allocation)))
    return head + fat + directory.ljust(512, b"\0") + content
