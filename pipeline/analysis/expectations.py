"""The contract and its rules as great-expectations suites: a second opinion on the reader and on our masks.

Results are counts only: no data docs, no sample values, no telemetry, nothing kept on disk.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any

import pandas as pd

from pipeline.analysis.rules.given import RETURN, Known
from pipeline.contract.tables import Field, Table

_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "date": "datetime64[ms]"}
Expected = tuple[str, Mapping[str, Any], str]


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
    # Apart from the rows: for many an expectation the library copies all columns of the frame that it is given.
    answers = pd.DataFrame({rule: masks[rule] for _, _, rule in on_answers})
    on_answers.append(("ExpectTableRowCountToEqual", {"value": len(rows)}, "row count of the rules"))
    counts = zip(
        [*on_rows, *on_answers], _count_failing([(rows, on_rows), (answers, on_answers)]), strict=True
    )
    for (kind, _, rule), count in counts:
        ours = int(masks[rule].sum()) if rule in masks else 0
        if count != ours:
            raise ExpectationError(f"{table.name}, {rule}: {kind} finds {count} rows, our own mask {ours}.")
    return len(on_rows) + len(on_answers)


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


def _count_failing(batches: Sequence[tuple[pd.DataFrame, Sequence[Expected]]]) -> Iterator[int]:
    """Rows that fail each expectation; 1 for a table's or a column's failure as a whole."""
    gx = load_great_expectations()
    source = start_context(gx).data_sources.add_pandas("returns")
    form = {"result_format": "BASIC", "partial_unexpected_count": 0}
    for number, (rows, expected) in enumerate(batches):
        suite = gx.ExpectationSuite("rows")
        for place, (kind, arguments, _) in enumerate(expected):
            suite.add_expectation(getattr(gx.expectations, kind)(**arguments, meta={"place": place}))
        asset = source.add_dataframe_asset(f"rows {number}").add_batch_definition_whole_dataframe("all")
        validated = asset.get_batch({"dataframe": rows}).validate(suite, result_format=form)
        results = {result.expectation_config.meta["place"]: result for result in validated.results}
        yield from (_failing(results[place], each) for place, each in enumerate(expected))


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
