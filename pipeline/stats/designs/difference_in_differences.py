"""Difference in differences: how much more those changed who got something than those who did not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.stats.designs.panel import (
    NEVER,
    GroupTime,
    Panel,
    Weights,
    average_effect,
    group_times,
    weigh_groups,
)
from pipeline.stats.inputs import Floats, t_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

_METHOD = "group-time effects (Callaway and Sant'Anna)"
_DRAWS, _SEED = 1999, 2021


@dataclass(frozen=True)
class ExposureEffect:
    """The effect `exposure` units of time after the start; below 0 it is before it, and should be nil.

    `band` is as wide as it takes to hold all of them together at the level, where `effect` holds each by itself.
    """

    exposure: float
    effect: Result
    band: Result


@dataclass(frozen=True)
class StaggeredEffects:
    """What starting did, over all starts and times after them, with what speaks against it.

    `value` is the effect as a number also where it has no interval; `overall` averages each group's effect over its
    times since the start, then the groups by size; `dynamic` averages the event study, each time since the start alike.
    Null value 0. `exposures` is the event study. `pre_trend` is how
    much more the treated rose a unit of time before they started; null value 0, and an interval that holds it does
    not prove that there was no such trend. `treated` and `comparison` count units.
    """

    value: float
    overall: Result
    dynamic: Result
    exposures: tuple[ExposureEffect, ...]
    pre_trend: Result
    treated: int
    comparison: int

    @property
    def breakdown(self) -> float | NotEstimable:
        """How large a break with parallel trends would undo `dynamic`: in multiples of the largest before the start.

        The bound on relative magnitudes of Rambachan and Roth (2023): from one time to the next after the start, the
        treated may stray by so many times the largest step that they strayed before it, in one direction; 0 where the
        interval holds 0 already. The steps before the start are taken as found, so that their noise counts against the
        effect. Not estimable without two neighbouring times before the start.
        """
        if isinstance(self.dynamic, NotEstimable):
            return self.dynamic
        before = {one.exposure: one.effect for one in self.exposures if one.exposure < 0}
        values = {lag: effect.value for lag, effect in before.items() if isinstance(effect, Estimate)} | {
            -1.0: 0.0
        }
        steps = [abs(values[lag] - values[lag - 1]) for lag in values if lag - 1 in values]
        if not steps:
            return NotEstimable("no two times before the start stand next to one another")
        after = [one.exposure + 1 for one in self.exposures if one.exposure >= 0]
        room = max(self.dynamic.lower, -self.dynamic.upper, 0.0)
        strayed = max(steps) * sum(after) / len(after)
        return room / strayed if strayed else math.inf if room else 0.0


def staggered_effects(panel: Panel, confidence_level: float = 0.95) -> StaggeredEffects | NotEstimable:
    """Group-time effects of Callaway and Sant'Anna (2021), put together; the panel's covariates are held fixed.

    Errors from the influence functions, clustered on the unit, the shares of the groups being estimated too. t has one
    degree of freedom less than the smaller of treated and (less the covariates) comparison units. No interval where
    some group is one unit, which shows nothing of its own spread: use randomisation inference there.

    >>> from pipeline.stats.designs.panel import balanced_panel
    >>> outcome = [1, 2, 2, 3, 1, 1, 2, 2]
    >>> panel = balanced_panel(list("aabbccdd"), [1, 2] * 4, outcome, [2, 2, 2, 2] + [None] * 4)
    >>> staggered_effects(panel).value
    1.0
    """
    effects = group_times(panel)
    since = [one for one in effects if one.time >= one.start]
    if not since:
        few = "there is nobody" if panel.covariates is None else "there are too few for so many covariates"
        return NotEstimable(f"nobody starts after the first time, or {few} to compare with")
    weights = weigh_groups(panel, since)
    studied = _study(panel, effects, confidence_level)
    return StaggeredEffects(
        value=average_effect(panel, since, weights)[0],
        overall=_estimate(panel, since, weights, confidence_level),
        dynamic=_dynamic(panel, since, confidence_level),
        exposures=studied,
        pre_trend=_pre_trend(panel, effects, confidence_level),
        treated=int((panel.starts != NEVER).sum()),
        comparison=max(one.compared for one in since),
    )


def _by_exposure(panel: Panel, effects: Sequence[GroupTime]) -> dict[float, tuple[list[GroupTime], Weights]]:
    """The effects so long after each start, groups weighing by their size."""
    found: dict[float, tuple[list[GroupTime], Weights]] = {}
    for one in sorted(effects, key=lambda each: (each.time - each.start, each.start)):
        own, weights = found.setdefault(one.time - one.start, ([], {}))
        own.append(one)
        weights[one.start, one.time] = float((panel.starts == one.start).mean())
    return found


def _study(panel: Panel, effects: Sequence[GroupTime], confidence_level: float) -> tuple[ExposureEffect, ...]:
    """The event study, each effect with an interval of its own and a band that holds all together."""
    by_exposure = _by_exposure(panel, effects)
    alone = {lag: _estimate(panel, *own, confidence_level) for lag, own in by_exposure.items()}
    told = [lag for lag, effect in alone.items() if isinstance(effect, Estimate)]
    if not told:
        return tuple(ExposureEffect(lag, effect, effect) for lag, effect in alone.items())
    influences = np.stack([average_effect(panel, *by_exposure[lag])[1] for lag in told])
    quantile = _simultaneous_quantile(influences, confidence_level)
    found = []
    for lag, effect in alone.items():
        band = effect
        if isinstance(effect, Estimate):
            error = _error(influences[told.index(lag)])
            reach = max(quantile * error, effect.upper - effect.value)
            band = replace(effect, lower=effect.value - reach, upper=effect.value + reach)
        found.append(ExposureEffect(lag, effect, band))
    return tuple(found)


def _simultaneous_quantile(influences: Floats, confidence_level: float) -> float:
    """Of the largest t of all rows (k, units): signs of units turned at random from a fixed seed."""
    signs = np.random.default_rng(_SEED).choice((-1.0, 1.0), size=(_DRAWS, influences.shape[1]))
    errors = np.sqrt((influences**2).sum(axis=1))
    return float(np.quantile(np.abs(signs @ influences.T / errors).max(axis=1), confidence_level))


def _dynamic(panel: Panel, since: Sequence[GroupTime], confidence_level: float) -> Result:
    """The mean over the times since the start; its error from the mean of their influence functions."""
    parts = [average_effect(panel, *own) for own in _by_exposure(panel, since).values()]
    value, influence = (sum(each) / len(parts) for each in zip(*parts, strict=True))
    return _interval(since, float(value), np.asarray(influence), confidence_level)


def _error(influence: Floats) -> float:
    return math.sqrt(float(influence @ influence)) / influence.size


def _estimate(
    panel: Panel, effects: Sequence[GroupTime], weights: Weights, confidence_level: float
) -> Result:
    return _interval(effects, *average_effect(panel, effects, weights), confidence_level)


def _interval(
    effects: Sequence[GroupTime], value: float, influence: Floats, confidence_level: float
) -> Result:
    """What was put together from these effects, with its error by unit."""
    if min(one.started for one in effects) < 2:
        return NotEstimable("a group that started together is one unit only, so its spread is unknown")
    fewest = min(sum({one.start: one.started for one in effects}.values()), *(one.spare for one in effects))
    if fewest < 2:
        return NotEstimable("fewer than two units to compare with, so their spread is unknown")
    error = _error(influence)
    if error <= 1e-12:
        return NotEstimable("all units changed alike, so there is no spread to judge by")
    reach = t_quantile(confidence_level, fewest - 1) * error
    return Estimate(value, value - reach, value + reach, confidence_level, _METHOD, "points")


def _pre_trend(panel: Panel, effects: Sequence[GroupTime], confidence_level: float) -> Result:
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
    return _estimate(panel, rises, weights, confidence_level)
