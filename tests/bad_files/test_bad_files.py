"""One bad file a case in a clean dataset: exactly what becomes of it is known, and nothing else changes."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    "line end in quotation marks": "Over\nthere",
    "quotation marks doubled": 'the "Hill"',
    "formula in a text": '=HYPERLINK("http://example.invalid","x")',
    "script in a text": "<script>alert(1)</script>",
    "dangerous path in a text": "../../etc/passwd",
    "formula as text in a workbook": '=HYPERLINK("x")',
    "text that looks like an error": "#N/A",
}
PROVIDERS = {name: f"p{number:03}" for number, name in enumerate(CASES)}
Records = list[dict[str, str]]


@dataclass(frozen=True)
class Taken:
    """What intake made of a dataset: its ledgers and its tables."""

    records: Mapping[str, Records]
    tables: Mapping[str, pa.Table]

    def of(self, provider: str, ledger: str) -> Records:
        """The entries of a ledger about a provider's files."""
        return [each for each in self.records[ledger] if each["file"].startswith(f"returns/{provider}/")]

    def rows(self, provider: str, table: str) -> list[dict[str, object]]:
        """A provider's rows as they were sent."""
        found = self.tables[table].filter(pc.equal(self.tables[table]["return_provider"], provider))
        sent = [name for name in load_table(table).columns if name != "provider_id"]
        rows: list[dict[str, object]] = found.select(sent).to_pylist()
        return rows


def _send(folder: Path, provider: str, case: Case) -> None:
    """Send a clean return of that provider, with the bad file in the place of what it stands for."""
    path = folder / case.file.replace("harbour", provider)
    replaced = set(RETURN_TABLES)
    if path.suffix.lower() in (".csv", ".txt", ".docx", ".pdf") or path.stem.casefold() in RETURN_TABLES:
        replaced = {path.stem.casefold()} & replaced
    if case.name == "table twice in a return":
        replaced -= {"episodes"}
    for name, text in FILES.items():
        if name.startswith(RETURN) and Path(name).stem not in replaced:
            write_file(folder / name.replace("harbour", provider), text.encode())
    write_file(path, CONTENTS[case.name]())


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _take_in(folder: Path, output: Path) -> Taken:
    run_intake(read_dataset(folder), output)
    records = {name: read_records(output / f"{name}.csv") for name in ("files", "set_aside", "normalised")}
    return Taken(records, {name: read_table(output / f"{name}.parquet") for name in RETURN_TABLES})


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """What intake makes of the clean dataset."""
    folder = tmp_path_factory.mktemp("clean")
    taken = _take_in(write_dataset(folder / "data"), folder / "intake")
    assert taken.records["set_aside"] == taken.records["normalised"] == []
    return taken


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """What intake makes of it where every bad file comes from a provider of its own besides."""
    folder = tmp_path_factory.mktemp("bad")
    dataset = write_dataset(folder / "data")
    more = "".join(f"{provider},{provider},small,voluntary,no\n" for provider in PROVIDERS.values())
    write_file(dataset / "reference/providers.csv", (FILES["reference/providers.csv"] + more).encode())
    for name, provider in PROVIDERS.items():
        _send(dataset, provider, CASES[name])
    before = _snapshot(dataset)
    taken = _take_in(dataset, folder / "intake")
    assert _snapshot(dataset) == before
    return taken


def _said(case: Case, bad: Taken) -> tuple[str, str]:
    """The rows and the message of the case, as intake tells them."""
    files, aside, tidied = (
        bad.of(PROVIDERS[case.name], name) for name in ("files", "set_aside", "normalised")
    )
    if case.outcome == "refuse":
        lost = sum(int(line["lines"]) for line in files if line["refused"])
        said = dict.fromkeys(f"{_name(entry['file'])}: {entry['message']}; {entry['fix']}" for entry in aside)
        return str(lost), " | ".join(said)
    if case.outcome == "set aside":
        said = dict.fromkeys(f"{entry['column']}: {entry['message']}; {entry['fix']}" for entry in aside)
        return " ".join(entry["row"] for entry in aside), " | ".join(said)
    remarks = (f"{line['column']}: {line['what']} ({line['cells']})" for line in tidied)
    return str(sum(int(line["read"]) for line in files)), " | ".join(remarks)


def _name(file: str) -> str:
    """The place without its folders: episodes.xlsx, sheet 'Sheet1'."""
    path, *part = file.partition(",")
    return "".join([path.rpartition("/")[2], *part])


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_has_exactly_this_outcome(clean: Taken, bad: Taken, name: str) -> None:
    case, provider = CASES[name], PROVIDERS[name]
    assert _said(case, bad) == (case.rows, case.message)
    refused = any(line["refused"] for line in bad.of(provider, "files"))
    tidied = bool(bad.of(provider, "normalised"))
    assert (refused, bool(bad.of(provider, "set_aside")), tidied) == {
        "accept": (False, False, False),
        "normalise": (False, False, True),
        "set aside": (False, True, tidied),
        "refuse": (True, True, tidied),
    }[case.outcome]
    for table in RETURN_TABLES:
        expected = clean.rows("harbour", table)
        if name in KEPT and table == "episodes":
            expected[0] = {**expected[0], "area": KEPT[name]}
        assert all(row in expected for row in bad.rows(provider, table)), "nothing was misread on the way"


@pytest.mark.parametrize("provider", ["harbour", "umoja"])
def test_rows_of_other_providers_are_untouched(clean: Taken, bad: Taken, provider: str) -> None:
    for table in RETURN_TABLES:
        assert bad.rows(provider, table) == clean.rows(provider, table)
    assert bad.of(provider, "files") == clean.of(provider, "files")


def test_every_case_has_its_content_and_every_content_its_case() -> None:
    assert set(CASES) == set(CONTENTS)
    assert all(case.file.startswith("returns/harbour/") for case in CASES.values())
    assert f"{RETURN}/episodes.csv" in FILES
