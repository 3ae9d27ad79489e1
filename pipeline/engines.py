"""The engine that counts: DuckDB in this process, or Spark at whatever address Spark's own settings name.

The expressions are the same Ibis; what differs stands here: how an engine is opened, and how rows pass through Python.
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
    """An open engine: its connection of Ibis, and a folder that goes when it is closed."""

    connection: Any
    folder: Path

    def read(self, path: Path) -> Table:
        """A Parquet file as a table."""
        found: Table = self.connection.read_parquet(path.absolute().as_posix())
        return found

    def keep(self, name: str, table: Table) -> Table:
        """A table held under a name, so that it is worked out once."""
        kept: Table = self.connection.create_table(name, table)
        return kept

    def drop(self, name: str) -> None:
        """Let go of a table that is kept, once nothing more is asked of it."""
        self.connection.drop_table(name)

    @abstractmethod
    def batches(self, table: Table) -> Iterator[pa.RecordBatch]:
        """The rows of a table in their order, some at a time."""

    @abstractmethod
    def number(self, ids: Table, key: bytes) -> Table:
        """Each `child_id` with its number `child`, as `child_number` has it."""


class DuckDB(OpenEngine):
    """In this process: what passes through Python does so by way of a file, a batch at a time."""

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
    """At an address of its own; rows that are listed one by one come through the memory of this process."""

    def keep(self, name: str, table: Table) -> Table:
        # What Ibis takes for whole numbers of 64 bits comes back from some of Spark's functions with 32.
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
    """DuckDB within fixed bounds of memory; what does not fit goes to a temporary folder, deleted after."""
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        # The order of rows is nobody's concern until something is written, and that is sorted.
        # Tables that are kept lie in a file, as those in memory would not leave it for what is worked out of them.
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
    """Spark with its own settings (`spark-defaults.conf`, `PYSPARK_SUBMIT_ARGS`); on this machine where they name none.

    EngineError where Spark or Java is not installed. What is kept goes to a temporary folder, or where
    `spark.sql.warehouse.dir` says: on a cluster one that every worker can reach, as data/processed has to be.
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
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else some python3 of the path
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
