"""Files as tables of text: strict, by name, never shifting a column. One reader for each kind of file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from pipeline.contract.values import Fault


@dataclass(frozen=True)
class RowFault:
    """A row that cannot be read as one cell for each column."""

    row: int
    column: str
    fault: Fault
    value: str


@dataclass(frozen=True)
class TextTable:
    """Every cell as text. `row_numbers` are those a spreadsheet shows, the header being row 1."""

    header: tuple[str, ...]
    rows: tuple[list[str], ...]
    row_numbers: tuple[int, ...]
    faults: tuple[RowFault, ...]
    lines: int


class RefusedFileError(ValueError):
    """A file that cannot be used at all; `lines` are the rows it seems to hold."""

    def __init__(self, fault: Fault, lines: int = 0, column: str = "") -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.lines = lines
        self.column = column


def read_text(path: Path) -> TextTable:
    """The table in `path`; RefusedFileError where it is missing, of an unknown kind or unreadable."""
    if not path.is_file():
        raise RefusedFileError(Fault("file.missing", "the file is missing", "send the file, or leave it out"))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        raise RefusedFileError(
            Fault("file.kind", f"not a kind of file that is read ({kinds})", "save it as CSV")
        )
    return reader(path.read_bytes())


_EMPTY = Fault("file.empty", "the file is empty", "send the file with its header")


def _lines_in(raw: bytes) -> int:
    return max(0, sum(1 for line in raw.replace(b"\0", b"").splitlines() if line) - 1)


def _decode(raw: bytes) -> str:
    if b"\0" in raw:
        raise RefusedFileError(
            Fault(
                "file.encoding", "the file holds NUL bytes, so it is not plain text", "save it as CSV UTF-8"
            ),
            _lines_in(raw),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise RefusedFileError(
            Fault("file.encoding", f"row {row} is not UTF-8 text", "save it as CSV UTF-8"), _lines_in(raw)
        ) from error
    if not text.strip():
        raise RefusedFileError(_EMPTY)
    return text


def count_records(text: str, delimiter: str) -> int:
    """Records in CSV text, blank lines left out, counted without the CSV parser: a check on it."""
    quoted = re.compile(rf'(^|[{delimiter}\r\n])"(?:[^"]|"")*"')
    plain = quoted.sub(r"\1-", text)
    return sum(1 for line in re.split(r"\r\n|\r|\n", plain) if line)


def read_csv(raw: bytes) -> TextTable:
    """CSV with comma, semicolon or tab, whichever the header has most of."""
    text = _decode(raw)
    first_line = next(line for line in re.split(r"\r\n|\r|\n", text) if line)
    delimiter = max(",;\t", key=first_line.count)
    lines = max(0, count_records(text, delimiter) - 1)
    records = _records(text, delimiter, lines)
    header = _check_header(next(records, (1, [], None)), lines)
    rows: list[list[str]] = []
    numbers: list[int] = []
    faults: list[RowFault] = []
    for number, cells, unreadable in records:
        if unreadable is None and len(cells) == len(header):
            rows.append(cells)
            numbers.append(number)
        else:
            faults.append(_row_fault(number, cells, unreadable, header))
    if len(rows) + len(faults) != lines:
        raise RefusedFileError(
            Fault("file.quotes", "quotation marks are used so that rows cannot be told apart", _QUOTES), lines
        )
    return TextTable(header, tuple(rows), tuple(numbers), tuple(faults), lines)


_QUOTES = "write a quotation mark inside a cell twice, or take it out"
Record = tuple[int, list[str], str | None]


def _records(text: str, delimiter: str, lines: int) -> Iterator[Record]:
    """Row number, cells, and the parser's complaint where it has one; blank lines keep their number."""
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=delimiter)
    number = 0
    while True:
        before = reader.line_num
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before > 1:
                message = f"a quotation mark opened in row {number} is not closed properly"
                raise RefusedFileError(Fault("file.quotes", message, _QUOTES), lines) from error
            yield number, [], str(error)
            continue
        if cells:
            yield number, cells, None


def _check_header(record: Record, lines: int) -> tuple[str, ...]:
    number, cells, unreadable = record
    if unreadable is not None or not any(cell.strip() for cell in cells):
        raise RefusedFileError(
            Fault("file.header", f"row {number} is not a header", "put the column names in row 1"), lines
        )
    header = tuple(cell.strip() for cell in cells)
    for place, name in enumerate(header):
        first = header.index(name)
        if name and first != place:
            message = f"columns {first + 1} and {place + 1} have the same name"
            raise RefusedFileError(
                Fault("file.header", message, "give each column its own name"), lines, name
            )
    return header


def _row_fault(number: int, cells: list[str], unreadable: str | None, header: tuple[str, ...]) -> RowFault:
    if unreadable is not None:
        fault = Fault("row.unreadable", "a quotation mark in this row is not closed properly", _QUOTES)
        return RowFault(number, header[0], fault, "")
    column = header[len(cells)] if len(cells) < len(header) else header[-1]
    message = f"{len(cells)} cells, but the header has {len(header)}"
    mend = "give every column one cell; put a text that holds a comma in quotation marks"
    return RowFault(number, column, Fault("row.ragged", message, mend), " | ".join(cells))


READERS: Mapping[str, Callable[[bytes], TextTable]] = {".csv": read_csv}
