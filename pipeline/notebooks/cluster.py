"""Run notebooks on a Dask cluster, where Dask's own variable `DASK_SCHEDULER_ADDRESS` is set."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.notebooks.errors import NotebookError

_ADDRESS = "DASK_SCHEDULER_ADDRESS"


@dataclass(frozen=True)
class Cluster:
    """The number of notebooks that run at once, and a function that calls another there and waits for its result.

    Workers need this Python, and this project's folder under the same path. Their kernels are ordinary ones, as a Dask
    worker may not fork.
    """

    threads: int
    call: Callable[..., Any]


@contextmanager
def open_cluster() -> Iterator[Cluster | None]:
    """Yield the cluster, None where no address is set; NotebookError if it does not answer or Dask is missing."""
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
