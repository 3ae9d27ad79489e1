"""`intake` and `validate` on a million rows, against great-expectations alone with COMPLETE results.

The rows are the sample borough's returns many times over, once with the sample's own few faults and once with every
tenth episode wrong in two ways. great-expectations gets the typed rows that `intake` wrote, the contract's constraints
and every rule; rules between rows, tables and returns, which it does not have, it gets answered already, as columns.
It is asked for the file and row of every failing row, as `set_aside.csv` and `warnings.csv` name them. Reading the
rows, answering and importing the library are not in its time; they are in ours, whose `validate` also asks
great-expectations to count every rule once more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, measure_cost, tell_cost
from benchmarks.returns import write_returns
from benchmarks.trial import ROOT, tell
from pipeline.analysis.expectations import list_expectations, load_great_expectations, start_context
from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.contract.tables import load_table
from pipeline.files.writer import read_table
from pipeline.returns.checked import Checked, check_tables, load_known
from pipeline.stages.intake import run_intake
from pipeline.stages.validate import run_validate

ROWS = 1_000_000
TARGET, MEMORY_TARGET = 5, 1.0
_COMPLETE = {"result_format": "COMPLETE", "unexpected_index_column_names": ["file", "row"]}


def _validate_alone(gx: Any, checked: Checked, codes: dict[str, list[str]], known: Any) -> Callable[[], None]:
    on_rows, on_answers = list_expectations(load_table(checked.name), codes, checked.failing.masks, known)
    columns = [*checked.rows.columns, *(rule for _, _, rule in on_answers)]
    rows = checked.rows.assign(**{rule: checked.failing.masks[rule] for _, _, rule in on_answers})
    context = start_context(gx)
    suite = gx.ExpectationSuite(checked.name)
    for kind, arguments, rule in [*on_rows, *on_answers]:
        asked = {**arguments, "column_set": columns} if "column_set" in arguments else arguments
        suite.add_expectation(getattr(gx.expectations, kind)(**asked, meta={"rule": rule}))
    asset = context.data_sources.add_pandas(checked.name).add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
    return lambda: batch.validate(suite, result_format=_COMPLETE)


def _cost_alone(dataset: Dataset, intake: Path) -> Cost:
    gx = load_great_expectations()
    reference = {
        name: read_table(intake / "reference" / f"{name}.parquet")
        for name in ("services", "scales", "providers")
    }
    known = load_known(reference, dataset.classification)
    codes = {"ethnicity": [entry.code for entry in dataset.classification.codes]}
    costs = [
        measure_cost(_validate_alone(gx, checked, codes, known))
        for checked in check_tables(lambda name: read_table(intake / f"{name}.parquet"), known)
    ]
    seconds, processor = (sum(getattr(cost, name) for cost in costs) for name in ("seconds", "processor"))
    return Cost(seconds, processor, costs[-1].memory)


def run_way(way: str, folder: Path) -> Cost:
    """One stage, or great-expectations alone, in this process."""
    dataset = read_dataset(folder / "data")
    intake = folder / "intake"
    if way == "intake":
        return measure_cost(lambda: run_intake(dataset, intake))
    if way == "validate":
        return measure_cost(lambda: run_validate(dataset, intake, folder / "validate"))
    return _cost_alone(dataset, intake)


def _in_child(way: str, folder: Path) -> Cost:
    command = [sys.executable, "-m", "benchmarks.validate", way, str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def compare_validate(folder: Path) -> None:
    """Both stages and the library alone, each in a process of its own."""
    for words, wrong in (("the sample's own faults", 0), ("every tenth episode wrong", 10)):
        place = folder / f"wrong-{wrong}"
        rows = write_returns(place / "data", ROWS, wrong_every=wrong)
        print(f"validate on {rows:,} rows, {words}", flush=True)
        costs = {way: _in_child(way, place) for way in ("intake", "validate", "complete")}
        for way, cost in costs.items():
            tell_cost(way, cost)
        ours = costs["intake"].processor, costs["validate"].processor
        complete = costs["complete"].processor
        tell("  COMPLETE against validate", complete / ours[1], TARGET, at_least=True)
        tell("  COMPLETE against intake and validate", complete / sum(ours), TARGET, at_least=True)
        tell("  GB at peak", max(costs["intake"].memory, costs["validate"].memory), MEMORY_TARGET)


if __name__ == "__main__":
    print(json.dumps(asdict(run_way(sys.argv[1], Path(sys.argv[2])))))
