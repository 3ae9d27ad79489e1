"""One bad file a case in a clean dataset: exactly what becomes of it is known, and nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from clean_dataset import FILES, RETURN, write_dataset, write_file
from make import CONTENTS, Case, read_cases

from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.records import read_records
from pipeline.files.writer import read_table
from pipeline.stages.intake import run_intake

CASES = {case.name: case for case in read_cases()}
# Texts that a case puts into the area of episode E1; all else that is read must be as in the clean dataset.
KEPT = {
    "comma in quotation marks": "Tilling Hill, north",
    "line end in quotation marks": "Tilling\nHill",
    "quotation marks doubled": 'the "Hill"',
    "formula in a text": '=HYPERLINK("http://example.invalid","x")',
    "script in a text": "<script>alert(1)</script>",
    "dangerous path in a text": "../../etc/passwd",
    "formula as text in a workbook": '=HYPERLINK("x")',
    "text that looks like an error": "#N/A",
}
Records = list[dict[str, str]]


def _replace(folder: Path, case: Case) -> None:
    """Put the bad file where the case says, in the place of what it stands for."""
    path = folder / case.file
    replaced = set(RETURN_TABLES)
    if path.suffix.lower() in (".csv", ".txt", ".docx", ".pdf") or path.stem.casefold() in RETURN_TABLES:
        replaced = {path.stem.casefold()} & replaced
    for table in replaced - ({"episodes"} if case.name == "table twice in a return" else set()):
        (folder / RETURN / f"{table}.csv").unlink(missing_ok=True)
    write_file(path, CONTENTS[case.name]())


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _take_in(folder: Path, output: Path) -> tuple[Mapping[str, Records], Mapping[str, pa.Table]]:
    run_intake(read_dataset(folder), output)
    records = {name: read_records(output / f"{name}.csv") for name in ("files", "set_aside", "normalised")}
    return records, {name: read_table(output / f"{name}.parquet") for name in RETURN_TABLES}


def _of(table: pa.Table, provider: str) -> pa.Table:
    return table.filter(pc.equal(table["return_provider"], provider))


def _values(tables: Mapping[str, pa.Table], name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = (
        _of(tables[name], "harbour").select(list(load_table(name).columns)).to_pylist()
    )
    return rows


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pa.Table]:
    """What intake makes of the clean dataset."""
    folder = tmp_path_factory.mktemp("clean")
    records, tables = _take_in(write_dataset(folder / "data"), folder / "intake")
    assert records["set_aside"] == records["normalised"] == []
    return tables


def _said(case: Case, records: Mapping[str, Records]) -> tuple[str, str]:
    """The rows and the message of the case, as intake tells them."""
    mine = [line for line in records["files"] if line["provider"] != "umoja"]
    aside = records["set_aside"]
    if case.outcome == "refuse":
        lost = sum(int(line["lines"]) for line in mine if line["refused"])
        said = dict.fromkeys(
            f"{_name(entry['file'])}: {entry['message']}; {entry['mend']}" for entry in aside
        )
        return str(lost), " | ".join(said)
    if case.outcome == "set aside":
        said = dict.fromkeys(f"{entry['column']}: {entry['message']}; {entry['mend']}" for entry in aside)
        return " ".join(entry["row"] for entry in aside), " | ".join(said)
    remarks = (f"{line['column']}: {line['what']} ({line['cells']})" for line in records["normalised"])
    return str(sum(int(line["read"]) for line in mine)), " | ".join(remarks)


def _name(file: str) -> str:
    """The place without its folders: episodes.xlsx, sheet 'Sheet1'."""
    path, *part = file.partition(",")
    return "".join([path.rpartition("/")[2], *part])


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_has_exactly_this_outcome(
    tmp_path: Path, clean: Mapping[str, pa.Table], name: str
) -> None:
    case = CASES[name]
    folder = write_dataset(tmp_path / "data")
    _replace(folder, case)
    before = _snapshot(tmp_path)
    records, tables = _take_in(folder, tmp_path / "intake")
    assert _said(case, records) == (case.rows, case.message)
    refused = any(line["refused"] for line in records["files"])
    tidied = bool(records["normalised"])
    assert (refused, bool(records["set_aside"]), tidied) == {
        "accept": (False, False, False),
        "normalise": (False, False, True),
        "set aside": (False, True, tidied),
        "refuse": (True, True, tidied),
    }[case.outcome]
    after = {path: raw for path, raw in _snapshot(tmp_path).items() if "/intake/" not in path}
    assert after == before
    _check_rows(case, clean, tables)


def _check_rows(case: Case, clean: Mapping[str, pa.Table], tables: Mapping[str, pa.Table]) -> None:
    """The other provider's rows are untouched, and this one's are as sent: nothing was misread on the way."""
    for table in RETURN_TABLES:
        assert _of(tables[table], "umoja").equals(_of(clean[table], "umoja"))
        expected = _values(clean, table)
        if case.name in KEPT and table == "episodes":
            expected[0] = {**expected[0], "area": KEPT[case.name]}
        assert all(row in expected for row in _values(tables, table))


def test_every_case_has_its_content_and_every_content_its_case() -> None:
    assert set(CASES) == set(CONTENTS)
    assert all(case.file.startswith("returns/harbour/") for case in CASES.values())
    assert f"{RETURN}/episodes.csv" in FILES


def test_the_files_are_the_same_bytes_each_time() -> None:
    assert {name: make() for name, make in CONTENTS.items()} == {
        name: make() for name, make in CONTENTS.items()
    }
