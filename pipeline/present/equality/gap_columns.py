"""Published columns of gaps, worked out from counts as they are shown: shortfall, framings, shrinkage, the unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.analysis.group_counts import difference
from pipeline.present.disclosure.columns import Cell, Column, Number, Row, bare_symbol, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.rounding import format_number, round_half_up
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.missing_group_bounds import bounds, rate_bounds, tipping_point
from pipeline.stats.proportions.two_groups import koopman_ratio, newcombe_difference
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

_PER_CENT = 100


def _pair(row: Row, key: str, rule: Disclosure) -> tuple[Counts, Counts] | str:
    """Both counts; a symbol where there is no comparator, or where one of them is of few."""
    pair: tuple[Counts, Counts] | None = row[key]
    if pair is None:
        return NOT_AVAILABLE
    return HIDDEN if any(rule.is_few(counts.total) for counts in pair) else pair


def _short_cell(key: str, gap: Result, times: float) -> Cell:
    """A gap so many times over, whose limits change places where that is below 0."""
    if isinstance(gap, NotEstimable):
        return symbol_cell(key, NOT_AVAILABLE)
    lower, upper = sorted((times * gap.lower, times * gap.upper))
    short = Estimate(times * gap.value, lower, upper, gap.confidence_level, gap.method, "people or events")
    return interval_cell(key, short, 0, False)


@dataclass(frozen=True)
class AdverseRatio(Number):
    """The ratio of the shares without the event (Koopman); the row holds the pair of counts with it."""

    pair: str
    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown = _pair(row, self.pair, rule)
        if isinstance(shown, str):
            return symbol_cell(self.key, shown)
        group, reference = (Counts(each.total - each.events, each.total, each.effect) for each in shown)
        return interval_cell(self.key, koopman_ratio(group, reference, self.confidence_level), 2, False)


@dataclass(frozen=True)
class Shortfall(Number):
    """How many more of the group would have the better outcome at the comparator's rate; below 0: fewer.

    The group's size times the difference, with its interval; `sign` is 1 where more is better, else -1.
    """

    pair: str
    sign: int
    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown = _pair(row, self.pair, rule)
        if isinstance(shown, str):
            return symbol_cell(self.key, shown)
        gap = newcombe_difference(*shown, self.confidence_level)
        return _short_cell(self.key, gap, -self.sign * shown[0].total)


@dataclass(frozen=True)
class RateShortfall(Number):
    """The same for a rate: how many more of the events there would be at the comparator's rate, or fewer.

    The row holds both as `RateContrast` has them.
    """

    pair: str
    sign: int
    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        if row[self.pair] is None:
            return symbol_cell(self.key, NOT_AVAILABLE)
        own, other = row[self.pair]
        if own.few or other.few:
            return symbol_cell(self.key, HIDDEN)
        gap = difference(own, other, "per_100_child_years", self.confidence_level)
        return _short_cell(self.key, gap, -self.sign * own.child_years / _PER_CENT)


@dataclass(frozen=True)
class RateIfUnknown(Number):
    """The difference of two rates under one idea of who the children of unknown group are."""

    pair: str
    idea: Literal["all_in_group", "all_in_reference", "in_proportion"]

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        tallies: list[Tally] = [*row[self.pair], row["unknown"]]
        if any(tally.few for tally in tallies[:2]):
            return bare_symbol(self.key, HIDDEN)
        found = rate_bounds(*((float(tally.events), tally.child_years) for tally in tallies))
        if isinstance(found, NotEstimable):
            return bare_symbol(self.key, NOT_AVAILABLE)
        value = getattr(found, self.idea) * _PER_CENT
        return Cell(format_number(value, 1, sign=True), {self.key: round_half_up(value, 2)})


@dataclass(frozen=True)
class IfUnknown(Number):
    """The difference under one idea of who the children of unknown group are, in points.

    The row holds the pair and, under `unknown`, the counts of the unknown.
    """

    pair: str
    idea: Literal["all_in_group", "all_in_reference", "in_proportion", "lowest", "highest"]

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown, unknown = _pair(row, self.pair, rule), row["unknown"]
        if isinstance(shown, str):
            return bare_symbol(self.key, shown)
        found = bounds(*shown, unknown)
        if isinstance(found, NotEstimable):
            return bare_symbol(self.key, NOT_AVAILABLE)
        value = getattr(found, self.idea) * _PER_CENT
        return Cell(format_number(value, 0, sign=True), {self.key: round_half_up(value, 1)})


@dataclass(frozen=True)
class Tipping(Column):
    """How unequal the unknown would have to be to undo a clear difference, in words."""

    pair: str
    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown, unknown = _pair(row, self.pair, rule), row["unknown"]
        if isinstance(shown, str):
            return bare_symbol(self.key, shown)
        words = self._words(*shown, unknown)
        return Cell(words, {self.key: words})

    def _words(self, group: Counts, reference: Counts, unknown: Counts) -> str:
        if unknown.total == 0:
            return say("unknown none")
        gap = newcombe_difference(group, reference, self.confidence_level)
        if isinstance(gap, NotEstimable) or gap.contains(0.0):
            return say("unknown level")
        needed = tipping_point(group, reference, unknown)
        if isinstance(needed, NotEstimable):
            return say("unknown holds")
        return say("unknown tips", points=format_number(abs(needed) * _PER_CENT))
