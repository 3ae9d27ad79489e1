"""Kernels forked from a process that has pandas and its companions loaded already: .7 s a notebook, not 4 s.

Uses jupyter_client's extension point for kernel provisioners and the standard library's fork server.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import ModuleType
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pipeline.notebooks.warm_process import launching, start_warm_process


@contextmanager
def _main_module_hidden() -> Iterator[None]:
    """multiprocessing imports the caller's main module again in each child: in a kernel, waste or harm."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _end_with_runner() -> None:
    runner = multiprocessing.parent_process()
    if runner is not None:
        wait([runner.sentinel])
    os._exit(1)


def _serve_kernel(arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
    """The life of a forked kernel, in a session of its own so that Ctrl-C reaches the runner alone."""
    os.setsid()
    threading.Thread(target=_end_with_runner, daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    if folder is not None:
        os.chdir(folder)
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


class ForkedProcess:
    """A forked kernel with the part of `subprocess.Popen` that jupyter_client's local provisioner calls."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
        context = multiprocessing.get_context("forkserver")
        details = (arguments, environment, folder)
        self._process = context.Process(target=_serve_kernel, args=details, daemon=True)
        start_warm_process()
        with launching, _main_module_hidden():
            self._process.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.pid is None or not self._process.is_alive():
            return
        os.kill(self._process.pid, number)
        if number == signal.SIGKILL:
            # Over in a millisecond; jupyter_client would otherwise look again only after a tenth of a second.
            self._process.join(timeout=1)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Registered with jupyter_client as `outturn-forked`; all but the launch is the local provisioner's."""

    process: ForkedProcess | None = None  # type: ignore[assignment]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel with the arguments that follow `python -m ipykernel_launcher` in `cmd`."""
        folder = kwargs.get("cwd")
        self.process = ForkedProcess(cmd[3:], kwargs["env"], None if folder is None else str(folder))
        return self.connection_info
