"""A stored table in little room: each distinct text once, and columns as pandas has them only when asked for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.analysis.validation.coded_columns import CodedRows, Codes
from pipeline.files.writer import to_frame


def read_compact(path: Path) -> pa.Table:
    """The Parquet file with each distinct text of a column held once."""
    texts = [field.name for field in pq.read_schema(path) if field.type == pa.string()]
    return compact(pq.read_table(path, read_dictionary=texts))


def compact(table: pa.Table) -> pa.Table:
    """The table in one piece, each distinct text of a column held once."""
    columns = {}
    for name in table.column_names:
        column = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
        columns[name] = column.dictionary_encode() if column.type == pa.string() else column
    return pa.table(columns)


def spell_out(table: pa.Table) -> pa.Table:
    """The table with every text where it stands, as it is written."""
    columns = {
        name: table[name].cast(pa.string()) if pa.types.is_dictionary(table[name].type) else table[name]
        for name in table.column_names
    }
    return pa.table(columns)


def blank_provider(rows: pa.Table) -> pa.Table:
    """The rows with a blank provider where none is said, so that rules about it do not ask."""
    if "provider_id" not in rows.column_names:
        return rows
    place = rows.column_names.index("provider_id")
    return rows.set_column(place, "provider_id", pc.fill_null(rows["provider_id"], ""))


class StoredRows(CodedRows):
    """The rows of a compact table."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__(table.column_names, pd.RangeIndex(len(table)))
        self._table = table

    def make_column(self, name: str) -> pd.Series:
        """As `to_frame` makes it."""
        return to_frame(spell_out(self._table.select([name])))[name]

    def make_codes(self, name: str) -> Codes:
        """Texts are numbered as they are held."""
        column = self._table[name]
        if not pa.types.is_dictionary(column.type):
            return super().make_codes(name)
        held = column.chunk(0)
        number = held.indices.fill_null(-1).to_numpy()
        return Codes.of(number, pd.Index(held.dictionary.to_pandas(), dtype="str"))
