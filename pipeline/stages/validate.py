"""Typed rows to accepted, current rows; what fails a rule is set aside and the rest goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.analysis.expectations import check_rows
from pipeline.analysis.quality import count_completeness, find_current, judge_ethnicity
from pipeline.analysis.rules import Failing, find_failing
from pipeline.analysis.rules.given import EPISODE_FACTS, RETURN, Known
from pipeline.contract.dataset import Dataset
from pipeline.contract.ethnicity import NOT_KNOWN
from pipeline.contract.rules import Rule, rules_of
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Fault, suggest
from pipeline.files.ledger import ReturnLine, RuleLine, SetAside, Warned, set_aside
from pipeline.files.records import Cell, read_records, write_csv, write_records
from pipeline.files.tallies import Return, count_row_rule, sum_returns
from pipeline.files.writer import read_table, to_frame, write_table


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


@dataclass(frozen=True)
class _Checked:
    """One table's rows, which of them fail which rule and are accepted, and which of these count."""

    name: str
    stored: pa.Table
    rows: pd.DataFrame
    failing: Failing
    current: pd.Series
    expectations: int

    @property
    def accepted(self) -> pd.Series:
        """Rows that no rule sets aside."""
        return self.failing.accepted

    def count(self, chosen: pd.Series) -> dict[Return, int]:
        """Chosen rows of each return."""
        places = self.rows.loc[chosen, list(RETURN)].itertuples(index=False, name=None)
        return dict(Counter((provider, period, self.name) for provider, period in places))


def run_validate(
    dataset: Dataset, intake: Path, output: Path, minimum_ethnicity_known: float = 0.9
) -> ValidateSummary:
    """Check what `intake` wrote; NothingAcceptedError (after writing why) where no episode is left."""
    known = _load_known(intake / "reference", dataset)
    codes = {"ethnicity": [entry.code for entry in dataset.classification.codes]}
    checked: list[_Checked] = []
    for name in RETURN_TABLES:
        checked.append(_check(name, intake, known, codes))
        if name == "episodes":
            known = replace(known, episodes=_current_episodes(checked[-1]))
    _write(dataset, intake, output, checked, known)
    episodes = checked[0]
    ethnicity = judge_ethnicity(
        episodes.rows[episodes.current], dataset.classification, minimum_ethnicity_known
    )
    providers = read_table(intake / "reference" / "providers.parquet").select(["provider_id", "name"])
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
        expectations=sum(part.expectations for part in checked),
    )


def _load_known(reference: Path, dataset: Dataset) -> Known:
    services = read_table(reference / "services.parquet").to_pylist()
    scales = read_table(reference / "scales.parquet").to_pylist()
    providers = read_table(reference / "providers.parquet")["provider_id"].to_pylist()
    codes = dataset.classification.codes
    return Known(
        services={row["service_id"]: row["provider_id"] or "" for row in services},
        providers=frozenset(providers),
        scales={row["scale"]: (row["minimum"], row["maximum"]) for row in scales},
        contracts={row["service_id"]: (row["start"], row["end"]) for row in services},
        ethnicity_unknown=frozenset(entry.code for entry in codes if entry.broad_group == NOT_KNOWN),
    )


def _check(name: str, intake: Path, known: Known, codes: Mapping[str, Sequence[str]]) -> _Checked:
    stored = read_table(intake / f"{name}.parquet")
    rows = to_frame(stored)
    failing = find_failing(rows, name, known)
    expectations = check_rows(rows, load_table(name), codes, failing.masks, known) if len(rows) else 0
    current = find_current(rows[failing.accepted], name).reindex(rows.index, fill_value=False)
    return _Checked(name, stored, rows, failing, current, expectations)


def _current_episodes(episodes: _Checked) -> pd.DataFrame:
    columns = ["return_provider", "episode_id", *EPISODE_FACTS]
    return episodes.rows.loc[episodes.current, columns]


