"""Kernels forked from one process that has imported what notebooks need: each starts in 0.1 s instead of 4 s.

Uses the standard library's fork server behind jupyter_client's extension point for kernel provisioners.
"""

import ast
import gc
import os
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Thread
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pipeline.notebooks.documents import parse_code, read_notebook
from pipeline.notebooks.kernels import FORKED, best_kernels

_OF_A_KERNEL = (
    "pipeline.notebooks.server",  # first of all
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",  # every kernel loads it, though none is debugged: a second each
    "matplotlib.figure",
    __name__,
)


def load_beforehand(notebooks: Iterable[Path]) -> None:
    """Have the fork server import what these notebooks import; call it before the first kernel starts.

    Does nothing where the system cannot fork.
    """
    if best_kernels() != FORKED:
        return
    imported = {name for notebook in notebooks for name in _imports(notebook)}
    get_context("forkserver").set_forkserver_preload([*_OF_A_KERNEL, *sorted(imported)])


def _imports(notebook: Path) -> Iterator[str]:
    for cell in read_notebook(notebook, notebook.name).cells:
        if cell.cell_type == "code":
            for statement in parse_code(cell.source).body:
                match statement:
                    case ast.Import(names):
                        yield from (each.name for each in names)
                    case ast.ImportFrom(module=str(module), names=names, level=0):
                        # An imported name may itself be a module; other names are skipped.
                        yield from (module, *(f"{module}.{each.name}" for each in names))


def _run_kernel(arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
    """In the fork: run a kernel with the arguments that follow `python -m ipykernel_launcher` until it ends."""
    from ipykernel.kernelapp import IPKernelApp

    gc.freeze()  # modules loaded before the fork stay, so the collector can skip them
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    Thread(target=_end_with_the_runner, daemon=True).start()
    # With a parent set, ipykernel does not print how to stop it by hand.
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _end_with_the_runner() -> None:
    """End when the runner ends, even if killed: the fork server, the parent, lives as long as its forks."""
    runner = parent_process()
    if runner is not None:
        runner.join()
        os._exit(1)


class _Kernel:
    """A fork with the methods of `subprocess.Popen` that jupyter_client's local provisioner calls."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        if self.poll() is None and self.pid:
            with suppress(ProcessLookupError):  # it may have ended in between
                os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()
        # It ends within a millisecond; jupyter_client would otherwise poll only after a tenth of a second.
        self.wait(timeout=1)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Registered with jupyter_client as `outturn-forked`; only the launch differs from the local provisioner."""

    process: _Kernel | None = None  # type: ignore[assignment]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel with the arguments that follow `python -m ipykernel_launcher` in `cmd`."""
        folder = str(Path(kwargs.get("cwd") or ".").absolute())
        process = get_context("forkserver").Process(target=_run_kernel, args=(cmd[3:], kwargs["env"], folder))
        process.start()
        self.process = _Kernel(process)
        return self.connection_info
