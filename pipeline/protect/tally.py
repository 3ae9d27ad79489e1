"""What was counted in a cell: as it is within this room, rounded outside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import add, attrgetter, sub

from pipeline.protect.by_service import EVENTS, NOBODYS, TOTAL, ByService
from pipeline.protect.rounding import EXACT, MONTHS, Disclosure, People, ShownCount, round_count, round_years
from pipeline.stats.results import Counts

_ROUNDED_APART = 2
_COUNTED = attrgetter("events", "total", "child_years", "excess")
_SUMMED = attrgetter("events", "total", "child_years", "excess", "events_key", "size_key")


@dataclass(frozen=True)
class Tally:
    """Rows counted (`events`) out of `total`, or over `child_years` for a rate, as they may be shown.

    `excess` is how many rows (child-years) more it would take for rows of different children to vary as much as these
    do (`contract/record_keys.py`): 0 where no two rows are of the same child. `rule` is what it was rounded by,
    `roundings` how many rounded numbers each count was put together from, and `withheld` whether it may not be shown
    because of what is shown beside it.
    """

    events: int
    total: int
    child_years: float
    excess: float = 0.0
    rule: Disclosure = EXACT
    roundings: int = 1
    withheld: bool = False

    def __add__(self, other: Tally) -> Tally:
        events, total, years, excess = map(add, _COUNTED(self), _COUNTED(other))
        return Tally(events, total, years, excess, self.rule, self.roundings + other.roundings)

    def without(self, part: Tally, rest: Sum) -> Tally:
        """Return those of this cell who are not in that part of it, by what is shown of both.

        A complement that is rounded by itself tells of the part a second time, and each level of a characteristic
        tells of the whole anew: together they narrow what a small count may be. `rest` gives its design effect alone.
        """
        events = ShownCount(max(self.events - part.events, 0))
        others = max(self.total - self.events - part.total + part.events, 0)
        years = max(self.child_years - part.child_years, 0.0)
        effect = rest.tally(self.rule).design_effect
        total = ShownCount(events + others if self.total else 0)
        excess, roundings = (effect - 1) * (total or years), self.roundings + part.roundings
        return Tally(events, total, years, excess, self.rule, roundings)

    @property
    def variance(self) -> float:
        """The variance that rounding adds to each count: of as many roundings as it was put together from."""
        return self.rule.variance * self.roundings

    @property
    def size(self) -> int:
        """How many the figure rests on: the denominator, or for a rate the events themselves."""
        return self.total if self.total else self.events

    @property
    def few(self) -> bool:
        """Whether no figure may be shown: few people stand behind it, or others beside it would tell how many."""
        return self.withheld or self.rule.is_few(self.total or self.child_years)

    @property
    def design_effect(self) -> float:
        """How many times as much it varies as if all rows were of different children."""
        rows = self.total or self.child_years
        return 1 + self.excess / rows if rows else 1.0

    @property
    def effect(self) -> float:
        """The same with what rounding adds, for what knows no better way to allow for it."""
        return self.design_effect + self._rounding()

    def _rounding(self) -> float:
        """The variance that rounding adds to the share or rate, in multiples of that by chance alone."""
        variance, base = self.variance, self.rule.round_to
        if not variance:
            return 0.0
        if self.total:
            share = (self.events + base / 2) / (self.total + base)
            rest = 1 - share
            return variance * (share**2 + rest**2) / (self.total * share * rest)
        months, events = self.child_years * MONTHS, self.events + base / 2
        return variance / events + variance * events / months**2 if months else 0.0

    @property
    def worth(self) -> float:
        """What it takes to be judged: the denominator, or of a rate the events, were each of another child.

        Two dozen events may be those of three children, of whom no interval knows enough.
        """
        return 0 if self.withheld else self.total or self.events / self.design_effect

    @property
    def effective_rate(self) -> tuple[float, float]:
        """Events and child-years, as many as independent ones would be."""
        return self.events / self.effect, self.child_years / self.effect

    def counts(self) -> Counts:
        """As a proportion's counts."""
        return Counts(self.events, self.total, self.design_effect, self.variance)

    @property
    def off_by(self) -> tuple[float, float]:
        """The standard errors of events and of child-years that rounding leaves."""
        error = math.sqrt(self.variance)
        return error, error / MONTHS


NOBODY = Tally(0, 0, 0.0)


def round_effect(effect: float, rule: Disclosure) -> float:
    """Return a design effect in tenths: with more digits, it and a shown number tell how many siblings there are.

    >>> round_effect(1.142, Disclosure(7, 5)), round_effect(1.142, EXACT)
    (1.1, 1.142)
    """
    return effect if rule.exact else math.floor(effect * 10 + 0.5) / 10


def join(tallies: Iterable[Tally]) -> Tally:
    """Return all of them together: the sum of what is shown."""
    first, *rest = [*tallies] or [NOBODY]
    return sum(rest, start=first)


def with_effect(tally: Tally, effect: float) -> Tally:
    """Return the tally with the design effect that its rows have as a whole."""
    return replace(tally, excess=(effect - 1) * tally.total)


