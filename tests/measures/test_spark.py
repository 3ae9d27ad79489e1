"""Spark on this machine counts what DuckDB counts, to the last digit."""

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from measure_tables import IBIS_ON_DUCKDB

from benchmarks.episodes import write_episodes
from benchmarks.measure import count_ours
from pipeline.contract.dataset import read_dataset
from pipeline.engines import OPEN, EngineError
from pipeline.files.commissioner.reference import read_reference
from pipeline.files.writer import write_table

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"


@pytest.mark.slow
@IBIS_ON_DUCKDB
@pytest.mark.filterwarnings("default")
def test_spark_and_duckdb_give_the_same_tables(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra [spark] is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    dataset = read_dataset(SAMPLE)
    reference = read_reference(dataset)
    for name, table in {**reference.tables, **reference.declared()}.items():
        write_table(tmp_path / "reference" / f"{name}.parquet", table)
    write_episodes(tmp_path / "rows", 2_000, dataset)
    counted = {}
    for name in ("duckdb", "spark"):
        with OPEN[name]() as engine:
            counted[name] = count_ours(engine, dataset, tmp_path / "rows")[0]
    for name, table in counted["duckdb"].items():
        other = counted["spark"][name].reset_index(drop=True)
        pd.testing.assert_frame_equal(table.reset_index(drop=True), other, obj=name, rtol=1e-12)


def test_where_spark_is_not_installed_it_is_said_how_it_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark.sql", "pyspark.errors"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(EngineError, match="not installed here"):
        OPEN["spark"]().__enter__()
