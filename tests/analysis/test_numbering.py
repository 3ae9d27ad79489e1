"""Numbers that stand for rows: the same number, the same row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.validation.coded_columns import CodedRows, FrameRows, find_distinct

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1.0, 2.0, None])), max_size=20)


def make(rows: list[tuple[str | None, float | None]]) -> CodedRows:
    texts = pd.Series([text for text, _ in rows], dtype="str")
    return FrameRows(
        pd.DataFrame({"text": texts, "number": pd.Series([each for _, each in rows], dtype="float64")})
    )


@given(ROWS, ROWS.map(len))
def test_rows_have_the_same_number_where_they_hold_the_same(
    rows: list[tuple[str | None, float | None]], cut: int
) -> None:
    for part, held in ((make(rows), rows), (make(rows).at(np.arange(len(rows)) >= cut), rows[cut:])):
        number = part.number(["text", "number"]).tolist()
        assert sorted(set(number)) == list(range(len(set(held))))
        assert len(set(zip(number, held, strict=True))) == len(set(held))


@given(ROWS)
def test_every_row_is_counted_at_the_first_that_holds_the_same(
    rows: list[tuple[str | None, float | None]],
) -> None:
    first, times = find_distinct(make(rows).number(["text", "number"]))
    distinct = list(dict.fromkeys(rows))
    assert sorted(first.tolist()) == [rows.index(row) for row in distinct]
    assert {rows[at]: count for at, count in zip(first.tolist(), times.tolist(), strict=True)} == {
        row: rows.count(row) for row in distinct
    }


def test_many_columns_do_not_run_out_of_numbers() -> None:
    wide = FrameRows(pd.DataFrame({str(column): range(50_000) for column in range(6)}))
    assert wide.number(wide.columns).tolist() == list(range(50_000))


def test_a_value_without_a_translation_is_missing() -> None:
    told = (
        FrameRows(pd.DataFrame({"x": ["S1", None, "S9"]}, dtype="str"))
        .codes("x")
        .translate({"S1": "harbour"})
    )
    assert told.fillna("").tolist() == ["harbour", "", ""]


PERIODS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["2009-q1", "2009-q2", "2010-q1"])), max_size=12
)


@given(PERIODS)
def test_the_nearest_earlier_row_is_that_of_the_period_before_last_where_there_are_several(
    rows: list[tuple[str, str]],
) -> None:
    frame = pd.DataFrame(rows, columns=["key", "period"], dtype="str")
    for place, found in enumerate(FrameRows(frame).find_earlier(["key"]).tolist()):
        key, period = rows[place]
        before = [other for other in rows if other[0] == key and other[1] < period]
        last = max(before, key=lambda row: row[1], default=None)
        assert found == (-1 if last is None else max(at for at, row in enumerate(rows) if row == last))
