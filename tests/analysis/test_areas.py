"""The area beside others: medians as the Department makes them, rounding as a range, breaks, and trends in words."""

import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import yaml

from pipeline.analysis.needs.area_findings import tabulate_area_trends, tabulate_areas
from pipeline.analysis.needs.area_trends import AreaTrend, judge_trend
from pipeline.analysis.needs.areas import half_up_median, neighbours_median
from pipeline.contract.benchmarks import AreaFigure, AreaPeriod, Benchmark
from pipeline.contract.dataset import read_dataset
from pipeline.files.commissioner.benchmarks import read_benchmarks
from pipeline.files.commissioner.open_data import read_open_data
from pipeline.files.formats.file_types import read_text
from pipeline.stats.results import Estimate

REAL = Path(__file__).parents[3] / "shared" / "data" / "children_social_care"
LEVEL = 0.95


def benchmark(
    own: list[float | None],
    neighbours: list[float],
    breaks: dict[str, str] | None = None,
    out_of: float | None = None,
    rounded_to: float = 1,
) -> Benchmark:
    periods = tuple(
        AreaPeriod(
            str(2001 + place),
            AreaFigure(value, "" if value is not None else "c", out_of),
            (AreaFigure(near - 1), AreaFigure(near), AreaFigure(near + 1), AreaFigure(None, "c")),
            AreaFigure(50.0),
            AreaFigure(60.0),
        )
        for place, (value, near) in enumerate(zip(own, neighbours, strict=True))
    )
    about = ("need", "A need", "stay_safe", "per_10_000", "lower")
    return Benchmark(*about, rounded_to, breaks or {}, "Ours", "North", "x.csv", periods)  # type: ignore[arg-type]


def trend(*given: object, **named: object) -> AreaTrend:
    return judge_trend(benchmark(*given, **named), LEVEL)  # type: ignore[arg-type]


@pytest.mark.parametrize(("values", "step", "median"), [
    ([3, 1, 2], 1, 2),
    ([1, 2], 1, 2),  # Python rounds 1.5 to 2 and 2.5 to 2
    ([2, 3], 1, 3),
    ([22.5, 22.6], 0.1, 22.6),  # as floats the mean lies below 22.55
    ([0.1, 0.2], 0.1, 0.2),
    ([7], 1, 7),
])  # fmt: skip
def test_the_middle_of_two_is_rounded_half_up(values: list[float], step: float, median: float) -> None:
    assert half_up_median(values, step) == median


def test_withheld_figures_are_no_neighbours_and_their_limits_are_those_before_rounding() -> None:
    found = neighbours_median([AreaFigure(10.0), AreaFigure(None, "c"), AreaFigure(13.0)], 1)
    assert found is not None
    assert (found.value, found.lower, found.upper) == (12, 11, 12)
    assert neighbours_median([AreaFigure(None, "c")], 1) is None


@pytest.mark.parametrize(("own", "standing"), [
    ([62.0, 60, 61, 63, 62, 61, 63, 62], "above"),
    ([41.0, 40, 42, 40, 39, 41, 40, 42], "below"),
    ([51.0, 48, 52, 49, 51, 48, 51, 51], "cannot tell"),  # above in the last year alone
    ([30.0, 34, 38, 43, 47, 51, 56, 60], "above"),  # by now, though on average below
    ([62.0, 60, 61], "too few to say"),
    ([62.0, None, None, 60, 61, None, 63, 62], "above"),
    ([None] * 8, "too few to say"),
])  # fmt: skip
def test_the_area_is_above_its_neighbours_where_its_years_leave_no_doubt(
    own: list[float | None], standing: str
) -> None:
    assert trend(own, [50.0] * len(own)).standing == standing


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files of ../shared/data are not here")
def test_medians_agree_with_the_departments_own_in_every_row() -> None:
    table = read_open_data(REAL / "cla_rates_with_sn_median.csv")
    listed = read_text(REAL / "stats_neighbours_long_2025.csv", ())
    neighbours = defaultdict(list)
    for area, other in zip(
        listed.column("LA.number").texts(), listed.column("SN_LA_number").texts(), strict=True
    ):
        neighbours[area].append(other)
    own, published = {}, {}
    names = ("geographic_level", "time_period", "population_count", "old_la_code")
    keys = zip(*(table.keys[name] for name in names), strict=True)
    for (level, year, counted, code), figure in zip(
        keys, table.figures["rate_numeric_sentinels"], strict=True
    ):
        if level == "Local authority":
            own[year, counted, code] = AreaFigure(figure.value, figure.marker)
        elif level.startswith("Statistical neighbours"):
            published[year, counted, code] = figure.value
    compared = 0
    for (year, counted, code), median in published.items():
        beside = [own[year, counted, other] for other in neighbours[code] if (year, counted, other) in own]
        found = neighbours_median(beside, 1)
        assert (found and found.value) == median, (year, counted, code)
        compared += median is not None
    assert (len(published), compared) == (2271, 2271)


