"""Errors planted one at a time in clean returns are found where they stand; clean returns raise no alarm."""

import csv
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_alone import CELL_ERRORS, FILE_ERRORS, ROW_ERRORS
from planted_between import BETWEEN
from planted_returns import PERIODS, Errors, Place, Returns
from small_dataset import EPISODES, FEEDBACK, FILES, OUTCOMES, check, load, write_dataset, write_file

from pipeline.contract.rules import RULES
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.records import read_records
from pipeline.sample.journeys import make_journeys
from pipeline.sample.returns import Return, make_returns
from pipeline.stages.intake import run_intake
from pipeline.stages.validate import run_validate

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
# They correct rows of the sample's own returns.
NO_CORRECTIONS = shutil.ignore_patterns("corrections.csv", "benchmarks.csv")
SOURCE = "steady_minds"
"""The provider of the sample borough from whose sound returns each provider here starts."""
EXPLAINED = {"outcome.review_has_baseline"}
"""Warned of in sound returns too: some children of the sample were reviewed who never had a baseline."""
ERRORS: Errors = {**FILE_ERRORS, **CELL_ERRORS, **ROW_ERRORS, **BETWEEN}
PROVIDERS = {name: f"p{number:02}" for number, name in enumerate(ERRORS)}
CLEAN = "clean"
_START = {"S07": "2005-01-01", "S09": "2010-03-01"}
Found = tuple[Place, str]


@dataclass(frozen=True)
class Checked:
    """What a run found, by provider, and where each error was planted."""

    folder: Path
    found: dict[str, set[Found]]
    planted: dict[str, list[Place]]
    lines: dict[tuple[str, str, str], int]


def _copy_returns(sound: Sequence[Return]) -> Returns:
    mine = [each for each in sound if each.provider_id == SOURCE and each.period in PERIODS]
    tables = {
        (each.period, table): [
            dict(zip(load_table(table).columns, row, strict=True)) for row in each.tables[table]
        ]
        for each in mine
        for table in RETURN_TABLES
    }
    return Returns(tables, {})


