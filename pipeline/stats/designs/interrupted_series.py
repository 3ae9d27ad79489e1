"""Interrupted time series: what changed at a date, against where the series was going before it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.designs.autocorrelation import check_autocorrelation
from pipeline.stats.designs.series_regression import Family, Series, fit_series
from pipeline.stats.inputs import Floats, complete_numbers
from pipeline.stats.results import NotEstimable, PValue, Result

_SAID = {
    "rate": ("segmented quasi-Poisson, AR(1) errors", "rate ratio"),
    "share": ("segmented quasi-binomial, AR(1) errors", "odds ratio"),
}
_SEASON = 12
_TESTED_LAGS = 4


@dataclass(frozen=True)
class SeriesModel:
    """What is decided before the series is looked at.

    `slopes`: one before the intervention and one after it, or none at all (two levels). `harmonics` pairs of sine and
    cosine stand for a season of twelve points; six are a season of any shape, each place in it with a level of its own.
    `minimum_points` on either side.
    """

    slopes: bool = True
    harmonics: int = 0
    minimum_points: int = 8


_USUAL = SeriesModel()


@dataclass(frozen=True, eq=False)
class InterruptedSeries:
    """What the segmented model says, time being centred at the intervention.

    `level_change` is the step at the intervention: of a rate a rate ratio, of a share an odds ratio (null value 1).
    `counterfactual` (n,) goes on after the intervention as before it, at `times`: points at which nobody could have the
    event are left out.
    """

    level_change: Result
    times: Floats
    counterfactual: Floats
    autocorrelation: PValue | NotEstimable


def interrupted_series(
    family: Literal["rate", "share"],
    times: ArrayLike,
    events: ArrayLike,
    sizes: ArrayLike,
    intervention: float,
    model: SeriesModel = _USUAL,
    confidence_level: float = 0.95,
) -> InterruptedSeries | NotEstimable:
    """Segmented regression of events on times (Bernal, Cummins and Gasparrini 2017), given the sizes they are out of.

    Of a rate quasi-Poisson with log(exposure) as offset, of a share quasi-binomial. `times` are whole units, rising; a
    unit that is left out is a gap, across which points lean less. The first time at or after `intervention` is the
    first of the second segment. ValueError for missing values or unequal lengths.

    >>> events = [12, 19, 14, 21, 30, 38, 33, 42]
    >>> model = SeriesModel(slopes=False, minimum_points=3)
    >>> found = interrupted_series("rate", range(8), events, [10.0] * 8, 4, model)
    >>> round(found.level_change.value, 4), round(float(found.counterfactual[-1]), 4)
    (2.1667, 1.65)
    """
    method, ratio = _SAID[family]
    time, series = _checked(times, events, sizes, family)
    since = time - intervention
    after = since >= 0
    short = _too_short(after, series, model)
    if short is not None:
        return short
    design = _design(since, after, model)
    fit = fit_series(series, design, time, method)
    if isinstance(fit, NotEstimable):
        return fit
    untouched = design.copy()
    untouched[:, 1 : 3 if model.slopes else 2] = 0.0  # where the intervention stands
    return InterruptedSeries(
        level_change=fit.ratio(1, confidence_level, ratio),
        times=time,
        counterfactual=fit.level_at(untouched),
        autocorrelation=check_autocorrelation(fit.residuals, time, _TESTED_LAGS),
    )


def _checked(times: ArrayLike, events: ArrayLike, size: ArrayLike, family: Family) -> tuple[Floats, Series]:
    time, figures, sizes = map(complete_numbers, ("times", "events", "sizes"), (times, events, size))
    if not time.shape == figures.shape == sizes.shape:
        raise ValueError("times, events and sizes differ in length, expected one of each a point")
    if (np.diff(time) <= 0).any():
        raise ValueError("times do not rise from point to point, expected them in order and each once")
    if (figures < 0).any() or (sizes < 0).any():
        raise ValueError("events or sizes are negative, expected 0 or more")
    if family == "share" and (figures > sizes).any():
        raise ValueError("events exceed the total, expected events to be a part of the total")
    told = sizes > 0
    return time[told], Series(figures[told], sizes[told], family)


def _too_short(after: NDArray[np.bool_], series: Series, model: SeriesModel) -> NotEstimable | None:
    for side, points in (("before", ~after), ("after", after)):
        if points.sum() < model.minimum_points:
            return NotEstimable(f"fewer than {model.minimum_points} points {side} the intervention")
        events, most = series.outcome[points].sum(), series.size[points].sum()
        if events == 0:
            return NotEstimable(f"no events {side} the intervention")
        if series.family == "share" and events == most:
            return NotEstimable(f"everybody has the event {side} the intervention")
    return None


def _design(since: Floats, after: NDArray[np.bool_], model: SeriesModel) -> Floats:
    """Columns: level before, change of level, change of slope, slope before (where there are slopes), season."""
    step = after.astype(np.float64)
    columns = [np.ones_like(since), step, *((step * since, since) if model.slopes else ())]
    if 2 * model.harmonics >= _SEASON:
        places = np.mod(since, _SEASON)
        return np.column_stack([*columns, *(places == place for place in np.unique(places)[1:])])
    for harmonic in range(1, model.harmonics + 1):
        turn = 2 * np.pi * harmonic * since / _SEASON
        columns += [np.sin(turn), np.cos(turn)]
    return np.column_stack(columns)
