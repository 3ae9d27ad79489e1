"""Typed rows to accepted, current rows; what fails a rule is set aside and the rest goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.analysis.expectations import check_rows
from pipeline.analysis.quality import (
    FAILS,
    RETURN,
    Known,
    count_completeness,
    find_current,
    judge_ethnicity,
)
from pipeline.contract.dataset import Dataset
from pipeline.contract.rules import Rule, rules_of
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Fault, suggest
from pipeline.files.ledger import ReturnLine, RuleLine, SetAside, set_aside
from pipeline.files.records import Cell, read_records, write_csv, write_records
from pipeline.files.tallies import Return, count_row_rules, sum_returns
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
    """One table's rows, which of them fail which rule, which are accepted and which of these count."""

    name: str
    stored: pa.Table
    rows: pd.DataFrame
    masks: Mapping[str, pd.Series]
    accepted: pd.Series
    current: pd.Series
    expectations: int

    def count(self, chosen: pd.Series) -> dict[Return, int]:
        """Chosen rows of each return."""
        places = self.rows.loc[chosen, list(RETURN)].itertuples(index=False, name=None)
        return dict(Counter((provider, period, self.name) for provider, period in places))


def run_validate(
    dataset: Dataset, intake: Path, output: Path, minimum_ethnicity_known: float = 0.9
) -> ValidateSummary:
    """Check what `intake` wrote; NothingAcceptedError (after writing why) where no episode is left."""
    known = _load_known(intake / "reference")
    codes = {"ethnicity": [entry.code for entry in dataset.classification.codes]}
    checked: list[_Checked] = []
    for name in RETURN_TABLES:
        checked.append(_check(name, intake, known, codes))
        if name == "episodes":
            known = replace(known, episodes=_accepted_episodes(checked[-1]))
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


def _load_known(reference: Path) -> Known:
    services = read_table(reference / "services.parquet").to_pylist()
    scales = read_table(reference / "scales.parquet").to_pylist()
    providers = read_table(reference / "providers.parquet")["provider_id"].to_pylist()
    return Known(
        services={row["service_id"]: row["provider_id"] or "" for row in services},
        providers=frozenset(providers),
        scales={row["scale"]: (row["minimum"], row["maximum"]) for row in scales},
    )


def _check(name: str, intake: Path, known: Known, codes: Mapping[str, Sequence[str]]) -> _Checked:
    stored = read_table(intake / f"{name}.parquet")
    rows = to_frame(stored)
    masks = {rule.rule: FAILS[rule.rule](rows, known).astype(bool) for rule in rules_of(name)}
    expectations = check_rows(rows, load_table(name), codes, masks, known) if len(rows) else 0
    accepted = ~pd.concat(masks, axis=1).any(axis=1)
    current = find_current(rows[accepted], name).reindex(rows.index, fill_value=False)
    return _Checked(name, stored, rows, masks, accepted, current, expectations)


def _accepted_episodes(episodes: _Checked) -> frozenset[tuple[str, str]]:
    rows = episodes.rows[episodes.accepted]
    return frozenset(zip(rows["return_provider"], rows["episode_id"], strict=True))


def _write(dataset: Dataset, intake: Path, output: Path, checked: Sequence[_Checked], known: Known) -> None:
    for part in checked:
        write_table(output / f"{part.name}.parquet", part.stored.filter(pa.array(part.current)))
    accepted = {key: n for part in checked for key, n in part.count(part.accepted).items()}
    superseded = {key: n for part in checked for key, n in part.count(part.accepted & ~part.current).items()}
    returns = sum_returns(read_records(intake / "files.csv"), accepted, superseded)
    write_records(output / "returns.csv", ReturnLine, returns)
    row_rules = [line for part in checked for line in count_row_rules(part.name, part.rows, part.masks)]
    _write_rules(output, read_records(intake / "rules.csv"), row_rules)
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


def _list_failing(part: _Checked, known: Known) -> Iterator[SetAside]:
    """One entry for each failing row: the first rule it fails, and the message of every one."""
    for place in part.rows.index[~part.accepted]:
        row = part.stored.slice(place, 1).to_pylist()[0]
        first, *others = [rule for rule in rules_of(part.name) if part.masks[rule.rule][place]]
        messages = [first.message + _suggest(first, row, known), *(rule.message for rule in others)]
        fault = Fault(first.rule, "; ".join(messages), first.mend)
        value = " | ".join("" if row[name] is None else str(row[name]) for name in first.columns)
        yield set_aside(row["file"], row["row"], ", ".join(first.columns), fault, value)


def _suggest(rule: Rule, row: Mapping[str, object], known: Known) -> str:
    names = {"service_known": known.services, "provider_known": known.providers, "scale_known": known.scales}
    choices = names.get(rule.rule.partition(".")[2], ())
    return suggest(str(row[rule.columns[0]] or ""), sorted(choices))
