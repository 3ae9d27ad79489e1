"""The contract and its rules as great-expectations suites: a second opinion on the reader and on our masks.

What is asked of each value by itself is asked of each distinct one, and counted as often as that stands in the rows.
Results are counts only: no data docs, no sample values, no telemetry, nothing kept on disk.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.numbering import Numbers, find_distinct, number_rows
from pipeline.analysis.rules.given import RETURN, Known
from pipeline.contract.tables import Field, Table

_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "date": "datetime64[ms]"}
Expected = tuple[str, Mapping[str, Any], str]
_FEW = 5000
"""Distinct values, up to which columns are checked side by side."""


class ExpectationError(AssertionError):
    """An expectation that raised, or disagreed with our own count: a fault of ours, never of the data."""


def check_rows(
    rows: pd.DataFrame,
    table: Table,
    codes: Mapping[str, Sequence[str]],
    masks: Mapping[str, pd.Series],
    known: Known,
) -> int:
    """Check that the contract holds for all rows and that each rule fails as often as our mask says.

    `codes` are those of columns whose codes the dataset names. Returns how many expectations were checked.
    """
    on_rows, on_answers = list_expectations(table, codes, masks, known)
    answers = pd.DataFrame({rule: masks[rule] for _, _, rule in on_answers})
    counted: Expected = ("ExpectTableRowCountToEqual", {"value": len(answers)}, "row count of the rules")
    whole, by_value = _sort_out(rows, [*on_rows, counted])
    by_value.append(_distinct(answers, on_answers))
    for (kind, _, rule), count in _count_failing([*whole, *_side_by_side(by_value)]):
        ours = int(masks[rule].sum()) if rule in masks else 0
        if count != ours:
            raise ExpectationError(f"{table.name}, {rule}: {kind} finds {count} rows, our own mask {ours}.")
    return len(on_rows) + len(on_answers) + 1


def list_expectations(
    table: Table, codes: Mapping[str, Sequence[str]], rules: Iterable[str], known: Known
) -> tuple[list[Expected], list[Expected]]:
    """What is expected of the rows themselves, and of a column of answers for each rule the library does not have."""
    native = {rule: _expect_rule(rule, table, known) for rule in rules}
    on_rows = [
        *_expect_table(table),
        *(item for field in table.fields for item in _expect_field(field, codes)),
        *(item for item in native.values() if item),
    ]
    on_answers: list[Expected] = [
        ("ExpectColumnValuesToBeInSet", {"column": rule, "value_set": [False]}, rule)
        for rule, item in native.items()
        if not item
    ]
    return on_rows, on_answers


def _expect_table(table: Table) -> Iterator[Expected]:
    added = (*RETURN, "file", "row")
    yield "ExpectTableRowCountToBeBetween", {"min_value": 1}, "row count"
    columns = {"column_set": [*table.columns, *added], "exact_match": True}
    yield "ExpectTableColumnsToMatchSet", columns, "columns"
    for column in added:
        yield "ExpectColumnValuesToNotBeNull", {"column": column}, f"{column} filled"


def _expect_field(field: Field, codes: Mapping[str, Sequence[str]]) -> Iterator[Expected]:
    column = {"column": field.name}
    yield "ExpectColumnValuesToBeOfType", {**column, "type_": _DTYPES[field.type]}, f"{field.name} type"
    if field.required:
        yield "ExpectColumnValuesToNotBeNull", column, f"{field.name} filled"
    allowed = codes.get(field.codes or "", field.enum)
    if allowed:
        yield "ExpectColumnValuesToBeInSet", {**column, "value_set": list(allowed)}, f"{field.name} codes"
    if field.pattern:
        whole = f"^(?:{field.pattern})$"
        yield "ExpectColumnValuesToMatchRegex", {**column, "regex": whole}, f"{field.name} pattern"
    if field.minimum is not None or field.maximum is not None:
        limits = {"min_value": field.minimum, "max_value": field.maximum}
        yield "ExpectColumnValuesToBeBetween", {**column, **limits}, f"{field.name} range"


def _expect_rule(rule: str, table: Table, known: Known) -> Expected | None:
    """The library's own expectation, where it has one."""
    match rule.partition(".")[2]:
        case "key_unique":
            keys = [*RETURN, *table.primary_key]
            return "ExpectCompoundColumnsToBeUnique", {"column_list": keys}, rule
        case "service_known":
            services = {"column": "service_id", "value_set": sorted(known.services)}
            return "ExpectColumnValuesToBeInSet", services, rule
        case "scale_known":
            return "ExpectColumnValuesToBeInSet", {"column": "scale", "value_set": sorted(known.scales)}, rule
        case "review_after_baseline":
            return _expect_order("baseline_date", "review_date", rule)
        case "plan_dates":
            return _expect_order("protection_plan_start", "protection_plan_end", rule)
    return None


