"""Fixed random rounding: the same people are rounded the same way wherever they are counted."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.contract.record_keys import RECORD_KEYS
from pipeline.stats.results import Estimate, Result

MONTHS = 12
"""Of a year: time is rounded in months of one child."""
_WORD = 2**64 - 1
_DECIMALS = 3
_MEAN_DECIMALS = 2
Counted = tuple[float, int]
"""How many people (or months of time), and the sum of their record keys: the same for the same people everywhere."""


def counted(count: float, key: int) -> Counted:
    """Return people as they are known by; time that was added up in another order is the same."""
    return round(count, _DECIMALS), key


@dataclass(frozen=True)
class Disclosure:
    """Counts are rounded at random to a multiple of `round_to`; no figure rests on `hide_up_to` people or fewer.

    Both together keep a child from being found out: nobody can tell from a count whether one child is in it, and no
    rate, mean or interval says what a handful did. `held` is what is shown of those who are not rounded by their key
    alone, as that would tell parts of them (`protect/wholes.py`).
    """

    hide_up_to: int
    round_to: int
    held: Mapping[Counted, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def variance(self) -> float:
        """What rounding adds to the variance of a count, on average over all counts: (b^2 - 1) / 6."""
        return float(self.round_to**2 - 1) / 6

    @property
    def off_by(self) -> int:
        """How far a shown count may be from the true one, either way."""
        return self.round_to - 1

    @property
    def least_values(self) -> int:
        """The fewest values that whatever is published together may leave to a count; to time, in child-months.

        Three of a count of 1 to 7 by any rule, and half of as many as plain rounding to the same multiple would leave.

        >>> {name: rule.least_values for name, rule in PROFILES.items()}
        {'nhs': 3, 'dfe': 5, 'tre10': 5}
        """
        return max(3, self.round_to // 2)

    @property
    def exact(self) -> bool:
        """Whether numbers stay as they are: the internal edition, which is not for publication."""
        return self.round_to == 1

    def is_few(self, count: float) -> bool:
        """Whether a figure that rests on so many is left out; one that rests on nobody says so itself."""
        return 0 < count <= self.hide_up_to


EXACT = Disclosure(hide_up_to=0, round_to=1)
"""Nothing is changed: for those who may see the children's own rows."""
PROFILES = {"nhs": Disclosure(7, 5), "dfe": Disclosure(5, 10), "tre10": Disclosure(9, 10)}
"""Rules that others ask for: NHS England; the Department for Education; research environments that ask for ten."""
LEAST = Disclosure(hide_up_to=4, round_to=3)
"""What protects anybody at all: a shown 0 leaves three counts possible, and no figure is of four children or fewer."""


class ShownCount(int):
    """A count of people that has been rounded: the only kind that a page shows."""


class People(int):
    """A number of people as it is, with the sum of their record keys: it is judged by, and rounded to be shown."""

    key: int = 0

    @classmethod
    def count(cls, numbers: Iterable[int]) -> People:
        """Return how many people these are; each may stand there as often as it likes."""
        people = set(map(int, numbers))
        found = cls(len(people))
        found.key = sum(number & RECORD_KEYS for number in people)
        return found

    def shown(self, rule: Disclosure) -> ShownCount:
        """Return the number rounded."""
        return round_count(self, self.key, rule)


@dataclass(frozen=True)
class Least:
    """The fewest people that a figure may rest on, judged by the number that is shown of them.

    A limit on the true number would tell on which side of it a rounded one lies: 10 people of whom nothing is said,
    where nothing is said of 7 and fewer, are 6 or 7.
    """

    number: int
    rule: Disclosure = EXACT

    def is_met(self, people: People) -> bool:
        """Whether so many are shown, and whatever they stand for is more than no figure may rest on.

        >>> [Least(13, Disclosure(7, 5)).is_met(People.count(range(n))) for n in (5, 21)], Least(3).is_met(People(3))
        ([False, True], True)
        """
        shown = people.shown(self.rule)
        return shown >= self.number and shown - self.rule.round_to >= self.rule.hide_up_to

    def tell(self, mean: Result, people: People) -> Result:
        """Return a mean with its limits in the digits in which it may be told of these (`mean_decimals`)."""
        if self.rule.exact or not isinstance(mean, Estimate):
            return mean
        steps = 10 ** mean_decimals(people, self.rule, _MEAN_DECIMALS)
        return mean.map(lambda number: math.copysign(math.floor(abs(number) * steps + 0.5) / steps, number))

    def __str__(self) -> str:
        return str(self.number)


def rests_on_enough(size: int, rule: Disclosure) -> bool:
    """Return whether so many children are enough for a mean to be shown: more than none may rest on, whoever they are.

    People are judged by the number that is shown of them (`Least`).
    """
    return Least(1, rule).is_met(size) if isinstance(size, People) else size > rule.hide_up_to


def name_key(secret: bytes, *names: str) -> int:
    """Return a key for a count of which only the names are known that it stands under, not who is in it.

    `secret` is the dataset's own key: whoever knows the code, but not that, cannot tell which way a count was rounded.
    """
    return int.from_bytes(hashlib.blake2b("\t".join(names).encode(), digest_size=4, key=secret).digest())


def _draw(key: int) -> float:
    """A number from 0 to 1 that follows from the key alone (splitmix64, Steele and others 2014)."""
    word = (key + 0x9E3779B97F4A7C15) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return ((word ^ (word >> 31)) >> 11) / 2**53


def round_count(count: float, key: int, rule: Disclosure) -> ShownCount:
    """Return a multiple of the rule's base next to the count: upwards as often as the count lies near it.

    `key` is the sum of the record keys of those counted. The same people are always rounded alike, so nothing is
    learnt by looking twice; people who differ by one are rounded independently, so nothing is learnt by subtracting.
    On average over keys the count comes out right (Fellegi 1975; the statistics offices of Canada and New Zealand).

    >>> [round_count(7, key, Disclosure(7, 5)) for key in (1, 2, 3, 4)]
    [5, 5, 10, 5]
    >>> round_count(0, 1, Disclosure(7, 5)), round_count(7, 1, EXACT)
    (0, 7)
    """
    held = rule.held.get(counted(count, key)) if rule.held else None
    if held is not None:
        return ShownCount(held)
    base = rule.round_to
    lower = int(count // base)
    rest = count / base - lower
    return ShownCount(base * (lower + (_draw(key) < rest)))


def mean_decimals(size: int, rule: Disclosure, wanted: int) -> int:
    """Return how many decimals a mean of whole numbers may have, of the number of people that it is of.

    With more, only some of the numbers that a rounded one may stand for give such a mean: 3.31 is of 13 or 16, not of
    15. A step of a tenth needs at least ten.

    >>> [mean_decimals(size, Disclosure(7, 5), 2) for size in (10, 15, 100, 105)]
    [0, 1, 1, 2]
    """
    shown = size.shown(rule) if isinstance(size, People) else size
    least = max(shown - rule.round_to + 1, 1)
    return wanted if rule.exact else min(wanted, int(math.log10(least)))


def round_years(years: float, key: int, rule: Disclosure) -> float:
    """Return time at risk rounded as counts are, in child-months: no single stay can be told from it."""
    return years if rule.exact else round_count(years * MONTHS, key, rule) / MONTHS
