"""`reference/areas.geojson`: the boundaries of areas, if the commissioner has any."""

from __future__ import annotations

from pipeline.contract.boundaries import Boundaries, BoundaryError, parse_geojson
from pipeline.contract.dataset import Dataset
from pipeline.files.commissioner.reference_table import ReferenceTableError

_FILE = "areas.geojson"


def read_boundaries(dataset: Dataset) -> Boundaries:
    """Return the boundaries by area, none where there is no such file; ReferenceTableError names feature and mend."""
    path = dataset.folder / "reference" / _FILE
    if not path.is_file():
        return {}
    try:
        return parse_geojson(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReferenceTableError(
            f"{path.as_posix()}: it is not UTF-8; export it as GeoJSON again."
        ) from error
    except BoundaryError as error:
        raise ReferenceTableError(f"{path.as_posix()}: {error}") from error
