"""Growth of every stage from 20 services to 400: time and largest process, with slopes.

Each size is a dataset of `pipeline.sample` with 500 children a service, run stage by stage in a clone of the committed
code. A slope of 1 is proportional growth; target 1.1.
"""

import math
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.trial import Trial
from pipeline.sample.region import Size, write_region
from pipeline.stages import STAGES

SERVICES = (20, 100, 400)
CHILDREN_A_SERVICE, AREAS = 500, 10
SLOPE = 1.1
DATASET = "data/raw/region"


@dataclass(frozen=True)
class Grown:
    """The cost of a stage at a size: seconds, and GB of its largest process."""

    seconds: float
    memory: float


def run_stage(trial: Trial, stage: str) -> Grown:
    """Run one stage in a new process; RuntimeError with its output where it fails."""
    environment = os.environ | {"PYTHONPATH": str(trial.folder)}
    log = trial.folder / f"{stage}.log"
    start = time.perf_counter()
    with log.open("w") as stream:
        command = [sys.executable, "-m", "pipeline", "stage", stage]
        process = subprocess.Popen(command, cwd=trial.folder, env=environment, stdout=stream, stderr=stream)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{stage} failed: {log.read_text()[-2000:]}")
    return Grown(time.perf_counter() - start, used.ru_maxrss / 1e6)


def use_region(trial: Trial, services: int) -> None:
    """Make a region of so many services the dataset of the clone."""
    write_region(trial.folder / DATASET, Size(services, services * CHILDREN_A_SERVICE, AREAS))
    params = trial.folder / "params.yaml"
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace("data/raw/sample ", f"{DATASET} "), encoding="utf-8")


def slope(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Return the least-squares slope through the logarithms."""
    across, up = ([math.log(value) for value in each] for each in (sizes, values))
    middle = sum(across) / len(across)
    return sum((x - middle) * y for x, y in zip(across, up, strict=True)) / sum(
        (x - middle) ** 2 for x in across
    )


def measure_growth(trial: Trial, services: Sequence[int], stages: Sequence[str]) -> Mapping[str, list[Grown]]:
    """Return the cost of each stage at each size, printing as it goes."""
    found: dict[str, list[Grown]] = {stage: [] for stage in stages}
    for size in services:
        use_region(trial, size)
        for stage in stages:
            grown = run_stage(trial, stage)
            found[stage].append(grown)
            print(f"{size} services, {stage}: {grown.seconds:.1f} s, {grown.memory:.2f} GB", flush=True)
    return found


def compare_growth(trial: Trial, services: Sequence[int] = SERVICES) -> None:
    """Print the cost of each stage at each size, and its slopes with the target."""
    for stage, grown in measure_growth(trial, services, list(STAGES)).items():
        time_slope = slope(services, [each.seconds for each in grown])
        memory_slope = slope(services, [each.memory for each in grown])
        print(f"{stage}: slope of time {time_slope:.2f}, of memory {memory_slope:.2f} (target {SLOPE:g})")
