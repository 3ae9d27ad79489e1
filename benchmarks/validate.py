"""`intake` and `validate` on a million rows, against great-expectations by hand with COMPLETE results: the same files.

The rows repeat the sample borough's returns, once with the sample's own few faults and once with every tenth episode
wrong in two ways. `gx_alone.py` is what a user would write with the same suites, with the library's defaults
("complete") and without the query that COMPLETE makes of the failing rows ("lean"). Reading and typing count on both
sides; ours also write what was accepted, what was set aside and why, completeness and a page per provider. Checking
dates as text is the slowest part of the library, so the comparison is also made without them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.cost import Cost, measure_cost, tell_cost
from benchmarks.gx_alone import Alone
from benchmarks.returns import write_returns
from benchmarks.trial import ROOT, tell
from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.writer import read_table
from pipeline.returns.checked import load_known
from pipeline.stages.intake import run_intake
from pipeline.stages.validate import run_validate

ROWS = 1_000_000
TARGET, MEMORY_TARGET = 1, 1.5
"""No slower than the library by itself, which it asks the same and more."""
WAYS = ("intake", "validate", "complete", "lean")


def _cost_with_children(work: Callable[[], object]) -> Cost:
    """Return the cost of `work` in this process and its children, with their peaks of memory added up.

    Windows does not report finished processes: there it is the cost of this one alone.
    """
    cost = measure_cost(work)
    if sys.platform == "win32":
        return cost
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    memory = peak / 1e9 if sys.platform == "darwin" else peak / 1e6
    return replace(cost, processor=cost.processor + sum(os.times()[2:4]), memory=cost.memory + memory)


def _cost_alone(dataset: Dataset, folder: Path, with_query: bool) -> Cost:
    reference = {
        name: read_table(folder / "intake" / "reference" / f"{name}.parquet")
        for name in ("services", "scales", "providers")
    }
    codes = {"ethnicity": [entry.code for entry in dataset.classification.codes]}
    alone = Alone(load_known(reference, dataset.classification), codes, with_query)
    cost = measure_cost(lambda: alone.run(folder / "data" / "returns"))
    return replace(cost, parts=alone.processor)


def run_way(way: str, folder: Path) -> Cost:
    """Return the cost of one stage, or of great-expectations alone, in this process."""
    dataset = read_dataset(folder / "data")
    intake = folder / "intake"
    if way == "intake":
        return _cost_with_children(lambda: run_intake(dataset, intake))
    if way == "validate":
        return _cost_with_children(lambda: run_validate(dataset, intake, folder / "validate"))
    return _cost_alone(dataset, folder, way == "complete")


def print_way(way: str, folder: str) -> None:
    """Print the cost of one way, for the parent process to read."""
    print(json.dumps(asdict(run_way(way, Path(folder)))))


def _in_child(way: str, folder: Path) -> Cost:
    # Not in a module of its own: a second process would import it, and with it everything compared here.
    asked = f"from benchmarks.validate import print_way; print_way({way!r}, {str(folder)!r})"
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _tell_ratios(words: str, costs: Mapping[str, Cost]) -> None:
    ours = [costs[way] for way in ("intake", "validate")]
    clock, processor = sum(cost.seconds for cost in ours), sum(cost.processor for cost in ours)
    for way in ("complete", "lean"):
        alone = costs[way]
        print(f"  {way}: " + ", ".join(f"{part} {seconds:.1f}" for part, seconds in alone.parts.items()))
        undated = alone.processor - alone.parts["dates"]
        found = {
            "by the clock": alone.seconds / clock,
            "of processor": alone.processor / processor,
            "its dates not counted": undated / processor,
        }
        for what, ratio in found.items():
            tell(f"  {words}: {way} against ours, {what}", ratio, TARGET, at_least=True)


def compare_validate(folder: Path) -> None:
    """Compare both stages and the library alone, each in its own process."""
    for words, wrong in (("the sample's own faults", 0), ("every tenth episode wrong", 10)):
        place = folder / f"wrong-{wrong}"
        rows = write_returns(place / "data", ROWS, wrong_every=wrong)
        print(f"validate on {rows:,} rows, {words}", flush=True)
        costs = {way: _in_child(way, place) for way in WAYS}
        for way, cost in costs.items():
            tell_cost(way, cost)
        _tell_ratios(words, costs)
        tell(f"  {words}: GB at peak", max(costs["intake"].memory, costs["validate"].memory), MEMORY_TARGET)
