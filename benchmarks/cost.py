"""Cost of some work: elapsed time, processor time, and memory."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cost:
    """Elapsed seconds, processor seconds (child processes included) and peak memory in GB."""

    seconds: float
    processor: float
    memory: float
    parts: Mapping[str, float] = field(default_factory=dict)


def peak_memory() -> float:
    """Return the peak memory of this process, in GB."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e9
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak / 1e6


def measure_cost(work: Callable[[], object]) -> Cost:
    """Return the cost of `work` in this process, without imports."""
    start, before = time.perf_counter(), sum(os.times()[:2])
    work()
    return Cost(time.perf_counter() - start, sum(os.times()[:2]) - before, peak_memory())


def tell_cost(way: str, cost: Cost) -> None:
    """Print one line: elapsed time, processor time and memory."""
    memory = f"peak memory {cost.memory:.2f} GB"
    print(f"  {way}: {cost.seconds:.1f} s, {cost.processor:.1f} s of processor, {memory}", flush=True)
