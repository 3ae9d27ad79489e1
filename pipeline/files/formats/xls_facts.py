"""An XLS workbook's facts, from its records (BIFF) inside a compound file (OLE 2)."""

import struct
from collections.abc import Iterator

from pipeline.files.formats.number_formats import NumberFormat, built_in_format, read_format
from pipeline.files.formats.sheet_facts import DAMAGED, ENCRYPTED, BookFacts, SheetFacts, name_range
from pipeline.files.formats.text import RefusedFileError

_LAST_SECTOR = 0xFFFFFFFA
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_FORMULA, _END, _DATE_MODE, _LOCKED, _SHEET, _MANY_RK, _MERGED = 0x06, 0x0A, 0x22, 0x2F, 0x85, 0xBD, 0xE5
_FILLED = (0xFD, 0x203, 0x204, 0x27E)
_EXTENT, _ERROR_OR_TRUTH, _BIFF8 = 0x200, 0x205, 0x0600
_COLUMNS, _FILTERS, _ROW, _LAST_ROW = 0x7D, (0x9B, 0x9E), 0x208, 1 << 16
_ROW_HIDDEN, _ROW_SIZED = 0x20, 0x40
_STYLE, _FORMAT, _NUMBER, _RK, _TEXTS = 0xE0, 0x41E, 0x203, 0x27E, (0xFD, 0x204)


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
            self._root = _entry(entries[:128])[1][0]  # the first one, whatever it is called
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
        small = self._chain(self._root)
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
        sheets, starts, from_1904, styles = [], [], False, _XlsStyles(wide)
        for kind, body in _records(book, 0):
            if kind == _LOCKED:
                raise RefusedFileError(ENCRYPTED)
            if kind == _DATE_MODE:
                from_1904 = body[:1] == b"\1"
            styles.note(kind, body)
            if kind == _SHEET and body[5] == 0:
                facts = SheetFacts(_text(body[6:], wide), body[4] & 3 != 0)
                starts.append(struct.unpack_from("<I", body)[0])
                sheets.append(facts)
        for facts, start in zip(sheets, starts, strict=True):
            _note_cells(facts, book, start, styles)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise RefusedFileError(DAMAGED) from error
    return BookFacts(tuple(sheets), from_1904)


def _text(body: bytes, wide: bool, long: bool = False) -> str:
    """A text behind its length (in two bytes where it may be long), which in newer files says how it is encoded."""
    count, body = (struct.unpack_from("<H", body)[0], body[2:]) if long else (body[0], body[1:])
    if not wide:
        return body[:count].decode("cp1252")
    two_bytes = body[0] & 1
    return body[1 : 1 + count * (1 + two_bytes)].decode("utf-16-le" if two_bytes else "latin-1")


class _XlsStyles:
    """The formats of those styles of cells that do not show a value as it is stored, by their place in the list."""

    def __init__(self, wide: bool) -> None:
        self._wide = wide
        self._numbers: list[int] = []
        self._codes: dict[int, str] = {}

    def note(self, kind: int, body: bytes) -> None:
        if kind == _STYLE:
            self._numbers.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            self._codes[struct.unpack_from("<H", body)[0]] = _text(body[2:], self._wide, long=self._wide)

    def format(self, style: int) -> NumberFormat | None:
        number = self._numbers[style] if style < len(self._numbers) else 0
        code = self._codes.get(number)
        return built_in_format(number) if code is None else read_format(code)


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    kind = -1
    while kind != _END:
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _note_cells(facts: SheetFacts, book: bytes, start: int, styles: _XlsStyles) -> None:
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
            _note_formats(facts, kind, body, styles)
        elif kind == _MERGED:
            for number in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * number)
                facts.merged.append(name_range(top + 1, left + 1, bottom + 1, right + 1))
        else:
            _note_hidden(facts, kind, body)


def _note_hidden(facts: SheetFacts, kind: int, body: bytes) -> None:
    """Rows and columns that are hidden or of no size, and that a filter is at work (it may be anywhere)."""
    if kind == _ROW:
        row, size, how = struct.unpack_from("<H4xH4xH", body)
        if how & _ROW_HIDDEN or (how & _ROW_SIZED and not size):
            facts.hidden_rows.append((row + 1, row + 1))
    elif kind == _COLUMNS:
        first, last, width, _, how = struct.unpack_from("<5H", body)
        if how & 1 or not width:
            facts.hidden_columns.append((first + 1, last + 1))
    elif kind in _FILTERS:
        facts.filters.append((1, _LAST_ROW))


def _note_formats(facts: SheetFacts, kind: int, body: bytes, styles: _XlsStyles) -> None:
    """The numbers and texts of a record, where their style shows something else."""
    row, first, style = struct.unpack_from("<HHH", body)
    if kind == _MANY_RK:
        for place in range((len(body) - 6) // 6):
            style, number = struct.unpack_from("<HI", body, 4 + 6 * place)
            facts.note_number((row + 1, first + place + 1), repr(_small_number(number)), styles.format(style))
    elif kind in _TEXTS:
        facts.note_text((row + 1, first + 1), styles.format(style))
    elif kind == _RK:
        number = struct.unpack_from("<I", body, 6)[0]
        facts.note_number((row + 1, first + 1), repr(_small_number(number)), styles.format(style))
    elif kind == _NUMBER or (kind == _FORMULA and body[12:14] != b"\xff\xff"):
        value = struct.unpack_from("<d", body, 6)[0]
        facts.note_number((row + 1, first + 1), repr(value), styles.format(style))


def _small_number(packed: int) -> float:
    """A number in 30 bits: whole, or the upper half of a longer one; perhaps a hundred times what is meant."""
    if packed & 2:
        value = float(packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    else:
        value = float(struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0])
    return value / 100 if packed & 1 else value


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
