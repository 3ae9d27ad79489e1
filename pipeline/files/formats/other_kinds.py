"""Kinds of file that are not read: told by a file's bytes or by the end of its name, each with what to do instead."""

from collections.abc import Collection
from zipfile import ZipFile

from pipeline.files.formats.xls_facts import CompoundFile

Other = tuple[str, str]  # what it is, and what to do

_SAVE = "open it in a spreadsheet program and save it as XLSX"
_TABLE = "copy its rows into the template or another spreadsheet, and save that as XLSX"
_EXPORT = "export the table from its program as XLSX or CSV"
_NUMBERS = "in Numbers choose File, Export To, Excel, and send the XLSX file"
_UNPACK = "unpack it, and send the files that are in it"
_KINDS: dict[str, Other] = {
    ".xlsm": ("an Excel workbook with macros (XLSM)", _SAVE),
    ".xltx": ("an Excel template (XLTX)", _SAVE),
    ".xlsb": ("an Excel workbook of the binary kind (XLSB)", _SAVE),
    ".xlw": ("an Excel workbook from before 1997", _SAVE),
    ".fods": ("a flat OpenDocument spreadsheet (FODS)", _SAVE),
    ".slk": ("a SYLK spreadsheet", _SAVE),
    ".wk1": ("a Lotus spreadsheet", _SAVE),
    ".2003": ("an XML Spreadsheet 2003", _SAVE),
    ".html": ("a web page (HTML)", _SAVE),
    ".mht": ("a web page in one file (MHT)", _SAVE),
    ".xml": ("XML", _SAVE),
    ".numbers": ("a Numbers spreadsheet", _NUMBERS),
    ".iwa": ("a Numbers, Pages or Keynote document", _NUMBERS),
    ".pages": ("a Pages document", _TABLE),
    ".key": ("a Keynote presentation", _TABLE),
    ".gsheet": (
        "only a link to a Google Sheet",
        "in Google Sheets choose File, Download, Microsoft Excel (.xlsx), and send that file",
    ),
    ".docx": ("a Word document (DOCX)", _TABLE),
    ".doc": ("an old Word document (DOC)", _TABLE),
    ".odt": ("an OpenDocument text (ODT)", _TABLE),
    ".rtf": ("a letter (RTF)", _TABLE),
    ".pdf": ("a PDF", _TABLE),
    ".pptx": ("a PowerPoint presentation (PPTX)", _TABLE),
    ".ppt": ("an old PowerPoint presentation (PPT)", _TABLE),
    ".picture": ("a picture", _TABLE),
    ".msg": ("an e-mail", "save the file that is attached to it, and send that"),
    ".sqlite": ("a database (SQLite)", _EXPORT),
    ".accdb": ("an Access database", _EXPORT),
    ".json": ("JSON", _EXPORT),
    ".parquet": ("a Parquet file", _EXPORT),
    ".sav": ("an SPSS file", _EXPORT),
    ".dta": ("a Stata file", _EXPORT),
    ".7z": ("a 7z archive", _UNPACK),
    ".gz": ("a gzip archive", _UNPACK),
    ".rar": ("a RAR archive", _UNPACK),
}
UNKNOWN: Other = ("a kind of document that is not known", _SAVE)
_SAME = {
    ".xltm": ".xlsm", ".xlt": ".xlw", ".htm": ".html", ".mhtml": ".mht",
    ".dotx": ".docx", ".docm": ".docx", ".eml": ".msg", ".db": ".sqlite", ".sqlite3": ".sqlite", ".mdb": ".accdb",
    ".zsav": ".sav", ".tgz": ".gz", ".tar": ".gz", ".jpg": ".picture", ".jpeg": ".picture", ".png": ".picture",
    ".gif": ".picture", ".tif": ".picture", ".tiff": ".picture", ".bmp": ".picture", ".heic": ".picture",
    ".webp": ".picture",
}  # fmt: skip
_ENDS_SAY = (".xlsm", ".xltx", ".gsheet", ".json", ".html", ".mht", ".xml", ".msg", ".numbers")
"""Endings that are believed where the bytes alone say plain text, a ZIP or a workbook like any other."""
_STARTS: dict[bytes, str] = {
    b"%PDF": ".pdf", b"{\\rtf": ".rtf", b"SQLite format 3\0": ".sqlite", b"\0\1\0\0Standard": ".accdb",
    b"PAR1": ".parquet", b"$FL2": ".sav", b"$FL3": ".sav", b"<stata_dta": ".dta", b"\x1f\x8b": ".gz",
    b"7z\xbc\xaf": ".7z", b"Rar!": ".rar", b"\x89PNG": ".picture", b"\xff\xd8\xff": ".picture", b"GIF8": ".picture",
    b"II*\0": ".picture", b"MM\0*": ".picture", b"ID;P": ".slk", b"\0\0\2\0": ".wk1", b"\t\0\4\0": ".xlw",
    b"\t\2\6\0": ".xlw", b"\t\4\6\0": ".xlw", b"MIME-Version:": ".mht", b'{"': ".json", b"[{": ".json",
}  # fmt: skip
_MARKUP = {  # by what stands among the first signs of a file that begins with '<'
    b"urn:schemas-microsoft-com:office:spreadsheet": ".2003",
    b"office:document": ".fods",
    b"<html": ".html",
    b"<!doctype html": ".html",
    b"<table": ".html",
    b"": ".xml",
}
_MEMBERS = {
    "xl/workbook.bin": ".xlsb", "Index/Document.iwa": ".iwa", "Index.zip": ".iwa", "word/": ".docx",
    "ppt/": ".pptx",
}  # fmt: skip
_STREAMS = {
    "WordDocument": ".doc",
    "PowerPoint Document": ".ppt",
    "__properties_version1.0": ".msg",
}


def identify_by_ending(ending: str, certain: bool = False) -> Other | None:
    """Return what a file is whose name ends so; `certain`: only where the ending is believed against the bytes."""
    ending = _SAME.get(ending, ending)
    return None if certain and ending not in _ENDS_SAY else _KINDS.get(ending)


def identify_by_start(raw: bytes) -> Other | None:
    """Return what a file is by its first bytes; None where these are plain text, or say nothing."""
    start = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n") if raw[:4] not in _STARTS else raw[:2048]
    if start.startswith(b"<") and not start.startswith(b"<stata_dta"):
        return _KINDS[next(kind for mark, kind in _MARKUP.items() if mark in start.lower())]
    return next((_KINDS[kind] for mark, kind in _STARTS.items() if start.startswith(mark)), None)


def identify_by_members(names: Collection[str]) -> Other | None:
    """Return what a document is that is a ZIP within, by the names of its parts; None where it may be a plain ZIP."""
    found = (_KINDS[kind] for part, kind in _MEMBERS.items() if any(name.startswith(part) for name in names))
    return next(found, UNKNOWN if "[Content_Types].xml" in names or "mimetype" in names else None)


def identify_open_document(archive: ZipFile) -> Other:
    """Return what an OpenDocument file is that is no spreadsheet."""
    said = archive.read("mimetype").decode("ascii", "replace") if "mimetype" in archive.namelist() else ""
    return _KINDS[".odt"] if said.endswith("opendocument.text") else UNKNOWN


def identify_compound(file: CompoundFile) -> Other:
    """Return what an old Office document is that is no workbook."""
    return next((_KINDS[kind] for name, kind in _STREAMS.items() if name in file), UNKNOWN)
