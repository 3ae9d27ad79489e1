"""What a workbook says besides its cells' values: calamine reads errors and lost results as blank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Literal
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from pipeline.contract.values import Fault
from pipeline.files.formats.number_formats import TEXT, NumberFormat
from pipeline.files.formats.text import RefusedFileError

DAMAGED = Fault(
    "file.damaged",
    "the file is damaged and cannot be opened",
    "open it in a spreadsheet program and save it again as XLSX; if it is a ZIP, pack it again",
)
ENCRYPTED = Fault(
    "file.encrypted", "the file is locked with a password", "open it, and save it as XLSX without a password"
)
MAXIMUM_CELLS = 5_000_000
Place = tuple[int, int]


@dataclass
class SheetFacts:
    """Of one sheet: its extent, and the cells (row and column from 1) that hold no plain value.

    `shown` are those that show another text than their value, 12 as NB0012 (`TEXT` standing for a text of their own);
    `misshown` those of which this cannot be told or is another number, and `days` dates that hide their time of day.
    Hidden are rows and columns from one to another; those among `filters` by a filter.
    """

    name: str
    hidden: bool
    rows: int = 0
    columns: int = 0
    errors: dict[Place, str] = field(default_factory=dict)
    unstored: set[Place] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    shown: dict[Place, str] = field(default_factory=dict)
    misshown: set[Place] = field(default_factory=set)
    days: set[Place] = field(default_factory=set)
    hidden_rows: list[Place] = field(default_factory=list)
    hidden_columns: list[Place] = field(default_factory=list)
    filters: list[Place] = field(default_factory=list)

    def note_number(self, place: Place, stored: str, form: NumberFormat | None) -> None:
        """A number stands there, in that format."""
        if form is None:
            return
        if form.is_day:
            if not float(stored).is_integer():
                self.days.add(place)
        elif (shown := form.show(stored)) is None:
            self.misshown.add(place)
        elif shown != stored:
            self.shown[place] = shown

    def note_text(self, place: Place, form: NumberFormat | None) -> None:
        """A text stands there, in that format."""
        if form and not form.is_day and (shown := form.show_text()) != TEXT:
            self.shown[place] = shown

    def reach(self, row: int, column: int) -> None:
        """A filled cell stands there."""
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)


@dataclass(frozen=True)
class BookFacts:
    """Of a whole workbook: its sheets in their order, and whether it counts days from 1904."""

    sheets: tuple[SheetFacts, ...]
    from_1904: bool = False


def name_range(top: int, left: int, bottom: int, right: int) -> str:
    """The range as a spreadsheet names it, rows and columns from 1: A1:C2."""
    return f"{_letters(left)}{top}:{_letters(right)}{bottom}"


def _letters(column: int) -> str:
    text = ""
    while column:
        column, last = divmod(column - 1, 26)
        text = chr(ord("A") + last) + text
    return text


@lru_cache(maxsize=1024)
def local_name(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def walk_xml(
    raw: bytes, events: Sequence[Literal["start", "end"]] = ("end",)
) -> Iterator[tuple[str, Element]]:
    """Yield each element when it ends (or begins); a DTD, with entities perhaps, and what is no XML are refused."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise RefusedFileError(DAMAGED)

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise RefusedFileError(DAMAGED) from error
    return iterparse(BytesIO(raw), events)
