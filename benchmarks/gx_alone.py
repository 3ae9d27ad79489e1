"""great-expectations alone: what its user would write to check returns against the contract with our suites.

pandas reads files as text, with blanks as missing, and skips ragged rows. Every cell rule is checked on the text by the
library's own expectation. pandas then converts columns, limits are checked on the numbers, and then the row rules: the
suite of each table, on all its columns at once. All results are COMPLETE: values, file and row of every failing row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.cost import measure_cost
from pipeline.analysis.validation.batches import EPISODE_FACTS, Known, join_known, join_returns
from pipeline.analysis.validation.library import gx, open_batch
from pipeline.analysis.validation.results import find_failing
from pipeline.analysis.validation.suites import suite_of
from pipeline.contract.tables import RETURN_TABLES, Field, Table, load_table

_COMPLETE = {"result_format": "COMPLETE", "unexpected_index_column_names": ["file", "row"]}
_NUMBERS = {
    "integer": r"^[+-]?[0-9]{1,18}$",
    "number": r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$",
}
PARTS = ("reading", "cells", "dates", "converting", "rows")
Expected = tuple[str, Mapping[str, Any], str]
Codes = Mapping[str, Sequence[str]]


@dataclass
class Alone:
    """The library's run: processor seconds for each part, and the number of failing rows over all rules.

    COMPLETE adds a query for the failing rows, unless switched off.
    """

    known: Known
    codes: Codes
    with_query: bool = True
    processor: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    failed: int = 0

    def run(self, returns: Path) -> None:
        """Read and check all tables, one after the other."""
        for name in RETURN_TABLES:
            self._check(load_table(name), returns)

    def _timed(self, part: str, work: Any) -> Any:
        done: list[Any] = []
        self.processor[part] += measure_cost(lambda: done.append(work())).processor
        return done[0]

    def _check(self, table: Table, returns: Path) -> None:
        rows = self._timed("reading", lambda: _read(returns, table))
        self._timed("cells", lambda: self._ask(rows, list(_of_text(table, self.codes))))
        self._timed("dates", lambda: self._ask(rows, list(_of_dates(table))))
        rows = self._timed("converting", lambda: _convert(rows, table))
        self._timed("cells", lambda: self._ask(rows, list(_of_numbers(table))))
        suite = suite_of(table.name, self.known).expectations
        own = [each for each in suite if "rule" in each.meta]
        self._timed("rows", lambda: self._validate(_join(rows, table.name, self.known), own))
        if table.name == "episodes":
            current = find_failing(rows, table.name, self.known).current
            facts = rows.loc[current, ["return_provider", "episode_id", *EPISODE_FACTS]]
            self.known = replace(self.known, episodes=facts)

    def _ask(self, rows: pd.DataFrame, expected: Sequence[Expected]) -> None:
        asked = [
            getattr(gx.expectations, kind)(**arguments, meta={"rule": rule})
            for kind, arguments, rule in expected
        ]
        if asked:
            self._validate(rows, asked)

    def _validate(self, rows: pd.DataFrame, expected: Sequence[Any]) -> None:
        suite = gx.ExpectationSuite("rules", expectations=list(expected))
        asked = {**_COMPLETE, "return_unexpected_index_query": self.with_query}
        for result in open_batch(rows).validate(suite, result_format=asked).results:
            if result.exception_info.get("raised_exception", True) or not result.result:
                raise AssertionError(f"{result.expectation_config.meta}: could not be checked")
            failed = result.result["unexpected_count"]
            if failed != len(result.result["unexpected_index_list"] or ()):
                raise AssertionError(f"{result.expectation_config.meta}: not every row is named")
            self.failed += failed


def _join(rows: pd.DataFrame, table: str, known: Known) -> pd.DataFrame:
    """Return the rows of the table, each key once in a return, joined to what they are compared with."""
    key = ["return_provider", "period", *load_table(table).primary_key]
    once = rows.drop_duplicates(key, ignore_index=True)
    return join_returns(join_known(once, table, known), table)


def _read(returns: Path, table: Table) -> pd.DataFrame:
    """Read all files of the table as text, with sender, period, file and line."""
    parts = []
    for path in sorted(returns.glob(f"*/*/{table.name}.csv")):
        part = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""], on_bad_lines="skip")
        provider, period = path.parts[-3:-1]
        place = {
            "return_provider": provider,
            "period": period,
            "file": f"returns/{provider}/{period}/{path.name}",
        }
        parts.append(part.assign(**place, row=range(2, len(part) + 2)))
    rows = pd.concat(parts, ignore_index=True)
    if "provider_id" in rows:
        rows["provider_id"] = rows["provider_id"].fillna(rows["return_provider"])
    return rows


def _of_text(table: Table, codes: Codes) -> Iterator[Expected]:
    for each in table.fields:
        column = {"column": each.name}
        if each.required:
            yield "ExpectColumnValuesToNotBeNull", column, f"{each.name} filled"
        if allowed := codes.get(each.codes or "", each.enum):
            yield "ExpectColumnValuesToBeInSet", {**column, "value_set": list(allowed)}, f"{each.name} codes"
        regex = f"^(?:{each.pattern})$" if each.pattern else _NUMBERS.get(each.type)
        if regex:
            yield "ExpectColumnValuesToMatchRegex", {**column, "regex": regex}, f"{each.name} written"


def _of_dates(table: Table) -> Iterator[Expected]:
    for each in table.fields:
        if each.type == "date":
            arguments = {"column": each.name, "strftime_format": "%Y-%m-%d"}
            yield "ExpectColumnValuesToMatchStrftimeFormat", arguments, f"{each.name} dates"


def _of_numbers(table: Table) -> Iterator[Expected]:
    for each in table.fields:
        if each.minimum is not None or each.maximum is not None:
            limits = {"column": each.name, "min_value": each.minimum, "max_value": each.maximum}
            yield "ExpectColumnValuesToBeBetween", limits, f"{each.name} range"


def _convert(text: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return dates and numbers in place of their texts; what cannot be converted is missing."""
    return text.assign(**{each.name: _convert_column(text[each.name], each) for each in table.fields})


def _convert_column(values: pd.Series, each: Field) -> pd.Series:
    match each.type:
        case "date":
            return pd.to_datetime(values, format="%Y-%m-%d", errors="coerce")
        case "integer":
            return pd.to_numeric(values, errors="coerce").astype("Int64")
        case "number":
            return pd.to_numeric(values, errors="coerce")
    return values
