"""Where a target's figure is going: a forecast of the months that it will be judged on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.equality.target_evidence import Evidence, ReachedEvidence
from pipeline.analysis.equality.target_figures import (
    CountedFigure,
    MeanFigure,
    Represented,
    Scored,
    TargetFigure,
)
from pipeline.analysis.group_counts import PER_CHILD_YEARS
from pipeline.analysis.months import Window
from pipeline.protect.tally import Tally
from pipeline.stats.designs.series_regression import Family
from pipeline.stats.inputs import normal_quantile
from pipeline.stats.monitoring.forecast import ForecastSeries, forecast_level
from pipeline.stats.proportions.rounded import Between, less_known
from pipeline.stats.proportions.two_groups import independent_difference
from pipeline.stats.results import NotEstimable, Result

_QUARTER, _YEAR = 3, 12.0
_BEYOND = NotEstimable("the line leaves the scale before the target's date")
Part = Tally | MeanFigure


@dataclass(frozen=True)
class Forecast:
    """What is forecast of a target's figure, in its own unit, and whether the quarters tell a season."""

    result: Result
    seasonal: bool


def forecast_target(
    evidence: Evidence,
    months: tuple[int, int],
    judged: Window,
    confidence_level: float,
    furthest: float = math.inf,
) -> Forecast:
    """What the quarters of these months (the first, the last) lead one to expect in those that will be `judged`.

    Both sides of a gap are forecast by themselves, so that neither can leave what it can be: 0 to 100 % of a share, and
    of a mean change `furthest` either way.
    """
    first, last = months
    starts = sorted(range(last - _QUARTER + 1, first - 1, -_QUARTER))
    read = [(start + 1.0, _parts(evidence.as_it_is(start, start + _QUARTER - 1))) for start in starts]
    share = evidence.measure.unit == "percent"
    told = [_series([(month, parts[side]) for month, parts in read], share) for side in (0, 1)]
    quarters = [float(month - 1) for month in range(judged.last, judged.first, -_QUARTER)]
    own, other = (_forecast(series, quarters, confidence_level, furthest) for series in told)
    seasonal = all(series.seasonal for series in told if series.times)
    result = own if all(parts[1] is None for _, parts in read) else independent_difference(own, other)
    share_of_people = evidence.population_share if isinstance(evidence, ReachedEvidence) else None
    return Forecast(_less(result, share_of_people), seasonal)


def _less(result: Result, share: Between | NotEstimable | None) -> Result:
    """A share less that of the population, where it is compared with it."""
    if share is None or isinstance(result, NotEstimable):
        return result
    return share if isinstance(share, NotEstimable) else less_known(result, share)


def _parts(reading: TargetFigure) -> tuple[Part, Part | None]:
    """The group's side of a figure and its comparator's."""
    match reading:
        case CountedFigure() | Scored():
            return reading.group, reading.reference
        case Represented():
            return reading.group, None


def _series(parts: Sequence[tuple[float, Part | None]], share: bool) -> ForecastSeries:
    """The quarters that tell anything, as shares, rates by child-year or means."""
    points = [(month, *point) for month, part in parts if part is not None and (point := _point(part, share))]
    times, values, sizes = zip(*points, strict=True) if points else ((), (), ())
    means = any(isinstance(part, MeanFigure) for _, part in parts)
    family: Family = "mean" if means else "share" if share else "rate"
    return ForecastSeries(times, values, sizes, family, _YEAR)


def _point(part: Part, share: bool) -> tuple[float, float] | None:
    """A quarter's value and its size; a mean's is one over its variance."""
    if isinstance(part, Tally):
        size = float(part.total if share else part.child_years)
        return (part.events / size, size / part.effect) if size else None
    mean = part.result(0.95)
    if isinstance(mean, NotEstimable) or mean.upper <= mean.lower:
        return None
    error = (mean.upper - mean.lower) / (2 * normal_quantile(0.95))
    return mean.value, error**-2


def _forecast(
    series: ForecastSeries, at: Sequence[float], confidence_level: float, furthest: float
) -> Result:
    """In the measure's own unit: a share, events per 100 child-years, or points."""
    unit = {"share": "proportion", "rate": f"events per {PER_CHILD_YEARS} person-years", "mean": "points"}
    per = PER_CHILD_YEARS if series.family == "rate" else 1
    told = forecast_level(series, at, confidence_level, unit[series.family])
    if isinstance(told, NotEstimable):
        return told
    if abs(told.value) > furthest:
        return _BEYOND
    return told.map(lambda number: min(max(per * number, -furthest), furthest))
