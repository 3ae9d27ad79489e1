"""What is recorded of a child besides its ethnicity, as one number a row: a digit for each characteristic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis
import numpy as np
from ibis.expr.types import Table
from numpy.typing import NDArray

from pipeline.contract.ethnicity import NOT_KNOWN
from pipeline.contract.tables import Field, load_table

AGE_BANDS: Mapping[str, int] = {"Under 1": 0, "1 to 4": 4, "5 to 9": 9, "10 to 15": 15}
"""Bands of the Department for Education, each with its highest age."""
OLDEST = "16 and over"
_UNKNOWN = ("not_known", "not_stated")
_NARROW = 1 << 31
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Profiles:
    """The levels of each characteristic that is filled in any row, as recorded and in their order.

    A profile's number has a digit for each: the place of its level, or one more where it is not known.
    """

    recorded: Mapping[str, tuple[Any, ...]]

    @cached_property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """As pages name them, 'Not known' last."""
        return {name: (*map(str, known), NOT_KNOWN) for name, known in self.recorded.items()}

    @property
    def unknown(self) -> int:
        """The number of the profile of which nothing is known, which is the highest."""
        return int(np.prod([len(levels) for levels in self.levels.values()], dtype="int64")) - 1

    def places(self, profiles: Places) -> dict[str, Places]:
        """Each profile's level of each characteristic, as its place among the levels."""
        found = {}
        for name in reversed(self.levels):
            profiles, found[name] = np.divmod(profiles, len(self.levels[name]))
        return found


def _characteristics(columns: Sequence[str]) -> list[Field]:
    fields = load_table("episodes").fields
    return [field for field in fields if field.characteristic and not field.codes and field.name in columns]


def _is_told(field: Field) -> bool:
    """Whether the contract tells the levels; of others they are those that occur."""
    return field.name == "age" or bool(field.enum)


def _tell_levels(field: Field) -> tuple[str, ...]:
    if field.name == "age":
        return (*AGE_BANDS, OLDEST)
    return tuple(level for level in field.enum if level not in _UNKNOWN)


def list_profiles(episodes: Table) -> Profiles:
    """The characteristics that are filled in any of these rows, with their levels."""
    fields = _characteristics(episodes.columns)
    asked = {
        field.name: column.count() if _is_told(field) else column.collect(distinct=True)
        for field in fields
        for column in [episodes[field.name]]
    }
    (found,) = episodes.aggregate(**asked).to_pyarrow().to_pylist()
    return Profiles(
        {
            field.name: _tell_levels(field) if _is_told(field) else tuple(sorted(found[field.name]))
            for field in fields
            if found[field.name]
        }
    )


def _look_up(name: str, texts: Sequence[str]) -> Table:
    """Each of the texts with its place among them."""
    place = f"{name}_place"
    places = ibis.range(0, len(texts)).unnest().cast("int64").name(place).as_table()
    return places.mutate(**{name: ibis.literal(list(texts), "array<string>")[places[place]]})


def _place(episodes: Table, name: str, known: Sequence[Any]) -> Any:
    column, unknown = episodes[name], len(known)
    if f"{name}_place" in episodes.columns:
        return episodes[f"{name}_place"].fill_null(unknown)
    if name == "age":
        bands = [(column <= highest, place) for place, highest in enumerate(AGE_BANDS.values())]
        return ibis.cases(*bands, (column.notnull(), len(AGE_BANDS)), else_=unknown)
    return column.cases(*((level, place) for place, level in enumerate(known)), else_=unknown)


def number_profiles(episodes: Table, profiles: Profiles, keep: Callable[[str, Table], Table]) -> Table:
    """The same rows, each with the number of its `profile`; `keep` holds the tables in which texts are looked up."""
    for field in _characteristics(list(profiles.recorded)):
        if field.type == "string" and not _is_told(field):
            table = _look_up(field.name, profiles.recorded[field.name])
            episodes = episodes.left_join(keep(f"{field.name}_places", table), field.name)
    number: Any = ibis.literal(0, "int64")
    for name, known in profiles.recorded.items():
        number = number * (len(known) + 1) + _place(episodes, name, known)
    return episodes.mutate(profile=number.cast("int32" if profiles.unknown < _NARROW else "int64"))
