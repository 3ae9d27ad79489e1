"""Workbooks (XLSX, XLS, ODS) as tables of text: a sheet is read only where every cell holds a plain value."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineError, CalamineWorkbook

from pipeline.contract.names import find_same, fold_name
from pipeline.contract.rules import BY_NAME
from pipeline.contract.values import Fault, suggest
from pipeline.files.formats.archive import UNREADABLE, check_members, open_archive
from pipeline.files.formats.grid import EMPTY, build_table
from pipeline.files.formats.number_formats import TEXT
from pipeline.files.formats.ods_facts import read_ods_facts
from pipeline.files.formats.sheet_facts import DAMAGED, MAXIMUM_CELLS, BookFacts, Place, SheetFacts
from pipeline.files.formats.table_rows import CellFault, Record
from pipeline.files.formats.text import Mask, RefusedFileError, TextTable, Tidied
from pipeline.files.formats.xls_facts import read_xls_facts
from pipeline.files.formats.xlsx_facts import read_xlsx_facts

HELPER_SHEETS = frozenset({"notes", "lists"})
_EXACT_BELOW = 1e15
Places = npt.NDArray[np.int64]
Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_ERROR = Fault("cell.error", "the cell shows an error such as #N/A", "correct the formula, or type the value")
_UNSTORED = Fault(
    "cell.formula",
    "the cell holds a formula without its result",
    "open the file in the spreadsheet program and save it again",
)
_MISSHOWN = Fault(
    "cell.shown",
    "the number format of the cell shows something else than the number stored in it",
    "format the column as text, and type what is meant",
)
_DIGITS = Fault(
    "cell.digits",
    "a number of more than 15 digits, of which a spreadsheet loses the last",
    "format the column as text and type the number again",
)
_FACTS: Mapping[str, Callable[[ZipFile], BookFacts]] = {".xlsx": read_xlsx_facts, ".ods": read_ods_facts}


class Workbook:
    """An opened workbook; RefusedFileError where it is locked, damaged or too large."""

    def __init__(self, raw: bytes, kind: str, facts: BookFacts | None = None) -> None:
        self._raw, self._kind = raw, kind
        try:
            self.facts = facts or (read_xls_facts(raw) if kind == ".xls" else _facts_in_zip(raw, kind))
        except (*UNREADABLE, KeyError, OverflowError) as error:
            if isinstance(error, RefusedFileError):
                raise
            raise RefusedFileError(DAMAGED) from error

    def sheets(self) -> list[SheetFacts]:
        """The sheets that hold something and are none of our templates' helpers; where all are blank, the first."""
        sheets = [sheet for sheet in self.facts.sheets if fold_name(sheet.name) not in HELPER_SHEETS]
        return [sheet for sheet in sheets if sheet.rows * sheet.columns] or sheets[:1]

    def read(self, name: str, known: Collection[str], header_row: int = 0) -> TextTable:
        """The table in that sheet."""
        names = [sheet.name for sheet in self.facts.sheets]
        if not (name := find_same(asked := name, names)):
            message = f"there is no sheet '{asked}'{suggest(asked, names)}"
            raise RefusedFileError(Fault("file.sheet", message, "correct the sheet's name in mapping.yaml"))
        facts = self.facts.sheets[names.index(name)]
        if facts.hidden:
            fix = "unhide the sheet if it is meant to be read, or delete it"
            raise RefusedFileError(Fault("file.hidden", "the sheet is hidden", fix), max(0, facts.rows - 1))
        if facts.rows * facts.columns == 0:
            raise RefusedFileError(EMPTY)
        self._check_size()
        with _damage_refused():
            rows = self._cells.get_sheet_by_name(name).to_python(skip_empty_area=False)
        lines = max(0, sum(1 for row in rows if any(cell != "" for cell in row)) - 1)
        table = build_table(_records(rows, facts), lines, known, header_row, in_sheet=True)
        last_rows = ((cells, int(re.findall(r"[0-9]+", cells)[-1])) for cells in facts.merged)
        merged = next((cells for cells, last in last_rows if last >= table.header_row), None)
        if merged:
            message = f"the cells {merged} are merged"
            fault = Fault("file.merged", message, "unmerge them, so that every cell is by itself")
            raise RefusedFileError(fault, lines)
        remark = (
            [Tidied("", "days counted from 1904, as the workbook says", 0)] if self.facts.from_1904 else []
        )
        odd = tuple(_list_hidden(table, facts, known))
        return replace(table, tidied=(*remark, *table.tidied), odd=odd)

    def _check_size(self) -> None:
        for sheet in self.facts.sheets:
            if sheet.rows * sheet.columns > MAXIMUM_CELLS:
                spans = f"the sheet '{sheet.name}' spans {sheet.rows} rows and {sheet.columns} columns"
                fault = Fault("file.cells", f"{spans}, more than {MAXIMUM_CELLS} cells", "send it as CSV")
                raise RefusedFileError(fault)

    @cached_property
    def _cells(self) -> CalamineWorkbook:
        stream = BytesIO(self._raw)
        if self._kind == ".ods" and "mimetype" not in ZipFile(stream).namelist():
            # Google leaves out what kind of document it is, and calamine asks for it.
            with ZipFile(stream, "a") as archive:
                archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        stream.seek(0)
        return CalamineWorkbook.from_filelike(stream)


