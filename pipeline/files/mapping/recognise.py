"""Which columns of somebody's file are which of the contract's, judged by their names and what they hold."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.contract.groups.synonyms import DATE_OF_BIRTH, column_names, load_code_synonyms
from pipeline.contract.tables import Field, Table
from pipeline.contract.values import ISO_DATE, Vocabulary, parse_text, spelling_key
from pipeline.files.formats.text import TextTable
from pipeline.files.intake.spellings import Names

DATE_FORMATS = (
    ISO_DATE, "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y", "%Y/%m/%d",
    "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
)  # fmt: skip
MISSING_MARKS = frozenset(
    {"NA", "N/A", "n/a", "na", "#N/A", "NULL", "null", "-", "--", ".", "?", "nan", "NaN"}
)

_WHEN = {
    "baseline_date": frozenset({"first", "initial", "start", "baseline", "pre", "before", "entry", "t1"}),
    "review_date": frozenset(
        [
            "latest", "last", "review", "reviewed", "post", "after", "end", "final", "exit", "recent",
            "follow", "t2",
        ]
    ),
}  # fmt: skip
"""Words by which somebody's own columns say which of two scores a date belongs to."""
_MOST = 0.9
_LIKE = 0.85


@dataclass(frozen=True)
class Place:
    """Their column that fills one of the contract's; `doubt` says why it must be checked, if it must."""

    theirs: str
    doubt: str = ""


class Contents:
    """What the cells of each column hold, without blanks and marks of a missing value."""

    def __init__(self, text: TextTable, vocabulary: Vocabulary, names: Names) -> None:
        self.header = text.header
        self.vocabulary = vocabulary
        self.names = names
        self._named = {
            column: {spelling_key(text): name for name, title in known.items() for text in (title, name)}
            for column, known in names.items()
        }
        self._distinct = {
            name: sorted({cell.strip() for cell in column.distinct})
            for name, column in zip(text.header, text.columns, strict=True)
        }
        self._rows = len(text.row_numbers)

    def values(self, name: str) -> list[str]:
        """The distinct cells of a column."""
        return [cell for cell in self._distinct[name] if cell and cell not in MISSING_MARKS]

    def marks(self, names: Iterable[str]) -> list[str]:
        """Marks of a missing value that stand in those columns."""
        return sorted({cell for name in names for cell in self._distinct[name]} & MISSING_MARKS)

    def date_formats(self, name: str) -> tuple[str, ...]:
        """The formats that fit every cell; where none does, those that fit nine in ten and more than any other."""
        if not (values := self.values(name)):
            return ()
        fits = {form: sum(_is_date(value, form) for value in values) for form in DATE_FORMATS}
        best = max(fits.values())
        return tuple(form for form in fits if fits[form] == best) if best >= _MOST * len(values) else ()

    def all_dates(self, name: str, form: str) -> bool:
        """Whether every cell is a date of that format."""
        return all(_is_date(value, form) for value in self.values(name))

    def fits(self, name: str, field: Field | None) -> bool:
        """Whether most cells could stand in the contract's column; no field: in one of dates of birth."""
        values = self.values(name)
        if not values:
            return True
        if field is None or field.type == "date":
            return bool(self.date_formats(name))
        if field.type in ("integer", "number"):
            numbers = (value.removesuffix("%").strip() for value in values)
            return sum(_is_read(float, value) for value in numbers) >= _MOST * len(values)
        if field.enum or field.codes:
            known = sum(bool(self.code(value, field)) for value in values)
            return 2 * known >= len(values)
        return True

    def code(self, value: str, field: Field) -> str:
        """The code that a cell stands for, said by the contract, the dataset's own names or a synonym; else blank."""
        if field.name in self._named:
            return self._named[field.name].get(spelling_key(value), "")
        vocabulary = self.vocabulary if field.codes else None
        if parse_text(value, field, vocabulary=vocabulary).fault is None:
            return value
        return load_code_synonyms(field.name).get(spelling_key(value), "")


def _is_read(read: Callable[..., object], *texts: str) -> bool:
    try:
        read(*texts)
    except ValueError:
        return False
    return True


def _is_date(value: str, form: str) -> bool:
    return _is_read(dt.datetime.strptime, value, form)


def place_columns(contents: Contents, table: Table) -> Mapping[str, Place]:
    """The contract's columns (and the date of birth) that a column of the file fills, each with its doubt."""
    names = column_names(table)
    found: dict[str, Place] = {}
    for theirs in filter(None, contents.header):
        column = names.get(spelling_key(theirs))
        if column in found:
            found[column] = Place(found[column].theirs, "another column has a name like it too")
        elif column:
            doubt = "" if contents.fits(theirs, _field(table, column)) else "its cells do not look like it"
            found[column] = Place(theirs, doubt)
    return _place_likely(contents, table, names, found)


def _place_likely(
    contents: Contents, table: Table, names: Mapping[str, str], found: Mapping[str, Place]
) -> Mapping[str, Place]:
    """The rest by a name that is nearly one we know, where the cells fit."""
    likely = dict(found)
    for theirs in _left(contents.header, found):
        near = get_close_matches(spelling_key(theirs), names, n=1, cutoff=_LIKE)
        column = names[near[0]] if near else ""
        if column and column not in likely and contents.fits(theirs, _field(table, column)):
            likely[column] = Place(theirs, "guessed from a name like it")
    for column, words in _WHEN.items():
        if column in table.columns and column not in likely:
            dated = [
                theirs
                for theirs in _left(contents.header, likely)
                if words & {*spelling_key(theirs).split()} and contents.date_formats(theirs)
            ]
            if len(dated) == 1:
                likely[column] = Place(dated[0], "guessed from its name and its dates")
    for column in ("ethnicity", "sex"):
        if column in table.columns and column not in likely:
            field = table.field(column)
            coded = [
                theirs for theirs in _left(contents.header, likely) if _all_codes(contents, theirs, field)
            ]
            if len(coded) == 1:
                likely[column] = Place(coded[0], "guessed from what it holds")
    return likely


def _left(header: Iterable[str], found: Mapping[str, Place]) -> Sequence[str]:
    placed = {place.theirs for place in found.values()}
    return [theirs for theirs in header if theirs and theirs not in placed]


def _all_codes(contents: Contents, theirs: str, field: Field) -> bool:
    values = contents.values(theirs)
    return len(values) > 1 and all(contents.code(value, field) for value in values)


def _field(table: Table, column: str) -> Field | None:
    return None if column == DATE_OF_BIRTH else table.field(column)
