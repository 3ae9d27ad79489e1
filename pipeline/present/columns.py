"""Kinds of published columns: each turns raw values into what may be shown, as text and as CSV values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pipeline.present.protection import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, protect_count, protect_counts
from pipeline.present.rounding import format_number, round_half_up
from pipeline.settings import Disclosure
from pipeline.stats.one_group import event_rate, wilson_interval
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result
from pipeline.stats.two_groups import change_in_difference, koopman_ratio, newcombe_difference

Row = Mapping[str, Any]
Values = dict[str, str | int | float]


@dataclass(frozen=True)
class Cell:
    """One cell: the words on the page, the values in the CSV, a class for its looks, a page it leads to."""

    text: str
    values: Values
    style: str = ""
    link: str = ""


class Column(Protocol):
    """A published column: a label, whether it holds numbers, and how a row becomes a cell."""

    @property
    def label(self) -> str:
        """The column's heading."""

    @property
    def number(self) -> bool:
        """Whether its cells are numbers, aligned to the right."""

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The protected cell of a raw row."""


@dataclass(frozen=True)
class Text:
    """Words about no child: a name, a date, a reason."""

    key: str
    label: str
    number: Literal[False] = False

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The text as it is."""
        return Cell(str(row[self.key]), {self.key: str(row[self.key])})


@dataclass(frozen=True)
class Link:
    """Words that lead to another page, whose address stands under `<key>_link`."""

    key: str
    label: str
    number: Literal[False] = False

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The text as it is, with its address."""
        return Cell(str(row[self.key]), {self.key: str(row[self.key])}, link=str(row[f"{self.key}_link"]))


@dataclass(frozen=True)
class Verdict:
    """A verdict: a word, with a style of its own."""

    key: str
    label: str
    number: Literal[False] = False

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The word, styled."""
        word = str(row[self.key])
        return Cell(word, {self.key: word}, style=f"verdict verdict-{word.replace(' ', '-')}")


@dataclass(frozen=True)
class Count:
    """A number of children, episodes or answers, hidden when small, else rounded."""

    key: str
    label: str
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The protected count."""
        shown = protect_count(int(row[self.key]), rule)
        if shown is None:
            return Cell(HIDDEN, {self.key: HIDDEN})
        return Cell(format_number(shown), {self.key: shown})


@dataclass(frozen=True)
class Figure:
    """A number that is about no child: a target, a sum of money, a commissioned volume; None where not given."""

    key: str
    label: str
    decimals: int = 0
    sign: bool = False
    suffix: str = ""
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The number as it is."""
        value = row[self.key]
        if value is None:
            return Cell(NOT_AVAILABLE, {self.key: NOT_AVAILABLE})
        text = format_number(value, self.decimals, sign=self.sign) + self.suffix
        return Cell(text, {self.key: round_half_up(value, self.decimals)})


def interval_cell(
    key: str, result: Result, decimals: int, sign: bool, suffix: str = "", scale: float = 1
) -> Cell:
    """An estimate with its interval, or the symbol for "not available"."""
    names = (key, f"{key}_lower", f"{key}_upper")
    if isinstance(result, NotEstimable):
        return Cell(NOT_AVAILABLE, dict.fromkeys(names, NOT_AVAILABLE))
    numbers = [value * scale for value in (result.value, result.lower, result.upper)]
    middle, lower, upper = (format_number(value, decimals, sign=sign) for value in numbers)
    values: Values = {
        name: round_half_up(value, decimals + 1) for name, value in zip(names, numbers, strict=True)
    }
    return Cell(f"{middle}{suffix} ({lower} to {upper})", values)


def hidden_cell(key: str) -> Cell:
    """A cell that is not shown because it rests on too few children."""
    return Cell(HIDDEN, {key: HIDDEN, f"{key}_lower": HIDDEN, f"{key}_upper": HIDDEN})


