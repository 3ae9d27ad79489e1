"""The area beside others as tables, with the columns that contract/findings.yaml declares."""

from collections.abc import Iterator, Sequence

import pandas as pd

from pipeline.analysis.finding_columns import Row, as_frame, figures, taken
from pipeline.analysis.needs.area_trends import AreaTrend, judge_trend
from pipeline.analysis.needs.areas import compare_areas
from pipeline.contract.benchmarks import Benchmark
from pipeline.stats.results import NotEstimable

_ABOUT = ("indicator_id", "title", "ecm_outcome", "unit")


def tabulate_areas(benchmarks: Sequence[Benchmark]) -> pd.DataFrame:
    """A row an indicator and period (columns of `areas`)."""
    return as_frame((row for each in benchmarks for row in _rows(each)), "areas")


def tabulate_area_trends(benchmarks: Sequence[Benchmark], confidence_level: float) -> pd.DataFrame:
    """A row an indicator (columns of `area_trends`)."""
    return as_frame((_trend(judge_trend(each, confidence_level)) for each in benchmarks), "area_trends")


def _rows(benchmark: Benchmark) -> Iterator[Row]:
    for point in compare_areas(benchmark):
        yield {
            **taken(benchmark, *_ABOUT, "rounded_to"),
            **taken(point, "period", "series", "own_marker"),
            **taken(point, "neighbours_counted", "neighbours_withheld"),
            "break_reason": benchmark.breaks.get(point.period, ""),
            **figures("own", point.own),
            **figures("neighbours", point.neighbours),
            **figures("region", point.region),
            **figures("england", point.england),
        }


def _trend(trend: AreaTrend) -> Row:
    benchmark, tried = trend.benchmark, trend.tried
    told = {} if tried is None else {"tried": tried.forecasts, "tried_inside": tried.inside}
    errors = {} if tried is None else {"tried_error": tried.error, "naive_error": tried.naive_error}
    return {
        **taken(benchmark, *_ABOUT, "better", "area", "region"),
        **taken(trend, "verdict", "against_verdict", "standing"),
        "first_period": trend.points[0].period,
        "last_period": trend.points[-1].period,
        "periods": sum(point.own is not None for point in trend.points),
        **figures("change", trend.change),
        **figures("against_neighbours", trend.against_neighbours),
        **figures("apart", trend.apart),
        "forecast_period": trend.next_period,
        **figures("forecast", trend.forecast),
        **told,
        **errors,
        "reason": trend.change.reason if isinstance(trend.change, NotEstimable) else "",
    }
