"""Typed rows to accepted, current rows; what fails a rule is set aside and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow as pa

from pipeline.analysis.expectations import check_rows
from pipeline.analysis.quality import count_completeness, judge_ethnicity
from pipeline.analysis.rules.given import RETURN, Known
from pipeline.contract.dataset import Dataset
from pipeline.contract.ethnicity import Classification
from pipeline.contract.rules import rules_of
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.ledger import ReturnLine, RuleLine, SetAside, Warned
from pipeline.files.records import Cell, read_records, write_csv, write_records
from pipeline.files.tallies import count_row_rule, sum_returns
from pipeline.files.writer import read_table, write_table
from pipeline.returns.checked import Checked, check_tables, list_failing, list_warned, load_known


class NothingAcceptedError(ValueError):
    """No episode was accepted, so there is nothing to go on with."""


@dataclass(frozen=True)
class ValidateSummary:
    """Rows in and out over all tables: read = accepted + set_aside, and superseded is a part of accepted."""

    read: int
    accepted: int
    superseded: int
    set_aside: int
    expectations: int


def run_validate(
    dataset: Dataset, intake: Path, output: Path, minimum_ethnicity_known: float = 0.9
) -> ValidateSummary:
    """Check what `intake` wrote; NothingAcceptedError (after writing why) where no episode is left."""
    reference = {
        name: read_table(intake / "reference" / f"{name}.parquet")
        for name in ("services", "scales", "providers")
    }
    known = load_known(reference, dataset.classification)
    checked = check_tables({name: read_table(intake / f"{name}.parquet") for name in RETURN_TABLES}, known)
    expectations = _ask_again(checked, dataset.classification, known)
    _write(dataset, intake, output, checked, known)
    episodes = checked[0]
    ethnicity = judge_ethnicity(
        episodes.rows[episodes.current], dataset.classification, minimum_ethnicity_known
    )
    providers = reference["providers"].select(["provider_id", "name"])
    write_csv(
        output / "providers.csv", providers.column_names, zip(*providers.to_pydict().values(), strict=True)
    )
    write_csv(output / "ethnicity.csv", list(ethnicity.columns), ethnicity.astype(object).values.tolist())
    if not episodes.accepted.any():
        place = (output / "set_aside.csv").as_posix()
        raise NothingAcceptedError(
            f"No episode was accepted, so there is nothing to report; {place} says why."
        )
    return ValidateSummary(
        read=sum(len(part.rows) for part in checked),
        accepted=sum(int(part.accepted.sum()) for part in checked),
        superseded=sum(int((part.accepted & ~part.current).sum()) for part in checked),
        set_aside=sum(int((~part.accepted).sum()) for part in checked),
        expectations=expectations,
    )


def _ask_again(checked: Sequence[Checked], classification: Classification, known: Known) -> int:
    """Have great-expectations check the same rows; returns how many expectations it checked."""
    codes = {"ethnicity": [entry.code for entry in classification.codes]}
    return sum(
        check_rows(part.rows, load_table(part.name), codes, part.failing.masks, known)
        for part in checked
        if len(part.rows)
    )


def _write(dataset: Dataset, intake: Path, output: Path, checked: Sequence[Checked], known: Known) -> None:
    for part in checked:
        write_table(output / f"{part.name}.parquet", part.stored.filter(pa.array(part.current)))
    accepted = {key: n for part in checked for key, n in part.count(part.accepted).items()}
    superseded = {key: n for part in checked for key, n in part.count(part.accepted & ~part.current).items()}
    returns = sum_returns(read_records(intake / "files.csv"), accepted, superseded)
    write_records(output / "returns.csv", ReturnLine, returns)
    row_rules = [line for part in checked for line in _count_rules(part)]
    _write_rules(output, read_records(intake / "rules.csv"), row_rules)
    write_records(output / "warnings.csv", Warned, (entry for part in checked for entry in list_warned(part)))
    _write_set_aside(output, read_records(intake / "set_aside.csv"), checked, known)
    completeness = count_completeness(checked[0].rows[checked[0].accepted], dataset.classification)
    write_csv(output / "completeness.csv", list(completeness.columns), completeness.values.tolist())


def _write_rules(output: Path, earlier: Sequence[Mapping[str, str]], lines: Sequence[RuleLine]) -> None:
    names = [field.name for field in fields(RuleLine)]
    rows: list[list[Cell]] = [[line[name] for name in names] for line in earlier]
    rows += [[getattr(line, name) for name in names] for line in lines]
    write_csv(output / "rules.csv", names, rows)


def _write_set_aside(
    output: Path, earlier: Sequence[Mapping[str, str]], checked: Sequence[Checked], known: Known
) -> None:
    """Both stages' rows in the order of files and rows."""
    names = [field.name for field in fields(SetAside)]
    rows: list[list[Cell]] = [[line[name] for name in names] for line in earlier]
    rows += [
        [getattr(entry, name) for name in names] for part in checked for entry in list_failing(part, known)
    ]
    rows.sort(key=lambda row: (str(row[0]), int(row[1] or 0)))
    write_csv(output / "set_aside.csv", names, rows)


def _count_rules(part: Checked) -> Iterator[RuleLine]:
    provider, period = (part.rows[name] for name in RETURN)
    for rule in rules_of(part.name):
        counted = part.failing.counted_in(rule, period)
        yield from count_row_rule(rule, part.failing.masks[rule.rule], provider, counted)