@dataclass(frozen=True)
class Share:
    """A percentage with its Wilson interval, worked out from the protected counts under `key`.

    Without `interval` it is a fact about all the rows there are, not an estimate from them.
    """

    key: str
    label: str
    confidence_level: float
    interval: bool = True
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The share of the protected counts."""
        shown = protect_counts(row[self.key], rule)
        if shown is None:
            return hidden_cell(self.key)
        if not self.interval and shown.total:
            none = {f"{self.key}_lower": NOT_APPLICABLE, f"{self.key}_upper": NOT_APPLICABLE}
            percentage = 100 * shown.rate
            return Cell(format_number(percentage) + "%", {self.key: round_half_up(percentage, 1), **none})
        return interval_cell(self.key, wilson_interval(shown, self.confidence_level), 0, False, "%", 100)


@dataclass(frozen=True)
class Rate:
    """Events per 100 child-years (Byar, exact below 10), from the protected count of events."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The rate of the protected count of events over the child-years."""
        events, child_years = row[self.key]
        shown = protect_count(events, rule)
        if shown is None:
            return hidden_cell(self.key)
        result: Result = NotEstimable("no time spent in the service")
        if child_years > 0:
            result = event_rate(shown, child_years, 100, self.confidence_level)
        return interval_cell(self.key, result, 1, False)


@dataclass(frozen=True)
class Contrast:
    """A difference (percentage points) or a ratio of two shares, from protected counts under `key`.

    The row holds a pair of Counts, or None where there is nothing to compare with.
    """

    key: str
    label: str
    kind: Literal["difference", "ratio"]
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The contrast of the protected counts."""
        pair: tuple[Counts, Counts] | None = row[self.key]
        if pair is None:
            return interval_cell(self.key, NotEstimable("the group the others are compared with"), 0, False)
        group, reference = (protect_counts(counts, rule) for counts in pair)
        if group is None or reference is None:
            return hidden_cell(self.key)
        if self.kind == "difference":
            result = newcombe_difference(group, reference, self.confidence_level)
            return interval_cell(self.key, result, 0, True, scale=100)
        return interval_cell(self.key, koopman_ratio(group, reference, self.confidence_level), 2, False)


@dataclass(frozen=True)
class ContrastChange:
    """How the difference of two shares moved, in percentage points, from two pairs of protected counts."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The change between the pairs under `key`."""
        shown = [protect_counts(counts, rule) for pair in row[self.key] for counts in pair]
        known = [counts for counts in shown if counts is not None]
        if len(known) < len(shown):
            return hidden_cell(self.key)
        first, last = (known[0], known[1]), (known[2], known[3])
        result = change_in_difference(first, last, self.confidence_level)
        return interval_cell(self.key, result, 0, True, scale=100)


@dataclass(frozen=True)
class Measured:
    """An estimate that is no share of counts: a mean, an effect; hidden when `size` children are few."""

    key: str
    label: str
    size: str
    decimals: int = 1
    sign: bool = True
    scale: float = 1
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The estimate, unless it rests on a count that would be hidden."""
        result = row[self.key]
        if isinstance(result, Estimate) and not protect_count(int(row[self.size]), rule):
            return hidden_cell(self.key)
        return interval_cell(self.key, result, self.decimals, self.sign, scale=self.scale)


@dataclass(frozen=True)
class Mean:
    """A mean without interval, beside a change that has one; hidden when `size` children are few."""

    key: str
    label: str
    size: str
    decimals: int = 1
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The mean, unless it rests on a count that would be hidden."""
        size = int(row[self.size])
        if size == 0:
            return Cell(NOT_AVAILABLE, {self.key: NOT_AVAILABLE})
        if protect_count(size, rule) is None:
            return Cell(HIDDEN, {self.key: HIDDEN})
        value = float(row[self.key])
        return Cell(format_number(value, self.decimals), {self.key: round_half_up(value, self.decimals)})


@dataclass(frozen=True)
class Chosen:
    """A column whose rows are of different kinds: `<key>_kind` of the row holds the column that serves it."""

    key: str
    label: str
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The cell as the row's own kind of column makes it."""
        kind: Column = row[f"{self.key}_kind"]
        return kind.cell(row, rule)
