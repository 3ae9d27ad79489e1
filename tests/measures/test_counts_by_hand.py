"""What `measure` counts of generated episodes, held against SQL and pandas written by hand for the benchmark."""

from pathlib import Path

import pandas as pd
import pytest
from measure_tables import IBIS_ON_DUCKDB

from benchmarks.episodes import write_episodes
from benchmarks.measure import count_ours
from benchmarks.measure_pandas import count_in_pandas
from benchmarks.measure_sql import count_by_hand
from benchmarks.measure_sums import sum_by_hand, sum_counts
from pipeline.contract.dataset import read_dataset
from pipeline.engines import open_duckdb
from pipeline.files.commissioner.reference import read_reference
from pipeline.files.writer import write_table

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
pytestmark = IBIS_ON_DUCKDB


@pytest.mark.long
def test_every_table_adds_up_to_what_is_counted_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = read_dataset(SAMPLE)
    reference = read_reference(dataset)
    for name, table in {**reference.tables, **reference.declared()}.items():
        write_table(tmp_path / "reference" / f"{name}.parquet", table)
    write_episodes(tmp_path / "rows", 20_000, dataset)
    with open_duckdb() as engine:
        by_hand = sum_by_hand(count_by_hand(engine.connection.con, dataset, tmp_path / "rows"))
    with open_duckdb() as engine:
        tables, catalogue = count_ours(engine, dataset, tmp_path / "rows")
    ours = sum_counts(tables, catalogue)
    assert len(ours) > 80
    assert ours == by_hand
    assert ours.items() >= count_in_pandas(tmp_path / "rows", catalogue).items()
    monkeypatch.setattr("pipeline.stages.measure._ROWS_AT_ONCE", 1)
    with open_duckdb() as engine:
        one_by_one, _ = count_ours(engine, dataset, tmp_path / "rows")
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, one_by_one[name], obj=name)
