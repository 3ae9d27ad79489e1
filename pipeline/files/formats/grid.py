"""From numbered rows of cells to one table: its header, its rows, and what is no row of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

import numpy as np

from pipeline.contract.names import COLUMNS, fold_name, known_as, strip_unseen
from pipeline.contract.values import Fault
from pipeline.files.formats.table_rows import Record, RowReader, cells_of, is_blank, names_in
from pipeline.files.formats.text import RefusedFileError, RowFault, TextTable, Tidied

_HEADER_WITHIN = 50
_BLANK = frozenset({""})
_TOTALS = frozenset({"total", "totals", "grand total", "sub-total", "subtotal", "sum"})
_CORRECT = "correct header_row in mapping.yaml"
_TAKE_OUT = "delete the rows above the column names"
_ONE_CELL = "open it in a spreadsheet program, put each column in cells of its own, and save it as XLSX"
EMPTY = Fault(
    "file.empty", "the file is empty", "save the file again with its column names and rows, and send it"
)

_TOTAL = Fault("row.total", "the row seems to be a total, not a record", "leave totals out of what you send")


def build_table(
    records: Iterable[Record],
    lines: int,
    known: Collection[str],
    header_row: int = 0,
    in_sheet: bool = False,
) -> TextTable:
    """The table in `records` (row number, cells, faults), which come without those that hold nothing.

    `known` are the column names that the reader of the table asks for; `lines` is said of a refused file;
    `header_row` is the row of the column names where rows above it are known to be no part of the table. Rows of a
    sheet are all of one length, so that blank cells at their end say nothing.
    """
    above, below = _skip_to(iter(records), header_row, lines)
    lines -= above
    blank, titles, first, following = _find_header(below, lines, known, header_row)
    if header_row not in (0, first[0]):
        raise _no_header(header_row, lines, _CORRECT)
    header, names_tidied = _check_header(first, lines, known)
    width = len(header) if in_sheet else len(first[1])
    rows = RowReader(known_as(header, known), width, frozenset(known), lines - titles)
    rows.add(_cut_rows(following, len(header)) if in_sheet else following)
    table = rows.build()
    beyond = rows.cells_beyond + (0 if in_sheet else len(first[1]) - len(header))
    tidied = [
        *names_tidied,
        Tidied("", "rows above the column names left out, as mapping.yaml says", above),
        Tidied("", "title rows above the column names left out", titles),
        Tidied("", "empty cells beyond the last column left out", beyond),
        Tidied("", "blank rows left out", blank + rows.blank),
    ]
    table = replace(table, header=header, header_row=first[0])
    return _without_totals(table, tuple(entry for entry in tidied if entry.cells))


def _cut_rows(records: Iterable[Record], width: int) -> Iterator[Record]:
    """Rows without the blank cells that stand beyond the last column."""
    for number, cells, faults in records:
        filled = [place for place, cell in enumerate(cells[width:], width + 1) if cell]
        yield number, cells[: max(filled, default=width)], faults


def _skip_to(records: Iterator[Record], header_row: int, lines: int) -> tuple[int, Iterator[Record]]:
    """How many records stand above the header's row, and those from there on."""
    for above, record in enumerate(records):
        if record[0] >= header_row:
            return above, chain([record], records)
    if header_row:
        raise _no_header(header_row, lines, _CORRECT)
    return 0, records


def _find_header(
    records: Iterator[Record], lines: int, known: Collection[str], header_row: int
) -> tuple[int, int, Record, Iterator[Record]]:
    """How many blank rows and rows of titles stand above the header, the header, and all below it."""
    start = list(islice(records, _HEADER_WITHIN))
    filled = [record for record in start if record[2] or not is_blank(record[1])]
    if not filled:
        if start:
            raise _no_header(start[0][0], lines)
        raise RefusedFileError(EMPTY)
    first, *later = filled
    if all(names_in(record[1], known) < 2 for record in filled):
        known = COLUMNS  # it may be another table that is sent under this one's name
    likely = max(later, key=lambda record: names_in(record[1], known), default=first)
    if names_in(likely[1], known) > max(1, 2 * names_in(first[1], known)):
        titles = filled[: filled.index(likely)]
        if header_row or not all(_is_title(record, likely, known) for record in titles):
            message = f"the column names seem to be in row {likely[0]}, below other rows"
            fix = _CORRECT if header_row else f"{_TAKE_OUT}, or write header_row: {likely[0]} in mapping.yaml"
            raise RefusedFileError(Fault("file.preamble", message, fix), max(0, lines - len(titles)))
        first = likely
    above = start.index(first)
    titles_above = filled.index(first)
    return above - titles_above, titles_above, first, chain(start[above + 1 :], records)


def _is_title(record: Record, header: Record, known: Collection[str]) -> bool:
    """Whether a row above the header is no row of data: it holds no column name, and in few columns anything."""
    held, names = (sum(1 for cell in cells if cell.strip()) for cells in (record[1], header[1]))
    return not record[2] and not names_in(record[1], known) and (held == 1 or 2 * held < names)


def _no_header(
    number: int, lines: int, fix: str = "put the column names in row 1, each in its own cell"
) -> RefusedFileError:
    return RefusedFileError(Fault("file.header", f"row {number} does not hold the column names", fix), lines)


def _check_header(record: Record, lines: int, known: Collection[str]) -> tuple[tuple[str, ...], list[Tidied]]:
    number, cells, faults = record
    if faults or is_blank(cells):
        raise _no_header(number, lines)
    names = [strip_unseen(cell) for cell in cells]
    width = max(place for place, name in enumerate(names, 1) if name)
    header = tuple(names[:width])
    if width == 1 and sum(1 for name in known if fold_name(name) in fold_name(header[0])) > 1:
        fault = Fault("file.header", "all column names are in one cell", _ONE_CELL)
        raise RefusedFileError(fault, lines)
    for place, name in enumerate(header):
        first = header.index(name)
        if name and first != place:
            message = f"columns {first + 1} and {place + 1} have the same name"
            fault = Fault("file.header", message, "give each column its own name")
            raise RefusedFileError(fault, lines, name)
    changed = [(name, cell) for name, cell in zip(header, cells, strict=False) if name != cell]
    said = {
        True: "spaces around the column's name removed",
        False: "invisible signs in the column's name removed",
    }
    return header, [Tidied(name, said[name == cell.strip()], 1) for name, cell in changed]


def _without_totals(table: TextTable, tidied: tuple[Tidied, ...]) -> TextTable:
    """The table without rows whose first filled cell says that they are a total: those are set aside."""
    blank_so_far = np.ones(len(table.row_numbers), dtype=bool)
    total = np.zeros(len(table.row_numbers), dtype=bool)
    for column in table.columns:
        total |= blank_so_far & column.where(says_total)
        blank_so_far &= column.is_one_of(_BLANK)
        if not blank_so_far.any():
            break
    totals = tuple(
        RowFault(int(number), table.header[0], _TOTAL, " | ".join(cells_of(table.columns, int(place))))
        for place, number in zip(np.flatnonzero(total), table.row_numbers[total], strict=True)
    )
    columns = tuple(column.take(~total) for column in table.columns) if totals else table.columns
    faults = tuple(sorted((*table.faults, *totals), key=lambda bad: bad.row))
    numbers = table.row_numbers[~total]
    return replace(table, columns=columns, row_numbers=numbers, faults=faults, tidied=tidied)


def says_total(text: str) -> bool:
    """Whether a row that begins so is a total."""
    return text.strip().rstrip(":").casefold() in _TOTALS
