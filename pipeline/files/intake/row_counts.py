"""Sums over the ledger: by rule, and by return."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.contract.rules import BY_NAME, CELL_RULES, NOT_EMPTY, READABLE, TABLE_RULES, Rule
from pipeline.files.intake.ledger import FaultLine, FileLine, ReturnLine, RuleLine, SetAside

Return = tuple[str, str, str]  # provider, period, table


def count_file_rules(
    files: Sequence[FileLine], aside: Iterable[tuple[int, SetAside]], faults: Iterable[FaultLine] = ()
) -> list[RuleLine]:
    """Return how often files, rows and cells could not be read, and which of `faults` only warn.

    A row that cannot be read counts once, under its first fault; what is odd once under each rule.
    """
    odd = {
        (fault.rule, fault.table, fault.provider, fault.period, fault.file, fault.row)
        for fault in faults
        if fault.severity == "warn"
    }
    failed = Counter(
        (place, READABLE.rule if entry.rule.startswith("file.") else entry.rule) for place, entry in aside
    )
    lines = [
        _line(rule, file.table, file.provider, file.period, checked, failed[place, rule.rule])
        for place, file in enumerate(files)
        for rule, checked in [
            (READABLE, 1),
            *((rule, 0 if file.refused else file.lines - file.out_of_scope) for rule in CELL_RULES),
        ]
    ]
    empty = [
        _line(NOT_EMPTY, file.table, file.provider, file.period, 1, int(file.read == 0)) for file in files
    ]
    columns = [
        _line(rule, file.table, file.provider, file.period, 1, 0)
        for file in files
        if file.table and not file.refused
        for rule in TABLE_RULES
    ]
    warned = [_line(BY_NAME[rule], table, sender, period, 0, 1) for rule, table, sender, period, *_ in odd]
    return _add_up([*lines, *empty, *columns, *warned])


def _line(rule: Rule, table: str, provider: str, period: str, checked: int, failed: int) -> RuleLine:
    return RuleLine(rule.rule, rule.title, rule.severity, table, provider, period, checked, failed)


def _add_up(lines: Iterable[RuleLine]) -> list[RuleLine]:
    """One line for each rule and return: the blocks of a mapped file may share a return."""
    checked: Counter[tuple[str, str, str, str]] = Counter()
    failed: Counter[tuple[str, str, str, str]] = Counter()
    for line in lines:
        key = (line.table, line.provider, line.period, line.rule)
        checked[key] += line.checked
        failed[key] += line.failed
    return [
        _line(BY_NAME[rule], table, provider, period, checked[key], failed[key])
        for key in sorted(checked)
        for table, provider, period, rule in [key]
    ]


@dataclass(frozen=True)
class Placed:
    """The return in which each row counts, as a place in `returns` (provider and period); -1 in none."""

    code: npt.NDArray[np.int64]
    returns: Sequence[tuple[str, str]]

    def count(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """How many of the rows (their places, or a mask) count in each return."""
        return np.bincount(self.code[rows] + 1, minlength=len(self.returns) + 1)[1:]


def place_rows(provider: pd.Series, period: pd.Series) -> Placed:
    """Return the return of each row, in order of provider and period; none where the period is missing."""
    returns = period.groupby([provider, period])
    code = np.array(returns.ngroup().fillna(-1), dtype=np.int64)
    return Placed(code, returns.size().index.tolist())


def count_row_rule(
    rule: Rule, failed: npt.NDArray[np.int64], checked: npt.NDArray[np.int64], placed: Placed
) -> list[RuleLine]:
    """How often a row rule failed in each return, of the rows of which it was asked; a row may fail several rules."""
    return [
        _line(rule, rule.table, provider, period, int(checked[at]), int(failed[at]))
        for at, (provider, period) in enumerate(placed.returns)
        if checked[at]
    ]


def sum_returns(
    files: Iterable[Mapping[str, str]], accepted: Mapping[Return, int], superseded: Mapping[Return, int]
) -> list[ReturnLine]:
    """What became of each return: of the rows that intake read, those not accepted were set aside."""
    sums: dict[Return, Counter[str]] = {}
    for file in files:
        part = sums.setdefault((file["provider"], file["period"], file["table"]), Counter())
        part.update({name: int(file[name]) for name in ("lines", "read", "set_aside", "out_of_scope")})
    return [
        ReturnLine(
            *key,
            lines=part["lines"],
            accepted=accepted.get(key, 0),
            superseded=superseded.get(key, 0),
            set_aside=part["set_aside"] + part["read"] - accepted.get(key, 0),
            out_of_scope=part["out_of_scope"],
        )
        for key, part in sorted(sums.items())
    ]
