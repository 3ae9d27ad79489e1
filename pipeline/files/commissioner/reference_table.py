"""One reference table of the commissioner's: its file, and its rows typed; any fault in it stops the run."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.contract.benchmarks import Boundaries, BoundaryError, parse_geojson
from pipeline.contract.dataset import EVERYONE_ELSE, Dataset
from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.names import find_near, find_same, fold, fold_name, strip_unseen
from pipeline.contract.plans import COMPARISON_ARM, POPULATION, split_names
from pipeline.contract.tables import load_table
from pipeline.contract.values import RESPELT_NAME, list_names, suggest
from pipeline.files.formats.file_types import WORKBOOKS, read_text
from pipeline.files.formats.text import RefusedFileError, TextColumn, Tidied
from pipeline.files.intake.cells import Cells, parse_cells
from pipeline.files.intake.ledger import NormalisedLine
from pipeline.files.mapping.contract_shape import shape_own

_NEARLY = 0.9
_AS_CSV = "open it in a spreadsheet program and save it as CSV"
_SPREADSHEETS = (*WORKBOOKS, ".xlsm", ".xlsb", ".numbers", ".tsv", ".txt")
Row = Mapping[str, object]
Names = Sequence[str]
_SUBJECTS = {"measures": "measure_id", "scales": "scale"}


class ReferenceTableError(ValueError):
    """A reference table that cannot be used; the message names file, row, column and fix."""


def find_file(folder: Path, name: str) -> Path:
    """Return the table's file, however its name is spelt; ReferenceTableError where one has nearly that name."""
    stems = [path.stem for path in sorted(folder.glob("*")) if path.suffix.lower() == ".csv"]
    path = folder / f"{name}.csv"
    if path.is_file():
        return path
    same = [stem for stem in stems if fold_name(stem) == fold_name(name)]
    near = [stem for stem in stems if stem not in same and find_near(stem, {name: name}, _NEARLY)]
    if len(same) > 1 or (near and not same):
        stem = (same or near)[-1]
        message = f"{folder.as_posix()} holds {stem}.csv; did you mean {name}.csv? Rename it, or take it out."
        raise ReferenceTableError(message)
    return next(
        (each for each in folder.glob("*") if [each.stem] == same and each.suffix.lower() == ".csv"), path
    )


def read_table_of(
    path: Path, name: str, rows: Mapping[str, Sequence[Row]], classification: Classification
) -> tuple[pa.Table, list[NormalisedLine]]:
    """Return the rows of the table `name` in the file at `path`, and what was tidied in it.

    `rows` are those of the tables that it may refer to.
    """
    place = path.as_posix()
    _check_there(path)
    try:
        text = read_text(path, load_table(name).columns)
        shaped, _ = shape_own(text, load_table(name))
    except RefusedFileError as refusal:
        fix = _AS_CSV if refusal.fault.rule == "file.kind" else refusal.fault.fix
        raise ReferenceTableError(f"{place}: {refusal.fault.message}; {fix}.") from refusal
    if text.faults:
        bad = text.faults[0]
        raise place_fault(place, bad.row, bad.column, f"{bad.fault.message}; {bad.fault.fix}.")
    if shaped.ignored_columns:
        known = load_table(name).columns
        stranger = next(column for column in text.header if not find_same(column, known))
        hint = suggest(stranger, known) or "; take it out."
        raise ReferenceTableError(f"{place}: '{stranger}' is not a column{hint}")
    source = np.zeros(len(text.row_numbers), dtype=np.int64)
    lists = respell_lists(name, shaped.columns, rows)
    cells = Cells(load_table(name), {**shaped.columns, **lists}, source, text.row_numbers, {})
    held = {**_list_own(name, shaped.columns), **list_known(name, rows, classification)}
    typed = parse_cells(cells, {column: list_names(names) for column, names in held.items()})
    if bad_rows := (*typed.bad, *typed.odd):
        first = bad_rows[0]
        said = f"'{first.value}' is {first.fault.message}; {first.fault.fix}."
        raise place_fault(place, first.row, first.column, said)
    told = [*shaped.tidied, *(entry for _, entry in typed.tidied)]
    for column, respelt in lists.items():
        pairs = zip(respelt.texts(), shaped.columns[column].texts(), strict=True)
        told += [Tidied(column, RESPELT_NAME, count)] if (count := sum(a != b for a, b in pairs)) else []
    named = f"reference/{path.name}"
    lines = [NormalisedLine(named, "", entry.column, entry.what, entry.cells) for entry in told]
    return typed.rows.drop_columns(["source"]), lines


