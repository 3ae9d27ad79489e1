"""Units followed over the same times, some of which start something: the data of a difference in differences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.inputs import complete_numbers
from pipeline.stats.results import NotEstimable

Floats = NDArray[np.float64]
NEVER = float("inf")


@dataclass(frozen=True, eq=False)
class Panel:
    """`outcome` (units, times), `times` (times,) rising, `starts` (units,): the first time with it, `NEVER` if none.

    Units that had it from the first time on are left out, as there is nothing before; a start after the last time
    counts as none.
    """

    outcome: Floats
    times: Floats
    starts: Floats

    @property
    def groups(self) -> tuple[float, ...]:
        """The times at which some unit starts, in order."""
        return tuple(sorted({float(start) for start in self.starts if start != NEVER}))

    def with_starts(self, starts: Floats) -> Panel:
        """The same outcomes as if the units had started at other times, for randomisation inference."""
        return Panel(self.outcome, self.times, starts)


def balanced_panel(
    units: ArrayLike, times: ArrayLike, outcome: ArrayLike, starts: ArrayLike
) -> Panel | NotEstimable:
    """A panel from rows, one a unit and time; `starts` is the unit's start, blank (NaN) or infinite for never.

    ValueError where a unit stands twice at one time, has two starts, or a figure is missing.

    >>> panel = balanced_panel(list("aabb"), [1, 2, 1, 2], [5.0, 7.0, 4.0, 4.0], [2, 2, None, None])
    >>> panel.groups, panel.outcome.tolist()
    ((2.0,), [[5.0, 7.0], [4.0, 4.0]])
    """
    begun = pd.Series(starts, dtype="float64").fillna(NEVER).to_numpy()
    rows = pd.DataFrame({"unit": units, "time": times, "outcome": outcome, "start": begun})
    if rows.duplicated(["unit", "time"]).any() or (rows.groupby("unit")["start"].nunique() > 1).any():
        raise ValueError(
            "a unit stands twice at one time or has two starts, expected one row a unit and time"
        )
    if rows[["unit", "time"]].isna().any(axis=None):
        raise ValueError("a unit or a time is missing, expected complete rows")
    for name in ("time", "outcome"):
        complete_numbers(name, rows[name])
    if rows.empty:
        return NotEstimable("no unit is followed")
    wide = rows.pivot(index="unit", columns="time", values="outcome")
    if wide.isna().any(axis=None):
        return NotEstimable("some units have no figure at some of the times")
    moments = wide.columns.to_numpy(dtype=np.float64)
    start = rows.groupby("unit")["start"].first().to_numpy(dtype=np.float64, copy=True)
    start[start > moments[-1]] = NEVER
    kept = start > moments[0]
    return Panel(wide.to_numpy(dtype=np.float64)[kept], moments, start[kept])


@dataclass(frozen=True, eq=False)
class GroupTime:
    """One comparison: who started at `start`, by how much more they changed from `base`, just before, to `time`.

    `influence` (units,) is each unit's part in the error: the variance is mean(influence^2) / units.
    """

    start: float
    base: float
    time: float
    effect: float
    influence: Floats
    started: int
    compared: int


def group_times(panel: Panel, not_yet: bool) -> tuple[GroupTime, ...]:
    """ATT(g, t) of Callaway and Sant'Anna (2021), without covariates, for every start and time.

    The base is the last time before the start, so that effects before it are read as in an event study. The
    comparison is with units that never start, or, if `not_yet`, with all that have not started by then.

    >>> panel = balanced_panel(list("aabbcc"), [1, 2] * 3, [5, 7, 4, 4, 1, 2], [2, 2, None, None, None, None])
    >>> [(one.start, one.time, one.effect) for one in group_times(panel, not_yet=False)]
    [(2.0, 2.0, 1.5)]
    """
    found = []
    for start, place in product(panel.groups, range(panel.times.size)):
        base = int(np.searchsorted(panel.times, start)) - 1
        if place == base:
            continue
        latest = panel.times[max(place, base)]
        others = (panel.starts > latest if not_yet else panel.starts == NEVER) & (panel.starts != start)
        group = panel.starts == start
        if others.any():
            change = panel.outcome[:, place] - panel.outcome[:, base]
            when = start, float(panel.times[base]), float(panel.times[place])
            found.append(_compared(when, change, group, others))
    return tuple(found)


def _compared(
    when: tuple[float, float, float], change: Floats, group: NDArray[np.bool_], others: NDArray[np.bool_]
) -> GroupTime:
    means = change[group].mean(), change[others].mean()
    influence = np.where(group, (change - means[0]) / group.mean(), 0.0)
    influence -= np.where(others, (change - means[1]) / others.mean(), 0.0)
    effect = float(means[0] - means[1])
    return GroupTime(*when, effect, influence, int(group.sum()), int(others.sum()))
