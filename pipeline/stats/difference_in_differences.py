"""Difference in differences: how much more those changed who got something than those who did not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.comparison import difference_in_effects
from pipeline.stats.confidence import t_quantile
from pipeline.stats.inputs import complete_numbers
from pipeline.stats.panel import NEVER, GroupTime, Panel, group_times
from pipeline.stats.results import Estimate, NotEstimable, Result

Floats = NDArray[np.float64]

_METHOD = "group-time effects (Callaway and Sant'Anna)"


@dataclass(frozen=True)
class ExposureEffect:
    """The effect `exposure` units of time after the start; below 0 it is before it, and should be nil."""

    exposure: float
    effect: Result


@dataclass(frozen=True)
class StaggeredEffects:
    """What starting did, over all starts and times after them, with what speaks against it.

    `value` is the effect as a number also where it has no interval; `overall` averages each group's effect over its
    times since the start, then the groups by size. Null value 0. `exposures` is the event study. `pre_trend` is how
    much more the treated rose a unit of time before they started; null value 0, and an interval that holds it does
    not prove that there was no such trend. `treated` and `comparison` count units.
    """

    value: float
    overall: Result
    exposures: tuple[ExposureEffect, ...]
    pre_trend: Result
    treated: int
    comparison: int


def two_by_two(
    outcome: ArrayLike,
    treated: ArrayLike,
    after: ArrayLike,
    clusters: ArrayLike | None = None,
    confidence_level: float = 0.95,
    *,
    unit: str = "points",
) -> Result:
    """Change of the treated less change of the comparison, from rows; null value 0.

    Least squares on treated, after and both; errors HC1, or CR1 by cluster with t of clusters - 1, which is too sure
    of itself below some ten clusters.

    >>> effect = two_by_two([1, 2, 4, 6, 1, 3, 5, 7], [0, 0, 1, 1, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1])
    >>> round(effect.value, 4)
    0.5
    """
    complete_numbers("outcome", outcome)
    cells = {(bool(one), bool(other)) for one, other in zip(_flags(treated), _flags(after), strict=True)}
    for flag, when in ((True, False), (True, True), (False, False), (False, True)):
        if (flag, when) not in cells:
            who = "in the service" if flag else "to compare with"
            return NotEstimable(f"nobody {who} {'after' if when else 'before'} the start")
    result = difference_in_effects(outcome, treated, after, None, None, clusters, confidence_level, unit=unit)
    if isinstance(result, NotEstimable) and clusters is not None:
        return NotEstimable("too few clusters on one side of the start to judge by")
    return result


def staggered_effects(
    panel: Panel,
    comparison: Literal["never", "not yet"] = "never",
    confidence_level: float = 0.95,
    *,
    unit: str = "points",
) -> StaggeredEffects | NotEstimable:
    """Group-time effects of Callaway and Sant'Anna (2021) without covariates, put together.

    Errors from the influence functions, clustered on the unit, the shares of the groups being estimated too. t has one
    degree of freedom less than the smaller of treated and comparison units. No interval where some group is one
    unit, which shows nothing of its own spread: use randomisation inference there.

    >>> from pipeline.stats.panel import balanced_panel
    >>> outcome = [1, 2, 2, 3, 1, 1, 2, 2]
    >>> panel = balanced_panel(list("aabbccdd"), [1, 2] * 4, outcome, [2, 2, 2, 2] + [None] * 4)
    >>> staggered_effects(panel).value
    1.0
    """
    effects = group_times(panel, not_yet=comparison == "not yet")
    since = [one for one in effects if one.time >= one.start]
    if not since:
        return NotEstimable("nobody starts after the first time, or there is nobody to compare with")
    weights = {
        (one.start, one.time): float((panel.starts == one.start).mean())
        / sum(other.start == one.start for other in since)
        for one in since
    }
    exposures = sorted({one.time - one.start for one in effects})
    return StaggeredEffects(
        value=_average(panel, since, weights)[0],
        overall=_estimate(panel, since, weights, confidence_level, unit),
        exposures=tuple(
            ExposureEffect(lag, _estimate_at(panel, effects, lag, confidence_level, unit))
            for lag in exposures
        ),
        pre_trend=_pre_trend(panel, effects, confidence_level, unit),
        treated=int((panel.starts != NEVER).sum()),
        comparison=max(one.compared for one in since),
    )


Weights = dict[tuple[float, float], float]


def _flags(values: ArrayLike) -> list[object]:
    return list(np.asarray(values).tolist())


def _estimate_at(
    panel: Panel, effects: Sequence[GroupTime], exposure: float, confidence_level: float, unit: str
) -> Result:
    own = [one for one in effects if one.time - one.start == exposure]
    weights = {(one.start, one.time): float((panel.starts == one.start).mean()) for one in own}
    return _estimate(panel, own, weights, confidence_level, unit)


def _average(panel: Panel, effects: Sequence[GroupTime], weights: Weights) -> tuple[float, Floats]:
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


def _estimate(
    panel: Panel, effects: Sequence[GroupTime], weights: Weights, confidence_level: float, unit: str
) -> Result:
    if min(one.started for one in effects) < 2:
        return NotEstimable("a group that started together is one unit only, so its spread is unknown")
    fewest = min(
        sum({one.start: one.started for one in effects}.values()), *(one.compared for one in effects)
    )
    if fewest < 2:
        return NotEstimable("fewer than two units to compare with, so their spread is unknown")
    value, influence = _average(panel, effects, weights)
    error = math.sqrt(float(influence @ influence)) / influence.size
    if error <= 1e-12:
        return NotEstimable("all units changed alike, so there is no spread to judge by")
    reach = t_quantile(confidence_level, fewest - 1) * error
    return Estimate(value, value - reach, value + reach, confidence_level, _METHOD, unit)


def _pre_trend(panel: Panel, effects: Sequence[GroupTime], confidence_level: float, unit: str) -> Result:
    """How much faster the treated rose before their start: a line through all effects before it and 0 at its base."""
    before = [one for one in effects if one.time < one.start and one.started > 1]
    if not before:
        return NotEstimable("there is only one time before the start, or one unit in each group")
    distance = [one.time - one.base for one in before]
    rises = [
        replace(one, effect=one.effect / apart, influence=one.influence / apart)
        for one, apart in zip(before, distance, strict=True)
    ]
    weights = {
        (one.start, one.time): float((panel.starts == one.start).mean()) * apart**2
        for one, apart in zip(before, distance, strict=True)
    }
    return _estimate(panel, rises, weights, confidence_level, f"{unit} per unit of time")
