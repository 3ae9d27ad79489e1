"""CSV as people send it: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252. What was found is said."""

import codecs
import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO, TextIOWrapper

from pipeline.contract.names import fold_name
from pipeline.contract.values import Fault
from pipeline.files.formats.grid import EMPTY, build_table
from pipeline.files.formats.ragged import check_names
from pipeline.files.formats.table_rows import CellFault, Record
from pipeline.files.formats.text import RefusedFileError, TextTable, Tidied

_DELIMITERS: Mapping[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs"}
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SAMPLE = 65_536
_SEP_LINE = re.compile(r'"?sep=([,;\t])"?', re.IGNORECASE)
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
_QUOTES = "close the quotation mark, write one inside a cell twice, or save the file as XLSX"
_SAVE_AS = "open it in a spreadsheet program, check the letters with accents, and save it as XLSX"


@dataclass(frozen=True)
class _Layout:
    """How a CSV is written: its delimiter, and whether a first line `sep=` says so."""

    delimiter: str
    said: bool

    @property
    def remarks(self) -> tuple[Tidied, ...]:
        named = f"cells separated by {_DELIMITERS[self.delimiter]}"
        read = Tidied("", "first line 'sep=' read as saying what separates the cells", 0)
        return (*([read] if self.said else []), *([Tidied("", named, 0)] if self.delimiter != "," else []))


def read_csv(raw: bytes, known: Collection[str] = (), header_row: int = 0) -> TextTable:
    """The table in a CSV; the delimiter is that which tells most column names of `known` apart."""
    encoding, plain = _to_utf8(raw)
    layout = _find_layout(plain, known)
    lines = max(0, count_records(plain, layout.delimiter) - 1 - layout.said)
    table = build_table(_records(plain, layout, lines), lines, known, header_row)
    check_names(table, known)
    guessed = _list_guessed(table) if encoding == "Windows-1252" else ()
    remark = (Tidied("", f"read as text of the kind {encoding}", 0),) if encoding != "UTF-8" else ()
    return replace(table, tidied=(*remark, *guessed, *layout.remarks, *table.tidied))


def _list_guessed(table: TextTable) -> tuple[Tidied, ...]:
    """The cells whose characters depend on the encoding having been guessed rightly."""
    counts = [int((~column.where(str.isascii)).sum()) for column in table.columns]
    named = zip(table.header, counts, strict=True)
    return tuple(
        Tidied(name, "letters beyond A to Z read as older Windows programs write them (Windows-1252)", count)
        for name, count in named
        if count
    )


def _refuse(raw: bytes, message: str) -> RefusedFileError:
    lines = sum(1 for line in raw.replace(b"\0", b"").splitlines() if line) - 1
    return RefusedFileError(Fault("file.encoding", message, _SAVE_AS), max(0, lines))


def _to_utf8(raw: bytes) -> tuple[str, bytes]:
    """The name of the encoding, and the text as UTF-8 without byte order mark."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            encoding, plain = "UTF-16", raw.decode("utf-16").encode("utf-8")
        except UnicodeError as error:
            raise _refuse(
                raw,
                "the file is cut off or damaged: it begins as text of one kind (UTF-16) and goes on as another",
            ) from error
    else:
        encoding, plain = _from_bytes(raw)
    if _is_binary(plain):
        raise _refuse(raw, "the file holds signs that are not text, so it may be damaged")
    if not plain.strip():
        raise RefusedFileError(EMPTY)
    return encoding, plain


def _is_binary(plain: bytes) -> bool:
    """Whether NUL bytes stand among the column names, several together or in great number: else they spoil a cell."""
    first = plain.lstrip(b"\r\n").partition(b"\n")[0]
    return b"\0" in first or b"\0\0" in plain or plain.count(b"\0") > len(plain) // 20


def _from_bytes(raw: bytes) -> tuple[str, bytes]:
    marked = raw.startswith(codecs.BOM_UTF8)
    plain = raw.removeprefix(codecs.BOM_UTF8)
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        row = len(_LINE_END.findall(plain, 0, error.start)) + 1
        if marked or _UTF8_CHARACTER.search(plain):
            raise _refuse(
                raw, f"row {row} holds letters that were saved in another way than those of other rows"
            ) from error
        try:
            return "Windows-1252", plain.decode("cp1252").encode("utf-8")
        except UnicodeDecodeError:
            raise _refuse(
                raw, f"row {row} holds letters that were saved in a way that is not known"
            ) from error
    return ("UTF-8 with byte order mark" if marked else "UTF-8"), plain


def _find_layout(plain: bytes, known: Collection[str]) -> _Layout:
    start = re.split(r"\r\n|\r|\n", plain[:_SAMPLE].decode("utf-8", "ignore"))
    first, *later = [line for line in start if line.strip()] or [""]
    said = _SEP_LINE.fullmatch(first)
    if said:
        return _Layout(said.group(1), True)

    wanted = set(map(fold_name, known))

    def names(delimiter: str) -> int:
        split = (
            [fold_name(cell).strip('"') for cell in line.split(delimiter)] for line in (first, *later[:50])
        )
        return max(len(wanted.intersection(cells)) for cells in split)

    return _Layout(max(_DELIMITERS, key=lambda delimiter: (names(delimiter), first.count(delimiter))), False)


def count_records(plain: bytes, delimiter: str) -> int:
    """Records in CSV text, blank lines left out, counted without the CSV parser: a check on it."""
    if b'"' in plain:
        quoted = re.compile(rb'(^|[%b\r\n])"(?:[^"]|"")*"' % delimiter.encode())
        plain = quoted.sub(rb"\1-", plain)
    return sum(1 for _ in re.finditer(rb"[^\r\n]+", plain))


def _records(plain: bytes, layout: _Layout, lines: int) -> Iterator[Record]:
    """The rows below a line `sep=`; blank lines keep their number, and no row may be lost on the way."""
    stream = TextIOWrapper(BytesIO(plain), encoding="utf-8", newline="")
    reader = csv.reader(stream, strict=True, delimiter=layout.delimiter)
    number = seen = 0
    while True:
        before = reader.line_num
        number += 1
        faults: Sequence[CellFault] = ()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if reader.line_num - before > 1:
                message = f"a quotation mark opened in row {number} is not closed properly"
                raise RefusedFileError(Fault("file.quotes", message, _QUOTES), lines) from error
            cells, faults = [], (CellFault(None, _unreadable(str(error))),)
        if cells or faults:
            seen += 1
            if seen > layout.said:
                yield number, cells, faults
    if seen != lines + 1 + layout.said:
        message = "quotation marks are used in a way that hides where rows end"
        raise RefusedFileError(Fault("file.quotes", message, _QUOTES), lines)


def _unreadable(complaint: str) -> Fault:
    if "field larger" in complaint:
        message = f"a cell holds more than {csv.field_size_limit()} characters"
        return Fault("row.unreadable", message, "shorten the text")
    return Fault("row.unreadable", "a quotation mark in this row is not closed properly", _QUOTES)
