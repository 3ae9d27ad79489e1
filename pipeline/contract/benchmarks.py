"""Other areas: an indicator of published statistics for our own area, its neighbours, its region and England."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

BENCHMARKS = "benchmarks.json"
"""The file in which what was read goes on."""
AreaUnit = Literal["percent", "per_10_000"]


@dataclass(frozen=True)
class AreaFigure:
    """A published figure in the indicator's unit; None where its `marker` stands instead, or nothing was published.

    `out_of` is of how many people it is told, None where the file does not say.
    """

    value: float | None
    marker: str = ""
    out_of: float | None = None


NO_FIGURE = AreaFigure(None)


@dataclass(frozen=True)
class AreaPeriod:
    """What was published of one period; `neighbours` are those with a row, some of them perhaps withheld."""

    period: str
    own: AreaFigure
    neighbours: tuple[AreaFigure, ...] = ()
    region: AreaFigure = NO_FIGURE
    england: AreaFigure = NO_FIGURE


@dataclass(frozen=True)
class Benchmark:
    """One line of benchmarks.csv with what its file holds, period by period.

    `breaks` are periods with which a new series begins, and why; `rounded_to` is the publisher's step.
    """

    indicator_id: str
    title: str
    ecm_outcome: str
    unit: AreaUnit
    better: Literal["higher", "lower", "neither"]
    rounded_to: float
    breaks: Mapping[str, str]
    area: str
    region: str
    source: str
    periods: tuple[AreaPeriod, ...]

    @property
    def decimals(self) -> int:
        """The decimals in which the publisher tells the figures."""
        return len(f"{self.rounded_to:.9f}".rstrip("0").partition(".")[2])


def format_benchmarks(benchmarks: Sequence[Benchmark]) -> str:
    """What was read as JSON, for notebooks; the same text for the same figures."""
    return json.dumps([asdict(each) for each in benchmarks], ensure_ascii=False, indent=1) + "\n"


def parse_benchmarks(text: str) -> tuple[Benchmark, ...]:
    """What `format_benchmarks` wrote; none where the text is blank."""
    return tuple(_parse(each) for each in json.loads(text or "[]"))


def _parse(raw: dict[str, Any]) -> Benchmark:
    def period(each: dict[str, Any]) -> AreaPeriod:
        single = {name: AreaFigure(**each[name]) for name in ("own", "region", "england")}
        neighbours = tuple(AreaFigure(**one) for one in each["neighbours"])
        return AreaPeriod(each["period"], neighbours=neighbours, **single)

    return Benchmark(**{**raw, "periods": tuple(period(each) for each in raw["periods"])})
