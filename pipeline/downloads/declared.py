"""The description of a published file: its subject and every one of its columns, stated once.

Notebooks write it beside their tables; metadata, workbooks and the page of downloads are generated from it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

DECLARED = "declared.jsonl"
"""One line per file; of two lines about the same file the later counts."""
SYMBOLS = ("[c]", "[x]", "[z]")
"""Symbols shown in place of a missing figure."""

Kind = Literal["text", "count", "number"]


@dataclass(frozen=True)
class DeclaredColumn:
    """A column of a file: its name there, its heading for readers, and its contents.

    `part_of` is the heading of the figure that it is a limit of, or that has limits in other columns; `unit` is blank,
    '%' or '£', and `decimals` the largest number of decimals in the column.
    """

    name: str
    label: str
    kind: Kind
    part_of: str = ""
    unit: str = ""
    decimals: int = 0

    @property
    def constant(self) -> bool:
        """Whether it states a table's subject, the same in every row."""
        return self.name.startswith("table_")


@dataclass(frozen=True)
class DeclaredFile:
    """A published CSV file, called `name` beside its page; `title` is blank where no page shows it as a table."""

    name: str
    title: str
    population: str
    period: str
    source: str
    note: str
    columns: tuple[DeclaredColumn, ...]

    def identifying_columns(self, rows: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
        """Return the shortest run of text columns from the left that identifies rows; all where none does."""
        names = [column.name for column in self.columns if column.kind == "text" and not column.constant]
        for length in range(1, len(names) + 1):
            if len({tuple(row[name] for name in names[:length]) for row in rows}) == len(rows):
                return tuple(names[:length])
        return tuple(names)


def format_declared(file: DeclaredFile) -> str:
    """Return the description as one line of ASCII: some characters in names would end a line."""
    return json.dumps(asdict(file)) + "\n"


def read_declared(text: str) -> dict[str, DeclaredFile]:
    """Return every described file, by its name."""
    found = {}
    for line in text.splitlines():
        raw = json.loads(line)
        columns = tuple(DeclaredColumn(**column) for column in raw.pop("columns"))
        found[raw["name"]] = DeclaredFile(**raw, columns=columns)
    return found
