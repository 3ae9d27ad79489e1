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
    named = rows.assign(**{rule: ~mask for rule, mask in masks.items()})
    expected = [
        *_expect_table(table, masks),
        *(item for field in table.fields for item in _expect_field(field, codes)),
        *(_expect_rule(rule, table, known) for rule in masks),
    ]
    counts = _unexpected(named, expected)
    for (kind, _, rule), count in zip(expected, counts, strict=True):
        ours = int(masks[rule].sum()) if rule in masks else 0
        if count != ours:
            raise ExpectationError(f"{table.name}, {rule}: {kind} finds {count} rows, our own mask {ours}.")
    return len(expected)


def _expect_table(table: Table, rules: Iterable[str]) -> Iterator[Expected]:
    added = (*RETURN, "file", "row")
    yield "ExpectTableRowCountToBeBetween", {"min_value": 1}, "row count"
    columns = {"column_set": [*table.columns, *added, *rules], "exact_match": True}
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


def _expect_rule(rule: str, table: Table, known: Known) -> Expected:
    """The library's own expectation where it has one, else one on the column of our own answers."""
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
    return "ExpectColumnValuesToBeInSet", {"column": rule, "value_set": [True]}, rule


def _expect_order(first: str, then: str, rule: str) -> Expected:
    pair = {"column_A": then, "column_B": first, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return "ExpectColumnPairValuesAToBeGreaterThanB", pair, rule


def _unexpected(rows: pd.DataFrame, expected: Sequence[Expected]) -> list[int]:
    """Rows that fail each expectation; 1 for a table's or a column's failure as a whole."""
    gx = _load_great_expectations()
    context = _start_context(gx)
    suite = gx.ExpectationSuite("rows")
    for place, (kind, arguments, _) in enumerate(expected):
        suite.add_expectation(getattr(gx.expectations, kind)(**arguments, meta={"place": place}))
    asset = context.data_sources.add_pandas("returns").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
    form = {"result_format": "BASIC", "partial_unexpected_count": 0}
    counts: dict[int, int] = {}
    for result in batch.validate(suite, result_format=form).results:
        place = result.expectation_config.meta["place"]
        if not result.result:
            raise ExpectationError(f"{expected[place][2]}: {expected[place][0]} could not be checked.")
        counts[place] = int(result.result.get("unexpected_count", not result.success))
    return [counts[place] for place in range(len(expected))]


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


def _load_great_expectations() -> Any:
    """Imported only when rows are checked: it takes more than a second, which no other stage should pay."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    # It imports this for expectations on distributions, which we do not use: nearly half of its start.
    _postpone("scipy.stats")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations as gx
    return gx


def _start_context(gx: Any) -> Any:
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