def _write_reference(folder: Path, providers: Sequence[str]) -> None:
    """The sample's, with these providers, each of whom may deliver every service but one."""
    shutil.copytree(SAMPLE / "reference", folder / "reference", ignore=NO_CORRECTIONS)
    shutil.copyfile(SAMPLE / "dataset.yaml", folder / "dataset.yaml")
    head, *lines = (SAMPLE / "reference" / "services.csv").read_text(encoding="utf-8").splitlines()
    services = list(csv.DictReader([head, *lines]))
    with (folder / "reference" / "services.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head.split(","))
        writer.writeheader()
        writer.writerows(
            row
            | {
                "provider_id": "other" if row["service_id"] == "S04" else "",
                "start": _START.get(row["service_id"], row["start"]),
            }
            for row in services
        )
    rows = "".join(f"{name},{name},small,voluntary,no\n" for name in [*providers, "other"])
    write_file(folder, "reference/providers.csv", f"provider_id,name,size,sector,bme_led\n{rows}")


def _read_found(folder: Path) -> dict[str, set[Found]]:
    entries = [*read_records(folder / "set_aside.csv"), *read_records(folder / "warnings.csv")]
    found: dict[str, set[Found]] = {}
    for entry in entries:
        _, provider, period, file = entry["file"].split("/")
        place = (period, file.partition(".")[0], entry["row"])
        found.setdefault(provider, set()).add((place, entry["rule"]))
    return found


def _run(folder: Path) -> dict[str, set[Found]]:
    dataset = load(folder / "data")
    run_intake(dataset, folder / "intake")
    run_validate(dataset, folder / "intake", folder / "validate")
    return _read_found(folder / "validate")


@pytest.fixture(scope="module")
def sound() -> tuple[Return, ...]:
    """The returns of the sample borough."""
    return make_returns(make_journeys())


@pytest.fixture(scope="module")
def checked(sound: tuple[Return, ...], tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """A provider for each error, and one without; what one sends says nothing of another."""
    folder = tmp_path_factory.mktemp("planted")
    _write_reference(folder / "data", [CLEAN, *PROVIDERS.values()])
    planted: dict[str, list[Place]] = {CLEAN: []}
    lines: dict[tuple[str, str, str], int] = {}
    for name, provider in [(CLEAN, CLEAN), *PROVIDERS.items()]:
        returns = _copy_returns(sound)
        if name in ERRORS:
            planted[provider] = ERRORS[name][1](returns)
        for file, content in returns.written():
            write_file(folder / "data", f"returns/{provider}/{file}", content)
        lines |= {(provider, *key): len(rows) for key, rows in returns.tables.items()}
    return Checked(folder, _run(folder), planted, lines)


def test_the_clean_provider_raises_no_alarm(checked: Checked) -> None:
    assert {rule for _, rule in checked.found.get(CLEAN, set())} <= EXPLAINED


@pytest.mark.parametrize("error", ERRORS)
def test_a_planted_error_is_found_by_its_rule_where_it_stands_and_nothing_else_is(
    checked: Checked, error: str
) -> None:
    rule, provider = ERRORS[error][0], PROVIDERS[error]
    usual = checked.found.get(CLEAN, set())
    expected = {(place, rule) for place in checked.planted[provider]}
    found = checked.found.get(provider, set())
    assert expected <= found, sorted(found - usual)
    assert {each for each in found - usual - expected if each[1] not in EXPLAINED} == set()


def test_the_errors_cover_every_rule_of_rows_and_are_fifty_and_more() -> None:
    covered = {rule for rule, _ in ERRORS.values()}
    assert len(ERRORS) >= 50
    assert {rule.rule for rule in RULES if rule.table} - covered == set()


def test_accepted_set_aside_and_out_of_scope_make_up_the_lines(checked: Checked) -> None:
    for line in read_records(checked.folder / "validate" / "returns.csv"):
        fates = sum(int(line[fate]) for fate in ("accepted", "set_aside", "out_of_scope"))
        assert fates == int(line["lines"])
        if line["provider"] == CLEAN:
            assert fates == checked.lines[line["provider"], line["period"], line["table"]]


def test_rules_count_what_is_listed(checked: Checked) -> None:
    rules = read_records(checked.folder / "validate" / "rules.csv")
    counted = {rule.rule: 0 for rule in RULES if rule.severity == "warn" and rule.table}
    for line in rules:
        if line["rule"] in counted:
            counted[line["rule"]] += int(line["failed"])
    listed = [line["rule"] for line in read_records(checked.folder / "validate" / "warnings.csv")]
    assert counted == {rule: listed.count(rule) for rule in counted}
    assert min(counted.values()) > 0


def test_no_warning_and_no_count_holds_a_child(checked: Checked, sound: tuple[Return, ...]) -> None:
    returns = _copy_returns(sound)
    children = {row["child_id"] for period in PERIODS for row in returns.rows("episodes", period)}
    for name in ("warnings.csv", "rules.csv", "returns.csv"):
        text = (checked.folder / "validate" / name).read_text(encoding="utf-8")
        assert not any(child in text for child in children)


_TEXTS = ["", "E1", "E2", "S01", "2009-05-01", "2010-05-01", "17", "-3", "WBRI", '"', "=1+1", "a,b", "Total"]
_CELLS = st.sampled_from(_TEXTS)
_TABLES = st.tuples(*(st.lists(st.lists(_CELLS, min_size=1, max_size=10), max_size=6) for _ in RETURN_TABLES))


@settings(max_examples=2, deadline=None)
@given(sent=st.lists(_TABLES, min_size=16, max_size=24))
def test_whatever_is_sent_each_line_is_accepted_or_set_aside(sent: list[tuple[list[list[str]], ...]]) -> None:
    """Each list of rows is one provider's table, with good rows among the others."""
    with TemporaryDirectory() as place:
        folder = write_dataset(Path(place) / "data")
        names = [f"p{number}" for number in range(len(sent))]
        providers = "".join(f"{name},{name},small,voluntary,no\n" for name in names)
        write_file(folder, "reference/providers.csv", FILES["reference/providers.csv"] + providers)
        for name, tables in zip(names, sent, strict=True):
            for table, rows, good in zip(RETURN_TABLES, tables, (EPISODES, OUTCOMES, FEEDBACK), strict=True):
                text = FILES[good] + "".join(",".join(row) + "\n" for row in rows)
                write_file(folder, f"returns/{name}/2009-q2/{table}.csv", text)
        summary, returns, aside = check(folder)
        assert summary.read >= summary.accepted > 0
        for line in returns:
            assert int(line["lines"]) == sum(
                int(line[fate]) for fate in ("accepted", "set_aside", "out_of_scope")
            )
        listed = Counter(tuple(entry["file"].split("/")[1:]) for entry in aside if entry["row"])
        refused = {tuple(entry["file"].split("/")[1:]) for entry in aside if not entry["row"]}
        for line in returns:
            file = (line["provider"], line["period"], f"{line['table']}.csv")
            assert file in refused or listed[file] == int(line["set_aside"])


def test_clean_returns_of_another_borough_raise_no_alarm(tmp_path: Path) -> None:
    sound = make_returns(make_journeys(np.random.Generator(np.random.PCG64(1))))
    shutil.copytree(SAMPLE / "reference", tmp_path / "data" / "reference", ignore=NO_CORRECTIONS)
    shutil.copyfile(SAMPLE / "dataset.yaml", tmp_path / "data" / "dataset.yaml")
    for each in sound:
        for table, rows in each.tables.items():
            text = "\n".join(",".join(row) for row in [load_table(table).columns, *rows])
            write_file(
                tmp_path / "data", f"returns/{each.provider_id}/{each.period}/{table}.csv", f"{text}\n"
            )
    found = _run(tmp_path)
    assert len({each.provider_id for each in sound}) == 15
    assert {rule for each in found.values() for _, rule in each} == EXPLAINED
