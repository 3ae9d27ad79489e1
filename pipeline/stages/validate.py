"""Stage `validate`: typed rows to accepted, current rows; rows that fail a rule are set aside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.analysis.validation.batches import YEARS_BACK, Known
from pipeline.analysis.validation.completeness import count_completeness, judge_ethnicity
from pipeline.analysis.validation.results import COUNTED_NEXT, check_contract_promises
from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.rules import rules_of
from pipeline.contract.tables import RETURN_TABLES
from pipeline.files.intake.ledger import FaultLine, ReturnLine, RuleLine, SetAside, Warned
from pipeline.files.intake.row_counts import Return, count_row_rule, sum_returns
from pipeline.files.records import Cell, read_records, write_csv, write_records
from pipeline.files.writer import read_table, write_table
from pipeline.returns.checked import (
    Checked,
    NothingAcceptedError,
    Place,
    check_tables,
    list_failing,
    list_row_faults,
    list_warned,
    load_known,
)
from pipeline.returns.feedback_page import read_names, write_feedback

_REFERENCE = ("services", "scales", "providers")


@dataclass(frozen=True)
class ValidateSummary:
    """Rows over all tables: read = accepted + set_aside, and superseded rows are among the accepted."""

    read: int
    accepted: int
    superseded: int
    set_aside: int
    expectations: int


@dataclass(frozen=True)
class _TableSummary:
    """Counts and faults of one table, kept after its rows are dropped from memory."""

    read: int
    accepted: Mapping[Return, int]
    superseded: Mapping[Return, int]
    rules: Sequence[RuleLine]
    set_aside: Sequence[SetAside]
    faults: Sequence[FaultLine]


def run_validate(
    dataset: Dataset,
    intake: Path,
    output: Path,
    minimum_ethnicity_known: float = 0.9,
    maximum_years_back: int = YEARS_BACK,
) -> ValidateSummary:
    """Check what `intake` wrote; NothingAcceptedError (after writing why) when no episode is accepted."""
    reference = {name: read_table(intake / "reference" / f"{name}.parquet") for name in _REFERENCE}
    known = load_known(reference, dataset.classification, maximum_years_back)
    names = read_names(intake)
    paths = {name: intake / f"{name}.parquet" for name in RETURN_TABLES}
    parts: list[_TableSummary] = []
    expectations = 0
    for checked in check_tables(lambda name: read_table(paths[name]), known):
        expectations += _check_contract(checked, dataset.classification)
        _write_rows(output, checked, _list_intake_warnings(intake, checked))
        parts.append(_summarise(checked, known, names))
        if checked.name == "episodes":
            _write_completeness(output, checked, dataset.classification, minimum_ethnicity_known)
        del checked
    returns = _write(intake, output, parts)
    providers = _write_providers(output, reference["providers"])
    faults = [fault for part in parts for fault in part.faults]
    write_feedback(output / "feedback", intake, returns, faults, providers, dataset.title)
    if dataset.has_returns and not parts[0].accepted:
        place = (output / "set_aside.csv").as_posix()
        raise NothingAcceptedError(
            f"No episode was accepted, so there is nothing to report; {place} says why."
        )
    read = sum(part.read for part in parts)
    accepted = sum(sum(part.accepted.values()) for part in parts)
    return ValidateSummary(
        read=read,
        accepted=accepted,
        superseded=sum(sum(part.superseded.values()) for part in parts),
        set_aside=read - accepted,
        expectations=expectations,
    )


def _list_intake_warnings(intake: Path, checked: Checked) -> list[Warned]:
    """Return the warnings of `intake` about accepted rows of the table."""
    names = [field.name for field in fields(Warned) if field.name != "row"]
    warnings = [
        line
        for line in read_records(intake / "faults.csv")
        if (line["severity"], line["table"]) == ("warn", checked.name) and line["row"]
    ]
    rows = checked.stored.filter(pa.array(checked.accepted)).select(["file", "row"]) if warnings else None
    places = set(zip(*rows.to_pydict().values(), strict=True)) if rows else set()
    return [
        Warned(row=int(line["row"]), **{name: line[name] for name in names})
        for line in warnings
        if (line["file"], int(line["row"])) in places
    ]


def _write_rows(output: Path, checked: Checked, of_intake: Sequence[Warned]) -> None:
    """Append the table's warnings to warnings.csv, and write its current rows."""
    warned = [*of_intake, *list_warned(checked)]
    write_records(output / "warnings.csv", Warned, warned, below=checked.name != RETURN_TABLES[0])
    current = checked.stored.filter(pa.array(checked.current))
    write_table(output / f"{checked.name}.parquet", current)


