"""Typed rows held against the rules: what fails, what is accepted, what counts, and what its sender is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.analysis.quality import find_current
from pipeline.analysis.rules import Failing, find_failing
from pipeline.analysis.rules.given import EPISODE_FACTS, Known
from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.rules import Rule, rules_of
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Fault, suggest
from pipeline.files.faults import Told, name_own
from pipeline.files.ledger import FaultLine, SetAside, Warned, set_aside
from pipeline.files.tallies import Placed, Return, place_rows
from pipeline.files.writer import to_frame

Place = tuple[str, str, str]  # file, table, period


class NothingAcceptedError(ValueError):
    """No episode was accepted, so there is nothing to go on with."""


@dataclass(frozen=True)
class Checked:
    """One table's rows, which of them fail which rule and are accepted, and which of these count."""

    name: str
    stored: pa.Table
    rows: pd.DataFrame
    failing: Failing
    current: pd.Series

    @property
    def accepted(self) -> pd.Series:
        """Rows that no rule sets aside."""
        return self.failing.accepted

    def count(self, chosen: pd.Series) -> dict[Return, int]:
        """Chosen rows of each return."""
        placed = self.placed
        counted = np.bincount(placed.code[chosen.to_numpy()], minlength=len(placed.returns))
        named = zip(placed.returns, counted, strict=True)
        return {(*where, self.name): int(count) for where, count in named if count}

    @cached_property
    def placed(self) -> Placed:
        """The return of each row."""
        return place_rows(self.rows["return_provider"], self.rows["period"])


def load_known(reference: Mapping[str, pa.Table], classification: Classification) -> Known:
    """What rows may refer to, by the commissioner's tables; no episode yet."""
    services = reference["services"].to_pylist()
    scales = reference["scales"].to_pylist()
    return Known(
        services={row["service_id"]: row["provider_id"] or "" for row in services},
        providers=frozenset(reference["providers"]["provider_id"].to_pylist()),
        scales={row["scale"]: (row["minimum"], row["maximum"]) for row in scales},
        contracts={row["service_id"]: (row["start"], row["end"]) for row in services},
        ethnicity_unknown=frozenset(
            entry.code for entry in classification.codes if entry.broad_group == NOT_KNOWN
        ),
    )


def check_tables(read: Callable[[str], pa.Table], known: Known) -> Iterator[Checked]:
    """Ask every rule of every table; outcomes and feedback may refer to the episodes that are accepted.

    A table is read when its turn comes, so that who lets go of the one before never holds two.
    """
    for name in RETURN_TABLES:
        checked = _check_table(name, read(name), known)
        if name == "episodes":
            known = replace(known, episodes=_current_episodes(checked))
        yield checked
        del checked


def _check_table(name: str, stored: pa.Table, known: Known) -> Checked:
    rows = to_frame(stored)
    failing = find_failing(rows, name, known)
    keys = rows[["return_provider", "period", *load_table(name).primary_key]]
    current = find_current(keys[failing.accepted], name).reindex(rows.index, fill_value=False)
    return Checked(name, stored, rows, failing, current)


def _current_episodes(episodes: Checked) -> pd.DataFrame:
    columns = ["return_provider", "episode_id", *EPISODE_FACTS]
    return episodes.rows.loc[episodes.current, columns]


def list_failing(part: Checked, known: Known) -> Iterator[SetAside]:
    """One entry for each failing row: the first rule it fails, and the message of every one."""
    failing = ~part.accepted
    rules = [rule for rule in rules_of(part.name) if rule.severity != "warn"]
    fails = zip(*(part.failing.masks[rule.rule][failing] for rule in rules), strict=True)
    for row, failed in zip(part.stored.filter(pa.array(failing)).to_pylist(), fails, strict=True):
        first, *others = [rule for rule, fails_it in zip(rules, failed, strict=True) if fails_it]
        messages = [first.message + _suggest(first, row, known), *(rule.message for rule in others)]
        fault = Fault(first.rule, "; ".join(messages), first.mend)
        yield set_aside(row["file"], row["row"], ", ".join(first.columns), fault, _said(row, first))


def list_warned(part: Checked) -> Iterator[Warned]:
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


def list_told(part: Checked, known: Known, names: Mapping[Place, Mapping[str, str]]) -> Iterator[Told]:
    """Every rule that each row fails, warnings too, in its sender's column names."""
    for rule in rules_of(part.name):
        failed = part.failing.masks[rule.rule]
        counted = part.failing.counted_in(rule, part.rows["period"])[failed]
        for row, period in zip(part.stored.filter(pa.array(failed)).to_pylist(), counted, strict=True):
            where = (row["return_provider"], period, rule.table, row["file"], row["row"])
            message = rule.message + _suggest(rule, row, known)
            columns = ", ".join(rule.columns)
            fault = FaultLine(*where, columns, rule.severity, rule.rule, message, rule.mend)
            own = names.get((row["file"], rule.table, row["period"]), {})
            yield name_own(fault, own), _said(row, rule)


def _said(row: Mapping[str, object], rule: Rule) -> str:
    return " | ".join("" if row[name] is None else str(row[name]) for name in rule.columns)
