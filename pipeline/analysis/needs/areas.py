"""The area beside others, period by period: its neighbours' median, its region, England, and what rounding hides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pipeline.contract.benchmarks import AreaFigure, AreaPeriod, Benchmark
from pipeline.stats.proportions.rounded import Between


@dataclass(frozen=True)
class AreaPoint:
    """One period of an indicator; None where no figure was published. `series` counts the breaks up to it."""

    period: str
    series: int
    own: Between | None
    own_marker: str
    neighbours: Between | None
    neighbours_counted: int
    neighbours_withheld: int
    region: Between | None
    england: Between | None


def half_up_median(values: Iterable[float], rounded_to: float) -> float | None:
    """The middle of the values, of an even number the mean of the two, rounded half up; None of none.

    So the Department for Education makes its medians of statistical neighbours, withheld figures left out.

    >>> half_up_median([1, 2], 1), half_up_median([22.5, 22.6, 1, 40], 0.1), half_up_median([], 1)
    (2.0, 22.6, None)
    """
    middle = _middle(values)
    if middle is None:
        return None
    step = Decimal(repr(rounded_to))
    return float((middle / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step)


def _middle(values: Iterable[float]) -> Decimal | None:
    ordered = sorted(Decimal(repr(value)) for value in values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def neighbours_median(figures: Sequence[AreaFigure], rounded_to: float) -> Between | None:
    """The median of what was published, with the limits that rounding leaves each figure and so their middle."""
    values = [figure.value for figure in figures if figure.value is not None]
    told, middle = half_up_median(values, rounded_to), _middle(values)
    if told is None or middle is None:
        return None
    half = Decimal(repr(rounded_to)) / 2
    return Between(told, float(max(middle - half, Decimal(0))), float(middle + half))


def compare_areas(benchmark: Benchmark) -> tuple[AreaPoint, ...]:
    """The indicator in every period, in their order."""
    begun = [each.period in benchmark.breaks for each in benchmark.periods]
    return tuple(
        _point(each, sum(begun[: place + 1]), benchmark.rounded_to)
        for place, each in enumerate(benchmark.periods)
    )


def _point(period: AreaPeriod, series: int, rounded_to: float) -> AreaPoint:
    published = [figure for figure in period.neighbours if figure.value is not None]
    return AreaPoint(
        period=period.period,
        series=series,
        own=_rounded(period.own, rounded_to),
        own_marker=period.own.marker,
        neighbours=neighbours_median(period.neighbours, rounded_to),
        neighbours_counted=len(published),
        neighbours_withheld=len(period.neighbours) - len(published),
        region=_rounded(period.region, rounded_to),
        england=_rounded(period.england, rounded_to),
    )


def _rounded(figure: AreaFigure, rounded_to: float) -> Between | None:
    if figure.value is None:
        return None
    return Between(figure.value, max(figure.value - rounded_to / 2, 0.0), figure.value + rounded_to / 2)
