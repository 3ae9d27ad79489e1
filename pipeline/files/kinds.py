"""Which kind of file something is, by its bytes as well as its name, and the tables that it holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from pipeline.contract.values import Fault
from pipeline.files.archive import UNREADABLE, list_members, open_archive, read_member
from pipeline.files.delimited import read_csv
from pipeline.files.grid import EMPTY
from pipeline.files.sheet_facts import DAMAGED, ENCRYPTED, BookFacts
from pipeline.files.text import RefusedFileError, TextTable
from pipeline.files.workbook import Workbook
from pipeline.files.xls_facts import CompoundFile

WORKBOOKS = (".xlsx", ".xls", ".ods")
_KINDS = {
    ".csv": "plain text",
    ".xlsx": "an Excel workbook (XLSX)",
    ".xls": "an old Excel workbook (XLS)",
    ".ods": "an OpenDocument spreadsheet (ODS)",
    ".zip": "a ZIP archive",
}
_OTHERS = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a letter (RTF)",
    b"<": "a web page or XML",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_DOCUMENTS = {
    "xl/workbook.bin": "an Excel workbook of the binary kind (XLSB)",
    "Index/Document.iwa": "a Numbers, Pages or Keynote document",
    "Index.zip": "a Numbers, Pages or Keynote document",
    "word/": "a Word document (DOCX)",
    "ppt/": "a PowerPoint presentation (PPTX)",
}
_MISSING = Fault("file.missing", "the file is missing", "send the file, or leave it out")


@dataclass(frozen=True, order=True)
class Part:
    """Where in a file a table stands: a member of a ZIP, a sheet of a workbook, both, or neither.

    `header_row` is the row of its column names, where a mapping says that others stand above it. `book` is what was
    found in a workbook when its parts were listed, so that it is looked through once.
    """

    member: str = ""
    sheet: str = ""
    header_row: int = 0
    book: BookFacts | None = field(default=None, compare=False, repr=False)

    def name(self, file: str) -> str:
        """What messages call the place."""
        member = f", file '{self.member}'" if self.member else ""
        return f"{file}{member}" + (f", sheet '{self.sheet}'" if self.sheet else "")


WHOLE = Part()


class SentFile:
    """A file's bytes, opened once; every method raises RefusedFileError where it cannot be used."""

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self._members: dict[str, SentFile] = {}
        self._workbook: Workbook | None = None
        if fault := ending_fault(name):
            raise RefusedFileError(fault)
        self.kind = _check_kind(raw, PurePosixPath(name).suffix.lower())

    def workbook(self, facts: BookFacts | None = None) -> Workbook:
        """The file as a workbook, opened once; `facts` where they are known."""
        if self._workbook is None:
            self._workbook = Workbook(self._raw, self.kind, facts)
        return self._workbook

    @cached_property
    def archive(self) -> ZipFile:
        """The file as a ZIP."""
        return open_archive(self._raw)

    def member(self, name: str) -> SentFile:
        """One file of the ZIP, which may be no ZIP itself; opened once for all its sheets."""
        if name in self._members:
            return self._members[name]
        inner = SentFile(read_member(self.archive, name), name)
        if inner.kind == ".zip":
            fault = Fault("file.archive", "a ZIP within a ZIP is not opened", "pack the files in one ZIP")
            raise RefusedFileError(fault)
        self._members[name] = inner
        return inner

    def parts(self) -> list[Part]:
        """Every place at which a table may stand; a member that cannot be opened is one, to be refused when read."""
        if self.kind in WORKBOOKS:
            book = self.workbook()
            return [Part(sheet=sheet.name, book=book.facts) for sheet in book.sheets()]
        if self.kind == ".zip":
            return [
                replace(part, member=name)
                for name in list_members(self.archive)
                for part in self._member_parts(name)
            ]
        return [WHOLE]

    def _member_parts(self, name: str) -> list[Part]:
        try:
            return self.member(name).parts()
        except RefusedFileError:
            return [WHOLE]

    def read(self, part: Part, known: Collection[str]) -> TextTable:
        """The table at that place; without a place, the file's only one."""
        if part.member:
            return self.member(part.member).read(replace(part, member=""), known)
        if self.kind in WORKBOOKS:
            book = self.workbook(part.book)
            return book.read(part.sheet or self._only_sheet(), known, part.header_row)
        if self.kind == ".zip":
            raise RefusedFileError(Fault("file.kind", "a ZIP is no table", "name a workbook or CSV"))
        return read_csv(self._raw, known, part.header_row)

    def _only_sheet(self) -> str:
        first, *others = [sheet.name for sheet in self.workbook().sheets()] or [""]
        if others:
            message = f"the workbook holds more than one sheet ('{first}', '{others[0]}')"
            raise RefusedFileError(Fault("file.sheet", message, "name the sheet that holds the table"))
        return first


