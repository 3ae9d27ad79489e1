"""Suites asked of rows: which rows fail which rule is what the library's results say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.analysis.validation.batches import Known, find_current, join_known, join_returns
from pipeline.analysis.validation.library import gx, open_batch
from pipeline.analysis.validation.suites import suite_of
from pipeline.contract.rules import rules_of

COUNTED_NEXT = frozenset({"episode.still_there"})
"""Rules of a row that is missing: counted against the return that lacks it, the next one of that provider."""
BETWEEN_RETURNS = frozenset({"episode.number_own", "episode.number_kept", "feedback.number_own"})
"""Rules that set aside what does not agree with the provider's earlier returns."""
SAID_ALREADY = {
    "episode.child_once": ("episode.key_unique",),
    "feedback.service_of_episode": ("feedback.service_known", "feedback.service_of_provider"),
}
"""Rules that say nothing of rows that these others find: the one fault is told once."""
Places = npt.NDArray[np.int64]
_COMPLETE = {
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


class ExpectationError(AssertionError):
    """An expectation that raised, or a promise of the contract that is not kept: a fault of ours, never of the data."""


@dataclass(frozen=True)
class Failing:
    """Which rows of a table (their places) fail each rule, and which are accepted; a warning is of accepted rows only.

    `current` are those accepted that no later return of their sender replaces. `following` is the period of its
    sender's next return, missing where none was sent. `asked` counts the expectations.
    """

    places: Mapping[str, Places]
    accepted: pd.Series
    current: pd.Series
    following: pd.Series
    asked: int


def find_failing(rows: pd.DataFrame, table: str, known: Known) -> Failing:
    """Return which rows fail which rule of the table; their index is their place.

    Warnings, and what compares a return with its provider's earlier ones, look only at rows that no other rule sets
    aside: a row that is not used must not mislead them.
    """
    rules = rules_of(table)
    accepted = pd.Series(True, index=rows.index)
    places: dict[str, Places] = {rule.rule: np.empty(0, dtype=np.int64) for rule in rules}
    if not len(rows):
        return Failing(places, accepted, accepted, rows["period"], 0)
    warnings = {rule.rule for rule in rules if rule.severity == "warn"}
    suite = suite_of(table, known).expectations
    joined = join_known(rows, table, known)
    places |= _ask_rules(joined, suite, places.keys() - warnings - BETWEEN_RETURNS)
    for rule in SAID_ALREADY.keys() & places.keys():
        said = np.concatenate([places[other] for other in SAID_ALREADY[rule]])
        places[rule] = np.setdiff1d(places[rule], said)
    accepted[np.concatenate(list(places.values()))] = False
    joined = join_returns(joined[accepted], table)
    places |= _ask_rules(joined, suite, warnings | BETWEEN_RETURNS)
    accepted[np.concatenate([places[rule] for rule in places.keys() - warnings])] = False
    places |= {rule: places[rule][accepted.to_numpy()[places[rule]]] for rule in warnings}
    current = find_current(rows[accepted], table).reindex(rows.index, fill_value=False)
    asked = sum("rule" in each.meta for each in suite)
    return Failing(places, accepted, current, joined["next_return"].reindex(rows.index), asked)


def check_contract_promises(rows: pd.DataFrame, table: str, codes: Mapping[str, Sequence[str]]) -> int:
    """Return how many promises of the contract were checked; ExpectationError where the rows do not keep one."""
    expected = [each for each in suite_of(table, codes=codes).expectations if "contract" in each.meta]
    for result in _ask(rows, expected):
        if not result.success:
            config = result.expectation_config
            found = result.result.get("unexpected_count", "a fault")
            raise ExpectationError(f"{table}, {config.meta['contract']}: {config.type} finds {found}.")
    return len(expected)


def _ask_rules(rows: pd.DataFrame, suite: Iterable[Any], rules: Iterable[str]) -> dict[str, Places]:
    """Return where the rows stand that do not meet every expectation of a rule."""
    chosen = set(rules)
    found: dict[str, set[int]] = {}
    for result in _ask(rows, [each for each in suite if each.meta.get("rule") in chosen]):
        config = result.expectation_config
        if result.exception_info.get("raised_exception", True):
            raise ExpectationError(f"{config.meta['rule']}: {config.type} could not be checked.")
        rule = config.meta["rule"]
        found.setdefault(rule, set()).update(result.result["unexpected_index_list"] or ())
    return {rule: np.array(sorted(places), dtype=np.int64) for rule, places in found.items()}


def _ask(rows: pd.DataFrame, expected: Iterable[Any]) -> Iterator[Any]:
    """Return the complete results of expectations about the same columns, where not all of them hold.

    They are asked of these columns alone, as the library copies all that it is given, and first whether they hold,
    which takes half as long as where they do not.
    """
    together: dict[tuple[str, ...], list[Any]] = {}
    for each in expected:
        together.setdefault(tuple(name for name in rows if name in _columns_of(each)), []).append(each)
    for columns, group in together.items():
        batch = open_batch(rows[list(columns)] if columns else rows)
        suite = gx.ExpectationSuite("rows", expectations=group)
        if not batch.validate(suite, result_format="BOOLEAN_ONLY").success:
            yield from batch.validate(suite, result_format=_COMPLETE).results


def _columns_of(expected: Any) -> set[str]:
    """Return the columns that an expectation, and its condition, name."""
    named = [getattr(expected, name, None) for name in ("column", "column_A", "column_B")]
    named += getattr(expected, "column_list", ())
    return {*filter(None, named), *_columns_in(getattr(expected, "row_condition", None))}


def _columns_in(condition: Any) -> Iterator[str]:
    if condition is not None:
        parts = getattr(condition, "conditions", None)
        yield from (
            (name for part in parts for name in _columns_in(part)) if parts else [condition.column.name]
        )
