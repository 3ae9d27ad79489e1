"""The committed sample: its bytes, its shape, its money, and its faults."""

import csv
from collections import Counter
from io import StringIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from packed_returns import RETURNS, all_sent, in_force
from sample_rows import SAMPLE, TRUTHS_FILE, conforms, lines, records, truths, unsound_rows

from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import REFERENCE_TABLES, RETURN_TABLES, load_table, read_part
from pipeline.sample.writing import write_sample

MEGABYTE = 1_000_000


def _bytes_by_name(folder: Path) -> dict[str, object]:
    """Each file's bytes; of what is compressed those inside, for zlib differs between machines."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: _unpacked(path) if is_zipfile(path) else path.read_bytes() for name, path in files.items()}


def _unpacked(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    with ZipFile(path) as archive:
        return [(member.filename, member.date_time, archive.read(member)) for member in archive.infolist()]


def test_the_generator_makes_the_committed_bytes(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample", tmp_path / "truths.yaml")
    assert _bytes_by_name(tmp_path / "sample") == _bytes_by_name(SAMPLE)
    assert (tmp_path / "truths.yaml").read_bytes() == TRUTHS_FILE.read_bytes()


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 4 * MEGABYTE


def test_the_dataset_says_that_it_is_synthetic() -> None:
    dataset = read_dataset(SAMPLE)
    assert dataset.synthetic
    assert "invented" in dataset.title
    assert "Nothing here is real" in (SAMPLE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", REFERENCE_TABLES)
def test_a_reference_table_meets_the_contract(table: str) -> None:
    header, *rows = lines(SAMPLE / "reference" / f"{table}.csv")
    assert tuple(header) == load_table(table).columns
    assert rows
    assert [row for row in rows if not conforms(table, header, row)] == []


@pytest.mark.parametrize("table", REFERENCE_TABLES)
def test_keys_of_a_reference_table_are_unique_and_point_to_rows_that_exist(table: str) -> None:
    contract, rows = load_table(table), records(table)
    keys = Counter(tuple(row[column] for column in contract.primary_key) for row in rows)
    assert max(keys.values()) == 1
    for key in contract.foreign_keys:
        there = {row[key.target_column] for row in records(key.target)}
        assert {row[key.column] for row in rows} - {""} <= there


def test_every_return_has_the_headers_of_the_contract_but_for_optional_columns() -> None:
    for sent in all_sent():
        fields = load_table(sent.table).fields
        optional = {"family_id", *(field.name for field in fields if field.characteristic)}
        left_out = optional - set(sent.lines[0])
        assert sent.lines[0] == [field.name for field in fields if field.name not in left_out], sent.place


def test_columns_that_are_never_sent_are_those_that_are_stated() -> None:
    left_out: dict[str, set[str]] = {}
    for sent in all_sent():
        if sent.table == "episodes":
            missing = set(load_table("episodes").columns) - set(sent.lines[0])
            left_out[sent.provider_id] = left_out.setdefault(sent.provider_id, missing) & missing
    never = set(truths()["never_sent"])
    assert {
        provider: sorted(missing - never) for provider, missing in left_out.items() if missing > never
    } == {provider: sorted(columns) for provider, columns in truths()["never_sent_by"].items()}


def test_returns_are_coded_by_the_census_that_is_stated_and_say_so_where_they_should() -> None:
    codes: dict[tuple[str, str], set[str]] = {}
    for sent in in_force():
        if sent.table == "episodes":
            place = sent.lines[0].index("ethnicity")
            year = int(sent.period[:4]) - 2009 - (sent.period[-1] == "1")
            for row in sent.lines[1:]:
                codes.setdefault((sent.provider_id, str(year)), set()).add(row[place])
    for provider, coded in truths()["coded_by"].items():
        covers = [path.read_text(encoding="utf-8") for path in (RETURNS / provider).glob("*.yaml")]
        assert sum("ethnic_classification" in cover for cover in covers) == (
            4 * len(coded["years"]) if coded["says_so"] else 0
        )
        for year in range(3):
            found = codes[provider, str(year)]
            inside = year in coded["years"]
            assert ("WROM" in found) == (inside and coded["census"] == "ons_2021")
            assert not (found & {"WIRT", "ARAB"} and inside and coded["census"] == "ons_2001")


def test_every_provider_sends_every_quarter_but_for_the_missing_returns() -> None:
    sent = {(each.provider_id, each.period, each.table) for each in all_sent()}
    quarters = {each.period for each in all_sent()}
    expected = {
        (provider["provider_id"], period, table)
        for provider in records("providers")
        for period in quarters
        for table in RETURN_TABLES
        if f"{provider['provider_id']}/{period}" not in truths()["missing_returns"]
    }
    assert len(quarters) == 12
    assert sent == expected


def test_about_half_of_the_returns_are_one_file_each() -> None:
    packed = [path for path in RETURNS.glob("*/*") if path.suffix in (".xlsx", ".zip")]
    assert {path.suffix for path in packed} == {".xlsx", ".zip"}
    assert 80 <= len(packed) <= 100
    assert len(list(RETURNS.rglob("*"))) < 500


def test_one_return_was_sent_again_with_the_rows_that_it_had_lacked() -> None:
    replaced = {f"{each.provider_id}/{each.period}" for each in all_sent() if each.version > 1}
    assert replaced == {truths()["replaced_return"]}
    first, second = (
        {tuple(row) for row in each.lines}
        for each in all_sent()
        if f"{each.provider_id}/{each.period}" in replaced and each.table == "episodes"
    )
    assert len(second - first) > len(first - second) == 1


def test_only_the_planted_rows_break_the_contract() -> None:
    planted = {(fault["file"], fault["row"]) for fault in truths()["faults"]}
    assert 10 <= len(planted) <= 25
    assert unsound_rows() == planted


def test_eight_service_contracts_and_twelve_framework_contracts_come_to_a_million_pounds_a_year() -> None:
    services = records("services")
    kinds = Counter(service["contract_type"] for service in services)
    assert kinds == {"service_contract": 8, "framework_contract": 12}
    assert sum(float(service["annual_value"]) for service in services) == 1_000_000


def test_measures_are_the_contracts_own_but_for_one_that_was_counted_otherwise_before() -> None:
    when = {"version": "", "start": "", "end": ""}
    own = [{**row, **when} for row in records("measures") if row["end"] == ""]
    assert own == [{**row, **when} for row in csv.DictReader(StringIO(read_part("measures.csv")))]


def test_every_target_has_an_expected_verdict() -> None:
    assert {target["target_id"] for target in records("targets")} == set(truths()["targets"])


def test_providers_are_small_medium_and_large_and_some_are_bme_led() -> None:
    providers = records("providers")
    assert {provider["size"] for provider in providers} == {"small", "medium", "large"}
    assert sum(provider["bme_led"] == "yes" for provider in providers) >= 3
