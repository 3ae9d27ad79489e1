"""Which kind of file something is, by its bytes as well as its name, and the tables that it holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from pipeline.contract.values import Fault
from pipeline.files.formats.archive import UNREADABLE, list_members, open_archive, read_member
from pipeline.files.formats.delimited import read_csv
from pipeline.files.formats.grid import EMPTY
from pipeline.files.formats.other_kinds import (
    UNKNOWN,
    Other,
    identify_by_ending,
    identify_by_members,
    identify_by_start,
    identify_compound,
    identify_open_document,
)
from pipeline.files.formats.sheet_facts import DAMAGED, ENCRYPTED, BookFacts
from pipeline.files.formats.text import RefusedFileError, TextTable
from pipeline.files.formats.workbook import Workbook
from pipeline.files.formats.xls_facts import CompoundFile

WORKBOOKS = (".xlsx", ".xls", ".ods")
_KINDS = {
    ".csv": "plain text",
    ".xlsx": "an Excel workbook (XLSX)",
    ".xls": "an old Excel workbook (XLS)",
    ".ods": "an OpenDocument spreadsheet (ODS)",
    ".zip": "a ZIP archive",
}
_OR_SAVE = dict.fromkeys((".csv", *WORKBOOKS), ", or open it in a spreadsheet program and save it as XLSX")
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
            raise RefusedFileError(
                Fault("file.kind", "a ZIP is not a table", "unpack it, and name a workbook or CSV file in it")
            )
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


def kind_fault(path: Path) -> Fault | None:
    """Return why a file is not opened whose name does not end like those that are read."""
    if path.suffix.lower() in _KINDS:
        return None
    try:
        open_sent(path)
    except RefusedFileError as refusal:
        return refusal.fault
    return None


def _check_kind(raw: bytes, ending: str) -> str:
    """The kind of the file; RefusedFileError where its name does not end so."""
    if not raw.strip():
        raise RefusedFileError(EMPTY)
    kind, other = _kind_of(raw)
    if kind == ending:
        return ending
    other = identify_by_ending(ending, certain=True) or other
    if kind == ".csv" and not other and b"\0" in raw:
        if ending in _KINDS:
            raise RefusedFileError(DAMAGED)
        other = identify_by_ending(ending) or UNKNOWN
    rename = f"change the end of its name to {kind}" if ending else f"add {kind} to its name"
    found, fix = other or (_KINDS[kind], rename + _OR_SAVE.get(kind, ""))
    if kind == ".csv" and not other and b"\t" in raw.splitlines()[0]:
        found = f"{found}, its cells separated by tabs"
    if ending in _KINDS:
        said = f"its name ends in {ending}, but it is {found}"
    elif other:
        said = f"it is {found}, which is not read"
    else:
        said = f"it is {found}, and its name {f'ends in {ending}' if ending else 'has no ending'}"
    raise RefusedFileError(Fault("file.kind", said, fix))


def _kind_of(raw: bytes) -> tuple[str, Other | None]:
    """The ending that the bytes ask for, or (blank) what else they are."""
    if raw.startswith((b"PK\3\4", b"PK\5\6")):
        return _kind_in_zip(raw)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        file = CompoundFile(raw)
        if "EncryptedPackage" in file:
            raise RefusedFileError(ENCRYPTED)
        is_book = "Workbook" in file or "Book" in file
        return (".xls", None) if is_book else ("", identify_compound(file))
    other = identify_by_start(raw)
    return "" if other else ".csv", other


def _kind_in_zip(raw: bytes) -> tuple[str, Other | None]:
    try:
        archive = ZipFile(BytesIO(raw))
        names = set(archive.namelist())
        manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except UNREADABLE as error:
        raise RefusedFileError(DAMAGED) from error
    if "xl/workbook.xml" in names:
        return ".xlsx", None
    if b"encryption-data" in manifest:
        raise RefusedFileError(ENCRYPTED)
    if "content.xml" in names:
        return (".ods", None) if _holds_spreadsheet(archive) else ("", identify_open_document(archive))
    other = identify_by_members(names)
    return "" if other else ".zip", other


def _holds_spreadsheet(archive: ZipFile) -> bool:
    """Whether an OpenDocument file is a spreadsheet: by its kind, or where Google left that out, by what it holds."""
    if "mimetype" in archive.namelist():
        return archive.read("mimetype").strip() == b"application/vnd.oasis.opendocument.spreadsheet"
    with archive.open("content.xml") as stream:
        return any(b"<office:spreadsheet" in part for part in iter(lambda: stream.read(1 << 20), b""))