def _expect_order(first: str, then: str, rule: str) -> Expected:
    pair = {"column_A": then, "column_B": first, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return "ExpectColumnPairValuesAToBeGreaterThanB", pair, rule


@dataclass(frozen=True)
class _Batch:
    """Rows to check. Where each stands for many of the same values, `times` says of each expectation for how many."""

    rows: pd.DataFrame
    expected: Sequence[Expected]
    times: Sequence[Numbers] = ()


def _sort_out(rows: pd.DataFrame, expected: Iterable[Expected]) -> tuple[list[_Batch], list[_Batch]]:
    """What is asked of the table, of rows among one another, and (apart) of each value by itself.

    Each goes with the columns that are asked about, since the library copies all that it is given.
    """
    by_columns: dict[tuple[str, ...], list[Expected]] = {}
    for item in expected:
        by_columns.setdefault(_columns_of(item[1]), []).append(item)
    whole, by_value = [], []
    for columns, items in by_columns.items():
        if not set(columns) <= set(rows.columns) or "column_set" in items[0][1]:
            whole.append(_Batch(rows.iloc[:1], items))
        elif "column_list" in items[0][1] or not columns:
            whole.append(_Batch(rows[list(columns)], items))
        else:
            by_value.append(_distinct(rows[list(columns)], items))
    return whole, by_value


def _columns_of(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    if "column" in arguments:
        return (arguments["column"],)
    if "column_A" in arguments:
        return (arguments["column_A"], arguments["column_B"])
    return tuple(arguments.get("column_list", arguments.get("column_set", ())))


def _distinct(rows: pd.DataFrame, expected: Sequence[Expected]) -> _Batch:
    """Each distinct row once, for what is asked of each by itself: every value is seen, and counted as it stands."""
    first, times = find_distinct(number_rows([rows[name] for name in rows.columns]))
    return _Batch(rows.iloc[first].reset_index(drop=True), expected, [times] * len(expected))


def _side_by_side(batches: Iterable[_Batch]) -> Iterator[_Batch]:
    """Small batches made one, as each costs the library some time; filled up with rows that count 0 times."""
    small: list[_Batch] = []
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
        yield _Batch(joined, [item for batch in small for item in batch.expected], times)


def _count_failing(batches: Iterable[_Batch]) -> Iterator[tuple[Expected, int]]:
    """Rows that fail each expectation; 1 for a table's or a column's failure as a whole."""
    gx = load_great_expectations()
    asset = start_context(gx).data_sources.add_pandas("returns").add_dataframe_asset("rows")
    whole = asset.add_batch_definition_whole_dataframe("all")
    for batch in batches:
        given = whole.get_batch({"dataframe": batch.rows})
        counts = [
            _failing(result, item)
            for result, item in zip(_ask(gx, given, batch.expected, "BASIC"), batch.expected, strict=True)
        ]
        # The library is asked only where some fail which they are: that costs it as much as asking whether.
        some = [place for place, count in enumerate(counts) if count] if batch.times else []
        places = _ask(gx, given, [batch.expected[place] for place in some], "COMPLETE") if some else []
        for place, result in zip(some, places, strict=True):
            if "unexpected_index_list" in result.result:
                counts[place] = int(batch.times[place][result.result["unexpected_index_list"]].sum())
        yield from zip(batch.expected, counts, strict=True)


def _ask(gx: Any, batch: Any, expected: Sequence[Expected], form: str) -> list[Any]:
    """The library's results in the order of what is expected."""
    suite = gx.ExpectationSuite("rows")
    for place, (kind, arguments, _) in enumerate(expected):
        suite.add_expectation(getattr(gx.expectations, kind)(**arguments, meta={"place": place}))
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


def _postpone(name: str) -> None:
    """Have a module loaded only once something in it is asked for (the standard library's LazyLoader)."""
    if name in sys.modules:
        return
    package, _, child = name.rpartition(".")
    found = find_spec(name)
    if found is None or found.loader is None:
        raise ModuleNotFoundError(f"{name} is not installed beside the pipeline")
    found.loader = LazyLoader(found.loader)
    sys.modules[name] = module_from_spec(found)
    setattr(sys.modules[package], child, sys.modules[name])
    found.loader.exec_module(sys.modules[name])


def load_great_expectations() -> Any:
    """Imported only when rows are checked: it takes more than a second, which no other stage should pay."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    # It imports this for expectations on distributions, which we do not use: nearly half of its start.
    _postpone("scipy.stats")
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
