"""XmR control charts after NHS England's Making Data Count: limits, signals, variation and assurance.

Strictness, where the published rules leave it open: a point on a limit is inside, and one on the two-thirds line is
not beyond it; a point on the mean is on neither side and ends a run; two equal points end a rise or a fall; a
moving range of exactly 3.267 times their mean is kept. Where more than half of all points are alike, these are on
neither side, wherever a single spike has drawn the mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.inputs import complete_numbers

Signal = Literal["outside", "two of three", "one side", "rise or fall"]
Signals = tuple[tuple[Signal, int], ...]
Sides = NDArray[np.int64]
Direction = Literal["higher", "lower"]
Variation = Literal["better", "worse", "no clear change"]
Assurance = Literal["reached", "missed", "may go either way"]

_REACH = 2.66
_SCREEN = 3.267
_RUN = 7
_TWO_THIRDS = 2 / 3
_SETTLED = 12
_ROUNDING = 1e-9
_MOST = 0.5


@dataclass(frozen=True)
class Limits:
    """The mean and the process limits of a stretch of points; `trial` where these are fewer than twelve."""

    mean: float
    lower: float
    upper: float
    trial: bool


@dataclass(frozen=True)
class Point:
    """One point of a chart: its limits and what it signals, with the side: 1 high or rising, -1 low or falling."""

    value: float
    limits: Limits
    signals: Signals


@dataclass(frozen=True)
class ControlChart:
    """The points in their order."""

    points: tuple[Point, ...]

    def variation(self, direction: Direction) -> Variation:
        """What the last point says; of several signals the first of `Signal` that holds speaks."""
        signals = self.points[-1].signals
        if not signals:
            return "no clear change"
        return "better" if (signals[0][1] > 0) == (direction == "higher") else "worse"

    def assurance(self, target: float, direction: Direction) -> Assurance:
        """Whether points between the last limits reach the target always, never, or now and then."""
        limits = self.points[-1].limits
        if limits.lower <= target <= limits.upper:
            return "may go either way"
        return "reached" if (target < limits.lower) == (direction == "higher") else "missed"


def fit_limits(values: Sequence[float], screen: bool = True) -> Limits:
    """Mean of all points, and 2.66 mean moving ranges to either side (Nelson 1982 for the screening).

    With `screen`, moving ranges above 3.267 times their mean are left out once, unless only ranges of 0 would be
    left. ValueError under two points, and for one that is missing or infinite.

    >>> fit_limits([1.0, 2.0, 1.0, 2.0])
    Limits(mean=1.5, lower=-1.1600000000000001, upper=4.16, trial=True)
    """
    points = check_points(values)
    ranges = np.abs(np.diff(points))
    kept = ranges[ranges <= _SCREEN * ranges.mean()]
    if screen and kept.any():
        ranges = kept
    mean, reach = float(points.mean()), _REACH * float(ranges.mean())
    return Limits(mean, mean - reach, mean + reach, is_trial(len(values)))


def is_trial(points: int) -> bool:
    """Whether so few points give but trial limits."""
    return points < _SETTLED


def check_points(values: ArrayLike) -> NDArray[np.float64]:
    """The points as numbers; ValueError under two of them, and for one that is missing or infinite."""
    points = complete_numbers("points", values)
    if points.size < 2:
        raise ValueError(f"{points.size} points, expected two or more to have a moving range")
    return points


def control_chart(values: Sequence[float], rebase: Sequence[int] = (), screen: bool = True) -> ControlChart:
    """The chart of `values`, with limits anew and runs counted anew from each place in `rebase`.

    Whoever rebases states why: a chart that is rebased after every change shows none.

    >>> chart = control_chart([5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 10.0])
    >>> chart.points[-1].signals, chart.variation("lower")
    ((('outside', 1),), 'worse')
    """
    points: list[Point] = []
    for first, end in pairwise([0, *rebase, len(values)]):
        stretch = check_points(values[first:end])
        limits = fit_limits(values[first:end], screen)
        told = zip(stretch.tolist(), read_signals(stretch, limits), strict=True)
        points += [Point(value, limits, signals) for value, signals in told]
    return ControlChart(tuple(points))


def read_signals(seen: NDArray[np.float64], limits: Limits) -> list[Signals]:
    """What each point is or ends, given limits and those before it, each with its side.

    Outside the limits; beyond two thirds of the way to one, as another of the last three points is; the last of seven
    on one side of the mean, or of seven each above (below) the one before.

    >>> read_signals(np.array([1.0, 2.5, 1.9, 2.1]), Limits(mean=0.0, lower=-3.0, upper=3.0, trial=False))[-1]
    (('two of three', 1),)
    """
    away, reach = seen - limits.mean, limits.upper - limits.mean
    sides = signs_of(away)
    return tell_signals(
        np.where(np.abs(away) > reach + _ROUNDING, sides, 0),
        np.where(np.abs(away) > _TWO_THIRDS * reach + _ROUNDING, sides, 0),
        sides,
        seen,
    )


def tell_signals(outside: Sides, beyond: Sides, sides: Sides, values: NDArray[np.float64]) -> list[Signals]:
    """What each point is or ends: each array says on which side a point lies so far out, or 0."""
    usual = np.abs(values - np.median(values)) <= _ROUNDING
    runs = (np.where(usual, 0, sides) if usual.mean() > _MOST else sides).tolist()
    outs, beyonds = outside.tolist(), beyond.tolist()
    steps = [0, *signs_of(np.diff(values)).tolist()]
    found = []
    for end in range(1, len(runs) + 1):
        own, side, step = beyonds[end - 1], runs[end - 1], steps[end - 1]
        signals: list[tuple[Signal, int]] = []
        if outs[end - 1]:
            signals.append(("outside", outs[end - 1]))
        if own and beyonds[max(end - 3, 0) : end].count(own) > 1:
            signals.append(("two of three", own))
        if side and runs[max(end - _RUN, 0) : end].count(side) == _RUN:
            signals.append(("one side", side))
        if step and steps[max(end - _RUN + 1, 0) : end].count(step) == _RUN - 1:
            signals.append(("rise or fall", step))
        found.append(tuple(signals))
    return found


def signs_of(differences: NDArray[np.float64]) -> Sides:
    """-1, 0 or 1: what is but rounding is 0, so that points alike in all figures stay alike."""
    return np.where(np.abs(differences) > _ROUNDING, np.sign(differences), 0).astype(np.int64)
