"""The warm process itself: `python -m pipeline.warm.server PLACE WORK...`, until nobody has wanted it for a while."""

import contextlib
import fcntl
import gc
import json
import os
import select
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

from pipeline.warm.modules import function_for, load_module, modules_for
from pipeline.warm.surroundings import fixed_environment

_SECONDS_IDLE = "300"
_SECONDS_BETWEEN_LOOKS = 0.5
_LONGEST_REQUEST = 1 << 20


def _end_with(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.recv(1)
    os._exit(1)


def _live(connection: socket.socket, files: Sequence[int], request: Mapping[str, Any]) -> NoReturn:
    """The life of a fork: its asker's surroundings, the work, and an end that the asker hears of."""
    code = 1
    try:
        os.setsid()
        for number, file in enumerate(files, start=1):
            os.dup2(file, number)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.path[:] = request["path"]
        threading.Thread(target=_end_with, args=[connection], daemon=True).start()
        connection.sendall(f"{os.getpid()}\n".encode())
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        code = function_for(request["work"])(request["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        # Whoever asked may be gone; a fork must never come back into the loop that it was forked from.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
            connection.sendall(f"{code}\n".encode())
        os._exit(code)


class _Loaded:
    """What is loaded already, so that the collector leaves it alone and forks share it."""

    def __init__(self, work: Sequence[str]) -> None:
        self._waiting = list(dict.fromkeys(name for each in work for name in modules_for(each)))
        self._done: set[str] = set()

    def load(self, names: Sequence[str]) -> None:
        """Load those that are not loaded."""
        new = [name for name in names if name not in self._done]
        for name in new:
            load_module(name)
        self._done.update(new)
        if new:
            gc.collect()
            gc.freeze()

    def load_next(self) -> bool:
        """Load one of those waiting; False where none is."""
        if self._waiting:
            self.load([self._waiting.pop(0)])
        return bool(self._waiting)


def _receive(connection: socket.socket) -> tuple[list[int], Mapping[str, Any]]:
    connection.settimeout(5)
    head, files, _, _ = socket.recv_fds(connection, 4, 2)
    length = int.from_bytes(head, "big")
    body = b""
    while len(body) < min(length, _LONGEST_REQUEST):
        more = connection.recv(length - len(body))
        if not more:
            break
        body += more
    connection.settimeout(None)
    return files, json.loads(body)


def _serve_one(listener: socket.socket, lock: IO[str], loaded: _Loaded) -> int | None:
    """Take one request and fork; the fork's number, None where nothing was asked."""
    connection, _ = listener.accept()
    files: list[int] = []
    with connection:
        try:
            files, request = _receive(connection)
            loaded.load(modules_for(request["work"]))
            process = os.fork()
            if process == 0:
                listener.close()
                lock.close()
                _live(connection, files, request)
            return process
        except (OSError, ValueError, KeyError):
            return None
        finally:
            for file in files:
                os.close(file)


def _still_alive(forks: set[int]) -> set[int]:
    return {process for process in forks if os.waitpid(process, os.WNOHANG)[0] == 0}


def serve(listener: socket.socket, lock: IO[str], work: Sequence[str]) -> None:
    """Load while nobody asks, fork for whoever asks; until there has been no fork and no request for some minutes."""
    idle = float(os.environ.get("OUTTURN_WARM_SECONDS", _SECONDS_IDLE))
    loaded, forks, last = _Loaded(work), set[int](), time.monotonic()
    loading = True
    while forks or time.monotonic() - last < idle:
        ready, _, _ = select.select([listener], [], [], 0 if loading else _SECONDS_BETWEEN_LOOKS)
        if ready and (process := _serve_one(listener, lock, loaded)):
            forks.add(process)
        elif not ready and loading:
            loading = loaded.load_next()
        if ready or forks or loading:
            last = time.monotonic()
        forks = _still_alive(forks)


def main(place: Path, work: Sequence[str]) -> int:
    """Serve there, unless another does already; 1 then."""
    os.environ.update(fixed_environment())
    with place.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 1
        place.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(place))
            listener.listen(64)
            try:
                serve(listener, lock, work)
            finally:
                place.unlink(missing_ok=True)
                place.with_suffix(".lock").unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
