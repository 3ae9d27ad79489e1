"""Stage `intake`: returned files to typed tables; every file and every row is accounted for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.contract.benchmarks import BENCHMARKS, BOUNDARIES, Benchmark, Boundaries
from pipeline.contract.context import FrozenBaseline
from pipeline.contract.dataset import Dataset
from pipeline.contract.tables import RETURN_TABLES
from pipeline.files.commissioner.benchmarks import read_benchmarks
from pipeline.files.commissioner.plans_table import list_frozen
from pipeline.files.commissioner.reference import Reference, read_reference
from pipeline.files.commissioner.reference_table import read_boundaries
from pipeline.files.context import write_typed
from pipeline.files.intake.accounting import (
    find_mixed,
    list_faults,
    list_files,
    list_names,
    list_normalised,
    list_remarks,
    list_set_aside,
)
from pipeline.files.intake.cells import Typed
from pipeline.files.intake.corrections import APPLIED, apply_corrections, load_corrections
from pipeline.files.intake.find_returns import find_sources, refuse_early
from pipeline.files.intake.ledger import (
    ColumnName,
    CorrectionLine,
    FaultLine,
    FileLine,
    NormalisedLine,
    ReceivedLine,
    ReplacedLine,
    RuleLine,
    SetAside,
)
from pipeline.files.intake.read_returns import ReadReturn, assemble, type_readings
from pipeline.files.intake.received import list_received
from pipeline.files.intake.row_counts import count_file_rules
from pipeline.files.intake.spellings import find_spellings
from pipeline.files.intake.versions import read_returns
from pipeline.files.progress import progress_said
from pipeline.files.records import write_records
from pipeline.files.writer import write_table


@dataclass(frozen=True)
class IntakeSummary:
    """Counts of files, and of rows in (`lines`) and out; a mapped file counts once for each of its blocks."""

    files: int
    refused: int
    lines: int
    read: int
    set_aside: int
    out_of_scope: int
    replaced: int
    corrections_applied: int
    corrections_expired: int


@progress_said()
def run_intake(dataset: Dataset, output: Path, maximum_file_mb: int = 200) -> IntakeSummary:
    """Read reference tables (any fault stops the run) and returns (a fault sets a row or a file aside)."""
    reference = read_reference(dataset)
    corrections = load_corrections(dataset, reference.optional["corrections"])
    sources = find_sources(dataset, reference.ids("providers"), maximum_file_mb)
    settled = read_returns(refuse_early(dataset, sources), dataset.classification)
    readings, corrected = apply_corrections(settled.readings, corrections, dataset.complete_to)
    spellings = find_spellings(readings, reference)
    typed = {name: type_readings(readings, name, dataset.classification, spellings) for name in RETURN_TABLES}
    all_typed = [part for parts in typed.values() for part in parts]
    received = list_received(
        dataset, reference.tables["services"].to_pylist(), settled, find_mixed(readings, all_typed)
    )
    files, aside = list_files(readings, all_typed), list_set_aside(readings, all_typed)
    faults = [*(fault for fault, _ in list_faults(readings, all_typed)), *list_remarks(readings)]
    _write_reference(output / "reference", reference, dataset)
    _write_rows(output, readings, typed)
    write_records(output / "files.csv", FileLine, files)
    tidied = [*list_normalised(readings, all_typed), *reference.tidied]
    write_records(output / "normalised.csv", NormalisedLine, tidied)
    write_records(output / "set_aside.csv", SetAside, [entry for _, entry in aside])
    write_records(output / "faults.csv", FaultLine, faults)
    write_records(output / "columns.csv", ColumnName, list_names(reading.source for reading in readings))
    write_records(output / "rules.csv", RuleLine, count_file_rules(files, aside, faults))
    write_records(output / "replaced.csv", ReplacedLine, settled.replaced)
    write_records(output / "received.csv", ReceivedLine, received)
    write_records(output / "corrections.csv", CorrectionLine, corrected)
    return IntakeSummary(
        files=len(files),
        refused=sum(1 for line in files if line.refused),
        lines=sum(line.lines for line in files),
        read=sum(line.read for line in files),
        set_aside=sum(line.set_aside for line in files),
        out_of_scope=sum(line.out_of_scope for line in files),
        replaced=sum(line.lines for line in settled.replaced),
        corrections_applied=sum(line.state == APPLIED for line in corrected),
        corrections_expired=sum(line.state != APPLIED for line in corrected),
    )


def _write_rows(output: Path, readings: Sequence[ReadReturn], typed: Mapping[str, Sequence[Typed]]) -> None:
    for name, parts in typed.items():
        write_table(output / f"{name}.parquet", assemble(readings, name, parts))


def _write_reference(folder: Path, reference: Reference, dataset: Dataset) -> None:
    for name, table in {**reference.tables, **reference.declared()}.items():
        write_table(folder / f"{name}.parquet", table)
    write_records(folder / "baselines.csv", FrozenBaseline, list_frozen(reference.optional["baselines"]))
    write_typed(folder / BENCHMARKS, tuple[Benchmark, ...], read_benchmarks(dataset))
    write_typed(folder / BOUNDARIES, Boundaries, read_boundaries(dataset))