def _list_hidden(table: TextTable, facts: SheetFacts, known: Collection[str]) -> Iterator[Fault]:
    """What is to be said of rows of the table, and of columns asked for, that the sheet does not show."""
    rows = np.concatenate([table.row_numbers, np.array([bad.row for bad in table.faults], dtype=np.int64)])
    rows = rows[_lie_in(rows, facts.hidden_rows)]
    if number := len(rows):
        filtered = int(_lie_in(rows, facts.filters).sum())
        by_filter = (
            "" if not filtered else " by a filter" if filtered == number else f" ({filtered} by a filter)"
        )
        yield _hidden(f"{number} row{'s are' if number > 1 else ' is'} hidden{by_filter}", number)
    columns = _lie_in(np.arange(1, len(table.header) + 1), facts.hidden_columns)
    hidden = [name for name in np.array(table.header)[columns] if find_same(name, known)]
    if number := len(hidden):
        names = ", ".join(f"'{name}'" for name in hidden)
        yield _hidden(
            f"the column{'s' * (number > 1)} {names} {'are' if number > 1 else 'is'} hidden", number
        )


def _hidden(said: str, number: int) -> Fault:
    was = "they were read like the others" if number > 1 else "it was read like the others"
    return Fault("sheet.hidden", f"{said}; {was}", BY_NAME["sheet.hidden"].fix)


def _lie_in(places: Places, spans: Sequence[Place]) -> Mask:
    """Which of the rows or columns lie in one of the spans, each from its first to its last."""
    ordered = np.array(sorted(spans), dtype=np.int64).reshape(-1, 2)
    ends = np.maximum.accumulate(np.concatenate([[0], ordered[:, 1]]))
    within: Mask = places <= ends[np.searchsorted(ordered[:, 0], places, side="right")]
    return within


@contextmanager
def _damage_refused() -> Iterator[None]:
    """Calamine's complaints, and its panics (which are no Exception, and have no name to import), as a refusal."""
    try:
        yield
    except (CalamineError, OverflowError, ValueError) as error:
        raise RefusedFileError(DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise RefusedFileError(DAMAGED) from error


def _facts_in_zip(raw: bytes, kind: str) -> BookFacts:
    archive = open_archive(raw)
    check_members(archive)
    return _FACTS[kind](archive)


def _records(rows: list[list[Cell]], facts: SheetFacts) -> Iterator[Record]:
    """Every row that holds something, with its number."""
    odd = {place: (_ERROR, text) for place, text in facts.errors.items()}
    odd |= dict.fromkeys(facts.misshown, (_MISSHOWN, ""))
    odd |= dict.fromkeys(facts.unstored, (_UNSTORED, ""))
    odd_rows = {row for row, _ in odd}
    shown_rows = {row for row, _ in (*facts.shown, *facts.days)}
    for number, row in enumerate(rows, 1):
        if not any(cell != "" for cell in row) and number not in odd_rows:
            continue
        cells = [cell if type(cell) is str else _as_text(cell) for cell in row]
        if number in shown_rows:
            cells = [_as_shown(text, facts, (number, place)) for place, text in enumerate(cells, 1)]
        faults = [
            CellFault(place, _DIGITS, cells[place])
            for place, cell in enumerate(row)
            if type(cell) is float and abs(cell) >= _EXACT_BELOW and cell.is_integer()
        ]
        if number in odd_rows:
            found = (
                (place, odd[number, place + 1]) for place in range(len(row)) if (number, place + 1) in odd
            )
            faults += [CellFault(place, fault, text or cells[place]) for place, (fault, text) in found]
        yield number, cells, faults


def _as_shown(text: str, facts: SheetFacts, place: Place) -> str:
    """The cell as its format shows it: with other signs around it, or a date without its time of day."""
    if place in facts.days:
        return f"{text[:10]}T00:00:00"
    return facts.shown.get(place, TEXT).replace(TEXT, text)


def _as_text(cell: Cell) -> str:
    """A whole number without decimals, a date as 2009-05-31, truth as TRUE or FALSE."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return f"{cell:.0f}"
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
    return str(cell)
