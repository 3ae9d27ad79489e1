"""What some work takes: time by the clock and of the processor, and memory."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cost:
    """What one way took: seconds by the clock and of the processor (also of its parts), and peak memory in GB."""

    seconds: float
    processor: float
    memory: float
    parts: Mapping[str, float] = field(default_factory=dict)


def peak_memory() -> float:
    """The most memory this process has held, in GB."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e9
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak / 1e6


def measure_cost(work: Callable[[], object]) -> Cost:
    """What `work` takes in this process, imports apart."""
    start, before = time.perf_counter(), sum(os.times()[:2])
    work()
    return Cost(time.perf_counter() - start, sum(os.times()[:2]) - before, peak_memory())


def tell_cost(way: str, cost: Cost) -> None:
    """One line: time by the clock and of the processor, and memory."""
    memory = f"peak memory {cost.memory:.2f} GB"
    print(f"  {way}: {cost.seconds:.1f} s, {cost.processor:.1f} s of processor, {memory}", flush=True)
