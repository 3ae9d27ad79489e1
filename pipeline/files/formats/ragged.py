"""Rows with more or fewer cells than the header: used only where there is no second way to read them.

A comma too many, or one lost, moves every cell after it under another column's name. Such a row (or, where the comma
was lost in the header, such a file) is not used, and both readings are named.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.contract.groups.ethnicity_spellings import load_vocabulary
from pipeline.contract.names import fold_name, known_as
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Fault, parse_text
from pipeline.files.formats.text import RefusedFileError, RowFault, TextColumn, TextTable
from pipeline.files.intake.cells import is_soft

_FIELDS = {field.name: field for table in RETURN_TABLES for field in load_table(table).fields}
_NUMBER = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+ ?%?")
_DATE = re.compile(r"[0-9]{1,4}[/. -]([0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{1,4}( [0-9:]+)?")
_MOST = 0.9
_MEND = "give every column one cell; put a text that holds a comma in quotation marks"
_TITLE = "put the column names in row 1, or say in mapping.yaml (header_row) in which row they are"
_NAME_EACH = "write one name for each column in the header, and one cell for each name in every row"
Test = Callable[[str], object]


class Ragged:
    """Judges the rows that do not have one cell for each name of the header.

    `raw` is how many cells the header's row has, blank ones at its end among them; `whole` are the columns of the
    rows that do have one cell for each name, from which it is learned what may stand under a name; `rows` are the
    cells of the others, which are all of them where most rows agree with one another and not with the header.
    """

    def __init__(
        self, header: Sequence[str], raw: int, whole: Sequence[TextColumn], rows: Sequence[list[str]]
    ) -> None:
        self._header = header
        self._raw = raw
        self._rows = rows
        held = [[text.strip() for text in column.distinct if text.strip()] for column in whole]
        self._tests = [_find_test(name, cells) for name, cells in zip(header, held, strict=True)]
        if len(whole[0]):
            self._usual = raw
            self._filled = [len(cells) == len(col.distinct) for cells, col in zip(held, whole, strict=True)]
        else:
            self._usual = Counter(map(len, rows)).most_common(1)[0][0]
            self._filled = [len(rows) > 2 and self._count_blank(place) < 2 for place in range(len(header))]

    def _count_blank(self, place: int) -> int:
        return sum(1 for row in self._rows if not "".join(row[place : place + 1]).strip())

    def check_header(self, known: Collection[str], lines: int) -> None:
        """Refuse the file where it may be the header's fault that most rows are longer or shorter than it is."""
        if self._usual == self._raw:
            return
        _check_joined(self._header, known, lines)
        if len(self._header) == 1:
            message = (
                f"the column names are missing: one cell, perhaps a title, is above rows of {self._usual}"
            )
            raise RefusedFileError(Fault("file.header", message, _TITLE), lines)
        usual = [row for row in self._rows if len(row) == self._usual]
        said = f"the header has {_count(len(self._header), 'name')}, but most rows have {_count(self._usual)}"
        if lost := self._find_lost(usual, known):
            why = f"either '{lost}' is missing from the header, or each row ends with a comma too many"
        elif 1 < len(usual) < 2 * sum(bool(self.find_fault(0, row)) for row in usual):
            few, many = ("missing", "too many") if self._usual > self._raw else ("too many", "missing")
            why = f"either a name or a comma is {few} in the header, or a cell is {many} in each row"
        else:
            return
        raise RefusedFileError(Fault("file.header", f"{said}: {why}", _NAME_EACH), lines)

    def _find_lost(self, rows: Sequence[list[str]], known: Collection[str]) -> str:
        """A name that may have been lost from the header, where each row is longer than it."""
        missing = [name for name in (*_FIELDS, *sorted(known)) if name in known and name not in self._header]
        strangers = [name for name in self._header if name not in known]
        if len(rows[0]) <= len(self._header):
            return ""
        columns = [{text.strip() for text in column} - {""} for column in zip(*rows, strict=True)]
        for name in missing:
            if any(cell.startswith(name) or cell.endswith(name) for cell in strangers):
                return name
            for place, cells in enumerate(columns if _strict_test(name) else ()):
                names = (*self._header[:place], name, *self._header[place:])
                pairs = zip(names, columns, strict=False)
                needed = all(
                    filled for other, filled in pairs if other in _FIELDS and _FIELDS[other].required
                )
                if cells and needed and _all_fit(list(map(_strict_test, names)), columns):
                    return name
        return ""

    def find_fault(self, number: int, cells: list[str]) -> RowFault | None:
        """Why the row cannot be used; None where all beyond the header is blank, and no cell can be shifted."""
        width = len(self._header)
        nameless = next((place for place, name in enumerate(self._header) if not name), None)
        if nameless is not None:
            why = f"column {nameless + 1} lacks its name in the header, or a comma there is one too many"
            return self._fault(number, cells, nameless, why)
        if len(cells) < width or (len(cells) < self._usual and not cells[width - 1].strip()):
            why = "the last cell is missing, or one before it is and those after it belong further right"
            return self._fault(number, cells, min(len(cells), width - 1), why)
        if any(cell.strip() for cell in cells[width:]):
            why = "the last cell is one too many, or one before it is and those after it belong further left"
            return self._fault(number, cells, width - 1, why)
        place = self._find_doubt(cells, width)
        if place is None:
            return None
        name = self._header[place]
        other = f"one before it is, because what stands under '{name}' does not fit there"
        if not cells[place].strip():
            other = f"the blank one under '{name}' is and those after it belong further left"
        return self._fault(number, cells, place, f"the blank cell at the end is one too many, or {other}")

    def _fault(self, number: int, cells: list[str], place: int, why: str) -> RowFault:
        said = f"the header has {self._raw}"
        if len(cells) == self._raw:
            said = f"most rows have {self._usual}"
        fault = Fault("row.ragged", f"{_count(len(cells))}, but {said}: either {why}", _MEND)
        return RowFault(number, self._header[place], fault, " | ".join(cells))

    def _find_doubt(self, row: list[str], width: int) -> int | None:
        """The first place that speaks for another reading of a row that holds nothing beyond its first `width` cells.

        So does, in a row longer than that, a blank cell where others are filled; and, if it is longer than most, one
        from which on all would fit one place further left.
        """
        cells = row[:width]
        for place, (cell, test) in enumerate(zip(cells, self._tests, strict=True)):
            text = cell.strip()
            if (test and text and not test(text)) or (not text and len(row) > width and self._filled[place]):
                return place
        last = max(place for place, cell in enumerate(cells) if cell.strip())
        for place in range(last if len(row) > width and len(row) != self._usual else 0):
            moved = [{cell.strip()} - {""} for cell in cells[place + 1 :]]
            if not cells[place].strip() and _all_fit(self._tests[place:], moved):
                return place
        return None


