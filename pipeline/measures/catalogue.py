"""The measure catalogue: each measure's numerator, denominator, date column and validity."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from pipeline.contract.tables import load_table
from pipeline.measures.conditions import Condition, ConditionError, load_condition

Unit = Literal["percent", "per_100_child_years"]
Direction = Literal["higher", "lower"]


class CatalogueError(ValueError):
    """A measure that cannot be computed; the message names the row and how to fix it."""


@dataclass(frozen=True)
class Measure:
    """One version of one measure: `numerator` out of `denominator` in rows of `table`, by the date in `dated_by`."""

    measure_id: str
    version: int
    title: str
    unit: Unit
    table: str
    dated_by: str
    denominator: Condition
    numerator: Condition
    direction: Direction
    start: dt.date
    end: dt.date | None


def _load_measure(row: Mapping[str, Any], number: int) -> Measure:
    place = f"reference/measures.csv, row {number}"
    table = load_table(row["table"])
    columns = table.columns
    dates = [field.name for field in table.fields if field.type == "date"]
    if row["dated_by"] not in dates:
        raise CatalogueError(
            f"{place}, dated_by: '{row['dated_by']}' is not a date column of {table.name}; "
            f"those are {', '.join(dates)}."
        )
    try:
        denominator = load_condition(row["denominator"], columns, dates)
        numerator = load_condition(row["numerator"], columns, dates)
    except ConditionError as error:
        raise CatalogueError(f"{place}: {error}") from error
    if row["unit"] == "per_100_child_years" and (table.name != "episodes" or denominator.terms):
        raise CatalogueError(
            f"{place}: a measure per 100 child-years counts in episodes and is out of 'all' "
            "(its denominator is the time children spent in the service)."
        )
    copied = ("measure_id", "title", "unit", "dated_by", "direction", "start", "end")
    return Measure(
        **{name: row[name] for name in copied},
        version=int(row["version"]),
        table=table.name,
        denominator=denominator,
        numerator=numerator,
    )


def load_catalogue(rows: Iterable[Mapping[str, Any]]) -> tuple[Measure, ...]:
    """Parse the rows of `reference/measures.csv`, dates already typed (None where blank); CatalogueError."""
    catalogue = tuple(_load_measure(row, number) for number, row in enumerate(rows, start=2))
    for measure_id in dict.fromkeys(measure.measure_id for measure in catalogue):
        _check_versions([measure for measure in catalogue if measure.measure_id == measure_id])
    return catalogue


def latest_of(catalogue: Iterable[Measure]) -> list[Measure]:
    """Return the latest version of each measure."""
    return list(
        {
            measure.measure_id: measure for measure in sorted(catalogue, key=lambda measure: measure.version)
        }.values()
    )


def _check_versions(versions: Sequence[Measure]) -> None:
    """Check that versions of one measure start on the first of a month and share unit and direction."""
    ordered = sorted(versions, key=lambda measure: measure.version)
    for earlier, later in pairwise(ordered):
        place = f"reference/measures.csv, {later.measure_id}, version {later.version}"
        if (earlier.unit, earlier.direction) != (later.unit, later.direction):
            raise CatalogueError(
                f"{place}: unit and direction differ from version {earlier.version}; "
                "give what is measured otherwise a measure_id of its own."
            )
        if later.start.day != 1:
            raise CatalogueError(f"{place}, start: a new definition starts on the first day of a month.")
