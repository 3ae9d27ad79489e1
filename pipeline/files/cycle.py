"""What the pages on planning and doing read: tables of the commissioner's, and findings that are published."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contract.benchmarks import BENCHMARKS, BOUNDARIES, Benchmark, Boundaries
from pipeline.contract.context import Context
from pipeline.contract.tables import CYCLE_TABLES
from pipeline.files.context import read_context, read_typed
from pipeline.files.records import parse_records

Row = Mapping[str, Any]
TABLES = (*CYCLE_TABLES, "services", "providers")
LEVELS, DEPRIVATION, STANDARDISED = "characteristics.csv", "deprivation.csv", "standardised.csv"
"""Tables of a race-equality page: levels of each characteristic, measures along deprivation, and rates at like ages."""
_CONTEXT, _FINDINGS, _POPULATION = "context.json", "findings.json", "population.parquet"


@dataclass(frozen=True, eq=False)
class CycleData:
    """The commissioner's `tables`, their rows typed, and the texts of published `findings` by page and file.

    `population` has who lives in the area and who is in need, by ethnic group; `benchmarks` are published statistics of
    other areas, `boundaries` those of this area's wards.
    """

    context: Context
    tables: Mapping[str, Sequence[Row]]
    findings: Mapping[str, Mapping[str, str]]
    population: Sequence[Row] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    boundaries: Boundaries = field(default_factory=dict)

    def rows_of(self, page: str, file: str) -> list[dict[str, str]]:
        """The rows of a table of another page, as published; none where it has no such table."""
        text = self.findings.get(page, {}).get(file, "")
        return parse_records(text) if text else []


def write_cycle(
    output: Path,
    context: Path,
    reference: Path,
    population: pa.Table,
    findings: Mapping[str, Mapping[str, str]],
) -> None:
    """Write all of it into one folder, the same bytes each time; `population` is by ethnic group."""
    output.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(context, output / _CONTEXT)
    for name in TABLES:
        shutil.copyfile(reference / f"{name}.parquet", output / f"{name}.parquet")
    pq.write_table(population, output / _POPULATION)
    for name in (BENCHMARKS, BOUNDARIES):
        shutil.copyfile(reference / name, output / name)
    text = json.dumps(findings, ensure_ascii=False, indent=1, sort_keys=True)
    (output / _FINDINGS).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_cycle(folder: Path) -> CycleData:
    """Read what `write_cycle` wrote; FileNotFoundError says what to run where it is not there."""
    context = read_context(folder)
    tables = {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in TABLES}
    findings = json.loads((folder / _FINDINGS).read_text(encoding="utf-8"))
    benchmarks = read_typed(folder / BENCHMARKS, tuple[Benchmark, ...])
    boundaries = read_typed(folder / BOUNDARIES, Boundaries)
    population = pq.read_table(folder / _POPULATION).to_pylist()
    return CycleData(context, tables, findings, population, benchmarks, boundaries)
