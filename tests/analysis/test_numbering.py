"""Numbers that stand for rows: the same number, the same row."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.numbering import find_distinct, number_rows, translate

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1.0, 2.0, None])), max_size=20)


@given(ROWS)
def test_rows_have_the_same_number_where_they_hold_the_same(
    rows: list[tuple[str | None, float | None]],
) -> None:
    texts = pd.Series([text for text, _ in rows], dtype="str")
    numbers = pd.Series([number for _, number in rows], dtype="float64")
    first_seen = {row: place for place, row in enumerate(dict.fromkeys(rows))}
    assert number_rows([texts, numbers]).tolist() == [first_seen[row] for row in rows]


@given(ROWS)
def test_every_row_is_counted_at_the_first_that_holds_the_same(
    rows: list[tuple[str | None, float | None]],
) -> None:
    number = number_rows([pd.Series([str(row) for row in rows], dtype="str")])
    first, times = find_distinct(number)
    distinct = list(dict.fromkeys(rows))
    assert first.tolist() == [rows.index(row) for row in distinct]
    assert times.tolist() == [rows.count(row) for row in distinct]


def test_many_columns_do_not_run_out_of_numbers() -> None:
    wide = pd.Series(range(50_000))
    assert number_rows([wide] * 6).tolist() == list(range(50_000))


def test_a_value_without_a_translation_is_missing() -> None:
    told = translate(pd.Series(["S1", None, "S9"]), {"S1": "harbour"})
    assert told.fillna("").tolist() == ["harbour", "", ""]