def is_left_out(path: Path) -> bool:
    """Whether a table is not there; ReferenceTableError where it is, as a spreadsheet that is no CSV."""
    if path.is_file():
        return False
    for other in sorted(path.parent.glob("*.*")):
        if fold_name(other.stem) == fold_name(path.stem) and other.suffix.lower() in _SPREADSHEETS:
            said = f"it is not read; save it as CSV, and call it {path.name}."
            raise ReferenceTableError(f"{other.as_posix()}: {said}")
    return True


def _check_there(path: Path) -> None:
    """Refuse a missing table, naming the file that seems to be meant, if there is one."""
    if path.is_file():
        return
    fix = "write it, beginning with the blank one that 'outturn templates FOLDER' makes"
    others = {each.stem: each.name for each in sorted(path.parent.glob("*.*")) if each.suffix != ".yaml"}
    if other := find_near(path.stem, others):
        fix = f"did you mean {other}? Save it as CSV, and call it {path.name}"
    raise ReferenceTableError(f"{path.as_posix()}: the file is missing; {fix}.")


def read_boundaries(dataset: Dataset) -> Boundaries:
    """Return the boundaries by area, none where there is no such file; ReferenceTableError names feature and fix."""
    path = dataset.folder / "reference" / "areas.geojson"
    if not path.is_file():
        return {}
    try:
        return parse_geojson(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReferenceTableError(
            f"{path.as_posix()}: it is not UTF-8; export it as GeoJSON again."
        ) from error
    except BoundaryError as error:
        raise ReferenceTableError(f"{path.as_posix()}: {error}") from error


def _list_own(name: str, columns: Mapping[str, TextColumn]) -> dict[str, list[str]]:
    """Return the names in the table's own key, each as it is spelt first."""
    found = {}
    for field in map(load_table(name).field, load_table(name).primary_key):
        if field.type == "string" and not field.enum and field.name in columns:
            first = {fold(text): strip_unseen(text) for text in reversed(columns[field.name].texts())}
            found[field.name] = [*first.values()]
    return found


def place_fault(place: str, row: object, column: str, said: str) -> ReferenceTableError:
    """Return the error that says this of a place in a table."""
    return ReferenceTableError(f"{place}, row {row}, {column}: {said}")


def list_known(
    name: str, rows: Mapping[str, Sequence[Row]], classification: Classification
) -> dict[str, Names]:
    """Return, by column of the table `name`, the names that stand in the tables read before it."""
    known: dict[str, Names] = {
        key.column: [str(row[key.target_column]) for row in rows[key.target]]
        for key in load_table(name).foreign_keys
        if key.target in rows
    }
    subjects = [str(row[key]) for table, key in _SUBJECTS.items() for row in rows.get(table, ())]
    groups = [
        *classification.broad_groups,
        *(text for code in classification.codes for text in (code.code, code.label)),
    ]
    match name:
        case "targets":
            known |= {"measure_id": subjects, "ethnic_group": groups}
            known["comparator"] = [*groups, POPULATION, EVERYONE_ELSE]
        case "population":
            known["ethnic_group"] = groups
        case "evaluation_plan":
            known["outcome"] = subjects
    return known


def respell_lists(
    name: str, columns: Mapping[str, TextColumn], rows: Mapping[str, Sequence[Row]]
) -> dict[str, TextColumn]:
    """Return the columns that hold several names between semicolons, with each as it is spelt where it is from.

    Areas are from no other table: each is spelt as it is first.
    """
    if name == "services" and "areas" in columns:
        areas = columns["areas"]
        names = [each for text in areas.texts() for each in split_names(text)]
        first = {fold_name(each): each for each in reversed(names)}
        return {"areas": areas.change(_respell([*first.values()], fold_name))}
    if name != "evaluation_plan":
        return {}
    services = [COMPARISON_ARM, *(str(row["service_id"]) for row in rows["services"])]
    told = [field.name for field in load_table("episodes").fields if field.characteristic]
    asked = {"comparison": (services, fold), "covariates": (told, fold_name)}
    return {
        column: columns[column].change(_respell(*how)) for column, how in asked.items() if column in columns
    }


def _respell(known: Names, by: Callable[[str], str]) -> Callable[[str], str]:
    def respell(text: str) -> str:
        names = split_names(text)
        same = [find_same(name, known, by) or name for name in names]
        return text if [*names] == same else "; ".join(same)

    return respell