def check_names(table: TextTable, known: Collection[str]) -> None:
    """Refuse a CSV whose header has lost a comma between two names, or may have one too many.

    It may where a column has no name, the last one is blank, and all between fit one place further left.
    """
    header = known_as(table.header, known)
    _check_joined(header, known, table.lines)
    held = [{text.strip() for text in column.distinct} - {""} for column in table.columns]
    for place, name in enumerate(header[:-1]):
        tests = list(map(_strict_test, header[place + 1 :]))
        if not name and any(held[place:]) and not held[-1] and _all_fit(tests, held[place:-1]):
            message = (
                f"column {place + 1} has no name, and column {len(held)} has a name but is blank: "
                "either a name is missing, or a comma is one too many in the header"
            )
            raise RefusedFileError(Fault("file.header", message, _NAME_EACH), table.lines)


def _check_joined(header: Sequence[str], known: Collection[str], lines: int) -> None:
    joined = {
        fold_name(first + second): (first, second) for first in known for second in known if first != second
    }
    for name in header:
        if name in known or fold_name(name) not in joined:
            continue
        first, second = joined[fold_name(name)]
        message = f"the column names '{first}' and '{second}' are in one cell"
        raise RefusedFileError(Fault("file.header", message, _NAME_EACH), lines, name)


def _count(number: int, what: str = "cell") -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _all_fit(tests: Sequence[Test | None], columns: Sequence[Collection[str]]) -> bool:
    """Whether all that stands in each column may stand there; more columns than tests may not be."""
    return all(not test or all(map(test, cells)) for test, cells in zip(tests, columns, strict=False))


def _find_test(name: str, cells: Sequence[str]) -> Test | None:
    """What tells whether a text may stand under that name, where cells of it are known; None where any may."""
    declared = _loose_test(name) if name in _FIELDS else None
    if not cells:
        return declared
    tests = (declared, _NUMBER.fullmatch, _DATE.fullmatch)
    return next(
        (test for test in tests if test and sum(map(bool, map(test, cells))) >= _MOST * len(cells)), None
    )


@cache
def _loose_test(name: str) -> Test:
    """By the contract's column; ethnic groups may be a dataset's own, of which only letters are asked."""
    field = _FIELDS[name]
    if field.codes:
        return lambda text: any(map(str.isalpha, text))
    return cache(lambda text: not (fault := parse_text(text, field).fault) or is_soft(fault))


@cache
def _strict_test(name: str) -> Test | None:
    """By the contract's column; None where there is none, and where it takes any name or text."""
    field = _FIELDS.get(name)
    if field is None or (field.type == "string" and not (field.enum or field.codes)):
        return None
    vocabulary = load_vocabulary(load_classification("ons_2021", Path())) if field.codes else None
    return cache(lambda text: parse_text(text, field, vocabulary=vocabulary).fault is None)
