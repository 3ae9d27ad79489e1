"""The contract's tables, read from the Frictionless Table Schemas beside this module."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

FieldType = Literal["string", "integer", "number", "date"]
Role = Literal["reference", "return"]

REFERENCE_TABLES = ("providers", "services", "scales", "measures", "targets", "population")
CYCLE_TABLES = (
    *("priorities", "bids", "funding", "coproduction", "joint_working", "criteria", "evidence"),
    *("benchmarks", "population_levels"),
)
"""Tables used only by the pages on assessing, planning and doing."""
DECLARED_TABLES = ("evaluation_plan", "frozen_plans", "standards", "curves", *CYCLE_TABLES)
OPTIONAL_TABLES = ("areas", "corrections", "baselines", *DECLARED_TABLES)
RETURN_TABLES = ("episodes", "outcomes", "feedback")
AGE_BANDS: Mapping[str, int] = {"Under 1": 0, "1 to 4": 4, "5 to 9": 9, "10 to 15": 15}
"""Age bands of the Department for Education, with the highest age of each."""
OLDEST = "16 and over"
_UNKNOWN = ("not_known", "not_stated")


@dataclass(frozen=True)
class Field:
    """A column: its type, the constraints on its values, and what is lost `without` it.

    Levels of an `ordered` characteristic form a scale, so small ones are never merged with others.
    """

    name: str
    title: str
    type: FieldType
    description: str
    example: str
    required: bool
    enum: tuple[str, ...]
    pattern: str | None
    minimum: float | None
    maximum: float | None
    characteristic: bool
    codes: str | None
    without: str = ""
    ordered: bool = False


@dataclass(frozen=True)
class ForeignKey:
    """`column` of this table holds values of `target_column` in table `target`."""

    column: str
    target: str
    target_column: str


@dataclass(frozen=True)
class Table:
    """A table of the contract."""

    name: str
    title: str
    description: str
    role: Role
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in their declared order."""
        return tuple(field.name for field in self.fields)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be present and filled."""
        return tuple(field.name for field in self.fields if field.required)

    def field(self, name: str) -> Field:
        """Return the field with this name; KeyError where the table has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name}")


def _parse_field(raw: Mapping[str, Any]) -> Field:
    rules = raw.get("constraints", {})
    return Field(
        **{name: raw[name] for name in ("name", "title", "type", "description")},
        **{name: rules.get(name) for name in ("pattern", "minimum", "maximum")},
        example=raw.get("example", ""),
        required=rules.get("required", False),
        enum=tuple(rules.get("enum", ())),
        characteristic=raw.get("outturn:characteristic", False),
        codes=raw.get("outturn:codes"),
        without=raw.get("outturn:without", ""),
        ordered=raw.get("outturn:ordered", False),
    )


def _parse_table(raw: Mapping[str, Any]) -> Table:
    return Table(
        **{name: raw[name] for name in ("name", "title", "description")},
        role=raw["outturn:role"],
        primary_key=tuple(raw["primaryKey"]),
        foreign_keys=tuple(
            ForeignKey(key["fields"], key["reference"]["resource"], key["reference"]["fields"])
            for key in raw["foreignKeys"]
        ),
        fields=tuple(_parse_field(field) for field in raw["fields"]),
    )


def read_part(*path: str) -> str:
    """Return the text of a file of the contract."""
    return files("pipeline.contract").joinpath(*path).read_text(encoding="utf-8")


def read_rows(*path: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the contract."""
    return list(csv.DictReader(read_part(*path).splitlines()))


@cache
def load_table(name: str) -> Table:
    """Return the table with this name, as the contract declares it."""
    return _parse_table(json.loads(read_part("tables", f"{name}.json")))


def list_declared(field: Field) -> tuple[str, ...]:
    """Return the levels that the contract declares by name; empty where the levels are those that occur."""
    if field.name == "age":
        return (*AGE_BANDS, OLDEST)
    return tuple(level for level in field.enum if level not in _UNKNOWN)


def list_possible(field: Field) -> tuple[str, ...]:
    """Return every level that can occur; empty where any text is allowed.

    >>> list_possible(load_table("episodes").field("deprivation"))
    ('1', '2', '3', '4', '5')
    """
    if field.name == "age" or field.minimum is None or field.maximum is None:
        return list_declared(field)
    return tuple(map(str, range(int(field.minimum), int(field.maximum) + 1)))