def within_shown(part: ShownCount, whole: ShownCount, rule: Disclosure, roundings: int = 1) -> Tally:
    """Return a part out of its whole by what is shown of both; no more of the part than of the whole.

    Those who are in the whole alone, rounded by themselves, would tell of both a second time, and of a chain of parts
    within parts each link tells of all. Rounded apart, the whole as the sum of n `roundings`, a share p varies by
    (1 + n p^2) roundings, which n + 2 of p^2 + (1 - p)^2 never fall short of, for n of 1 and 2.
    """
    return Tally(ShownCount(min(part, whole)), whole, 0.0, 0.0, rule, roundings + _ROUNDED_APART)


@dataclass(frozen=True)
class Sum:
    """What a cell holds, with the sums of the record keys of its events and of what they are out of; never shown.

    `services` are the same by service, where it is known: their pages show them beside what is shown of all.
    """

    events: float = 0
    total: float = 0
    child_years: float = 0.0
    excess: float = 0.0
    events_key: int = 0
    size_key: int = 0
    services: ByService | None = field(default=None, compare=False)

    def __add__(self, other: Sum) -> Sum:
        events, total, years, excess, events_key, size_key = map(add, _SUMMED(self), _SUMMED(other))
        services = self._with(other, ByService.plus)
        return Sum(events, total, years, excess, events_key, size_key, services)

    def _with(self, other: Sum, of: Callable[[ByService, ByService], ByService]) -> ByService | None:
        """The services of both; none where those of anybody in them are not known."""
        if self.services is None and other.services is None:
            return None
        own, others = (each.services or (NOBODYS if each == _NONE else None) for each in (self, other))
        return of(own, others) if own and others else None

    def without(self, part: Sum) -> Sum:
        """Return the rest, once a part is taken out."""
        left, services = Sum(*map(sub, _SUMMED(self), _SUMMED(part))), self._with(part, ByService.minus)
        years, excess = max(left.child_years, 0.0), max(left.excess, 0.0)
        return replace(left, child_years=years, excess=excess, services=services)

    def complement(self) -> Sum:
        """Return those of the total who are not counted, out of the same."""
        return self.rest(_NONE)

    def rest(self, part: Sum) -> Sum:
        """Return those out of the same total who are neither counted here nor in that part."""
        events, key = (
            self.total - self.events - part.events,
            self.size_key - self.events_key - part.events_key,
        )
        return replace(self, events=events, events_key=key, services=self._with(part, ByService.rest))

    @property
    def share(self) -> float:
        """The events out of the total as they are; ZeroDivisionError for nobody."""
        return self.events / self.total

    @property
    def whole(self) -> Sum:
        """Those whom the events are out of."""
        return replace(
            _NONE, total=self.total, size_key=self.size_key, services=self.services and self.services.whole()
        )

    def count(self, rule: Disclosure) -> ShownCount:
        """Return the total alone, rounded: for people who are counted and not out of anything."""
        shown = round_count(self.total, self.size_key, rule)
        return self.services.hold(shown, TOTAL, rule) if self.services else shown

    def counted(self, rule: Disclosure) -> ShownCount:
        """Return the events alone, rounded."""
        shown = round_count(self.events, self.events_key, rule)
        return self.services.hold(shown, EVENTS, rule) if self.services else shown

    def _years(self, rule: Disclosure) -> float:
        shown = round_years(self.child_years, self.size_key, rule)
        return self.services.hold_years(shown, rule) if self.services else shown

    def tally(self, rule: Disclosure) -> Tally:
        """Return the cell rounded: those with the event and those without, each by itself, or events and time."""
        events = self.counted(rule)
        rows = self.total or self.child_years
        effect = round_effect(1 + self.excess / rows if rows else 1.0, rule)
        if self.child_years and not self.total:
            years = self._years(rule)
            return Tally(events, 0, years, (effect - 1) * years, rule)
        rest = self.complement().counted(rule)
        return Tally(events, ShownCount(events + rest), 0.0, (effect - 1) * (events + rest), rule)

    @classmethod
    def of_people(cls, numbers: Iterable[int]) -> Sum:
        """Return a cell of these people, each counted once."""
        people = People.count(numbers)
        return cls(total=int(people), size_key=people.key)

    def among(self, whole: Sum) -> Sum:
        """Return these people out of those, of whom they are a part."""
        services = self._with(whole, ByService.among)
        return Sum(self.total, whole.total, 0.0, whole.excess, self.size_key, whole.size_key, services)


_NONE = Sum()


def share_out(parts: Sequence[Sum], rule: Disclosure) -> tuple[Tally, ...]:
    """Return what makes up a whole, each rounded once, out of the sum of what is shown.

    Each part and its complement rounded by themselves would tell of every part several times.
    """
    shown = [part.counted(rule) for part in parts]
    return tuple(Tally(each, ShownCount(sum(shown)), 0.0, 0.0, rule, len(parts) - 1) for each in shown)


def add_sums(parts: Iterable[Sum]) -> Sum:
    """Return all of them together."""
    return sum(parts, start=Sum())
