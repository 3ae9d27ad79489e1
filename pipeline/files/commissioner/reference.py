"""The commissioner's reference tables: all six must be there and without a fault, or nothing runs.

Where no provider has sent a return, those that are not there have no row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.tables import DECLARED_TABLES, OPTIONAL_TABLES, REFERENCE_TABLES, load_table
from pipeline.contract.values import suggest
from pipeline.files.commissioner.cycle_tables import check_curves, check_planning
from pipeline.files.commissioner.plans_table import check_frozen_plans, check_plans
from pipeline.files.commissioner.population import (
    check_counted_once,
    check_target_population,
    read_population,
)
from pipeline.files.commissioner.reference_table import ReferenceTableError as ReferenceTableError
from pipeline.files.commissioner.reference_table import find_file, is_left_out, place_fault, read_table_of
from pipeline.files.commissioner.register_table import (
    RegisterFault,
    check_register,
    check_scales,
    check_standards,
)
from pipeline.files.intake.cells import ARROW_TYPES
from pipeline.files.intake.ledger import NormalisedLine
from pipeline.files.mapping.marked_yaml import MappingError

Row = Mapping[str, object]


@dataclass(frozen=True)
class Reference:
    """The six reference tables, typed, the rows of what may be left out (none without a file), and what was `tidied`.

    `row` is the line in the file.
    """

    tables: Mapping[str, pa.Table]
    optional: Mapping[str, tuple[Row, ...]]
    tidied: tuple[NormalisedLine, ...] = ()

    def ids(self, name: str) -> frozenset[str]:
        """What the first column of that table's key holds."""
        return frozenset(self.tables[name][load_table(name).primary_key[0]].to_pylist())

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was tidied, a line for each column."""
        return tuple(f"{each.file}, {each.column}: {each.what} ({each.cells})" for each in self.tidied)

    def declared(self) -> Mapping[str, pa.Table]:
        """What pages need of the tables that may be left out; without a row where there is no such file."""
        return {
            name: pa.Table.from_pylist(list(self.optional[name]), _schema(name)) for name in DECLARED_TABLES
        }


def _schema(name: str) -> pa.Schema:
    types = {field.name: ARROW_TYPES[field.type] for field in load_table(name).fields}
    return pa.schema({**types, "row": pa.int64()}.items())


def read_reference(dataset: Dataset) -> Reference:
    """Read and check reference/*.csv; ReferenceTableError at the first fault."""
    folder = dataset.folder / "reference"
    tables, tidied = _read_tables(dataset, REFERENCE_TABLES)
    rows = _check_rows(tables, folder)
    register = check_register(rows["targets"], rows["measures"], rows["scales"], dataset.classification)
    _refuse(register, folder, "targets")
    _check_population(rows, dataset.classification, folder)
    _check_versions(rows["measures"], (folder / "measures.csv").as_posix())
    optional: dict[str, tuple[Row, ...]] = {}
    for name in OPTIONAL_TABLES:
        known = {**rows, **{key: [*own] for key, own in optional.items()}}
        optional[name] = _read_optional(dataset, name, known, tidied)
    _check_baselines(optional["baselines"], rows["targets"], folder)
    plans, frozen = optional["evaluation_plan"], optional["frozen_plans"]
    # A frozen plan that is missing is told first: numbering the others anew would be the wrong answer to it.
    _refuse(check_frozen_plans(frozen, plans), folder, "frozen_plans")
    faults = check_plans(plans, rows["services"], rows["measures"], rows["scales"], frozen)
    _refuse(faults, folder, "evaluation_plan")
    _refuse(check_standards(optional["standards"]), folder, "standards")
    curves = check_curves(optional["curves"], rows["services"], rows["measures"], dataset.complete_to)
    _refuse(curves, folder, "curves")
    for name, faults in check_planning(rows["services"], optional):
        _refuse(faults, folder, name)
    return Reference(tables, optional, tuple(tidied))


def read_lists(dataset: Dataset) -> Reference:
    """Read and check what returns refer to, and that alone: targets and plans may be unfinished."""
    tables, tidied = _read_tables(dataset, ("providers", "services", "scales"))
    rows = _check_rows(tables, dataset.folder / "reference")
    return Reference(tables, {"areas": _read_optional(dataset, "areas", rows, tidied)}, tuple(tidied))


def _read_tables(dataset: Dataset, names: Iterable[str]) -> tuple[dict[str, pa.Table], list[NormalisedLine]]:
    """Return the tables, each read after those that it refers to, and what was tidied in them."""
    folder = dataset.folder / "reference"
    tables: dict[str, pa.Table] = {}
    rows: dict[str, list[Row]] = {}
    tidied: list[NormalisedLine] = []
    for name in names:
        if name == "population" and (folder / "population.yaml").is_file():
            tables[name] = _read_published(folder, dataset)
            continue
        path = find_file(folder, name)
        if not dataset.has_returns and is_left_out(path):
            tables[name] = pa.Table.from_pylist([], _schema(name))
        else:
            tables[name], told = read_table_of(path, name, rows, dataset.classification)
            tidied += told
        rows[name] = tables[name].to_pylist()
    return tables, tidied


def _check_rows(tables: Mapping[str, pa.Table], folder: Path) -> dict[str, list[Row]]:
    """Return the rows of each table: keys are unique, what they point to is there, and limits are in order."""
    rows: dict[str, list[Row]] = {name: table.to_pylist() for name, table in tables.items()}
    for name in tables:
        place = (folder / f"{name}.csv").as_posix()
        _check_unique(name, rows[name], place)
        _check_foreign_keys(name, rows, place)
        for column, low, high in _ORDERED.get(name, ()):
            _check_ordered(rows[name], column, low, high, place)
    _refuse(check_scales(rows["scales"]), folder, "scales")
    return rows


def _read_optional(
    dataset: Dataset, name: str, rows: Mapping[str, list[Row]], tidied: list[NormalisedLine]
) -> tuple[Row, ...]:
    """None where there is no such file. No column that holds a value of a return can be at fault here."""
    path = find_file(dataset.folder / "reference", name)
    if is_left_out(path):
        return ()
    table, told = read_table_of(path, name, rows, dataset.classification)
    found: list[Row] = table.to_pylist()
    tidied += told
    _check_unique(name, found, path.as_posix())
    _check_foreign_keys(name, {**rows, name: found}, path.as_posix())
    return tuple(found)


def _check_baselines(frozen: Sequence[Row], targets: Sequence[Row], folder: Path) -> None:
    """A frozen baseline belongs to a version of a target that has none stated."""
    stated = {(row["target_id"], row["version"]): row["baseline"] is not None for row in targets}
    for row in frozen:
        target, version = key = row["target_id"], row["version"]
        place = (folder / "baselines.csv").as_posix()
        if key not in stated:
            said = f"'{target}' has no version {version} in targets.csv; put its row back."
            raise place_fault(place, row["row"], "version", said)
        if stated[key]:
            said = f"'{target}' states its baseline in targets.csv; delete this row or that figure."
            raise place_fault(place, row["row"], "target_id", said)


_ORDERED = {
    "services": [("end", "start", "end")],
    "measures": [("end", "start", "end")],
    "scales": [("maximum", "minimum", "maximum")],
}


def _read_published(folder: Path, dataset: Dataset) -> pa.Table:
    if find_file(folder, "population").is_file():
        raise ReferenceTableError(
            f"{folder.as_posix()} holds population.csv and population.yaml; keep one of them."
        )
    try:
        return read_population(folder / "population.yaml", dataset)
    except MappingError as error:
        raise ReferenceTableError(str(error)) from error


def _check_unique(name: str, rows: list[Row], place: str) -> None:
    key = load_table(name).primary_key
    seen: dict[tuple[object, ...], object] = {}
    for row in rows:
        values = tuple(row[column] for column in key)
        if values in seen:
            shown = ", ".join(str(value) for value in values if value is not None)
            said = f"'{shown}' is in row {seen[values]} already; keep one of the two rows."
            raise place_fault(place, row["row"], key[0], said)
        seen[values] = row["row"]


def _check_foreign_keys(name: str, tables: Mapping[str, list[Row]], place: str) -> None:
    for key in load_table(name).foreign_keys:
        known = [str(row[key.target_column]) for row in tables[key.target]]
        for row in tables[name]:
            _check_known(row, key.column, known, f"in reference/{key.target}.csv", place)


def _check_known(row: Row, column: str, known: Collection[str], where: str, place: str) -> None:
    value = row[column]
    if value is not None and value not in known:
        addable = where.startswith("in ")
        otherwise = "check its spelling, or add it there" if addable else "the data dictionary lists them"
        hint = suggest(str(value), known) or f"; {otherwise}."
        raise place_fault(place, row["row"], column, f"'{value}' is not {where}{hint}")


def _check_ordered(rows: list[Row], column: str, low: str, high: str, place: str) -> None:
    for row in rows:
        first, last = row[low], row[high]
        if first is not None and last is not None and last < first:  # type: ignore[operator]
            raise place_fault(
                place, row["row"], column, f"{last} is before {low} ({first}); correct one of them."
            )


def _refuse(faults: Iterable[RegisterFault], folder: Path, name: str) -> None:
    """A register stops the run at its first fault, as any reference table does."""
    for fault in faults:
        raise place_fault((folder / f"{name}.csv").as_posix(), fault.row, fault.column, fault.said)


def _check_population(rows: Mapping[str, list[Row]], classification: Classification, folder: Path) -> None:
    names = {name for code in classification.codes for name in (code.code, code.label)}
    known = sorted(names | set(classification.broad_groups))
    where = f"a code, label or broad group of {classification.name}"
    for row in rows["population"]:
        _check_known(row, "ethnic_group", known, where, (folder / "population.csv").as_posix())
    _refuse(check_counted_once(rows["population"], classification), folder, "population")
    _refuse(check_target_population(rows["targets"], rows["population"], classification), folder, "targets")


def _check_versions(rows: list[Row], place: str) -> None:
    """Versions of a measure must follow one another without sharing a day."""
    ordered = sorted(rows, key=lambda row: (str(row["measure_id"]), str(row["start"])))
    for earlier, later in pairwise(ordered):
        if earlier["measure_id"] != later["measure_id"]:
            continue
        if earlier["end"] is None or str(earlier["end"]) >= str(later["start"]):
            said = f"version {later['version']} begins before version {earlier['version']} ends"
            fix = "let it begin on the first day of a month, and end the earlier one the day before."
            raise place_fault(place, later["row"], "start", f"{said}; {fix}")
