"""An XLS workbook's facts, from its records (BIFF) inside a compound file (OLE 2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pipeline.files.sheet_facts import DAMAGED, ENCRYPTED, BookFacts, SheetFacts, name_range
from pipeline.files.text import RefusedFileError

_LAST_SECTOR = 0xFFFFFFFA
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_FORMULA, _END, _DATE_MODE, _LOCKED, _SHEET, _MANY_RK, _MERGED = 0x06, 0x0A, 0x22, 0x2F, 0x85, 0xBD, 0xE5
_FILLED = (0xFD, 0x203, 0x204, 0x27E)
_EXTENT, _ERROR_OR_TRUTH, _BIFF8 = 0x200, 0x205, 0x0600


class CompoundFile:
    """The streams of an OLE 2 file, by name."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        try:
            self._size = 1 << min(12, struct.unpack_from("<H", raw, 30)[0])
            count, first = struct.unpack_from("<I", raw, 44)[0], struct.unpack_from("<I", raw, 48)[0]
            self._small_below, small_start = struct.unpack_from("<II", raw, 56)
            self._fat = [
                number
                for sector in self._fat_sectors(count)
                for number in struct.unpack_from(f"<{self._size // 4}I", raw, self._offset(sector))
            ]
            entries = self._chain(first)
            self._entries = dict(map(_entry, (entries[at : at + 128] for at in range(0, len(entries), 128))))
            self._small_fat = self._chain(small_start) if small_start < _LAST_SECTOR else b""
        except (struct.error, IndexError, ValueError) as error:
            raise RefusedFileError(DAMAGED) from error

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def _offset(self, sector: int) -> int:
        return int((sector + 1) * self._size)

    def _fat_sectors(self, count: int) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._raw, 76))
        following = struct.unpack_from("<I", self._raw, 68)[0]
        while following < _LAST_SECTOR and len(sectors) <= len(self._raw) // self._size:
            *more, following = struct.unpack_from(f"<{self._size // 4}I", self._raw, self._offset(following))
            sectors += more
        return [sector for sector in sectors[:count] if sector < _LAST_SECTOR]

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _LAST_SECTOR and len(parts) <= len(self._fat):
            parts.append(self._raw[self._offset(sector) : self._offset(sector) + self._size])
            sector = self._fat[sector]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; small ones lie together in the root's."""
        start, size = self._entries[name]
        if size >= self._small_below:
            return self._chain(start)[:size]
        small = self._chain(self._entries["Root Entry"][0])
        parts: list[bytes] = []
        while start < _LAST_SECTOR and len(parts) * 64 < size:
            parts.append(small[start * 64 : start * 64 + 64])
            start = struct.unpack_from("<I", self._small_fat, start * 4)[0]
        return b"".join(parts)[:size]


def _entry(entry: bytes) -> tuple[str, tuple[int, int]]:
    length = struct.unpack_from("<H", entry, 64)[0]
    start, size = struct.unpack_from("<II", entry, 116)
    return entry[: max(0, length - 2)].decode("utf-16-le"), (start, size)


def read_xls_facts(raw: bytes) -> BookFacts:
    """The facts of every worksheet."""
    file = CompoundFile(raw)
    try:
        book = file.stream("Workbook" if "Workbook" in file else "Book")
        wide = struct.unpack_from("<H", book, 4)[0] >= _BIFF8
        sheets, from_1904 = [], False
        for kind, body in _records(book, 0):
            if kind == _LOCKED:
                raise RefusedFileError(ENCRYPTED)
            if kind == _DATE_MODE:
                from_1904 = body[:1] == b"\1"
            if kind == _SHEET and body[5] == 0:
                facts = SheetFacts(_sheet_name(body, wide), body[4] & 3 != 0)
                _note_cells(facts, book, struct.unpack_from("<I", body)[0])
                sheets.append(facts)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise RefusedFileError(DAMAGED) from error
    return BookFacts(tuple(sheets), from_1904)


def _sheet_name(body: bytes, wide: bool) -> str:
    if not wide:
        return body[7 : 7 + body[6]].decode("cp1252")
    two_bytes = body[7] & 1
    return body[8 : 8 + body[6] * (1 + two_bytes)].decode("utf-16-le" if two_bytes else "latin-1")


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    kind = -1
    while kind != _END:
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _note_cells(facts: SheetFacts, book: bytes, start: int) -> None:
    for kind, body in _records(book, start):
        if kind == _EXTENT and _is_beyond(body):
            raise RefusedFileError(DAMAGED)
        if kind in (*_FILLED, _FORMULA, _ERROR_OR_TRUTH, _MANY_RK):
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY_RK else column
            facts.reach(row + 1, last + 1)
            code = _error_of(kind, body)
            if code is not None:
                facts.errors[row + 1, column + 1] = _ERRORS.get(code, "#N/A")
        elif kind == _MERGED:
            for number in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * number)
                facts.merged.append(name_range(top + 1, left + 1, bottom + 1, right + 1))


def _is_beyond(extent: bytes) -> bool:
    """Whether a sheet claims more rows or columns than an XLS can hold: calamine makes room for all it claims."""
    wide = len(extent) >= 14
    first_row, last_row, first, last = struct.unpack_from("<IIHH" if wide else "<HHHH", extent)
    return not (first_row <= last_row <= 1 << 16 and first <= last <= 1 << 8)


def _error_of(kind: int, body: bytes) -> int | None:
    if kind == _ERROR_OR_TRUTH and body[7]:
        return body[6]
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None
