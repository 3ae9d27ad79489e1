"""The area beside others on a page: the answer first, what was withheld, breaks, and the forecast."""

import base64
import csv
import html
import re
from pathlib import Path

import pytest

from pipeline.analysis.finding_columns import list_rows
from pipeline.analysis.needs.area_findings import tabulate_area_trends
from pipeline.contract.benchmarks import AreaFigure, AreaPeriod, Benchmark
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.needs.areas import say_areas, show_areas
from pipeline.protect.rounding import Disclosure

RULE = Disclosure(7, 5)
RISE = (40.0, 42.0, 43.0, 45.0, 47.0, 48.0, 50.0, 52.0)
FLAT = (30.0, 31.0, 30.0, 29.0, 30.0, 31.0, 30.0, 30.0)


def benchmark(own: tuple[float | None, ...], breaks: dict[str, str], *, published: bool = True) -> Benchmark:
    periods = tuple(
        AreaPeriod(
            str(2001 + place),
            AreaFigure(value, "" if value is not None else "c"),
            (AreaFigure(near), AreaFigure(None, "c")),
            AreaFigure(35.0) if published else AreaFigure(None),
            AreaFigure(60.0),
        )
        for place, (value, near) in enumerate(zip(own, FLAT, strict=False))
    )
    return Benchmark(
        "need", "A need", "stay_safe", "per_10_000", "lower", 1, breaks, "Ours", "North", "x.csv", periods
    )  # fmt: skip


def shown(*benchmarks: Benchmark, folder: Path | None = None) -> str:
    door = Door(RULE, Downloads(folder) if folder else None, "tables/")
    return html.unescape(show_areas(door, benchmarks, 0.95))


def test_the_answer_names_what_rises_faster_than_among_the_neighbours() -> None:
    said = say_areas(list_rows(tabulate_area_trends([benchmark(RISE, {})], 0.95)))
    assert said.startswith(
        "Rising faster here than among similar areas (statistical neighbours): A need. Of 1 published indicators"
    )
    assert "for Ours: 1 rising, 0 falling, 0 cannot tell yet." in said
    page = shown(benchmark(RISE, {}))
    assert "A need: rising in Ours, and rising against its neighbours." in page
    assert "In 2008: Ours 52 per 10,000, the median of its statistical neighbours 30 per 10,000" in page
    assert "The area is above its neighbours." in page


def test_a_page_without_benchmarks_says_so() -> None:
    assert shown() == "No published statistics of other areas are set beside this one."


def test_a_break_is_said_with_its_reason_and_no_trend_runs_over_it() -> None:
    page = shown(benchmark(RISE, {"2006": "counted anew"}))
    assert "From 2006 on it is a new series (counted anew)" in page
    assert "new series: counted anew" in page
    assert "A need: too few years of Ours to say." in page
    assert "There are too few years to forecast the next." in page


def test_what_was_withheld_is_a_symbol_and_the_file_has_the_limits_before_rounding(tmp_path: Path) -> None:
    page = shown(benchmark((40.0, None, *RISE[2:]), {}), folder=tmp_path)
    assert "1 withheld among the neighbours" in page
    with (tmp_path / "area_need.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [rows[0][name] for name in ("own", "own_lower", "own_upper", "region")] == [
        "40.0",
        "39.5",
        "40.5",
        "35.0",
    ]
    assert (rows[1]["own"], rows[1]["neighbours"]) == ("[c]", "31.0")
    assert (rows[8]["period"], rows[8]["state"], rows[8]["england"]) == ("2009", "forecast", "[x]")
    assert float(rows[8]["own_lower"]) < 53.5 < float(rows[8]["own_upper"])


@pytest.mark.parametrize(("published", "lines"), [(True, 4), (False, 3)])
def test_the_chart_has_a_line_for_each_place_that_was_published(published: bool, lines: int) -> None:
    picture = re.findall(r"base64,([A-Za-z0-9+/=]+)", shown(benchmark(RISE, {}, published=published)))
    svg = base64.b64decode(picture[0]).decode()
    named = [
        name for name in ("Ours", "Statistical neighbours (median)", "North", "England") if f">{name}<" in svg
    ]
    assert len(named) == lines
