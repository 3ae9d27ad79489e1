"""Boundaries of the areas that returns name, from a GeoJSON of the commissioner's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

BOUNDARIES = "boundaries.json"
"""What they are called where stages keep them."""
Ring = tuple[tuple[float, float], ...]
Boundaries = Mapping[str, tuple[Ring, ...]]
"""By area, the outer ring of each of its parts: points as the file has them, to the east and to the north."""
_FEWEST_POINTS = 3


class BoundaryError(ValueError):
    """Boundaries that cannot be used; the message names the feature and the mend."""


def parse_geojson(text: str) -> Boundaries:
    """Return the areas of a FeatureCollection whose features have a property `area`; BoundaryError for another shape.

    >>> square = [[0, 0], [1, 0], [1, 1], [0, 0]]
    >>> feature = {"properties": {"area": "Tilling"}, "geometry": {"type": "Polygon", "coordinates": [square]}}
    >>> parse_geojson(json.dumps({"type": "FeatureCollection", "features": [feature]}))["Tilling"][0][1]
    (1.0, 0.0)
    """
    try:
        read = json.loads(text)
    except json.JSONDecodeError as error:
        raise BoundaryError(f"line {error.lineno} is no JSON; export it as GeoJSON again.") from error
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not features:
        raise BoundaryError("this is no FeatureCollection; export the areas as GeoJSON.")
    found: dict[str, tuple[Ring, ...]] = {}
    for number, feature in enumerate(features, 1):
        name = _name_of(feature, number)
        if name in found:
            raise BoundaryError(
                f"feature {number}: '{name}' is in an earlier one; draw its parts as one MultiPolygon."
            )
        found[name] = tuple(_rings(feature.get("geometry"), name))
    return found


def _name_of(feature: Any, number: int) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("area") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise BoundaryError(f"feature {number} has no property 'area'; give it the name that returns use.")
    return name.strip()


def _rings(geometry: Any, name: str) -> Iterator[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(
            f"'{name}' is {kind or 'nothing'}, not a Polygon or MultiPolygon; draw its outline."
        )
    parts = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    try:
        rings = [tuple((float(point[0]), float(point[1])) for point in part[0]) for part in parts]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise BoundaryError(f"'{name}' has coordinates that are no numbers; export it again.") from error
    if not rings or min(len({*ring}) for ring in rings) < _FEWEST_POINTS:
        raise BoundaryError(f"'{name}' has an outline of fewer than {_FEWEST_POINTS} points; draw it again.")
    yield from rings


def format_boundaries(found: Boundaries) -> str:
    """Return them as text, the same each time."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True) + "\n"


def parse_boundaries(text: str) -> Boundaries:
    """Return what `format_boundaries` wrote."""
    read: dict[str, list[list[list[float]]]] = json.loads(text)
    return {
        area: tuple(tuple((point[0], point[1]) for point in ring) for ring in rings)
        for area, rings in read.items()
    }