def test_a_steady_rise_is_told_and_one_beside_neighbours_that_rise_as_fast_is_not_faster() -> None:
    rise = [40.0, 42, 43, 45, 47, 48, 50, 52]
    alone = trend(rise, [30.0, 31, 30, 29, 30, 31, 30, 30])
    assert (alone.verdict, alone.against_verdict) == ("rising", "rising faster")
    together = trend(rise, [value - 10 for value in (41.0, 41, 44, 44, 48, 47, 51, 51)])
    assert (together.verdict, together.against_verdict) == ("rising", "cannot tell")


def test_a_fall_is_told_and_a_rise_slower_than_the_neighbours() -> None:
    assert trend([52.0, 50, 49, 47, 45, 43, 42, 40], [30.0] * 8).verdict == "falling"
    behind = trend([40.0, 41, 40, 41, 40, 41, 40, 41], [30.0, 33, 36, 39, 42, 45, 48, 51])
    assert (behind.verdict, behind.against_verdict) == ("cannot tell", "rising slower")


def test_three_years_are_too_few_to_say() -> None:
    found = trend([40.0, 50, 60], [30.0] * 3)
    assert (found.verdict, found.against_verdict, found.tried) == ("too few to say", "too few to say", None)


def test_a_break_is_never_joined_over() -> None:
    jump = [40.0, 41, 39, 40, 80, 81, 79, 80, 81, 80]
    assert trend(jump, [30.0] * 10).verdict == "rising"
    broken = trend(jump, [30.0] * 10, {"2005": "counted anew"})
    assert (broken.verdict, broken.points[0].period, len(broken.points)) == ("cannot tell", "2005", 6)
    rows = tabulate_areas([broken.benchmark])
    assert rows["series"].tolist() == [0] * 4 + [1] * 6
    assert rows["break_reason"].tolist()[4] == "counted anew"


def test_a_withheld_year_is_left_out_and_not_taken_as_nought() -> None:
    found = trend([40.0, None, 43, 45, 47, None, 50, 52], [30.0] * 8)
    assert found.verdict == "rising"
    frame = tabulate_areas([found.benchmark])
    assert math.isnan(frame["own"][1])
    assert frame["own_marker"][1] == "c"
    assert frame["neighbours_withheld"][1] == 1


@pytest.mark.parametrize("out_of", [None, 20_000.0])
def test_the_next_year_is_forecast_with_an_interval_and_past_forecasts_are_tried(
    out_of: float | None,
) -> None:
    found = trend([40.0, 42, 44, 46, 48, 50, 52, 54], [30.0] * 8, out_of=out_of)
    row = tabulate_area_trends([found.benchmark], LEVEL).iloc[0]
    assert row["forecast_period"] == "2009"
    assert row["forecast_lower"] < 56 < row["forecast_upper"]
    assert (row["tried"], row["tried_inside"]) == (4, 4)
    assert row["tried_error"] < row["naive_error"]


def test_a_rate_of_few_people_is_forecast_less_surely() -> None:
    wide, narrow = (
        tabulate_area_trends([benchmark([40.0, 42, 44, 46, 48], [30.0] * 5, out_of=size)], LEVEL).iloc[0]
        for size in (2_000.0, 200_000.0)
    )
    assert wide["forecast_upper"] - wide["forecast_lower"] > 3 * (
        narrow["forecast_upper"] - narrow["forecast_lower"]
    )


@pytest.mark.long
@pytest.mark.parametrize(("leaning", "most"), [(0.0, 0.05), (0.5, 0.12)])
def test_figures_that_only_wander_are_seldom_called_a_trend(leaning: float, most: float) -> None:
    draw, called, apart = np.random.default_rng(20090401), 0, 0
    for _ in range(300):
        noise = draw.normal(0, 3, 9)
        for place in range(1, 9):
            noise[place] += leaning * noise[place - 1]
        found = trend([float(50 + each) for each in noise], [50.0] * 9)
        called += found.verdict in ("rising", "falling")
        apart += found.standing in ("above", "below")
    assert called / 300 <= most
    assert apart / 300 <= most


def test_what_is_planted_in_the_sample_is_found() -> None:
    root = Path(__file__).parents[2]
    planted = yaml.safe_load((root / "tests/sample/truths.yaml").read_text(encoding="utf-8"))["benchmarks"]
    benchmarks = read_benchmarks(read_dataset(root / "data/raw/sample"))
    found = {each.indicator_id: judge_trend(each, LEVEL) for each in benchmarks}
    assert {name: (each.verdict, each.against_verdict) for name, each in found.items()} == {
        name: (truth["trend"], truth["against"]) for name, truth in planted.items()
    }
    change, truth = found["looked_after"].change, planted["looked_after"]
    assert isinstance(change, Estimate)
    assert change.contains(9 * truth["a_year"])
    assert found["plans_again"].points[0].period == str(planted["plans_again"]["counted_anew"])