def _summarise(checked: Checked, known: Known, names: Mapping[Place, Mapping[str, str]]) -> _TableSummary:
    return _TableSummary(
        read=len(checked.rows),
        accepted=checked.count(checked.accepted),
        superseded=checked.count(checked.accepted & ~checked.current),
        rules=list(_count_rules(checked)),
        set_aside=list(list_failing(checked, known)),
        faults=[fault for fault, _ in list_row_faults(checked, known, names)],
    )


def _check_contract(checked: Checked, classification: Classification) -> int:
    """Check the rows against the contract; return the number of expectations checked, rules included."""
    if not len(checked.rows):
        return 0
    codes = {"ethnicity": [entry.code for entry in classification.codes]}
    return check_contract_promises(checked.rows, checked.name, codes) + checked.failing.asked


def _write_completeness(
    output: Path, episodes: Checked, classification: Classification, minimum_known: float
) -> None:
    completeness = count_completeness(episodes.rows[episodes.accepted], classification)
    write_csv(output / "completeness.csv", list(completeness.columns), completeness.values.tolist())
    ethnicity = judge_ethnicity(episodes.rows[episodes.current], classification, minimum_known)
    write_csv(output / "ethnicity.csv", list(ethnicity.columns), ethnicity.astype(object).values.tolist())


def _write(intake: Path, output: Path, parts: Sequence[_TableSummary]) -> list[ReturnLine]:
    accepted = {key: n for part in parts for key, n in part.accepted.items()}
    superseded = {key: n for part in parts for key, n in part.superseded.items()}
    returns = sum_returns(read_records(intake / "files.csv"), accepted, superseded)
    write_records(output / "returns.csv", ReturnLine, returns)
    rules = [line for part in parts for line in part.rules]
    _write_below(output / "rules.csv", RuleLine, rules, intake / "rules.csv")
    aside = [entry for part in parts for entry in part.set_aside]
    _write_below(output / "set_aside.csv", SetAside, aside, intake / "set_aside.csv")
    return returns


def _write_providers(output: Path, providers: pa.Table) -> dict[str, str]:
    """Write providers.csv; return each provider's name by id."""
    named = dict(zip(*providers.select(["provider_id", "name"]).to_pydict().values(), strict=True))
    write_csv(output / "providers.csv", ["provider_id", "name"], named.items())
    return named


def _write_below(
    path: Path, kind: type[RuleLine | SetAside], lines: Sequence[RuleLine | SetAside], earlier: Path
) -> None:
    """Write the lines of both stages to one file; rows set aside are sorted by file and row."""
    names = [field.name for field in fields(kind)]
    rows: list[list[Cell]] = [[line[name] for name in names] for line in read_records(earlier)]
    rows += [[getattr(line, name) for name in names] for line in lines]
    if kind is SetAside:
        rows.sort(key=lambda row: (str(row[0]), int(row[1] or 0)))
    write_csv(path, names, rows)


def _count_rules(part: Checked) -> Iterator[RuleLine]:
    following = part.place(part.failing.following)
    all_rows = np.ones(len(part.rows), dtype=bool)
    accepted = part.accepted.to_numpy()
    checked: dict[tuple[bool, bool], npt.NDArray[np.int64]] = {}
    for rule in rules_of(part.name):
        kind = rule.rule in COUNTED_NEXT, rule.severity == "warn"
        placed = following if kind[0] else part.placed
        if kind not in checked:
            checked[kind] = placed.count(accepted if kind[1] else all_rows)
        failed = placed.count(part.failing.places[rule.rule])
        yield from count_row_rule(rule, failed, checked[kind], placed)
