"""Kinds of published columns: each turns raw values into what may be shown, as text and as CSV values."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.present.dates import format_period
from pipeline.present.disclosure.rounding import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    SPARE,
    format_number,
    round_for_file,
    round_half_up,
)
from pipeline.present.sentences import say, verdict_word
from pipeline.protect.rounding import Disclosure, People, ShownCount
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.results import Counts

Row = Mapping[str, Any]
Values = dict[str, str | int | float]


@dataclass(frozen=True)
class Cell:
    """One cell: the words on the page, the values in the CSV, a class for its looks, a page it leads to.

    `cut` are classes of its row.
    """

    text: str
    values: Values
    style: str = ""
    link: str = ""
    cut: str = ""


def counts_of(value: Counts | Tally | Sum, rule: Disclosure) -> Counts:
    """The counts of a share as they are shown."""
    shown = value.tally(rule) if isinstance(value, Sum) else value
    return shown.counts() if isinstance(shown, Tally) else shown


@dataclass(frozen=True)
class Column(ABC):
    """A published column: its name in rows and in the file, its heading, and how a row becomes a protected cell."""

    key: str
    label: str
    number: ClassVar[bool] = False
    """Whether its cells are numbers, aligned to the right."""

    @abstractmethod
    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The protected cell of a raw row."""


class Number(Column):
    """A column of numbers."""

    number = True


_MOST_NAMES = 12
"""So many names stand in a cell: a reader looks others up."""


class Text(Column):
    """Words about no child: a name, a date, a reason; a word for what was found is said, and stays English in files."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        text = str(row[self.key])
        return Cell(verdict_word(text), {self.key: text})


class Names(Column):
    """Names with a comma between them: of many the first, and how many more; the CSV has all."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        text = str(row[self.key])
        names = text.split(", ")
        more = say("listed more", number=len(names) - _MOST_NAMES)
        shown = ", ".join([*names[:_MOST_NAMES], more]) if len(names) > _MOST_NAMES else text
        return Cell(verdict_word(shown), {self.key: text})


class Period(Column):
    """A period in words ('Jan–Mar 2010' for 2010-q1); the CSV has it as returns are named."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        period = str(row[self.key])
        return Cell(format_period(period) if period else "", {self.key: period})


class Words(Column):
    """Words where other rows of the column have an estimate with its interval."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        text = str(row[self.key])
        return Cell(verdict_word(text), {self.key: text, **no_interval(self.key)})


def no_interval(key: str) -> Values:
    """CSV values that say an interval does not apply."""
    return {f"{key}_lower": NOT_APPLICABLE, f"{key}_upper": NOT_APPLICABLE}


def symbol_cell(key: str, symbol: str) -> Cell:
    """A symbol where other rows of the column have an estimate with its interval."""
    return Cell(symbol, dict.fromkeys((key, f"{key}_lower", f"{key}_upper"), symbol))


def bare_symbol(key: str, symbol: str) -> Cell:
    """A symbol where other rows of the column have a number or words without an interval."""
    return Cell(symbol, {key: symbol})


@dataclass(frozen=True)
class Link(Column):
    """Words that lead to another page, whose address stands under `<key>_link`.

    `codes` are keys of the row that the CSV has beside the words, for whoever joins tables.
    """

    codes: tuple[str, ...] = ()

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        values: Values = {name: str(row[name]) for name in (*self.codes, self.key)}
        return Cell(verdict_word(str(row[self.key])), values, link=str(row[f"{self.key}_link"]))


class Verdict(Column):
    """A verdict: a word, with a style of its own."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        word = str(row[self.key])
        return Cell(verdict_word(word), {self.key: word}, style=f"verdict verdict-{word.replace(' ', '-')}")


class Count(Number):
    """A number of children, episodes or answers, rounded; a symbol, or None where no number is told.

    TypeError for one of which it is not known whose it is.
    """

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown = row[self.key]
        if shown is None or isinstance(shown, str):
            return bare_symbol(self.key, shown or NOT_AVAILABLE)
        if isinstance(shown, People):
            shown = shown.shown(rule)
        if not rule.exact and not isinstance(shown, ShownCount):
            raise TypeError(f"'{self.key}' holds a count of people that was not rounded (pipeline/protect)")
        return Cell(format_number(shown), {self.key: int(shown)})


class Percentage(Number):
    """A percentage of all the rows there are, from the counts under `key`: a fact, so without interval."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown = counts_of(row[self.key], rule)
        if rule.is_few(shown.total):
            return symbol_cell(self.key, HIDDEN)
        if shown.total == 0:
            return symbol_cell(self.key, NOT_AVAILABLE)
        percentage = 100 * shown.rate
        values: Values = {self.key: round_for_file(percentage, 1, SPARE), **no_interval(self.key)}
        return Cell(format_number(percentage) + "%", values)


@dataclass(frozen=True)
class Figure(Number):
    """A number that is about no child: a target, a sum of money, a commissioned volume; None where not given."""

    decimals: int = 0
    sign: bool = False
    suffix: str = ""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        value = row[self.key]
        if value is None:
            return bare_symbol(self.key, NOT_AVAILABLE)
        text = format_number(value, self.decimals, sign=self.sign) + self.suffix
        return Cell(text, {self.key: round_half_up(value, self.decimals)})


class Chosen(Number):
    """A column whose rows are of different kinds: `<key>_kind` of the row holds the column that serves it."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        kind: Column = row[f"{self.key}_kind"]
        return kind.cell(row, rule)
