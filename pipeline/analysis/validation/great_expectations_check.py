"""great-expectations at work on what is expected of rows.

Results are counts only: no data docs, no sample values, no telemetry, nothing kept on disk.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Expected = tuple[str, Mapping[str, Any], str]
_FEW = 5000
"""Distinct values, up to which columns are checked side by side."""


class ExpectationError(AssertionError):
    """An expectation that raised, or disagreed with our own count: a fault of ours, never of the data."""


@dataclass(frozen=True)
class Batch:
    """Rows to check. Where each stands for many of the same values, `times` says of each expectation for how many."""

    rows: pd.DataFrame
    expected: Sequence[Expected]
    times: Sequence[npt.NDArray[np.int64]] = ()


@dataclass(frozen=True)
class Question:
    """What is asked about a table: its rows as a whole and value by value, and how often our masks fail each rule."""

    table: str
    whole: Sequence[Batch]
    by_value: Sequence[Batch]
    ours: Mapping[str, int]


def confirm(question: Question) -> int:
    """Have the library count too; ExpectationError where it finds another number. How many expectations it checked."""
    counted = 0
    batches = [*question.whole, *_side_by_side(question.by_value)]
    for (kind, _, rule), count in _count_failing(batches, question.ours):
        counted += 1
        ours = question.ours.get(rule, 0)
        if count != ours:
            message = f"{question.table}, {rule}: {kind} finds {count} rows, our own mask {ours}."
            raise ExpectationError(message)
    return counted


def _side_by_side(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Small batches made one, as each costs the library some time; filled up with rows that count 0 times."""
    small: list[Batch] = []
    for batch in batches:
        if len(batch.rows) <= _FEW and not any(set(batch.rows) & set(other.rows) for other in small):
            small.append(batch)
        else:
            yield batch
    size = max(len(batch.rows) for batch in small) if small else 0
    places = np.arange(size)
    rows = [batch.rows.iloc[places.clip(max=len(batch.rows) - 1)] for batch in small]
    times = [np.pad(each, (0, size - len(each))) for batch in small for each in batch.times]
    if small:
        joined = pd.concat([part.set_axis(places) for part in rows], axis=1)
        yield Batch(joined, [item for batch in small for item in batch.expected], times)


def _count_failing(batches: Iterable[Batch], ours: Mapping[str, int]) -> Iterator[tuple[Expected, int]]:
    """Rows that fail each expectation; 1 for a table's or a column's failure as a whole.

    How many fail is asked where we found some, or where the library says that not all hold: it takes twice as long as
    whether all do.
    """
    gx = load_great_expectations()
    asset = start_context(gx).data_sources.add_pandas("returns").add_dataframe_asset("rows")
    whole = asset.add_batch_definition_whole_dataframe("all")
    for batch in batches:
        given = whole.get_batch({"dataframe": batch.rows})
        hold = [place for place, (_, _, rule) in enumerate(batch.expected) if not ours.get(rule)]
        answers = _ask(gx, given, [batch.expected[place] for place in hold], "BOOLEAN_ONLY")
        good = {place for place, answer in zip(hold, answers, strict=True) if answer.success}
        counts = dict.fromkeys(good, 0)
        some = [place for place in range(len(batch.expected)) if place not in good]
        form = "COMPLETE" if batch.times else "BASIC"
        found = _ask(gx, given, [batch.expected[place] for place in some], form)
        for place, result in zip(some, found, strict=True):
            counts[place] = _failing(result, batch.expected[place])
            if batch.times and "unexpected_index_list" in result.result:
                counts[place] = int(batch.times[place][result.result["unexpected_index_list"]].sum())
        yield from ((item, counts[place]) for place, item in enumerate(batch.expected))


def _ask(gx: Any, batch: Any, expected: Sequence[Expected], form: str) -> list[Any]:
    """The library's results in the order of what is expected."""
    if not expected:
        return []
    asking = [
        getattr(gx.expectations, kind)(**arguments, meta={"place": place})
        for place, (kind, arguments, _) in enumerate(expected)
    ]
    suite = gx.ExpectationSuite("rows", expectations=asking)
    asked = {"result_format": form, "partial_unexpected_count": 0, "return_unexpected_index_query": False}
    results = {
        result.expectation_config.meta["place"]: result
        for result in batch.validate(suite, result_format=asked).results
    }
    return [results[place] for place in range(len(expected))]


def _failing(result: Any, expected: Expected) -> int:
    kind, _, rule = expected
    if not result.result:
        raise ExpectationError(f"{rule}: {kind} could not be checked.")
    return int(result.result.get("unexpected_count", not result.success))


def load_great_expectations() -> Any:
    """Imported only when rows are checked: it takes seconds, which no other stage should pay."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations as gx
    return gx


def start_context(gx: Any) -> Any:
    """A context of the library that keeps nothing on disk, sends nothing and draws no bars."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)
