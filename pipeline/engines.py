"""The database engine for counting: DuckDB in this process, or Spark at the address in Spark's own settings.

Both run the same Ibis expressions; they differ in how they are opened and in how rows pass through Python.
"""

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from pipeline.contract.record_keys import child_number

_SPARK_MISSING = (
    "params.yaml, measure.engine: Spark is not installed here. Add it with 'pip install -e \".[spark]\"' in .venv "
    "(docs/scale.md), or write duckdb."
)
_MEMORY = "3GB"
_MOST_THREADS = 4
_BATCH = 100_000
_SCHEMA = pa.schema([("child_id", pa.string()), ("child", pa.int64())])


class EngineError(ValueError):
    """An engine that cannot be used; one plain sentence."""


@dataclass(frozen=True)
class OpenEngine(ABC):
    """An open engine: its Ibis connection, and a temporary folder that is deleted on closing."""

    connection: Any
    folder: Path

    def read(self, path: Path) -> Table:
        """Return a Parquet file as a table."""
        found: Table = self.connection.read_parquet(path.absolute().as_posix())
        return found

    def keep(self, name: str, table: Table) -> Table:
        """Store a table under a name, so that it is computed once."""
        kept: Table = self.connection.create_table(name, table)
        return kept

    def drop(self, name: str) -> None:
        """Drop a stored table that is no longer needed."""
        self.connection.drop_table(name)

    @abstractmethod
    def batches(self, table: Table) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a table in order, in batches."""

    @abstractmethod
    def number(self, ids: Table, key: bytes) -> Table:
        """Return each `child_id` with its number `child`, as computed by `child_number`."""


class DuckDB(OpenEngine):
    """In this process; rows pass through Python by way of a file, one batch at a time."""

    def batches(self, table: Table) -> Iterator[pa.RecordBatch]:
        listed = self.folder / "listed.parquet"
        self.connection.to_parquet(table, listed)
        with pq.ParquetFile(listed) as file:
            yield from file.iter_batches(_BATCH)
        listed.unlink()

    def number(self, ids: Table, key: bytes) -> Table:
        numbered = self.folder / "numbers.parquet"
        with pq.ParquetWriter(numbered, _SCHEMA) as writer:
            for batch in self.batches(ids):
                names = batch.column(0)
                numbers = pa.array((child_number(name, key) for name in names.to_pylist()), pa.int64())
                writer.write_batch(pa.record_batch([names.cast(pa.string()), numbers], schema=_SCHEMA))
        return self.read(numbered)


class Spark(OpenEngine):
    """At its own address; rows listed one by one pass through the memory of this process."""

    def keep(self, name: str, table: Table) -> Table:
        # Some of Spark's functions return 32-bit integers where Ibis expects 64 bits.
        return super().keep(name, table).cast(table.schema())

    def batches(self, table: Table) -> Iterator[pa.RecordBatch]:
        yield from self.connection.to_pyarrow_batches(table, chunk_size=_BATCH)

    def number(self, ids: Table, key: bytes) -> Table:
        @ibis.udf.scalar.python(signature=((ibis.dtype("string"),), ibis.dtype("int64")))  # type: ignore[untyped-decorator]
        def number_of(name: str) -> int:
            return child_number(name, key)

        return ids.mutate(child=number_of(ids.child_id))


@contextmanager
def open_duckdb() -> Iterator[OpenEngine]:
    """Open DuckDB with a fixed memory limit; it spills to a temporary folder, deleted afterwards."""
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        # Row order does not matter before writing, which sorts.
        # Stored tables are in a file, because tables in memory would leave no room for the queries on them.
        connection = ibis.duckdb.connect(
            Path(folder) / "kept.duckdb",
            memory_limit=_MEMORY,
            threads=min(_MOST_THREADS, os.cpu_count() or 1),
            temp_directory=folder,
            preserve_insertion_order=False,
        )
        yield DuckDB(connection, Path(folder))


@contextmanager
def open_spark() -> Iterator[OpenEngine]:
    """Open Spark with its own settings (`spark-defaults.conf`, `PYSPARK_SUBMIT_ARGS`), else on this machine.

    EngineError where Spark or Java is not installed. Stored tables go to a temporary folder, or to
    `spark.sql.warehouse.dir`: on a cluster, that and data/processed must be reachable by every worker.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineError(_SPARK_MISSING) from None
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        builder = SparkSession.builder.appName("outturn").config("spark.sql.session.timeZone", "UTC")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        if "SPARK_CONF_DIR" not in os.environ and "PYSPARK_SUBMIT_ARGS" not in os.environ:
            builder = builder.master("local[*]").config("spark.sql.warehouse.dir", folder)
            builder = builder.config("spark.sql.shuffle.partitions", "4")
            os.environ.setdefault(
                "PYSPARK_PYTHON", sys.executable
            )  # otherwise Spark takes any python3 of the path
        try:
            session = builder.getOrCreate()
        except PySparkRuntimeError:
            raise EngineError(
                "params.yaml, measure.engine: Spark did not start; it needs Java 17 (docs/scale.md)."
            ) from None
        try:
            yield Spark(ibis.pyspark.connect(session), Path(folder))
        finally:
            session.stop()


OPEN: Mapping[str, Callable[[], AbstractContextManager[OpenEngine]]] = {
    "duckdb": open_duckdb,
    "spark": open_spark,
}
