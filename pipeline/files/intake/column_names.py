"""The short names that returns refer to, with what they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contract.dataset import Dataset
from pipeline.files.commissioner.reference import read_lists

_TITLES = {
    "service_id": ("services", "name"),
    "scale": ("scales", "title"),
    "provider_id": ("providers", "name"),
}
Names = Mapping[str, Mapping[str, str]]


def read_names(dataset: Dataset) -> Names:
    """Return, for each column of returns that refers to a reference table, the names there and their titles."""
    tables = read_lists(dataset).tables
    return {
        column: {row[column]: row[title] for row in tables[table].to_pylist()}
        for column, (table, title) in _TITLES.items()
    }
