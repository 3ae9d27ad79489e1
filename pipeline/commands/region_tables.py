"""Combine tables of several councils: prefixed rows of each, shared rows once, and children added up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.contract.dataset import Dataset
from pipeline.contract.plans import split_names
from pipeline.contract.tables import RETURN_TABLES, load_table

SHARED = ("measures", "scales")
"""Tables in which councils must agree on rows that they share."""
NAMED = {
    "providers": ("provider_id",),
    "services": ("service_id", "provider_id"),
    "standards": ("service_id",),
    "coproduction": ("service_id",),
    "targets": ("target_id", "service_id"),
    "curves": ("curve_id", "service_id"),
    "evaluation_plan": ("plan_id", "service_id"),
    "evidence": ("evidence_id", "service_id"),
    "episodes": ("service_id", "provider_id", "child_id", "family_id"),
    "outcomes": (),
    "feedback": ("service_id",),
}
"""Tables whose rows each belong to one council, and their columns of ids that get the council's prefix."""
PEOPLE = ("population", "population_levels")
"""Tables of population, which are summed over councils."""
_OF_A_CHILD = ("child_id", "family_id")
_OF_THE_COUNCIL = ("priority_id", "also_for")
"""Columns about a council's own plan, which does not apply to the region."""
_ID_LENGTH = 40


class RegionError(ValueError):
    """Councils that cannot be combined; one plain sentence with the place and the fix."""


@dataclass(frozen=True)
class Member:
    """A council: its name, the prefix of its ids of services and children, and the folder of its run."""

    name: str
    dataset: Dataset
    processed: Path

    @property
    def prefix(self) -> str:
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_") + "-"

    def read(self, table: str) -> pd.DataFrame:
        """Read the rows of a table that intake and validate accepted; empty where the council has no such table."""
        folder = "validate" if table in RETURN_TABLES else "intake/reference"
        path = self.processed / folder / f"{table}.parquet"
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame(columns=load_table(table).columns)


def join_own(name: str, members: Sequence[Member]) -> pd.DataFrame:
    """Return rows about providers and services, prefixed by council; rows about a whole council are left out."""
    return pd.concat([name_rows(name, member.read(name), member) for member in members])


def name_rows(name: str, rows: pd.DataFrame, member: Member, same_children: bool = False) -> pd.DataFrame:
    if "service_id" in rows and name not in RETURN_TABLES:
        rows = rows[rows["service_id"].notna()]
    columns = [column for column in NAMED[name] if not (same_children and column in _OF_A_CHILD)]
    named = rows.assign(**{column: member.prefix + rows[column].astype("str") for column in columns})
    named[columns] = named[columns].where(rows[columns].notna(), None)
    for column in columns:
        if (long := named[column].dropna().str.len()).gt(_ID_LENGTH).any():
            raise RegionError(
                f"{member.name}, {name}, {column}: with the council's name before it one has {long.max()} signs, and "
                f"{_ID_LENGTH} are the most; give the council a shorter name in region.yaml."
            )
    if name == "services":
        named = named.assign(areas=member.name, **dict.fromkeys(_OF_THE_COUNCIL))
    elif name == "episodes":
        named = named.assign(area=member.name)
    elif name == "evaluation_plan":
        services = set(member.read("services")["service_id"])
        named["comparison"] = [_name_services(text, services, member.prefix) for text in rows["comparison"]]
    elif name == "evidence":
        named = named.assign(priority_id=None)
    return named


def _name_services(text: str | None, services: set[str], prefix: str) -> str | None:
    """Prefix the services that a plan compares with; other texts stay unchanged."""
    names = split_names(text if isinstance(text, str) else None)
    return "; ".join(prefix + name for name in names) if names and services.issuperset(names) else text


def join_shared(name: str, members: Sequence[Member]) -> pd.DataFrame:
    """Return every row once; RegionError where councils use one name for different things."""
    columns = [*load_table(name).columns]
    rows = pd.concat([member.read(name).assign(council=member.name) for member in members])
    once = rows.drop_duplicates(columns)
    key = [*load_table(name).primary_key]
    if (twice := once[once.duplicated(key, keep=False)]).size:
        first = twice.iloc[0]
        other = twice[(twice[key] == first[key]).all(axis="columns")].iloc[1]
        raise RegionError(
            f"{name}: '{first[key[0]]}' is not the same in {first['council']} and {other['council']}; agree on one, or "
            "give one of them another name."
        )
    return once


def add_people(name: str, members: Sequence[Member]) -> tuple[pd.DataFrame, list[str]]:
    """Return the population of all councils by group or level, and the years that not every council gives.

    Rows of local areas are summed by council, because the council is the area of its children in the region.
    """
    table = load_table(name)
    key = [*table.primary_key]
    rows = pd.concat([member.read(name).assign(council=member.name) for member in members])
    rows = rows.reindex(columns=[*table.columns, "council"])
    level = "ethnic_group" if "ethnic_group" in key else "level"
    by_area = rows[key[0]] == "area"
    rows = rows.assign(**{level: rows[level].mask(by_area, rows["council"])})
    summed = rows.groupby(key, dropna=False, sort=False).agg(
        population=("population", lambda people: people.sum(min_count=len(people))),
        rounded_to=("rounded_to", lambda steps: steps.sum(min_count=1)),
        councils=("council", "nunique"),
    )
    told = summed["councils"].groupby([each for each in key if each != level], dropna=False)
    of_areas = summed.index.get_level_values(key[0]) == "area"
    complete = told.transform("min").mask(of_areas, told.transform("sum")) == len(members)
    left_out = sorted({str(year) for year in summed[~complete].index.get_level_values("year")})
    return summed[complete].drop(columns="councils").reset_index(), left_out


def write_table(path: Path, name: str, rows: pd.DataFrame) -> None:
    """Write the contract's columns of a table, integers without a decimal point."""
    table = load_table(name)
    written = rows.reindex(columns=[*table.columns])
    for field in table.fields:
        if field.type == "integer":
            written[field.name] = pd.to_numeric(written[field.name]).astype("Int64")
    path.parent.mkdir(parents=True, exist_ok=True)
    written.to_csv(path, index=False, lineterminator="\n")
