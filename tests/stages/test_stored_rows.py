"""Rows held in little room are the rows: the same columns, numbers and bytes as those read in full."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from small_dataset import take_in, write_dataset

from pipeline.analysis.validation.coded_columns import FrameRows
from pipeline.files.writer import read_table, to_frame, write_table
from pipeline.returns.compact_table import StoredRows, compact, read_compact, spell_out


def test_compact_rows_hold_what_the_table_does(tmp_path: Path) -> None:
    take_in(write_dataset(tmp_path / "data"))
    path = tmp_path / "intake" / "episodes.parquet"
    table, held = read_table(path), read_compact(path)
    rows, frame = StoredRows(held), FrameRows(to_frame(table))
    assert len(rows) == read_table(path).num_rows == len(frame)
    assert spell_out(held).equals(table)
    for name in rows.columns:
        pd.testing.assert_series_equal(rows[name], frame[name])
        assert rows.codes(name).number.tolist() == frame.codes(name).number.tolist()
        assert rows.codes(name).distinct.dtype == frame.codes(name).distinct.dtype
    write_table(tmp_path / "again.parquet", spell_out(compact(table)))
    assert (tmp_path / "again.parquet").read_bytes() == path.read_bytes()
