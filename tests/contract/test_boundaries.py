"""Boundaries of areas: what a GeoJSON must hold, and what is said where it does not."""

import json
from typing import Any

import pytest

from pipeline.contract.benchmarks import BoundaryError, parse_geojson

SQUARE = [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]
HOLE = [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 0.5]]


def feature(name: Any = "Tilling", kind: str = "Polygon", coordinates: Any = (SQUARE,)) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"area": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def told(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_the_outer_ring_of_each_part_is_kept_and_areas_are_in_the_order_of_their_names() -> None:
    islands = feature("Quay", "MultiPolygon", [[SQUARE], [[[x + 5, y] for x, y in SQUARE]]])
    found = parse_geojson(told(feature(coordinates=[SQUARE, HOLE]), islands))
    assert {name: len(rings) for name, rings in found.items()} == {"Quay": 2, "Tilling": 1}
    assert [*found] == ["Quay", "Tilling"]
    assert found["Tilling"][0] == tuple((float(x), float(y)) for x, y in SQUARE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1 is no JSON"),
        ("[]", "no FeatureCollection"),
        ('{"features": []}', "no FeatureCollection"),
        (told("x"), "feature 1 has no property 'area'"),
        (told(feature(" ")), "feature 1 has no property 'area'"),
        (told(feature(), feature()), "feature 2: 'Tilling' is in an earlier one"),
        (told(feature(kind="Point", coordinates=[0, 0])), "'Tilling' is Point, not a Polygon"),
        (told({"properties": {"area": "A"}, "geometry": None}), "'A' is nothing, not a Polygon"),
        (told(feature(coordinates=[[["a", 1]]])), "coordinates that are no numbers"),
        (told(feature(coordinates=[])), "coordinates that are no numbers"),
        (told(feature(kind="MultiPolygon", coordinates=[])), "fewer than 3 points"),
        (told(feature(coordinates=[[[0, 0], [1, 1], [0, 0]]])), "fewer than 3 points"),
    ],
)
def test_each_fault_is_told_with_its_feature_and_fix(text: str, said: str) -> None:
    with pytest.raises(BoundaryError, match=said):
        parse_geojson(text)
