"""The map: dark is only what stands apart."""

import base64
import re

import pytest
from shown_tables import publish

from pipeline.present.disclosure.columns import Text
from pipeline.present.disclosure.estimates import Worked
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.needs.area_map import area_map
from pipeline.stats.results import Estimate

AREAS = ("North", "South", "West")
BOUNDARIES = {
    name: (((place, 50.0), (place + 1.0, 50.0), (place + 1.0, 51.0), (place, 51.0)),)
    for place, name in enumerate((*AREAS, "East"))
}


def publish_levels(*areas: str) -> PublishedTable:
    """Areas, each with a higher figure than the one before."""
    rows = [
        {"area": name, "level": Estimate(10.0 * place, 0.0, 50.0, 0.95, "", "")}
        for place, name in enumerate(areas)
    ]
    return publish(rows, [Text("area", "Area"), Worked("level", "Level", decimals=1)])


def shades(apart: list[bool]) -> list[str]:
    """How dark the areas of the picture are, in its order."""
    table = publish_levels(*AREAS)
    shown = area_map(table, "level", "Level, on the map", "One clear", BOUNDARIES, apart)
    assert shown is not None
    (picture,) = re.findall(r"base64,([A-Za-z0-9+/=]+)", shown)
    return re.findall(r"(?<!-)opacity:\s?([\d.]+)", base64.b64decode(picture).decode())


@pytest.mark.parametrize(
    ("apart", "dark"), [([False] * 3, 0), ([True, False, False], 1), ([False, True, True], 2)]
)
def test_an_area_is_dark_where_it_stands_apart_and_not_where_its_figure_is_high(
    apart: list[bool], dark: int
) -> None:
    found = shades(apart)
    assert found.count("0.45") == dark
    assert found.count("0.1") == len(AREAS) - dark


def test_without_boundaries_of_any_of_the_areas_there_is_no_map() -> None:
    assert area_map(publish_levels("Elsewhere"), "level", "t", "a", BOUNDARIES, [False]) is None
