"""Kernels of this Python, in private temporary folders, whatever kernels are installed on the machine."""

import sys
from multiprocessing import get_all_start_methods
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from pipeline.notebooks.surroundings import fixed_environment

FORKED = "outturn-forked"
ORDINARY = "local-provisioner"


def best_kernels() -> str:
    """Return the kind of kernel: forked, except on Windows, which cannot fork."""
    return FORKED if "forkserver" in get_all_start_methods() else ORDINARY


class PrivateKernelManager(AsyncKernelManager):
    """Starts one kernel; `kernel_name` is FORKED or ORDINARY, the provisioner's registered name.

    Forked kernels talk over Unix sockets in a folder only this user can enter; ordinary ones, for Windows,
    over encrypted TCP.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._folder = TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True)
        forked = kwargs["kernel_name"] == FORKED
        super().__init__(
            transport="ipc" if forked else "tcp",
            transport_encryption="auto" if zmq.has("curve") and not forked else "disabled",
            connection_file=str(Path(self._folder.name) / "kernel.json"),
            **kwargs,
        )

    @property
    def kernel_spec(self) -> KernelSpec:
        if self._kernel_spec is None:
            self._kernel_spec = self._spec_of_this_python()
        return self._kernel_spec

    def _spec_of_this_python(self) -> KernelSpec:
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = KernelSpec()
        spec.argv = [*launch, "--HistoryManager.enabled=False"]
        spec.display_name = "The pipeline's Python"
        spec.language = "python"
        # A reader's own IPython profile and start-up files must not change a published page.
        spec.env = {**fixed_environment(), "IPYTHONDIR": str(Path(self._folder.name) / "ipython")}
        provisioner = {"provisioner_name": self.kernel_name}
        spec.metadata = {"kernel_provisioner": provisioner, "supported_encryption": ["curve"]}
        return spec

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            self._folder.cleanup()

    cleanup_resources = _async_cleanup_resources
