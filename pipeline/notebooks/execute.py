"""papermill with kernels of this package: parameters injected, every cell run, errors reported without data."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import cast

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from jupyter_client.session import Session
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from traitlets import Instance, Type

from pipeline.notebooks.errors import NotebookError, place_in_notebook
from pipeline.notebooks.kernels import PrivateKernelManager
from pipeline.notebooks.parameters import Scalar, parameters_cell

COLOUR_CODE = re.compile(r"\x1b\[[0-9;]*m")
SECONDS_FOR_START = 120
_ONE_AT_A_TIME = Lock()


def execute(
    place: str, source: NotebookNode, parameters: Mapping[str, Scalar], folder: Path, kernels: str
) -> NotebookNode:
    """Return the executed notebook, in memory only.

    `place` is its name in messages, `folder` the kernel's working folder. Raises NotebookError naming the cell, the
    kind of error and where in this package it arose: tracebacks hold values, and are not kept.
    """
    # Imported here because it is slow, and most runs have no page to make.
    from papermill.exceptions import PapermillExecutionError

    loop = ensure_event_loop()
    try:
        return _run_papermill(source, parameters, folder, kernels)
    except PapermillExecutionError as error:
        number = _number_in_source(source, error.cell_index, bool(parameters))
        within = place_in_notebook(COLOUR_CODE.sub("", "\n".join(error.traceback)))
        raise NotebookError(f"{place}, cell {number}: {error.ename}{within}") from None
    except (RuntimeError, TimeoutError) as error:
        raise NotebookError(f"{place}: the kernel stopped ({type(error).__name__})") from None
    finally:
        if not loop.is_running():
            loop.close()


def _run_papermill(
    source: NotebookNode, parameters: Mapping[str, Scalar], folder: Path, kernels: str
) -> NotebookNode:
    import papermill

    with _ONE_AT_A_TIME:
        _resolve_names()
    return cast(
        NotebookNode,
        papermill.execute_notebook(
            source,
            None,
            parameters=dict(parameters),
            kernel_name=kernels,
            language="python",
            progress_bar=False,
            start_timeout=SECONDS_FOR_START,
            kernel_manager_class=PrivateKernelManager,
            resources={"metadata": {"path": str(folder.absolute())}},
            shutdown_kernel="immediate",
            record_timing=False,
            coalesce_streams=True,
        ),
    )


@cache
def _resolve_names() -> None:
    """Let traitlets resolve the classes that it refers to by name.

    It does so at a class's first instance, and fails when two threads create one at the same time.
    """
    from papermill.clientwrap import PapermillNotebookClient

    for kind in (
        PapermillNotebookClient,
        PrivateKernelManager,
        AsyncKernelClient,
        Session,
        KernelProvisionerBase,
    ):
        for trait in kind.class_traits().values():
            if isinstance(trait, (Instance, Type)):
                trait._resolve_classes()


def _number_in_source(source: NotebookNode, executed_index: int, injected: bool) -> int:
    """Return the cell's number from 1 in the source, which lacks papermill's injected cell."""
    declared = parameters_cell(source)
    after_injected = injected and declared is not None and executed_index > declared
    return executed_index if after_injected else executed_index + 1
