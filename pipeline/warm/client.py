"""Asking the warm process for a fork, and living with it: its number, its end, and what it came to."""

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.warm.modules import WORK
from pipeline.warm.place import PACKAGE, forking_available, socket_place

_SECONDS_TO_START = 30.0
_LOST = 1


class WarmError(RuntimeError):
    """The warm process gave no fork."""


class Forked:
    """A fork at work. It ends when this object's connection does, so with the process that asked for it.

    It has the part of `subprocess.Popen` that jupyter_client's local provisioner calls.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._told = b""
        self._code: int | None = None
        line = self._read_line(None)
        if line is None:
            raise WarmError("the warm process ended before it forked")
        self.pid = int(line)

    def _read_line(self, timeout: float | None) -> str | None:
        """A line; blank where none has come within `timeout` seconds, None where none will come."""
        while b"\n" not in self._told:
            ready, _, _ = select.select([self._connection], [], [], timeout)
            if not ready:
                return ""
            try:
                more = self._connection.recv(4096)
            except OSError:
                more = b""
            if not more:
                return None
            self._told += more
        line, _, self._told = self._told.partition(b"\n")
        return line.decode()

    def poll(self) -> int | None:
        """The exit code once it has ended, 1 where it ended without one; None while it is at work."""
        return self.wait(0.0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Like `poll`, after its end or `timeout` seconds."""
        if self._code is None:
            line = self._read_line(timeout)
            if line != "":
                self._code = _LOST if line is None else int(line)
                self._connection.close()
        return self._code

    def send_signal(self, number: int) -> None:
        """Nothing where it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            if number == signal.SIGKILL:
                # Over in a millisecond; jupyter_client would otherwise look again only after a tenth of a second.
                self.wait(timeout=1)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def start_warm(work: Sequence[str]) -> None:
    """See that a warm process is there, loading what this work needs in this order; does not wait for it."""
    if not forking_available():
        return
    place = socket_place()
    found = _connect(place)
    if found is None:
        _start(place, work)
    else:
        found.close()


def _connect(place: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(place))
    except OSError:
        connection.close()
        return None
    return connection


def _start(place: Path, work: Sequence[str]) -> None:
    # Imported by the one stage that starts it.
    import subprocess

    # Of no terminal and no pipe of ours, and nobody's child: it outlives the stage that started it by some minutes.
    subprocess.run(
        [sys.executable, "-m", "pipeline.warm.server", str(place), *work],
        cwd=PACKAGE.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )


def fork_warm(
    work: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, start: bool = True
) -> Forked:
    """A fork that does this work; `start` a warm process where none is there. WarmError where there is no fork."""
    if work not in WORK:
        raise ValueError(f"the warm process does not know {work}")
    if not forking_available():
        raise WarmError("this system cannot fork")
    request = {
        "work": work,
        "arguments": list(arguments),
        "environment": dict(environment),
        "folder": str(folder.absolute()),
        "path": sys.path,
    }
    for connection in _connections(work, start):
        with contextlib.suppress(OSError, WarmError):
            return _ask(connection, json.dumps(request).encode())
        connection.close()
    raise WarmError("no warm process answers")


def _connections(work: str, start: bool) -> Iterator[socket.socket]:
    """One to each warm process that is found, until time is up: one may end just when it is spoken to."""
    place, end = socket_place(), time.monotonic() + _SECONDS_TO_START
    started = False
    while time.monotonic() < end:
        connection = _connect(place)
        if connection is not None:
            started = False
            yield connection
        elif not start:
            return
        elif not started:
            _start(place, [work])
            started = True
        time.sleep(0.01)


def _ask(connection: socket.socket, request: bytes) -> Forked:
    """The request's length goes with the files that the fork writes to, then the request."""
    sys.stdout.flush()
    socket.send_fds(connection, [len(request).to_bytes(4, "big")], [1, 2])
    connection.sendall(request)
    return Forked(connection)
