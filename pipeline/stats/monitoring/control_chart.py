"""Control charts after NHS England's Making Data Count: signals, variation and assurance.

Strictness, where the published rules leave it open: two equal points end a rise or a fall. Where more than half of all
points are alike, these are on neither side, wherever a single spike has drawn the mean.
"""

from dataclasses import dataclass
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

_RUN = 7
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


def is_trial(points: int) -> bool:
    """Whether so few points give but trial limits."""
    return points < _SETTLED


def check_points(values: ArrayLike) -> NDArray[np.float64]:
    """The points as numbers; ValueError under two of them, and for one that is missing or infinite."""
    points = complete_numbers("points", values)
    if points.size < 2:
        raise ValueError(f"{points.size} points, expected two or more to have a moving range")
    return points


def find_signals(outside: Sides, beyond: Sides, sides: Sides, values: NDArray[np.float64]) -> list[Signals]:
    """What each point is or ends, given those before it, each with its side.

    Outside the limits; beyond two thirds of the way to one, as another of the last three points is; the last of seven
    on one side of the mean, or of seven each above (below) the one before. Each array says on which side a point lies
    so far out, or 0.

    >>> level = np.zeros(4, dtype=np.int64)
    >>> find_signals(level, np.array([0, 1, 0, 1]), level, np.array([1.0, 2.5, 1.9, 2.1]))[-1]
    (('two of three', 1),)
    """
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
