"""Whether what is shown of parts and of their whole leaves each of them as many values as the rule promises."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipeline.protect.rounding import MONTHS, Disclosure

if TYPE_CHECKING:
    from pipeline.protect.tally import Tally

_TELLING = 3
"""Of fewer parts than these each is left room whatever is shown of their sum."""


def leave_room(whole: Tally, parts: Sequence[Tally]) -> bool:
    """Return whether what is shown of parts and of their whole leaves each of them as many values as the rule promises.

    Rounded each by itself, parts that were all rounded up beside a whole that was rounded down tell the numbers.
    """
    told: list[Callable[[Tally], float]] = [
        lambda tally: tally.events,
        lambda tally: tally.total - tally.events if tally.total else round(tally.child_years * MONTHS),
    ]
    return all(counts_leave_room(of(whole), [of(each) for each in parts], whole.rule) for of in told)


def counts_leave_room(whole: float, parts: Sequence[float], rule: Disclosure) -> bool:
    """Return the same of plain numbers that are shown of parts and of their whole."""
    off, (low, high) = rule.off_by, _ends_of(parts, rule)
    room = min(whole + off - low, high - max(whole - off, 0))
    return rule.exact or room >= rule.least_values - 1


def _ends_of(parts: Sequence[float], rule: Disclosure) -> tuple[float, float]:
    """The least and the most of which these are shown."""
    off = rule.off_by
    return sum(max(each - off, 0) for each in parts), sum(each + off for each in parts)


def hold_sum(shown: float, parts: Sequence[float], rule: Disclosure) -> int:
    """Return what is shown of a whole, at most so far from what is shown of its parts that each is left room.

    Three services of 1 that were all shown as 5 beside a whole of 0 would be told. The multiple that is taken
    instead is off by no more than rounding may be.

    >>> [hold_sum(shown, (5, 5, 5), Disclosure(7, 5)) for shown in (0, 15, 30)]
    [5, 15, 25]
    """
    if rule.exact or len(parts) < _TELLING:
        return round(shown)
    low, high = _ends_of(parts, rule)
    return hold_between(shown, low, high, rule)


def hold_union(shown: float, parts: Sequence[float], rule: Disclosure) -> int:
    """Return the same of groups that may overlap, and of all in any: no fewer than each, no more than their sum.

    >>> [hold_union(shown, (5, 5, 5), Disclosure(7, 5)) for shown in (0, 15, 30)], hold_union(0, (5,), Disclosure(7, 5))
    ([0, 15, 25], 0)
    """
    low, high = max(*parts, rule.off_by) - rule.off_by, sum(each + rule.off_by for each in parts)
    return round(shown) if rule.exact else hold_between(shown, low, high, rule)


def hold_between(shown: float, low: float, high: float, rule: Disclosure) -> int:
    """Return the multiple nearest to what is shown that leaves room beside a whole's least and most by its parts."""
    base, room = rule.round_to, rule.least_values - 1
    least, most = math.ceil((low - rule.off_by + room) / base), math.floor((high + rule.off_by - room) / base)
    return base * min(max(round(shown / base), least), most)
