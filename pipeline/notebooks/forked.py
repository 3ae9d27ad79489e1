"""Kernels forked from the warm process, which has pandas and its companions loaded already: .1 s, not 4 s.

Uses jupyter_client's extension point for kernel provisioners.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pipeline.warm.client import Forked, fork_warm
from pipeline.warm.modules import KERNEL

_SECONDS_BETWEEN_LOOKS = 0.005


def run_kernel(arguments: Sequence[str]) -> int:
    """In the fork: a kernel with the arguments that follow `python -m ipykernel_launcher`, until it is ended."""
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    return 0


class ForkedProvisioner(LocalProvisioner):
    """Registered with jupyter_client as `outturn-forked`; all but the launch is the local provisioner's."""

    process: Forked | None = None  # type: ignore[assignment]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel with the arguments that follow `python -m ipykernel_launcher` in `cmd`."""
        folder = Path(kwargs.get("cwd") or ".")
        self.process = fork_warm(KERNEL, cmd[3:], kwargs["env"], folder)
        await self._until_it_listens()
        return self.connection_info

    async def _until_it_listens(self) -> None:
        """A client that comes too early tries again only after a tenth of a second, on each of its channels."""
        ports = [port for name, port in self.connection_info.items() if name.endswith("_port")]
        sockets = [Path(f"{self.connection_info['ip']}-{port}") for port in ports]
        while self.process and self.process.poll() is None and not all(each.exists() for each in sockets):
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
