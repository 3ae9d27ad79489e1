"""Units followed over the same times, some of which start something: the data of a difference in differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.stats.inputs import Floats, complete_numbers
from pipeline.stats.results import NotEstimable

NEVER = float("inf")
_NOTHING_LEFT = 1e-9


@dataclass(frozen=True, eq=False)
class Panel:
    """`outcome` (units, times), `times` (times,) rising, `starts` (units,): the first time with it, `NEVER` if none.

    Units that had it from the first time on are left out, as there is nothing before; a start after the last time
    counts as none. `covariates` (units, k), if any, are what units are to be alike in, known before any start.
    """

    outcome: Floats
    times: Floats
    starts: Floats
    covariates: Floats | None = None

    @property
    def groups(self) -> tuple[float, ...]:
        """The times at which some unit starts, in order."""
        return tuple(sorted({float(start) for start in self.starts if start != NEVER}))

    def with_starts(self, starts: Floats) -> Panel:
        """The same outcomes as if the units had started at other times, for randomisation inference."""
        return replace(self, starts=starts)

    @property
    def design(self) -> Floats:
        """An intercept, and the covariates in which units differ as standard scores (units, 1 + k)."""
        ones = np.ones((self.starts.size, 1))
        if self.covariates is None or not self.starts.size:
            return ones
        apart = self.covariates - self.covariates.mean(axis=0)
        spread, size = apart.std(axis=0), np.abs(self.covariates).max(axis=0)
        differ = spread > _NOTHING_LEFT * size
        return np.hstack([ones, apart[:, differ] / spread[differ]])


def balanced_panel(
    units: ArrayLike,
    times: ArrayLike,
    outcome: ArrayLike,
    starts: ArrayLike,
    covariates: pd.DataFrame | None = None,
) -> Panel | NotEstimable:
    """A panel from rows, one a unit and time; `starts` is the unit's start, blank (NaN) or infinite for never.

    `covariates` are columns of numbers for the same rows; of each unit those at its first time are taken.

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
    if covariates is not None and len(covariates) != len(rows):
        raise ValueError("covariates and units differ in length, expected one row each")
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
    known = None if covariates is None else _at_first_times(rows, covariates)[kept]
    return Panel(wide.to_numpy(dtype=np.float64)[kept], moments, start[kept], known)


def _at_first_times(rows: pd.DataFrame, covariates: pd.DataFrame) -> Floats:
    """What is known of each unit, in their order."""
    columns = [complete_numbers(str(name), covariates[name]) for name in covariates]
    order = rows.reset_index(drop=True).sort_values(["unit", "time"])
    found: Floats = np.column_stack(columns)[order.index[~order["unit"].duplicated()]]
    return found


@dataclass(frozen=True, eq=False)
class GroupTime:
    """One comparison: who started at `start`, by how much more they changed from `base`, just before, to `time`.

    `influence` (units,) is each unit's part in the error: the variance is mean(influence^2) / units. `spare` is how
    many more units are `compared` than covariates are held fixed.
    """

    start: float
    base: float
    time: float
    effect: float
    influence: Floats
    started: int
    compared: int
    spare: int


def group_times(panel: Panel) -> tuple[GroupTime, ...]:
    """ATT(g, t) of Callaway and Sant'Anna (2021) for every start and time.

    The base is the last time before the start, so that effects before it are read as in an event study. The
    comparison is with units that never start. With covariates, what the started would have changed is read off a line
    through the units compared with, which must be more than the line has coefficients (outcome regression: Heckman,
    Ichimura and Todd 1997; Sant'Anna and Zhao 2020).

    >>> panel = balanced_panel(list("aabbcc"), [1, 2] * 3, [5, 7, 4, 4, 1, 2], [2, 2, None, None, None, None])
    >>> [(one.start, one.time, one.effect) for one in group_times(panel)]
    [(2.0, 2.0, 1.5)]
    """
    return tuple(one for start in panel.groups for one in _compared(panel, start))


def _compared(panel: Panel, start: float) -> Iterator[GroupTime]:
    """The comparisons of one group at all times but its base; none where the others do not tell the line."""
    base = int(np.searchsorted(panel.times, start)) - 1
    places = [place for place in range(panel.times.size) if place != base]
    group, others, design = panel.starts == start, panel.starts == NEVER, panel.design
    started, compared, spare = int(group.sum()), int(others.sum()), int(others.sum()) + 1 - design.shape[1]
    if not compared or (spare < 2 and design.shape[1] > 1):
        return
    left, sizes, right = np.linalg.svd(design[others], full_matrices=False)
    if sizes[-1] <= _NOTHING_LEFT * sizes[0]:
        return
    change = panel.outcome[:, places] - panel.outcome[:, [base]]
    apart = change - design @ (right.T @ (left.T @ change[others] / sizes[:, None]))
    effects = apart[group].mean(axis=0)
    # What each unit compared with does to the line, and so to what is expected of the group.
    pull = (design @ (right.T / sizes**2)) @ (right @ design[group].mean(axis=0)) * others
    influence = (apart - effects) * (group / started)[:, None] - apart * pull[:, None]
    for place, effect, own in zip(places, effects, influence.T * group.size, strict=True):
        when = start, float(panel.times[base]), float(panel.times[place])
        yield GroupTime(*when, float(effect), own, started, compared, spare)


Weights = dict[tuple[float, float], float]
"""Of each start and time, in no unit."""


def weigh_groups(panel: Panel, effects: Sequence[GroupTime]) -> Weights:
    """So that each group averages over its times, then the groups by size."""
    times = Counter(one.start for one in effects)
    return {
        (one.start, one.time): float((panel.starts == one.start).mean()) / times[one.start] for one in effects
    }


def average_effect(panel: Panel, effects: Sequence[GroupTime], weights: Weights) -> tuple[float, Floats]:
    """Weighted mean of effects and its influence function; weights are shares of units, so estimated themselves."""
    total = sum(weights.values())
    value, influence = 0.0, np.zeros(panel.starts.size)
    for one in effects:
        weight = weights[one.start, one.time]
        value += weight / total * one.effect
        influence += weight / total * one.influence
    for one in effects:
        weight = weights[one.start, one.time]
        share = float((panel.starts == one.start).mean())
        influence += weight / share / total * ((panel.starts == one.start) - share) * (one.effect - value)
    return value, influence
