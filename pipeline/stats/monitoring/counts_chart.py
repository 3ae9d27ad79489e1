"""Control charts of counts: a share (p') and a rate (u').

XmR on shares near 0 or 100 % is wrong: most periods are alike there, so that moving ranges are nought, one child more
or less stands out, and most periods lie on one side of a mean that few pull down. Here each point is judged by the
tails of what chance gives it, binomial or Poisson, at its own number of children. What neighbouring points
differ by beyond chance is Laney's sigma_z (2002), never taken as less than 1: a point then counts as one of so many
fewer children. The rules are those of `find_signals`, at the normal tails of three and two standard deviations
(mid-P); a point lies on a side of the mean only where all as far out as it, itself included, has less than an even
chance.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from pipeline.stats.inputs import Floats
from pipeline.stats.monitoring.control_chart import (
    ControlChart,
    Limits,
    Point,
    Sides,
    check_points,
    find_signals,
    is_trial,
    signs_of,
)
from pipeline.stats.proportions.roots import find_crossings

Tail = Callable[[Floats], Floats]

_DEVIATIONS = 3.0
_OUTSIDE, _BEYOND, _EVEN = float(special.ndtr(-_DEVIATIONS)), float(special.ndtr(-2.0)), 0.5
_MOVING_RANGE = 1.128
_PRECISION = 1e-9
_FAR = 12.0
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class _Chance:
    """The chance of so many events or more (`upper`) and of so many or fewer, at each point; `most` can be had.

    `spread` is their standard deviation.
    """

    upper: Tail
    lower: Tail
    most: Floats
    spread: Floats

    def halved(self, events: Floats) -> tuple[Floats, Floats]:
        """Both, the events themselves counted half (mid-P)."""
        upper, lower = self.upper(events), self.lower(events)
        half = np.maximum(upper + lower - 1, 0.0) / 2
        return upper - half, lower - half

    def limit(self, middle: Floats, side: int, end: Floats) -> Floats:
        """The last number of events from the middle towards `end` that is not outside; `side` picks the tail."""

        def excess(events: Floats) -> Floats:
            tail = np.maximum(self.halved(events)[side], _TINY)
            deviations: Floats = -special.ndtri(tail) - _DEVIATIONS
            return self.spread * deviations

        inside = np.where(excess(end) >= 0, middle, end)
        return find_crossings(excess, inside, excess(inside), end, _PRECISION)


def share_chart(events: ArrayLike, totals: ArrayLike, per: float = 1.0) -> ControlChart:
    """The p' chart of events out of totals, in units of `per` (100 for per cent).

    ValueError under two points, for a total of 0, for events beyond it, and for a missing count.

    >>> share_chart([40] * 11 + [42], [42] * 11 + [43]).points[-1].signals
    ()
    """
    counted, size = _counts(events, totals)
    if (counted > size).any():
        raise ValueError("events exceed the total, expected events to be a part of the total")
    mean = float(counted.sum() / size.sum())
    spread = _beyond_chance(counted - mean * size, mean * (1 - mean) * size)
    own = size / spread
    chance = _Chance(
        lambda some: _binomial_tail(some, own, mean),
        lambda some: _binomial_tail(own - some, own, 1 - mean),
        own,
        np.sqrt(own * mean * (1 - mean)),
    )
    return _chart(counted / spread, own, chance, mean, per)


def rate_chart(events: ArrayLike, exposures: ArrayLike, per: float = 1.0) -> ControlChart:
    """The u' chart of events over exposures, in units of `per`; otherwise as `share_chart`.

    >>> rate_chart([2, 3, 1, 2, 3, 2, 1, 3, 2, 2, 3, 20], [2.0] * 12).points[-1].signals[0]
    ('outside', 1)
    """
    counted, size = _counts(events, exposures)
    mean = float(counted.sum() / size.sum())
    spread = _beyond_chance(counted - mean * size, mean * size)
    expected = mean * size / spread
    chance = _Chance(
        lambda some: np.where(some > 0, special.gammainc(np.maximum(some, _TINY), expected), 1.0),
        lambda some: special.gammaincc(some + 1, expected),
        expected + _FAR * (np.sqrt(expected) + 1),
        np.sqrt(expected),
    )
    return _chart(counted / spread, size / spread, chance, mean, per)


def _binomial_tail(events: Floats, size: Floats, share: float) -> Floats:
    """The chance of so many events or more; of numbers that are not whole by the same beta distribution."""
    tail = special.betainc(np.maximum(events, _TINY), np.maximum(size - events, 0.0) + 1, share)
    return np.where(events > 0, tail, 1.0)


def _counts(events: ArrayLike, sizes: ArrayLike) -> tuple[Floats, Floats]:
    counted, size = check_points(events), check_points(sizes)
    if counted.shape != size.shape:
        raise ValueError("events and sizes differ in number, expected one of each a point")
    if (counted < 0).any() or not (size > 0).all():
        raise ValueError(
            "events are below 0 or a size is not above 0, expected sizes above 0 and events of 0 or more"
        )
    return counted, size


def _beyond_chance(away: Floats, variance: Floats) -> float:
    """Laney's sigma_z squared, 1 or more: what neighbouring points differ by, chance being 1."""
    if not (variance > 0).all():
        return 1.0
    ranges = np.abs(np.diff(away / np.sqrt(variance)))
    return max(1.0, (float(ranges.mean()) / _MOVING_RANGE) ** 2)


def _chart(events: Floats, size: Floats, chance: _Chance, mean: float, per: float) -> ControlChart:
    values = per * events / size
    halved, even = chance.halved(events), _sides((chance.upper(events), chance.lower(events)), _EVEN)
    signals = find_signals(
        _sides(halved, _OUTSIDE),
        _sides(halved, _BEYOND),
        np.where(signs_of(values - per * mean) == even, even, 0),
        values,
    )
    expected = mean * size
    upper, lower = (
        per * chance.limit(expected, side, end) / size
        for side, end in enumerate((chance.most, np.zeros_like(size)))
    )
    trial = is_trial(values.size)
    each = zip(values.tolist(), lower.tolist(), upper.tolist(), signals, strict=True)
    points = (Point(value, Limits(per * mean, low, high, trial), told) for value, low, high, told in each)
    return ControlChart(tuple(points))


def _sides(tails: tuple[Floats, Floats], chance: float) -> Sides:
    upper, lower = tails
    return np.where(upper < chance, 1, np.where(lower < chance, -1, 0)).astype(np.int64)
