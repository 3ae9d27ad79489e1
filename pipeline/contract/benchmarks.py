"""Published statistics about the area, its neighbours, region and England; and the boundaries of wards."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

BENCHMARKS = "benchmarks.json"
"""The file that passes the figures on to later stages."""
AreaUnit = Literal["percent", "per_10_000"]
BOUNDARIES = "boundaries.json"
"""The file that passes the boundaries on to later stages."""
Ring = tuple[tuple[float, float], ...]
Boundaries = Mapping[str, tuple[Ring, ...]]
"""The outer ring of each part of an area, by area: points (easting, northing) as in the file."""
_FEWEST_POINTS = 3


@dataclass(frozen=True)
class AreaFigure:
    """A published figure in the indicator's unit; None where `marker` replaces it or nothing was published.

    `out_of` is the number of people it is based on, None where the file does not say.
    """

    value: float | None
    marker: str = ""
    out_of: float | None = None


NO_FIGURE = AreaFigure(None)


@dataclass(frozen=True)
class AreaPeriod:
    """The figures published for one period; `neighbours` are those with a row, some perhaps withheld."""

    period: str
    own: AreaFigure
    neighbours: tuple[AreaFigure, ...] = ()
    region: AreaFigure = NO_FIGURE
    england: AreaFigure = NO_FIGURE


@dataclass(frozen=True)
class Benchmark:
    """A line of benchmarks.csv with the figures of its file, period by period.

    `breaks` gives the periods that begin a new series, with the reason; `rounded_to` is the publisher's rounding step.
    """

    indicator_id: str
    title: str
    ecm_outcome: str
    unit: AreaUnit
    better: Literal["higher", "lower", "neither"]
    rounded_to: float
    breaks: Mapping[str, str]
    area: str
    region: str
    source: str
    periods: tuple[AreaPeriod, ...]

    @property
    def decimals(self) -> int:
        """The number of decimals in the published figures."""
        return len(f"{self.rounded_to:.9f}".rstrip("0").partition(".")[2])


class BoundaryError(ValueError):
    """Boundaries that cannot be used; the message names the feature and how to fix it."""


def parse_geojson(text: str) -> Boundaries:
    """Return the areas of a FeatureCollection whose features have a property `area`, by their names in order.

    BoundaryError for another shape.

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
    return dict(sorted(found.items()))


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
