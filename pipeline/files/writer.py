"""Tables as Parquet: the same content gives the same bytes on every machine."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def write_table(path: Path, table: pa.Table) -> None:
    """Write Parquet; Arrow stores no time stamp and no path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def read_table(path: Path) -> pa.Table:
    """The Parquet file as it was written."""
    return pq.read_table(path)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a frame: dates as datetime64, integers as Int64, blanks as missing."""
    types = {pa.int64(): pd.Int64Dtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=types.get, date_as_object=False)
    return frame
