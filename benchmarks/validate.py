"""`intake` and `validate` on a million rows, against great-expectations alone with COMPLETE results: the same files.

The rows are the sample borough's returns many times over, once with the sample's own few faults and once with every
tenth episode wrong in two ways. `gx_alone.py` says what the library alone does. Reading, typing, importing the library
and answering the rules that it does not have (by our masks, for both) count on both sides; ours also write what was
accepted, what was set aside and why, completeness and a page for each provider, and hold our own answers against the
library's. Dates are the library's dearest part, so the comparison is told without them as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.gx_alone import Alone
from benchmarks.measure import Cost, measure_cost, tell_cost
from benchmarks.returns import write_returns
from benchmarks.trial import ROOT, tell
from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.writer import read_table
from pipeline.returns.checked import load_known
from pipeline.stages.intake import run_intake
from pipeline.stages.validate import run_validate

ROWS = 1_000_000
TARGET, MEMORY_TARGET = 5, 1.0


def _cost_alone(dataset: Dataset, folder: Path) -> Cost:
    reference = {
        name: read_table(folder / "intake" / "reference" / f"{name}.parquet")
        for name in ("services", "scales", "providers")
    }
    codes = {"ethnicity": [entry.code for entry in dataset.classification.codes]}
    alone = Alone(load_known(reference, dataset.classification), codes)
    cost = measure_cost(lambda: alone.run(folder / "data" / "returns"))
    return replace(cost, parts=alone.processor)


def run_way(way: str, folder: Path) -> Cost:
    """One stage, or great-expectations alone, in this process."""
    dataset = read_dataset(folder / "data")
    intake = folder / "intake"
    if way == "intake":
        return measure_cost(lambda: run_intake(dataset, intake))
    if way == "validate":
        return measure_cost(lambda: run_validate(dataset, intake, folder / "validate"))
    return _cost_alone(dataset, folder)


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
        ours = costs["intake"].processor + costs["validate"].processor
        alone = costs["complete"]
        print("  complete: " + ", ".join(f"{part} {seconds:.1f}" for part, seconds in alone.parts.items()))
        tell("  COMPLETE against intake and validate", alone.processor / ours, TARGET, at_least=True)
        undated = alone.processor - alone.parts["dates"]
        tell("  the same, its dates not counted", undated / ours, TARGET, at_least=True)
        tell("  GB at peak", max(costs["intake"].memory, costs["validate"].memory), MEMORY_TARGET)


if __name__ == "__main__":
    print(json.dumps(asdict(run_way(sys.argv[1], Path(sys.argv[2])))))
