"""The tables of pages as `contract/page_tables.yaml` declares them; their words stand in `words.yaml`.

A column's entry is its kind, or its kind and its heading, with the options of that kind.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, TypedDict

from pipeline.contract.context import find_named
from pipeline.contract.published import PAGE_TABLES
from pipeline.present.disclosure.columns import Column, Row
from pipeline.present.disclosure.table import PageTable
from pipeline.present.sentences import SENTENCES, say

MORE = "more"
"""The place of columns of which only the page knows how many there are."""
NOTHING: Mapping[str, object] = {}
_LEVEL = "confidence_level"


@cache
def _kind(name: str) -> type[Column]:
    """The kind of column of that name: 'paired shift' is PairedShift, wherever it stands; KeyError names all.

    >>> _kind("text").__name__
    'Text'
    """
    waiting: list[type[Column]] = [*Column.__subclasses__()]
    for each in waiting:
        waiting += each.__subclasses__()
    known = {each.__name__.lower(): each for each in waiting}
    return find_named(name.replace(" ", ""), known, "kind of column")


def rows_of(table: str, part: str) -> list[str]:
    """The rows of words.yaml that may hold a table's title, note or population, the first of which is taken.

    That of a variant comes before that of its table: what stands behind a comma tells variants apart.

    >>> rows_of("gap, rate", "title")
    ['gap rate title', 'gap title']
    """
    named = (table.replace(",", ""), table.partition(",")[0])
    own = PAGE_TABLES[table].get(f"_{part}")
    return [own] if own else [f"{name.replace('_', ' ')} {part}" for name in dict.fromkeys(named)]


def page_table_text(table: str, part: str, told: Mapping[str, object]) -> str:
    """A table's title, note or population, its places filled; blank where it has none."""
    rows = rows_of(table, part)
    found = next((row for row in rows if row in SENTENCES or row.startswith("{")), None)
    return _tell(found, told) if found else ""


def row_of_heading(heading: str) -> str:
    """The row of words.yaml that a heading names: 'heading measure' for 'measure', or a row by its whole name."""
    return f"heading {heading}" if f"heading {heading}" in SENTENCES else heading


def _tell(row: str, told: Mapping[str, object]) -> str:
    """The words of a row, places filled; places alone where the page has the words already."""
    return row.format(**told) if row.startswith("{") else say(row, **told)


@dataclass(frozen=True)
class About:
    """Whom a page's tables are about, over what time, and whose data these are, in words; `cuts` as in `PageTable`."""

    population: str
    period: str
    source: str
    cuts: Mapping[str, str] = field(default_factory=dict)


class Layout(TypedDict, total=False):
    """What a page may ask of a table besides its rows and its note, as `lay_out` takes it."""

    of: str
    told: Mapping[str, object]
    without: Collection[str]
    more: Sequence[Column]
    measure: str


def lay_out(
    table: str,
    about: About,
    rows: Sequence[Row],
    note: str | None = None,
    *,
    of: str = "",
    told: Mapping[str, object] = NOTHING,
    without: Collection[str] = (),
    more: Sequence[Column] = (),
    measure: str = "",
    level: float = math.nan,
) -> PageTable:
    """Return a declared table with its words, ready to be protected; its file has its name, and what it is `of`.

    `told` fills the places of its title, note and headings; a `note` stands in place of the one declared. Some columns
    may be left out, and `more` put in where the declaration says; intervals have that confidence `level`.
    """
    assert not of or "_of" in PAGE_TABLES[table]
    told = {"title": measure, **told}
    title, note = (
        page_table_text(table, "title", told),
        page_table_text(table, "note", told) if note is None else note,
    )
    whose = (page_table_text(table, "population", told) or about.population, about.period, about.source)
    name = "_".join(filter(None, [table.partition(", ")[0], of]))
    columns: list[Column] = []
    for key, said in PAGE_TABLES[table].items():
        if key == MORE:
            columns += more
        elif key not in without and not key.startswith("_"):
            columns.append(_column(key, said, told, level))
    finding = PAGE_TABLES[table].get("_finding", "")
    return PageTable(name, title, *whose, columns, rows, note, measure, about.cuts, finding)


def _column(key: str, said: str | Mapping[str, Any], told: Mapping[str, object], level: float) -> Column:
    (name, heading), *options = {said: key}.items() if isinstance(said, str) else said.items()
    kind = _kind(name)
    given = {option: tuple(value) if isinstance(value, list) else value for option, value in options}
    if _LEVEL in {each.name for each in fields(kind)}:
        given[_LEVEL] = level
    return kind(key, _tell(row_of_heading(heading), told), **given)
