"""Expectations that the library has not, in its own form: each a metric that holds rows, and an expectation of it."""

from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from pipeline.analysis.validation.library import (
    ColumnPairMapExpectation,
    ColumnPairMapMetricProvider,
    MulticolumnMapExpectation,
    MulticolumnMapMetricProvider,
    PandasExecutionEngine,
    column_pair_condition_partial,
    multicolumn_condition_partial,
)

_DAYS_A_YEAR = 365.25
_UNBORN = pd.Timedelta(days=280)
"""So long before its birth a child may be referred."""


class _OneValue(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.one_value_in_group"
    condition_value_keys = ("apart_from",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        *keys, name = column_list.columns
        several = _several(column_list, keys)
        said = several[name].mask(several[name].isin(kwargs["apart_from"]))
        values = said.groupby([several[key] for key in keys], dropna=False).transform("nunique")
        return _all_but(column_list, said.notna() & (values > 1))


class ExpectOneValueInGroup(MulticolumnMapExpectation):
    """Expect rows that agree in all columns but the last to say no two things there, apart from some values."""

    map_metric: ClassVar[str] = "multicolumn_values.one_value_in_group"
    success_keys = ("apart_from", "mostly")
    apart_from: list[str] = []
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"


class _NoOverlap(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.no_overlap"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        *keys, start, end, last = column_list.columns
        rows = _several(column_list, keys).sort_values(start, kind="stable")
        ends = rows[end].fillna(rows[last] + pd.Timedelta(days=1))
        groups = [rows[key] for key in keys]
        until = ends.groupby(groups, dropna=False).cummax().groupby(groups, dropna=False).shift()
        following = rows.groupby(keys, dropna=False)[start].shift(-1)
        return _all_but(column_list, (rows[start] < until) | (following < ends))


class ExpectSpansNotToOverlap(MulticolumnMapExpectation):
    """Expect rows of the same keys to begin when those before have ended; both that overlap fail.

    The columns are the keys, the first day, the last day (blank: still open) and the day up to which an open one runs.
    """

    map_metric: ClassVar[str] = "multicolumn_values.no_overlap"
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"


class _AgesAgree(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.ages_agree"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        *keys, day, age = column_list.columns
        rows = _several(column_list, keys)
        spans = rows.astype({age: "float64"}).groupby(keys, dropna=False)
        apart = spans[age].transform("max") - spans[age].transform("min")
        years = (spans[day].transform("max") - spans[day].transform("min")).dt.days / _DAYS_A_YEAR
        return _all_but(column_list, (apart > np.ceil(years) + 1) & rows[age].notna())


class ExpectAgesToAgree(MulticolumnMapExpectation):
    """Expect ages of one child no further apart than its referrals and a year, whatever day they are as of.

    The columns are those that name the child, the day of the referral and the age in years.
    """

    map_metric: ClassVar[str] = "multicolumn_values.ages_agree"
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"


class _BornBefore(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.born_before"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> pd.Series:
        *keys, day, age = column_list.columns
        rows = _several(column_list, keys)
        years = pd.to_timedelta((rows[age].astype("float64") + 1) * _DAYS_A_YEAR, unit="D")
        groups = [rows[key] for key in keys]
        born_after = (rows[day] - years).groupby(groups, dropna=False).transform("max")
        return _all_but(column_list, rows[day] < born_after - _UNBORN)


class ExpectBirthBeforeReferral(MulticolumnMapExpectation):
    """Expect no referral long before the child's birth, as its age at another referral tells it.

    The columns are those that name the child, the day of the referral and the age in years.
    """

    map_metric: ClassVar[str] = "multicolumn_values.born_before"
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"


class _WithinTimes(ColumnPairMapMetricProvider):
    condition_metric_name = "column_pair_values.within_times"
    condition_value_keys = ("times", "from_size")

    @column_pair_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_A: pd.Series, column_B: pd.Series, **kwargs: Any) -> pd.Series:
        times, size = kwargs["times"], kwargs["from_size"]
        small = (column_A < size) & (column_B < size)
        steady: pd.Series = small | ((column_A <= times * column_B) & (column_B <= times * column_A))
        return steady


class ExpectColumnPairValuesToBeWithinTimes(ColumnPairMapExpectation):
    """Expect two sizes to differ by no more than so many times, unless both are small."""

    map_metric: ClassVar[str] = "column_pair_values.within_times"
    domain_keys = ("batch_id", "column_A", "column_B", "row_condition", "condition_parser", "ignore_row_if")
    success_keys = ("times", "from_size", "mostly")
    times: float = 3
    from_size: int = 30
    ignore_row_if: Literal["both_values_are_missing", "either_value_is_missing", "neither"] = (
        "either_value_is_missing"
    )


def _several(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the rows that share their keys with another, which are few."""
    return rows[rows.duplicated(keys, keep=False)]


def _all_but(rows: pd.DataFrame, failing: pd.Series) -> pd.Series:
    """Return True for every row that is not among those failing."""
    return ~failing.reindex(rows.index, fill_value=False).astype(bool)
