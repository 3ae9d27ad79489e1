"""Providers, services and scales of the sample borough: its own registers, and what the generator draws by besides."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "sample"
WRITTEN = (
    *("providers", "services", "scales", "measures", "targets"),
    *("baselines", "curves", "evaluation_plan", "frozen_plans", "standards"),
    *("priorities", "bids", "funding", "coproduction", "joint_working", "criteria", "evidence"),
    "benchmarks",
)
"""Tables of `reference/` that are written by hand, as a commissioner's are."""


def read_register(table: str) -> list[dict[str, str]]:
    """The rows of one of these tables."""
    with (SAMPLE / "reference" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Service:
    """A contract, and what the generator needs besides: children who come a year, ages, comparison children."""

    service_id: str
    provider_id: str
    start: dt.date
    intake: int
    ages: tuple[int, int]
    comparison: int


@dataclass(frozen=True)
class SampleScale:
    """A scale, and how scores spread on it: `mean` and `spread` at baseline, `noise` of a change (SD)."""

    minimum: int
    maximum: int
    direction: str
    mean: float
    spread: float
    noise: float
    goal: int


INITIALS: Mapping[str, str] = {
    "oak_and_anchor": "OA", "homefire": "HF", "northbrook": "NB", "harbour_street": "HS", "tilling_carers": "TC",
    "steady_minds": "SM", "quayside": "QC", "kestrel_sports": "KS", "umoja_families": "UF", "ubuntu_youth": "UY",
    "sangam_parents": "SP", "lantern_fathers": "LF", "good_table": "GT", "riverside_play": "RP", "withy_hall": "WH",
}  # fmt: skip
"""Every provider, in the order in which numbers are drawn, with the letters that its episode numbers begin with."""

_DRAWN: Mapping[str, tuple[int, tuple[int, int], int]] = {
    "S01": (110, (4, 15), 150), "S02": (90, (6, 16), 0), "S03": (150, (2, 12), 150), "S04": (120, (3, 11), 0),
    "S05": (120, (7, 17), 150), "S06": (170, (8, 16), 0), "S07": (100, (6, 17), 0), "S08": (170, (5, 14), 0),
    "S09": (60, (7, 16), 0), "S10": (45, (1, 10), 0), "S11": (60, (10, 17), 0), "S12": (75, (3, 16), 0),
    "S13": (40, (1, 11), 0), "S14": (60, (5, 13), 0), "S15": (70, (5, 12), 0), "S16": (40, (8, 16), 0),
    "S17": (50, (5, 17), 0), "S18": (45, (15, 19), 0), "S19": (50, (8, 16), 0), "S20": (60, (9, 16), 0),
}  # fmt: skip
"""Children who come to a service in a year, from which age to which, and how many are followed while they wait."""

_SPREAD: Mapping[str, tuple[float, float, float, int]] = {
    "wellbeing": (19.0, 4.0, 4.5, 3),
    "difficulties": (21.0, 5.0, 5.0, 4),
    "family_star": (4.6, 1.2, 1.5, 1),
}

SERVICES = tuple(
    Service(
        row["service_id"], row["provider_id"], dt.date.fromisoformat(row["start"]), *_DRAWN[row["service_id"]]
    )
    for row in read_register("services")
)
SCALE_BY_NAME = {
    row["scale"]: SampleScale(
        int(row["minimum"]), int(row["maximum"]), row["direction"], *_SPREAD[row["scale"]]
    )
    for row in read_register("scales")
    if row["scale"] in _SPREAD
}
