"""What is recorded of a child besides its ethnicity: the levels of each characteristic, as pages name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.tables import Field, load_table

AGE_BANDS: Mapping[str, int] = {"Under 1": 0, "1 to 4": 4, "5 to 9": 9, "10 to 15": 15}
"""Bands of the Department for Education, each with its highest age."""
OLDEST = "16 and over"
_UNKNOWN = ("not_known", "not_stated")
Levels = Mapping[str, tuple[str, ...]]
"""By characteristic its levels in their order, 'Not known' last."""


def _list_characteristics(columns: Sequence[str]) -> list[Field]:
    fields = load_table("episodes").fields
    return [field for field in fields if field.characteristic and not field.codes and field.name in columns]


def _list_declared(field: Field) -> tuple[str, ...]:
    """The levels that the contract declares; none where they are those that occur."""
    if field.name == "age":
        return (*AGE_BANDS, OLDEST)
    return tuple(level for level in field.enum if level not in _UNKNOWN)


def find_levels(episodes: Table) -> Levels:
    """Return the characteristics that are filled in any of these rows, with their levels."""
    fields = _list_characteristics(episodes.columns)
    asked = {
        field.name: column.count() if _list_declared(field) else column.collect(distinct=True)
        for field in fields
        for column in [episodes[field.name]]
    }
    (found,) = episodes.aggregate(**asked).to_pyarrow().to_pylist()
    return {
        field.name: (*(_list_declared(field) or map(str, sorted(found[field.name]))), NOT_KNOWN)
        for field in fields
        if found[field.name]
    }


def level_columns(episodes: Table, levels: Levels) -> dict[str, Any]:
    """Return each characteristic as its level, by name."""
    return {name: _level(episodes[name], name, known) for name, known in levels.items()}


def _level(column: Any, name: str, known: Sequence[str]) -> Any:
    if name == "age":
        bands = [(column <= highest, band) for band, highest in AGE_BANDS.items()]
        return ibis.cases(*bands, (column.notnull(), OLDEST), else_=NOT_KNOWN)
    text = column.cast("string").nullif("")
    return text.isin([*known]).ifelse(text, NOT_KNOWN).fill_null(NOT_KNOWN)
