"""Write the sample borough as a dataset folder, the same bytes on every machine."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.sample.answers import make_truths
from pipeline.sample.benchmarks import make_statistics
from pipeline.sample.borough import (
    AREAS,
    CHILD_POPULATION,
    DATASET,
    DISABLED,
    ETHNIC_PERCENT,
    FIRST_DAY,
    LAST_DAY,
    SAMPLE,
    SEXES,
    WRITTEN,
)
from pipeline.sample.faults import plant_faults
from pipeline.sample.journeys import make_journeys
from pipeline.sample.packing import format_csv, kind_of, pack
from pipeline.sample.returns import Return, make_returns
from pipeline.sample.sendings import DUE_DAYS, CorrectedCell, Sending, list_corrections, send
from pipeline.sample.truths import PLANTED

_GROWTH_A_YEAR = 0.012


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, creating its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8"))


def write_yaml(path: Path, values: Mapping[str, Any]) -> None:
    """Write keys and values in their order."""
    _write_text(path, yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True, width=100))


def list_population(people: int = CHILD_POPULATION) -> list[tuple[str, ...]]:
    """Return rows of the borough's children (`people` in its first year) and those looked after, by year and group."""
    children = {
        (code, year): people * (1 + _GROWTH_A_YEAR * (year - FIRST_DAY.year)) * percent / 100
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1)
        for code, percent in ETHNIC_PERCENT.items()
    }
    broad = load_classification(DATASET["ethnic_classification"], Path()).by_code
    planted = PLANTED["looked_after"]
    looked_after = {
        (code, year): number * planted["rate"] * planted["ratio"].get(broad[code].broad_group, 1.0)
        for (code, year), number in children.items()
        if year in planted["years"]
    }
    return [
        (code, str(year), str(round(number)), counted, "")  # not rounded to anything
        for counted, numbers in (("", children), (planted["counted"], looked_after))
        for (code, year), number in numbers.items()
    ]


def list_population_levels() -> list[tuple[str, ...]]:
    """Return rows of the borough's children in its last year by sex, disability and area.

    Their shares are those of referred children, except one area with fewer residents than referrals suggest.
    """
    planted, year = PLANTED["referred_by_area"], LAST_DAY.year
    area_share = AREAS[planted["area"]]
    fewer = area_share / (area_share + planted["ratio"] * (1 - area_share))
    shares = {
        "sex": {level: SEXES[level] for level in ("female", "male")},
        "disability": {level: DISABLED[level] for level in ("yes", "no")},
        "area": {
            area: fewer if area == planted["area"] else share * (1 - fewer) / (1 - area_share)
            for area, share in AREAS.items()
        },
    }
    children = CHILD_POPULATION * (1 + _GROWTH_A_YEAR * (year - FIRST_DAY.year))
    return [
        (characteristic, level, str(year), str(round(children * share / sum(of_all.values()))), "", "")
        for characteristic, of_all in shares.items()
        for level, share in of_all.items()
    ]


def _write_reference(folder: Path, corrected: Sequence[CorrectedCell]) -> None:
    by_hand = (f"reference/{table}.csv" for table in WRITTEN)
    for name in ("README.md", *by_hand, "reference/areas.geojson"):
        write_bytes(folder / name, (SAMPLE / name).read_bytes())
    tables = {
        "population": list_population(),
        "population_levels": list_population_levels(),
        "corrections": list_corrections(corrected),
    }
    for table, rows in tables.items():
        write_bytes(folder / "reference" / f"{table}.csv", format_csv(table, rows))


def write_sending(folder: Path, sending: Sending) -> None:
    """Write a return into its provider's folder, in that provider's file format."""
    if sending.tables:
        for name, content in pack(sending.provider_id, sending.name, sending.tables).items():
            write_bytes(folder / name, content)
    if sending.cover:
        packed = sending.tables and kind_of(sending.provider_id) != "folder"
        name = f"{sending.name}.yaml" if packed else f"{sending.name}/return.yaml"
        write_yaml(folder / name, sending.cover)


def sample_returns() -> tuple[Return, ...]:
    """Return every return, with its planted faults, as rows."""
    return plant_faults(make_returns(make_journeys()))[0]


def write_sample(folder: Path, truths: Path) -> None:
    """Write the dataset into `folder` and its planted truths to the file `truths`."""
    journeys = make_journeys()
    sound = make_returns(journeys)
    returns, planted = plant_faults(sound)
    sendings, corrected = send(returns)
    write_yaml(folder / "dataset.yaml", {**DATASET, "returns_due_days": DUE_DAYS})
    # Not secret: the children are invented, and the sample must be the same bytes each time.
    _write_text(folder / "key", hashlib.sha256(str(DATASET["title"]).encode()).hexdigest() + "\n")
    _write_reference(folder, corrected)
    for name, text in make_statistics().items():
        _write_text(folder / "benchmarks" / name, text)
    for sending in sendings:
        write_sending(folder / "returns" / sending.provider_id, sending)
    write_yaml(truths, make_truths(journeys, sound, planted, LAST_DAY))
