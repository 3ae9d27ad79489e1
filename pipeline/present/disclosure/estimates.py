"""Published columns that hold an estimate with its interval, each worked out from counts as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipeline.analysis.group_counts import FEW, level
from pipeline.present.disclosure.columns import Cell, Row, Words, bare_symbol, counts_of, symbol_cell
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.rounding import format_number, round_half_up
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.proportions.two_groups import (
    change_in_difference,
    independent_difference,
    koopman_ratio,
    newcombe_difference,
    rate_ratio,
)
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

_RATE: Final = "per_100_child_years"


def interval_cell(
    key: str, result: Result, decimals: int, sign: bool, suffix: str = "", scale: float = 1
) -> Cell:
    """An estimate with its interval; a symbol where few people stand behind it, or nobody."""
    if isinstance(result, NotEstimable):
        return symbol_cell(key, HIDDEN if result == FEW else NOT_AVAILABLE)
    names = (key, f"{key}_lower", f"{key}_upper")
    numbers = [value * scale for value in (result.value, result.lower, result.upper)]
    shown = shown_numbers(result, decimals, scale)
    middle, lower, upper = (format_number(value, decimals, sign=sign) for value in numbers)
    return Cell(f"{middle}{suffix} ({lower} to {upper})", dict(zip(names, shown, strict=True)))


def shown_numbers(result: Estimate, decimals: int, scale: float = 1) -> tuple[float, float, float]:
    """Return an estimate and its limits in the digits in which files have them."""
    value, lower, upper = (
        round_half_up(number * scale, decimals + 1) for number in (result.value, result.lower, result.upper)
    )
    return value, lower, upper


def better_or_worse(difference: Result) -> str:
    """Return a difference in words: '2.7 points (1.4 to 4.0) better'."""
    if isinstance(difference, NotEstimable):
        raise ValueError(f"a difference that cannot be estimated cannot be told: {difference.reason}")
    worse = round_half_up(difference.value, 1) < 0
    limits = (-difference.upper, -difference.lower) if worse else (difference.lower, difference.upper)
    middle, lower, upper = (format_number(number, 1) for number in (abs(difference.value), *limits))
    return f"{middle} points ({lower} to {upper}) {'worse' if worse else 'better'}"


@dataclass(frozen=True)
class Share:
    """A percentage with its Wilson interval, worked out from the counts under `key`."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The share of the counts."""
        shown = counts_of(row[self.key], rule)
        result = FEW if rule.is_few(shown.total) else wilson_interval(shown, self.confidence_level)
        return interval_cell(self.key, result, 0, False, "%", 100)


@dataclass(frozen=True)
class Rate:
    """Events per 100 child-years (Byar, exact below 10); the row holds a tally."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The rate of the events over the child-years."""
        return interval_cell(self.key, level(row[self.key], _RATE, self.confidence_level), 1, False)


@dataclass(frozen=True)
class RateContrast:
    """A difference of two rates, or how it moved between two pairs of them.

    The row holds the tallies of (group, reference), or those of the first year and then those of the last.
    """

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The contrast of the rates."""
        rates = [level(tally, _RATE, self.confidence_level) for tally in row[self.key]]
        if FEW in rates:
            return symbol_cell(self.key, HIDDEN)
        gaps = [independent_difference(rates[i], rates[i + 1]) for i in range(0, len(rates), 2)]
        result = gaps[0] if len(gaps) == 1 else independent_difference(gaps[1], gaps[0])
        return interval_cell(self.key, result, 1, True)


@dataclass(frozen=True)
class RateRatio:
    """A ratio of two rates; the row holds both tallies."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The ratio of the rates."""
        pair: tuple[Tally, Tally] = row[self.key]
        own, other = pair
        if own.few or other.few:
            return symbol_cell(self.key, HIDDEN)
        result = rate_ratio(
            own.events,
            own.child_years,
            other.events,
            other.child_years,
            self.confidence_level,
            (own.effect, other.effect),
        )
        return interval_cell(self.key, result, 2, False)


@dataclass(frozen=True)
class Contrast:
    """A difference (percentage points) or a ratio of two shares, from the counts under `key`.

    The row holds a pair of Counts, or None where there is nothing to compare with.
    """

    key: str
    label: str
    kind: Literal["difference", "ratio"]
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The contrast of the counts."""
        pair: tuple[Counts, Counts] | None = row[self.key]
        if pair is None:
            return interval_cell(self.key, NotEstimable("the group the others are compared with"), 0, False)
        if any(rule.is_few(counts.total) for counts in pair):
            return symbol_cell(self.key, HIDDEN)
        if self.kind == "difference":
            result = newcombe_difference(*pair, self.confidence_level)
            return interval_cell(self.key, result, 0, True, scale=100)
        return interval_cell(self.key, koopman_ratio(*pair, self.confidence_level), 2, False)


@dataclass(frozen=True)
class ContrastChange:
    """How the difference of two shares moved, in percentage points, from two pairs of counts."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The change between the pairs under `key`."""
        first, last = row[self.key]
        if any(rule.is_few(counts.total) for counts in (*first, *last)):
            return symbol_cell(self.key, HIDDEN)
        result = change_in_difference(first, last, self.confidence_level)
        return interval_cell(self.key, result, 0, True, scale=100)


@dataclass(frozen=True)
class Measured:
    """An estimate that is no share of counts: a mean, an effect; left out where `size` children are few."""

    key: str
    label: str
    size: str
    decimals: int = 1
    sign: bool = True
    scale: float = 1
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The estimate, unless it rests on few children."""
        result = row[self.key]
        if isinstance(result, Estimate) and int(row[self.size]) <= rule.hide_up_to:
            return symbol_cell(self.key, HIDDEN)
        return interval_cell(self.key, result, self.decimals, self.sign, scale=self.scale)


@dataclass(frozen=True)
class Mean:
    """A mean without interval, beside a change that has one; left out where `size` children are few."""

    key: str
    label: str
    size: str
    decimals: int = 1
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The mean, unless it rests on few children."""
        size = int(row[self.size])
        if size == 0:
            return bare_symbol(self.key, NOT_AVAILABLE)
        if rule.is_few(size):
            return bare_symbol(self.key, HIDDEN)
        value = float(row[self.key])
        return Cell(format_number(value, self.decimals), {self.key: round_half_up(value, self.decimals)})


@dataclass(frozen=True)
class Worked:
    """An estimate in the unit that it is shown in; words in its place."""

    key: str
    label: str
    decimals: int = 0
    sign: bool = False
    suffix: str = ""
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The estimate as it is."""
        result: Result | str = row[self.key]
        if isinstance(result, str):
            return Words(self.key, self.label).cell(row, rule)
        return interval_cell(self.key, result, self.decimals, self.sign, self.suffix)