def open_sent(path: Path) -> SentFile:
    """The file at `path`, read into memory."""
    if not path.is_file():
        raise RefusedFileError(_MISSING)
    return SentFile(path.read_bytes(), path.name)


def read_text(path: Path, known: Collection[str]) -> TextTable:
    """The one table in `path`."""
    return open_sent(path).read(WHOLE, known)


def ending_fault(name: str) -> Fault | None:
    """Why a file of that name is not opened at all, whatever it holds."""
    if PurePosixPath(name).suffix.lower() in _KINDS:
        return None
    message = f"not a kind of file that is read ({', '.join(_KINDS)})"
    return Fault("file.kind", message, "open it and save it as CSV or XLSX")


def _check_kind(raw: bytes, ending: str) -> str:
    if not raw.strip():
        raise RefusedFileError(EMPTY)
    kind, found = _kind_of(raw)
    if kind == ending:
        return ending
    if kind == ".csv" and b"\0" in raw:
        raise RefusedFileError(DAMAGED)
    message = f"its name ends in {ending}, but it is {found}"
    mend = (
        f"end its name in {kind}, or save it as the kind its name says"
        if kind
        else "open it and save it as CSV or XLSX"
    )
    raise RefusedFileError(Fault("file.kind", message, mend))


def _kind_of(raw: bytes) -> tuple[str, str]:
    """The ending that the bytes ask for (blank: none that is read) and what to call them."""
    if raw.startswith((b"PK\3\4", b"PK\5\6")):
        kind = _kind_in_zip(raw)
        with ZipFile(BytesIO(raw)) as archive:
            said = _name_document(archive.namelist()) or "another kind of document"
        return kind, _KINDS.get(kind, said)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        file = CompoundFile(raw)
        if "EncryptedPackage" in file:
            raise RefusedFileError(ENCRYPTED)
        kind = ".xls" if "Workbook" in file or "Book" in file else ""
        return kind, _KINDS.get(kind, "another kind of Office document")
    start = raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    other = next((said for mark, said in _OTHERS.items() if start.startswith(mark)), None)
    return ("", other) if other else (".csv", _KINDS[".csv"])


def _kind_in_zip(raw: bytes) -> str:
    try:
        archive = ZipFile(BytesIO(raw))
        names = set(archive.namelist())
    except UNREADABLE as error:
        raise RefusedFileError(DAMAGED) from error
    if "xl/workbook.xml" in names:
        return ".xlsx"
    if "content.xml" in names:
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise RefusedFileError(ENCRYPTED)
        return ".ods" if _holds_spreadsheet(archive) else ""
    return "" if "[Content_Types].xml" in names or _name_document(names) else ".zip"


def _name_document(names: Collection[str]) -> str:
    """What a document that is a ZIP within is called by those who made it; blank where it is not known."""
    return next((said for name, said in _DOCUMENTS.items() if any(n.startswith(name) for n in names)), "")


def _holds_spreadsheet(archive: ZipFile) -> bool:
    """Whether an OpenDocument file is a spreadsheet: by its kind, or where Google left that out, by what it holds."""
    if "mimetype" in archive.namelist():
        return archive.read("mimetype").strip() == b"application/vnd.oasis.opendocument.spreadsheet"
    with archive.open("content.xml") as stream:
        return any(b"<office:spreadsheet" in part for part in iter(lambda: stream.read(1 << 20), b""))
