"""A region of any size as one dataset: the invented borough repeated, with other children in each.

Each borough has the sample's twenty services under its own ids and names, with the same planted effects; its children
are drawn anew. No fault, correction or frozen figure is planted. The same size gives the same bytes.
"""

import csv
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import numpy as np

from pipeline.contract.tables import load_table
from pipeline.sample.borough import (
    AREAS,
    CHILD_POPULATION,
    CHILDREN,
    DATASET,
    SEED,
    SERVICES,
    WRITTEN,
    read_register,
)
from pipeline.sample.journeys import make_journeys
from pipeline.sample.packing import format_csv
from pipeline.sample.returns import Return, Row, make_returns
from pipeline.sample.sendings import Sending, census_said
from pipeline.sample.writing import list_population, write_bytes, write_sending, write_yaml

TITLE = "Region of Tillingbourne (invented)"
_STREAM = 19
_FROZEN = ("baselines", "frozen_plans", "benchmarks")
_NUMBERED = {
    "targets": "target_id", "curves": "curve_id", "evaluation_plan": "plan_id", "evidence": "evidence_id",
}  # fmt: skip
"""Tables whose rows have ids of their own, and the column of the id."""

_VOLUMES = {"commissioned_volume", "expected_referrals"}


@dataclass(frozen=True)
class Size:
    """The number of services (a multiple of a borough's twenty), children and areas of a region."""

    services: int = len(SERVICES)
    children: int = CHILDREN
    areas: int = len(AREAS)

    def __post_init__(self) -> None:
        if self.services < 1 or self.services % len(SERVICES):
            raise ValueError(f"{self.services} services: write a multiple of {len(SERVICES)}, a borough's")
        if self.children < self.boroughs or self.areas < 1:
            raise ValueError("a region has a child in every borough, and an area")

    @property
    def boroughs(self) -> int:
        """The number of copies of the sample's borough."""
        return self.services // len(SERVICES)

    def children_of(self, borough: int) -> int:
        """Return the number of children in a borough: equal in all, with the remainder in the first."""
        share, rest = divmod(self.children, self.boroughs)
        return share + (borough < rest)

    def areas_of(self, borough: int) -> list[str]:
        """Return the areas of a borough's children: boroughs are assigned to areas in turn, or areas to boroughs."""
        together = min(self.boroughs, self.areas)
        return [f"Area {area + 1:02d}" for area in range(self.areas) if area % together == borough % together]


def service_of(service_id: str, borough: int) -> str:
    """Return the id of one of the sample's services in a borough (0 is the first): S01 is S001, then S021."""
    return f"S{int(service_id[1:]) + borough * len(SERVICES):03d}"


def provider_of(provider_id: str, borough: int) -> str:
    """Return the id of one of the sample's providers in a borough."""
    return f"{provider_id}_{borough + 1:02d}"


def region_returns(size: Size) -> Iterator[tuple[str, Return]]:
    """Yield every return with the sample provider whose format it uses, borough by borough."""
    for borough in range(size.boroughs):
        rng = np.random.Generator(np.random.PCG64([SEED, _STREAM, borough]))
        areas = _wards(size, borough)
        for each in make_returns(make_journeys(rng, size.children_of(borough))):
            tables = {
                table: tuple(_localise(table, row, borough, areas) for row in rows)
                for table, rows in each.tables.items()
            }
            yield (
                each.provider_id,
                replace(each, provider_id=provider_of(each.provider_id, borough), tables=tables),
            )


def _wards(size: Size, borough: int) -> dict[str, str]:
    """Return the borough's area for each ward of the sample, as evenly as possible."""
    areas = size.areas_of(borough)
    return {ward: areas[place % len(areas)] for place, ward in enumerate(AREAS)}


def _localise(table: str, row: Row, borough: int, areas: Mapping[str, str]) -> Row:
    """Return the row with the borough's own service, child and area; episode ids are already a provider's own."""
    cells = dict(zip(load_table(table).columns, row, strict=True))
    for name, cell in cells.items():
        if not cell:
            continue
        if name == "service_id":
            cells[name] = service_of(cell, borough)
        elif name == "child_id":
            cells[name] = f"B{borough + 1:02d}{cell}"
        elif name == "area":
            cells[name] = areas[cell]
    return tuple(cells.values())


def _register(table: str, size: Size) -> Iterator[Row]:
    """Yield a commissioner's table: rows about a service or provider once per borough, other rows once."""
    for borough in range(size.boroughs):
        for row in read_register(table):
            local = row.get("service_id") or table == "providers"
            if local or borough == 0:
                yield tuple(_local_row(table, row, borough, size).values())


def _local_row(table: str, row: Mapping[str, str], borough: int, size: Size) -> Mapping[str, str]:
    found = dict(row)
    if row.get("service_id"):
        found["service_id"] = service_of(row["service_id"], borough)
    if row.get("provider_id"):
        found["provider_id"] = provider_of(row["provider_id"], borough)
    if table in ("services", "providers"):
        found["name"] = f"{row['name']}, borough {borough + 1}"
    if row.get("areas"):
        wards = _wards(size, borough)
        found["areas"] = "; ".join(dict.fromkeys(wards[ward] for ward in row["areas"].split("; ")))
    for name in _VOLUMES & found.keys():
        found[name] = found[name] and str(round(int(found[name]) * size.children_of(borough) / CHILDREN))
    if table in _NUMBERED and borough:
        found[_NUMBERED[table]] = f"{row[_NUMBERED[table]]}.{borough + 1}"
    if row.get("design") == "difference_in_differences":
        found["comparison"] = "; ".join(service_of(name, borough) for name in row["comparison"].split("; "))
    return found


def _write_reference(folder: Path, size: Size) -> None:
    for table in WRITTEN:
        if table not in _FROZEN:
            text = StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(read_register(table)[0])
            writer.writerows(_register(table, size))
            write_bytes(folder / f"{table}.csv", text.getvalue().encode())
    areas = sorted({area for borough in range(size.boroughs) for area in size.areas_of(borough)})
    people = round(CHILD_POPULATION * size.children / CHILDREN)
    tables: dict[str, list[tuple[str, ...]]] = {
        "areas": [(area, "") for area in areas],
        "population": list_population(people),
    }
    for table, rows in tables.items():
        write_bytes(folder / f"{table}.csv", format_csv(table, rows))


def write_region(folder: Path, size: Size) -> None:
    """Write the dataset into `folder`, replacing an earlier one of this generator.

    ValueError where the folder holds anything else.
    """
    described = folder / "dataset.yaml"
    if folder.exists() and not (described.is_file() and TITLE in described.read_text(encoding="utf-8")):
        raise ValueError(
            f"{folder.as_posix()} is there, and is no region made here: name a folder that is not there"
        )
    shutil.rmtree(folder, ignore_errors=True)
    write_yaml(described, {**DATASET, "title": f"{TITLE}, {size.services} services"})
    write_bytes(folder / "key", hashlib.sha256(TITLE.encode()).hexdigest().encode() + b"\n")
    _write_reference(folder / "reference", size)
    for packed_as, each in region_returns(size):
        sending = Sending(packed_as, each.period, each.tables, census_said(packed_as, each.period))
        write_sending(folder / "returns" / each.provider_id, sending)
