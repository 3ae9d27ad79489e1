"""The contract and its rules as great-expectations suites: a second opinion on the reader and on our masks.

What is asked of each value by itself is asked of each distinct one, and counted as often as that stands in the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.analysis.validation.coded_columns import CodedRows, find_distinct
from pipeline.analysis.validation.great_expectations_check import Batch, Expected, Question
from pipeline.analysis.validation.rules.given import RETURN, Known
from pipeline.contract.tables import Field, Table

_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "date": "datetime64[ms]"}


def question_rows(
    rows: CodedRows,
    table: Table,
    codes: Mapping[str, Sequence[str]],
    masks: Mapping[str, pd.Series],
    known: Known,
) -> Question:
    """What the library is asked: whether the contract holds for all rows, and how often each rule fails.

    `codes` are those of columns whose codes the dataset names.
    """
    on_rows, on_answers = list_expectations(table, codes, masks, known)
    counted: Expected = ("ExpectTableRowCountToEqual", {"value": len(rows)}, "row count of the rules")
    whole, by_value = _sort_out(rows, [*on_rows, counted], (*RETURN, *table.primary_key))
    by_value.append(_distinct_answers([masks[rule] for _, _, rule in on_answers], on_answers))
    return Question(table.name, whole, by_value, {rule: int(mask.sum()) for rule, mask in masks.items()})


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


def _sort_out(
    rows: CodedRows, expected: Iterable[Expected], key: tuple[str, ...]
) -> tuple[list[Batch], list[Batch]]:
    """What is asked of the table, of rows among one another, and (apart) of each value by itself.

    Each goes with the columns that are asked about, since the library copies all that it is given; what is asked of no
    column goes with the key.
    """
    by_columns: dict[tuple[str, ...], list[Expected]] = {}
    for item in expected:
        by_columns.setdefault(_columns_of(item[1]) or key, []).append(item)
    whole, by_value = [], []
    for columns, items in by_columns.items():
        if not set(columns) <= set(rows.columns) or "column_set" in items[0][1]:
            whole.append(
                Batch(pd.DataFrame({name: rows.codes(name).count()[0][:1] for name in rows.columns}), items)
            )
        elif columns == key:
            held = {name: rows.codes(name).categories() for name in columns}
            whole.append(Batch(pd.DataFrame(held, index=pd.RangeIndex(len(rows))), items))
        else:
            distinct, times = _count_distinct(rows, columns)
            by_value.append(Batch(distinct, items, [times] * len(items)))
    return whole, by_value


def _count_distinct(rows: CodedRows, columns: Sequence[str]) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Each distinct row once, and how often it stands."""
    if len(columns) == 1:
        values, times = rows.codes(columns[0]).count()
        return pd.DataFrame({columns[0]: values}), times
    first, times = find_distinct(rows.number(columns))
    return pd.DataFrame({name: rows[name].array.take(first) for name in columns}), times


def _columns_of(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    if "column" in arguments:
        return (arguments["column"],)
    if "column_A" in arguments:
        return (arguments["column_A"], arguments["column_B"])
    return tuple(arguments.get("column_list", arguments.get("column_set", ())))


def _distinct_answers(masks: Sequence[pd.Series], expected: Sequence[Expected]) -> Batch:
    """Each set of answers once, with how many rows have it."""
    places = enumerate(mask.to_numpy(dtype=np.int64) for mask in masks)
    together, times = np.unique(sum(mask << place for place, mask in places), return_counts=True)
    answers = {rule: together >> place & 1 == 1 for place, (_, _, rule) in enumerate(expected)}
    return Batch(pd.DataFrame(answers), expected, [times] * len(expected))
