"""`measure` on generated episodes, against the same counts in hand-written SQL.

"By hand" (`measure_sql`) counts all that `measure` counts, from the same Parquet files in DuckDB under the same limits,
and writes nothing; the sums of its counts must agree. "Counts" is what `measure` counts, "whole" the stage itself,
which also sorts and writes every scored outcome. pandas (`measure_pandas`) counts only the table of measures.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from benchmarks.cost import Cost, measure_cost, tell_cost
from benchmarks.episodes import write_episodes
from benchmarks.measure_pandas import count_in_pandas
from benchmarks.measure_sql import count_by_hand
from benchmarks.measure_sums import sum_by_hand, sum_counts
from benchmarks.trial import ROOT, tell
from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.engines import OpenEngine, open_duckdb
from pipeline.files.commissioner.reference import read_reference
from pipeline.files.writer import write_table
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.facts import load_records
from pipeline.stages.measure import count_all, read_rows, read_tables, run_measure

MILLIONS = [1]
TARGET, MEMORY_TARGET = 3, 1.5
_BY_HAND = {"by_hand": "SQL for all that is counted"}
Tables = Mapping[str, pd.DataFrame]


def read_catalogue(folder: Path) -> Sequence[Measure]:
    return load_catalogue(load_records(read_tables(folder.parent / "reference")["measures"]))


def count_ours(engine: OpenEngine, dataset: Dataset, folder: Path) -> tuple[Tables, Sequence[Measure]]:
    catalogue, services = read_catalogue(folder), read_tables(folder.parent / "reference")["services"]
    rows = read_rows(engine, dataset, folder, services, catalogue)
    return count_all(rows, catalogue, dataset, engine)[0], catalogue


def run_whole(dataset: Dataset, folder: Path) -> None:
    run_measure(dataset, folder, folder.parent / "reference", folder / "measured")


def run_way(way: str, folder: Path) -> tuple[Cost, Mapping[str, int]]:
    """Return the cost of one way of counting in this process, without imports (the engine's included), and its sums."""
    sums: dict[str, int] = {}
    dataset = read_dataset(ROOT / "data" / "raw" / "sample")
    with open_duckdb() as engine:
        ways: dict[str, Callable[[], object]] = {
            "by_hand": lambda: sums.update(
                sum_by_hand(count_by_hand(engine.connection.con, dataset, folder))
            ),
            "counts": lambda: sums.update(sum_counts(*count_ours(engine, dataset, folder))),
            "whole": lambda: run_whole(dataset, folder),
            "pandas": lambda: sums.update(count_in_pandas(folder, read_catalogue(folder))),
        }
        return measure_cost(ways[way]), sums


def _in_child(way: str, folder: Path) -> tuple[Cost, Mapping[str, int]]:
    command = [sys.executable, "-m", "benchmarks.measure", way, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    cost, sums = json.loads(done.stdout)
    return Cost(**cost), sums


def compare_measure(folder: Path, millions: Sequence[int]) -> None:
    """Run each way in its own process, those by hand before and after ours."""
    dataset = read_dataset(ROOT / "data" / "raw" / "sample")
    reference = read_reference(dataset)
    for name, table in {**reference.tables, **reference.declared()}.items():
        write_table(folder / "reference" / f"{name}.parquet", table)
    for size in millions:
        rows = folder / f"{size}m"
        write_episodes(rows, size * 1_000_000, dataset)
        print(f"measure on {size} million episodes", flush=True)
        ours = ("counts", "whole")
        found = [(way, *_in_child(way, rows)) for way in (*_BY_HAND, *ours, *reversed(_BY_HAND))]
        for way, cost, _ in found:
            tell_cost(way, cost)
        check_sums([sums for _, _, sums in found if sums])
        cost, sums = _in_child("pandas", rows)
        tell_cost("pandas", cost)
        check_sums([sums, {name: found[0][2][name] for name in sums}])
        whole = next(each.seconds for way, each, _ in found if way == "whole")
        tell(
            f"  {size} million, whole: time against pandas for the table of measures",
            whole / cost.seconds,
            TARGET,
        )
        for way in ours:
            (cost,) = (cost for name, cost, _ in found if name == way)
            for other, words in _BY_HAND.items():
                seconds = [cost.seconds for name, cost, _ in found if name == other]
                tell(
                    f"  {size} million, {way}: time against {words}",
                    cost.seconds * len(seconds) / sum(seconds),
                    TARGET,
                )
            tell(f"  {size} million, {way}: GB at peak", cost.memory, MEMORY_TARGET)


def check_sums(ways: Sequence[Mapping[str, int]]) -> None:
    """RuntimeError where two ways of counting everything disagree."""
    differing = {name for sums in ways for name in {*sums, *ways[0]} if sums.get(name) != ways[0].get(name)}
    if differing:
        raise RuntimeError(f"Counted otherwise by hand than by measure: {', '.join(sorted(differing))}.")


if __name__ == "__main__":
    cost, sums = run_way(sys.argv[1], Path(sys.argv[2]))
    print(json.dumps([asdict(cost), sums]))
