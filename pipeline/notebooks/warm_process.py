"""The process that kernels are forked from. Needs the standard library alone, so that it starts before all else."""

import multiprocessing
import threading

WARM_MODULE = "pipeline.notebooks.warm"
launching = threading.Lock()


def forking_available() -> bool:
    """False on Windows, where ordinary kernels serve."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def start_warm_process() -> None:
    """Start it without waiting for its imports; no more than once, and not where forking is missing."""
    if not forking_available():
        return
    # Imported here, for Windows has none.
    from multiprocessing import forkserver

    with launching:
        multiprocessing.get_context("forkserver").set_forkserver_preload([WARM_MODULE])
        forkserver.ensure_running()
