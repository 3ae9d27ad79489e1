"""Interrupted time series: what changed at a date, against where the series was going before it."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.designs.autocorrelation import AutocorrelationCheck, check_autocorrelation
from pipeline.stats.designs.series_regression import (
    Errors,
    Family,
    FittedSeries,
    Series,
    autoregressive_errors,
    fit_series,
    independent_errors,
    newey_west_errors,
)
from pipeline.stats.inputs import Floats, complete_numbers
from pipeline.stats.results import NotEstimable, Result

_METHODS = {
    "mean": "segmented least squares",
    "rate": "segmented quasi-Poisson",
    "share": "segmented quasi-binomial",
}
_FLOOR = {"mean": 0.0, "rate": 1.0, "share": 1.0}


@dataclass(frozen=True)
class SeriesModel:
    """What is decided before the series is looked at.

    `trend`: no slope at all (two levels), the same slope on both sides, or a slope of its own after the intervention.
    `harmonics` pairs of sine and cosine stand for a season of `season` points; half as many pairs as points are a
    season of any shape, each place in it with a level of its own. `errors`: each point by itself, Newey and West's with
    `lags` and its small-sample factor, or autoregressive, which keeps its level on short series too.
    `minimum_points` on either side; `test_lags` of the test for autocorrelation.
    """

    trend: Literal["none", "same slope", "own slope"] = "own slope"
    harmonics: int = 0
    season: int = 12
    errors: Literal["independent", "newey-west", "autoregressive"] = "autoregressive"
    lags: int = 3
    small_sample: bool = True
    minimum_points: int = 8
    test_lags: int = 4


@dataclass(frozen=True, eq=False)
class InterruptedSeries:
    """What the segmented model says, time being centred at the intervention.

    `level_change` is the step at the intervention, `slope_change` what it added to each further unit of time,
    `last_effect` how far the last point lies from the counterfactual. Of a mean they are differences (null value 0), of
    a rate rate ratios, of a share odds ratios (null value 1). `fitted` (n,) follows all points; `counterfactual` (n,)
    goes on after the intervention as before it, both at `times`: points at which nobody could have the event are left
    out.
    """

    level_change: Result
    slope_change: Result
    last_effect: Result
    times: Floats
    fitted: Floats
    counterfactual: Floats
    before: int
    after: int
    autocorrelation: AutocorrelationCheck | NotEstimable


def interrupted_mean(
    times: ArrayLike,
    values: ArrayLike,
    intervention: float,
    model: SeriesModel | None = None,
    confidence_level: float = 0.95,
    *,
    unit: str = "points",
) -> InterruptedSeries | NotEstimable:
    """Segmented least squares on a level (Bernal, Cummins and Gasparrini 2017).

    `times` are whole units, rising; a unit that is left out is a gap, across which points lean less. The first time
    at or after `intervention` is the first of the second segment. ValueError for missing values or unequal lengths.

    >>> model = SeriesModel(trend="same slope", errors="independent", minimum_points=3)
    >>> found = interrupted_mean(range(8), [1, 2, 2, 3, 6, 8, 7, 9], intervention=4, model=model)
    >>> round(found.level_change.value, 4), round(found.level_change.lower, 4)
    (2.7, 0.2858)
    """
    outcome = np.asarray(values, dtype=np.float64)
    return _interrupted(
        times, outcome, np.ones_like(outcome), "mean", intervention, model, confidence_level, unit
    )


def interrupted_rate(
    times: ArrayLike,
    events: ArrayLike,
    exposure: ArrayLike,
    intervention: float,
    model: SeriesModel | None = None,
    confidence_level: float = 0.95,
) -> InterruptedSeries | NotEstimable:
    """Segmented quasi-Poisson with log(exposure) as offset; changes are rate ratios. See `interrupted_mean`."""
    return _interrupted(times, events, exposure, "rate", intervention, model, confidence_level, "rate ratio")


def interrupted_share(
    times: ArrayLike,
    events: ArrayLike,
    totals: ArrayLike,
    intervention: float,
    model: SeriesModel | None = None,
    confidence_level: float = 0.95,
) -> InterruptedSeries | NotEstimable:
    """Segmented quasi-binomial; changes are odds ratios. See `interrupted_mean`."""
    return _interrupted(times, events, totals, "share", intervention, model, confidence_level, "odds ratio")


def _interrupted(
    times: ArrayLike,
    outcome: ArrayLike,
    size: ArrayLike,
    family: Family,
    intervention: float,
    model: SeriesModel | None,
    confidence_level: float,
    unit: str,
) -> InterruptedSeries | NotEstimable:
    model = model or SeriesModel()
    time, series = _checked(times, outcome, size, family)
    since = time - intervention
    after = since >= 0
    short = _too_short(after, series, model)
    if short is not None:
        return short
    design = _design(since, after, model)
    fit = fit_series(series, design, _errors(model, family, time), _METHODS[family] + _errors_words(model))
    if isinstance(fit, NotEstimable):
        return fit
    untouched = design.copy()
    untouched[:, 1 : 3 if model.trend == "own slope" else 2] = 0.0  # where the intervention stands
    return InterruptedSeries(
        **_changes(fit, design[-1] - untouched[-1], model, confidence_level, unit),
        times=time,
        fitted=fit.level_at(design),
        counterfactual=fit.level_at(untouched),
        before=int((~after).sum()),
        after=int(after.sum()),
        autocorrelation=check_autocorrelation(fit.residuals, model.test_lags, times=time),
    )


def _changes(
    fit: FittedSeries, last: Floats, model: SeriesModel, confidence_level: float, unit: str
) -> dict[str, Result]:
    places = np.eye(last.size)
    slope: Result = NotEstimable("the model was declared without a change of slope")
    if model.trend == "own slope":
        slope = fit.combine(places[2], confidence_level, f"{unit} per unit of time")
    return {
        "level_change": fit.combine(places[1], confidence_level, unit),
        "slope_change": slope,
        "last_effect": fit.combine(last, confidence_level, unit),
    }


def _checked(times: ArrayLike, outcome: ArrayLike, size: ArrayLike, family: Family) -> tuple[Floats, Series]:
    time, figures, sizes = map(complete_numbers, ("times", "figures", "sizes"), (times, outcome, size))
    if not time.shape == figures.shape == sizes.shape:
        raise ValueError("times, figures and sizes differ in length, expected one of each a point")
    if (np.diff(time) <= 0).any():
        raise ValueError("times do not rise from point to point, expected them in order and each once")
    if family != "mean" and ((figures < 0).any() or (sizes < 0).any()):
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
        if series.family != "mean" and events == 0:
            return NotEstimable(f"no events {side} the intervention")
        if series.family == "share" and events == most:
            return NotEstimable(f"everybody has the event {side} the intervention")
    return None


def _design(since: Floats, after: NDArray[np.bool_], model: SeriesModel) -> Floats:
    """Columns: level before, change of level, change of slope, slope before (as declared), season."""
    step = after.astype(np.float64)
    columns = [np.ones_like(since), step]
    if model.trend == "own slope":
        columns.append(step * since)
    if model.trend != "none":
        columns.append(since)
    if 2 * model.harmonics >= model.season:
        places = np.mod(since, model.season)
        return np.column_stack([*columns, *(places == place for place in np.unique(places)[1:])])
    for harmonic in range(1, model.harmonics + 1):
        turn = 2 * np.pi * harmonic * since / model.season
        columns += [np.sin(turn), np.cos(turn)]
    return np.column_stack(columns)


def _errors(model: SeriesModel, family: Family, times: Floats) -> Errors:
    floor = _FLOOR[family]
    if model.errors == "independent":
        return partial(independent_errors, floor=floor)
    if model.errors == "autoregressive":
        return partial(autoregressive_errors, times=times, floor=floor)
    return partial(
        newey_west_errors, times=times, lags=model.lags, small_sample=model.small_sample, floor=floor
    )


def _errors_words(model: SeriesModel) -> str:
    if model.errors == "newey-west":
        return f", Newey-West with {model.lags} lags{', small sample' if model.small_sample else ''}"
    return ", AR(1) errors" if model.errors == "autoregressive" else ""
