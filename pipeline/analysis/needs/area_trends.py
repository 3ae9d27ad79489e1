"""Where an indicator of the area is heading: alone, against its neighbours, and what the next period may bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.analysis.needs.areas import AreaPoint, compare_areas
from pipeline.contract.benchmarks import AreaUnit, Benchmark
from pipeline.stats.designs.series_regression import Family
from pipeline.stats.monitoring.forecast import ForecastSeries, forecast_level
from pipeline.stats.monitoring.turn import Backtest, backtest, line_change, line_end
from pipeline.stats.results import NotEstimable, Result

_FAMILIES: Mapping[AreaUnit, tuple[Family, float]] = {
    "percent": ("share", 100.0),
    "per_10_000": ("rate", 1.0),
}
_PER = 10_000.0
_STEPS = 12.0
"""A figure rounded to a step is off by a variance of the step squared over so many."""


@dataclass(frozen=True)
class AreaTrend:
    """An indicator since its last break: how far it moved by a straight line, in its unit, and what comes next.

    `apart` is how far it lies above its neighbours' median by now, by a line. `forecast` is of the area's next period
    with the interval of a new point; `tried` says how such forecasts did.
    """

    benchmark: Benchmark
    points: tuple[AreaPoint, ...]
    change: Result
    against_neighbours: Result
    apart: Result
    next_period: str
    forecast: Result
    tried: Backtest | None

    @property
    def verdict(self) -> str:
        """Whether the area's figure rises or falls, where its change is told from what years wander by."""
        return _judge(self.change, "rising", "falling")

    @property
    def against_verdict(self) -> str:
        """Whether the distance to the neighbours' median grows or shrinks, each as it is signed."""
        return _judge(self.against_neighbours, "rising faster", "rising slower")

    @property
    def standing(self) -> str:
        """Whether the area lies above the neighbours' median or below, further than one year or another may bring."""
        return _judge(self.apart, "above", "below")


def _judge(found: Result, more: str, less: str) -> str:
    if isinstance(found, NotEstimable):
        return "too few to say"
    if found.lower > 0:
        return more
    return less if found.upper < 0 else "cannot tell"


def judge_trend(benchmark: Benchmark, confidence_level: float) -> AreaTrend:
    """The trend of an indicator in its last series: nothing before a break counts."""
    points = compare_areas(benchmark)
    last = [point for point in points if point.series == points[-1].series]
    own = [(year_of(point.period), point.own.value) for point in last if point.own]
    apart = [
        (year_of(point.period), point.own.value - point.neighbours.value)
        for point in last
        if point.own and point.neighbours
    ]
    coming = _next_period(last[-1].period)
    series, scale = _series(benchmark, last)
    told = forecast_level(series, [year_of(coming)], confidence_level, benchmark.unit)
    tried = backtest(series, confidence_level)
    judged = confidence_level, benchmark.unit
    return AreaTrend(
        benchmark=benchmark,
        points=tuple(last),
        change=line_change(*_columns(own), *judged),
        against_neighbours=line_change(*_columns(apart), *judged),
        apart=line_end(*_columns(apart), *judged),
        next_period=coming,
        forecast=told.map(lambda number: number * scale),
        tried=tried and replace(tried, error=tried.error * scale, naive_error=tried.naive_error * scale),
    )


def year_of(period: str) -> int:
    """The year with which a period begins."""
    return int(period[:4])


def _next_period(period: str) -> str:
    year = year_of(period) + 1
    return f"{year}-{(year + 1) % 100:02}" if "-" in period else str(year)


def _columns(points: Sequence[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [year for year, _ in points], [value for _, value in points]


def _series(benchmark: Benchmark, points: Sequence[AreaPoint]) -> tuple[ForecastSeries, float]:
    """The own figures as a series to forecast, and by what its values are to be multiplied.

    Where the file says of how many people each is, chance is that of counts; else only what rounding hides is known.
    """
    sizes = {each.period: each.own.out_of for each in benchmark.periods}
    own = [(year_of(point.period), point.own.value, sizes[point.period]) for point in points if point.own]
    times, values = tuple(float(year) for year, *_ in own), tuple(value for _, value, _ in own)
    counted = [size for *_, size in own if size]
    if len(counted) < len(own):
        known = _STEPS / benchmark.rounded_to**2
        return ForecastSeries(times, values, (known,) * len(own), "mean"), 1.0
    family, scale = _FAMILIES[benchmark.unit]
    people = tuple(counted) if family == "share" else tuple(size / _PER for size in counted)
    return ForecastSeries(times, tuple(value / scale for value in values), people, family), scale
