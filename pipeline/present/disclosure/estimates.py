"""Published columns that hold an estimate with its interval, each worked out from protected counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.analysis.group_counts import protect_effect
from pipeline.present.disclosure.columns import Cell, Row, Values, Words, bare_symbol, symbol_cell
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE, protect_count, protect_counts
from pipeline.present.disclosure.rounding import format_number, round_half_up
from pipeline.settings import Disclosure
from pipeline.stats.proportions.one_group import event_rate, wilson_interval
from pipeline.stats.proportions.two_groups import (
    change_in_difference,
    independent_difference,
    koopman_ratio,
    newcombe_difference,
    rate_ratio,
)
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result


def interval_cell(
    key: str, result: Result, decimals: int, sign: bool, suffix: str = "", scale: float = 1
) -> Cell:
    """An estimate with its interval, or the symbol for "not available"."""
    if isinstance(result, NotEstimable):
        return symbol_cell(key, NOT_AVAILABLE)
    names = (key, f"{key}_lower", f"{key}_upper")
    numbers = [value * scale for value in (result.value, result.lower, result.upper)]
    middle, lower, upper = (format_number(value, decimals, sign=sign) for value in numbers)
    values: Values = {
        name: round_half_up(value, decimals + 1) for name, value in zip(names, numbers, strict=True)
    }
    return Cell(f"{middle}{suffix} ({lower} to {upper})", values)


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
    """A percentage with its Wilson interval, worked out from the protected counts under `key`."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The share of the protected counts."""
        shown = protect_counts(row[self.key], rule)
        if shown is None:
            return symbol_cell(self.key, HIDDEN)
        return interval_cell(self.key, wilson_interval(shown, self.confidence_level), 0, False, "%", 100)


def protect_rate(
    events: int, child_years: float, effect: float = 1.0, *, rule: Disclosure
) -> tuple[int, float, float] | None:
    """Events, child-years and design effect as they may be known; None where the count of events is hidden."""
    shown = protect_count(events, rule)
    if shown is None:
        return None
    return shown, child_years, protect_effect(0, effect)


def protected_rate(
    events: int, child_years: float, rule: Disclosure, confidence_level: float, effect: float = 1.0
) -> Result | None:
    """Events per 100 child-years from the protected count of events; None where that is hidden."""
    shown = protect_rate(events, child_years, effect, rule=rule)
    if shown is None:
        return None
    if child_years <= 0:
        return NotEstimable("no time spent in the service")
    return event_rate(shown[0], child_years, 100, confidence_level, shown[2])


@dataclass(frozen=True)
class Rate:
    """Events per 100 child-years (Byar, exact below 10), from the protected count of events."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The rate of the protected count of events over the child-years."""
        events, child_years, *effect = row[self.key]
        result = protected_rate(events, child_years, rule, self.confidence_level, *effect)
        return symbol_cell(self.key, HIDDEN) if result is None else interval_cell(self.key, result, 1, False)


@dataclass(frozen=True)
class RateContrast:
    """A difference of two rates, or how it moved between two pairs of them, from protected counts of events.

    The row holds (group, reference), or that of the first year and then that of the last, each as (events,
    child-years, design effect), the effect 1 where it is left out.
    """

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The contrast of the protected rates."""
        rates = [
            protected_rate(events, child_years, rule, self.confidence_level, *effect)
            for events, child_years, *effect in row[self.key]
        ]
        known = [rate for rate in rates if rate is not None]
        if len(known) < len(rates):
            return symbol_cell(self.key, HIDDEN)
        gaps = [independent_difference(known[i], known[i + 1]) for i in range(0, len(known), 2)]
        result = gaps[0] if len(gaps) == 1 else independent_difference(gaps[1], gaps[0])
        return interval_cell(self.key, result, 1, True)


@dataclass(frozen=True)
class RateRatio:
    """A ratio of two rates, from protected counts of events; the row holds both as `RateContrast` has them."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The ratio of the protected rates."""
        shown, reference = (protect_rate(*rated, rule=rule) for rated in row[self.key])
        if shown is None or reference is None:
            return symbol_cell(self.key, HIDDEN)
        effects = shown[2], reference[2]
        result = rate_ratio(*shown[:2], *reference[:2], self.confidence_level, effects)
        return interval_cell(self.key, result, 2, False)


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
            return symbol_cell(self.key, HIDDEN)
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
            return symbol_cell(self.key, HIDDEN)
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
            return symbol_cell(self.key, HIDDEN)
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
            return bare_symbol(self.key, NOT_AVAILABLE)
        if protect_count(size, rule) is None:
            return bare_symbol(self.key, HIDDEN)
        value = float(row[self.key])
        return Cell(format_number(value, self.decimals), {self.key: round_half_up(value, self.decimals)})


@dataclass(frozen=True)
class Worked:
    """An estimate worked out from protected counts alone, in the unit that it is shown in; words in its place."""

    key: str
    label: str
    decimals: int = 0
    sign: bool = False
    suffix: str = ""
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The estimate as it is: what is hidden was hidden before it was worked out."""
        result: Result | str = row[self.key]
        if isinstance(result, str):
            return Words(self.key, self.label).cell(row, rule)
        return interval_cell(self.key, result, self.decimals, self.sign, self.suffix)
