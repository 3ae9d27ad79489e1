"""Invented statistics of the borough, its neighbours, region and England, in the layout of the Department."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import numpy as np

from pipeline.sample.borough import SEED
from pipeline.sample.truths import PLANTED

_STREAM = 20
YEARS = range(2003, 2013)
_PLACES = ("Tillingbourne", "Alder", "Birch", "Cedar", "Elder", "Hazel", "Larch", "Maple", "Rowan", "Willow")
"""The borough and its statistical neighbours, all invented."""
_REGION = "Invented South"
_SIZES = {"looked_after": ("Children looked after on 31 March", 61_000, 0), "plans_again": ("Total", 260, 1)}
"""For each file: what it counts, the number of people in an authority, and the decimals."""
_COLUMNS = (
    *("time_period", "time_identifier", "geographic_level", "region_name"),
    *("old_la_code", "new_la_code", "la_name", "category", "out_of", "figure"),
)
_WITHHELD = ("Willow", 2008)


def make_statistics() -> dict[str, str]:
    """Return the text of each file in benchmarks/, by name."""
    rng = np.random.Generator(np.random.PCG64([SEED, _STREAM]))
    files = {
        f"{name}.csv": _table(_COLUMNS, _rows(name, PLANTED["benchmarks"][name], rng)) for name in _SIZES
    }
    pairs = ((_code(0), _code(place)) for place in range(1, len(_PLACES)))
    return {**files, "neighbours.csv": _table(("area_code", "neighbour_code"), pairs)}


def _rows(name: str, planted: Mapping[str, Any], rng: np.random.Generator) -> Iterator[tuple[str, ...]]:
    category, people, decimals = _SIZES[name]
    apart = rng.normal(0, 3 * planted["wanders"], len(_PLACES))
    for year in YEARS:
        anew = planted["adds"] if year >= planted.get("counted_anew", YEARS.stop) else 0.0
        levels = {}
        for place, title in enumerate(_PLACES):
            grows = planted["neighbours_a_year"] if place else planted["a_year"]
            level = planted["start"] + grows * (year - YEARS.start) + anew + (apart[place] if place else 0.0)
            levels[title] = level + rng.normal(0, planted["wanders"])
        mean = sum(levels.values()) / len(levels)
        for level, region, figure, many in (
            ("National", "", mean - planted["wanders"], 200),
            ("Regional", _REGION, mean, 12),
        ):
            yield _row(year, level, region, ("", "", ""), category, people * many, f"{figure:.{decimals}f}")
        for place, title in enumerate(_PLACES):
            told = "c" if (title, year) == _WITHHELD else f"{levels[title]:.{decimals}f}"
            names = (str(901 + place), _code(place), title)
            yield _row(year, "Local authority", _REGION, names, category, people, told)


def _row(
    year: int, level: str, region: str, names: tuple[str, str, str], category: str, people: int, told: str
) -> tuple[str, ...]:
    return (str(year), "Reporting year", level, region, *names, category, str(people), told)


def _code(place: int) -> str:
    return f"X99000{place:03}"


def _table(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
