"""Notebooks on a cluster of Dask's, where `DASK_SCHEDULER_ADDRESS`, which Dask itself reads, names one."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.notebooks.errors import NotebookError

_ADDRESS = "DASK_SCHEDULER_ADDRESS"


@dataclass(frozen=True)
class Cluster:
    """How many notebooks run there at once, and what calls a function there and waits for its answer.

    Workers need this Python, and this project's folder under the same name. Their kernels are ordinary ones: a worker
    of Dask's may not fork.
    """

    threads: int
    call: Callable[..., Any]


@contextmanager
def open_cluster() -> Iterator[Cluster | None]:
    """The cluster, None where no address is set; NotebookError where it does not answer or Dask is not installed."""
    if not (address := os.environ.get(_ADDRESS)):
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise NotebookError(
            f"{_ADDRESS} is set, but Dask is not installed here: add it with 'pip install -e \".[dask]\"' in .venv."
        ) from None
    try:
        client = Client(address)
    except OSError:
        raise NotebookError(f"{_ADDRESS}: no scheduler of Dask's answers at {address}.") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise NotebookError(f"{_ADDRESS}: the scheduler at {address} has no workers yet.")
        yield Cluster(threads, lambda work, *given: client.submit(work, *given, pure=False).result())
