"""Which rows break which rule: each rule is a mask over all rows of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.analysis.validation.coded_columns import CodedRows, Codes
from pipeline.analysis.validation.rules import between_returns, between_rows, within_rows
from pipeline.analysis.validation.rules.given import Fails, Given, Known, Mask
from pipeline.contract.rules import Rule, rules_of
from pipeline.contract.tables import load_table

FAILS: Fails = {**within_rows.FAILS, **between_rows.FAILS, **between_returns.FAILS}
__all__ = ["COUNTED_NEXT", "FAILS", "Failing", "Known", "find_current", "find_failing"]
COUNTED_NEXT = frozenset({"episode.still_there"})
"""Rules of a row that is missing: counted against the return that lacks it, the next one of that provider."""


@dataclass(frozen=True)
class Failing:
    """Which rows of a table fail each rule, and which are accepted; a warning is of accepted rows only.

    `current` are those accepted that no later return of their sender replaces. `following` says by number what `period`
    its sender's next return has, -1 where none was sent.
    """

    masks: Mapping[str, Mask]
    accepted: Mask
    current: Mask
    following: Codes


def find_failing(rows: CodedRows, table: str, known: Known) -> Failing:
    """Ask every rule of the table.

    Warnings, and what compares a return with its provider's earlier ones, look only at rows that no other rule sets
    aside: a row that is not used must not mislead them.
    """
    rules = rules_of(table)
    periods = rows.codes("period")
    if not len(rows):
        none = pd.Series(False, index=rows.index)
        return Failing({rule.rule: none for rule in rules}, ~none, ~none, periods)
    given = Given(rows, table, known)
    masks = {rule.rule: FAILS[rule.rule](given).astype(bool) for rule in rules if _asked_first(rule)}
    kept = ~_any(masks, rows)
    usable = given if kept.all() else Given(rows.at(kept), table, known)
    for rule in rules:
        if not _asked_first(rule):
            masks[rule.rule] = FAILS[rule.rule](usable).reindex(rows.index, fill_value=False).astype(bool)
    accepted = ~_any({rule.rule: masks[rule.rule] for rule in rules if rule.severity != "warn"}, rows)
    ordered = {
        rule.rule: masks[rule.rule] & accepted if rule.severity == "warn" else masks[rule.rule]
        for rule in rules
    }
    counted = usable.rows if accepted.equals(kept) else rows.at(accepted)
    current = find_current(counted, table).reindex(rows.index, fill_value=False)
    following = np.full(len(rows), -1, dtype=np.int32)
    following[kept.to_numpy()] = usable.following
    return Failing(ordered, accepted, current, Codes(following, periods.distinct))


def find_current(rows: CodedRows, table: str) -> Mask:
    """True for the row of the latest period of each key and sender (periods sort as texts).

    Duplicates within a return must be gone already.
    """
    current = np.ones(len(rows), dtype=bool)
    earlier = rows.find_earlier(("return_provider", *load_table(table).primary_key))
    current[earlier[earlier >= 0]] = False
    return pd.Series(current, index=rows.index)


def _asked_first(rule: Rule) -> bool:
    return rule.severity != "warn" and rule.rule not in between_returns.FAILS


def _any(masks: Mapping[str, Mask], rows: CodedRows) -> Mask:
    found = pd.Series(False, index=rows.index)
    for mask in masks.values():
        found |= mask
    return found
