"""Kernels forked from the warm process, which has pandas and its companions loaded already: .7 s a notebook, not 4 s.

Uses jupyter_client's extension point for kernel provisioners.
"""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pipeline.warm.client import Forked, fork_warm
from pipeline.warm.modules import KERNEL


def run_kernel(arguments: Sequence[str]) -> int:
    """In the fork: a kernel with the arguments that follow `python -m ipykernel_launcher`, until it is ended."""
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    return 0


class ForkedProcess:
    """A forked kernel with the part of `subprocess.Popen` that jupyter_client's local provisioner calls."""

    stdin = stdout = stderr = None

    def __init__(self, forked: Forked) -> None:
        self._forked = forked
        self.pid = forked.pid
        self.poll = forked.poll
        self.wait = forked.wait
        self.send_signal = forked.send_signal

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Registered with jupyter_client as `outturn-forked`; all but the launch is the local provisioner's."""

    process: ForkedProcess | None = None  # type: ignore[assignment]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel with the arguments that follow `python -m ipykernel_launcher` in `cmd`."""
        folder = Path(kwargs.get("cwd") or ".")
        self.process = ForkedProcess(fork_warm(KERNEL, cmd[3:], kwargs["env"], folder))
        return self.connection_info
