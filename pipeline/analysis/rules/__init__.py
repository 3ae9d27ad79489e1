"""Which rows break which rule: each rule is a mask over all rows of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.analysis.rules import between_returns, between_rows, within_rows
from pipeline.analysis.rules.given import Fails, Given, Known, Mask
from pipeline.contract.rules import Rule, rules_of

FAILS: Fails = {**within_rows.FAILS, **between_rows.FAILS, **between_returns.FAILS}
__all__ = ["COUNTED_NEXT", "FAILS", "Failing", "Known", "find_failing"]
COUNTED_NEXT = frozenset({"episode.still_there"})
"""Rules of a row that is missing: counted against the return that lacks it, the next one of that provider."""


@dataclass(frozen=True)
class Failing:
    """Which rows of a table fail each rule, and which are accepted; a warning is of accepted rows only."""

    masks: Mapping[str, Mask]
    accepted: Mask
    next_period: pd.Series

    def counted_in(self, rule: Rule, period: pd.Series) -> pd.Series:
        """The period in which each row counts as checked by that rule; missing where it was not checked."""
        where = self.next_period if rule.rule in COUNTED_NEXT else period
        return where[self.accepted] if rule.severity == "warn" else where


def find_failing(rows: pd.DataFrame, table: str, known: Known) -> Failing:
    """Ask every rule of the table.

    Warnings, and what compares a return with its provider's earlier ones, look only at rows that no other rule sets
    aside: a row that is not used must not mislead them.
    """
    rules = rules_of(table)
    if rows.empty:
        none = pd.Series(False, index=rows.index)
        return Failing({rule.rule: none for rule in rules}, ~none, rows["period"])
    given = Given(rows, table, known)
    masks = {rule.rule: FAILS[rule.rule](given).astype(bool) for rule in rules if _asked_first(rule)}
    accepted = ~_any(masks, rows)
    usable = given if accepted.all() else Given(rows[accepted], table, known)
    for rule in rules:
        if not _asked_first(rule):
            masks[rule.rule] = FAILS[rule.rule](usable).reindex(rows.index, fill_value=False).astype(bool)
    accepted = ~_any({rule.rule: masks[rule.rule] for rule in rules if rule.severity != "warn"}, rows)
    ordered = {
        rule.rule: masks[rule.rule] & accepted if rule.severity == "warn" else masks[rule.rule]
        for rule in rules
    }
    return Failing(ordered, accepted, usable.next_period.reindex(rows.index))


def _asked_first(rule: Rule) -> bool:
    return rule.severity != "warn" and rule.rule not in between_returns.FAILS


def _any(masks: Mapping[str, Mask], rows: pd.DataFrame) -> Mask:
    found = pd.Series(False, index=rows.index)
    for mask in masks.values():
        found |= mask
    return found
