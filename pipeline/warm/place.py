"""Where the warm process is spoken to: a Unix socket in a folder only this user can enter."""

import hashlib
import os
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def forking_available() -> bool:
    """False on Windows, and where the folder is not ours alone: ordinary processes serve there."""
    return hasattr(os, "fork") and hasattr(os, "getuid") and _folder_is_private(_folder())


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"outturn-{os.getuid()}"


def _folder_is_private(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _files(entry.path)
        else:
            yield entry


@cache
def socket_place() -> Path:
    """The same for all who run this very code with this very Python; another once code or packages have changed."""
    facts = [sys.executable, str(Path(sysconfig.get_path("purelib")).stat().st_mtime_ns)]
    for file in _files(PACKAGE):
        if not file.name.endswith(".pyc"):
            found = file.stat()
            facts.append(f"{file.path} {found.st_size} {found.st_mtime_ns}")
    facts.sort()
    return _folder() / hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