def _write(dataset: Dataset, intake: Path, output: Path, checked: Sequence[_Checked], known: Known) -> None:
    for part in checked:
        write_table(output / f"{part.name}.parquet", part.stored.filter(pa.array(part.current)))
    accepted = {key: n for part in checked for key, n in part.count(part.accepted).items()}
    superseded = {key: n for part in checked for key, n in part.count(part.accepted & ~part.current).items()}
    returns = sum_returns(read_records(intake / "files.csv"), accepted, superseded)
    write_records(output / "returns.csv", ReturnLine, returns)
    row_rules = [line for part in checked for line in _count_rules(part)]
    _write_rules(output, read_records(intake / "rules.csv"), row_rules)
    write_records(
        output / "warnings.csv", Warned, (entry for part in checked for entry in _list_warned(part))
    )
    _write_set_aside(output, read_records(intake / "set_aside.csv"), checked, known)
    completeness = count_completeness(checked[0].rows[checked[0].accepted], dataset.classification)
    write_csv(output / "completeness.csv", list(completeness.columns), completeness.values.tolist())


def _write_rules(output: Path, earlier: Sequence[Mapping[str, str]], lines: Sequence[RuleLine]) -> None:
    names = [field.name for field in fields(RuleLine)]
    rows: list[list[Cell]] = [[line[name] for name in names] for line in earlier]
    rows += [[getattr(line, name) for name in names] for line in lines]
    write_csv(output / "rules.csv", names, rows)


def _write_set_aside(
    output: Path, earlier: Sequence[Mapping[str, str]], checked: Sequence[_Checked], known: Known
) -> None:
    """Both stages' rows in the order of files and rows."""
    names = [field.name for field in fields(SetAside)]
    rows: list[list[Cell]] = [[line[name] for name in names] for line in earlier]
    rows += [
        [getattr(entry, name) for name in names] for part in checked for entry in _list_failing(part, known)
    ]
    rows.sort(key=lambda row: (str(row[0]), int(row[1] or 0)))
    write_csv(output / "set_aside.csv", names, rows)


def _count_rules(part: _Checked) -> Iterator[RuleLine]:
    provider, period = (part.rows[name] for name in RETURN)
    for rule in rules_of(part.name):
        counted = part.failing.counted_in(rule, period)
        yield from count_row_rule(rule, part.failing.masks[rule.rule], provider, counted)


def _list_failing(part: _Checked, known: Known) -> Iterator[SetAside]:
    """One entry for each failing row: the first rule it fails, and the message of every one."""
    failing = ~part.accepted
    rules = [rule for rule in rules_of(part.name) if rule.severity != "warn"]
    fails = zip(*(part.failing.masks[rule.rule][failing] for rule in rules), strict=True)
    for row, failed in zip(part.stored.filter(pa.array(failing)).to_pylist(), fails, strict=True):
        first, *others = [rule for rule, fails_it in zip(rules, failed, strict=True) if fails_it]
        messages = [first.message + _suggest(first, row, known), *(rule.message for rule in others)]
        fault = Fault(first.rule, "; ".join(messages), first.mend)
        value = " | ".join("" if row[name] is None else str(row[name]) for name in first.columns)
        yield set_aside(row["file"], row["row"], ", ".join(first.columns), fault, value)


def _list_warned(part: _Checked) -> Iterator[Warned]:
    """One entry for each row and warning, by file and row."""
    for rule in rules_of(part.name):
        if rule.severity == "warn":
            failed = part.failing.masks[rule.rule]
            counted = part.failing.counted_in(rule, part.rows["period"])[failed]
            places = part.stored.select(["return_provider", "file", "row"]).filter(pa.array(failed))
            what = (", ".join(rule.columns), rule.rule, rule.message, rule.mend)
            for place, period in zip(places.to_pylist(), counted, strict=True):
                where = (place["return_provider"], period, rule.table, place["file"], place["row"])
                yield Warned(*where, *what)


def _suggest(rule: Rule, row: Mapping[str, object], known: Known) -> str:
    names = {"service_known": known.services, "provider_known": known.providers, "scale_known": known.scales}
    choices = names.get(rule.rule.partition(".")[2], ())
    return suggest(str(row[rule.columns[0]] or ""), sorted(choices))
