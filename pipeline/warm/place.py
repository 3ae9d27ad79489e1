"""Where the warm process is spoken to: a Unix socket in a folder only this user can enter.

Every stage looks here before it does anything, so that nothing is imported that takes time: no hashlib, no tempfile.
"""

import os
import stat
import sys
import sysconfig
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def forking_available() -> bool:
    """False on Windows, and where the folder is not ours alone: ordinary processes serve there."""
    return hasattr(os, "fork") and hasattr(os, "getuid") and _folder_is_private(_folder())


def _folder() -> Path:
    return Path(os.environ.get("TMPDIR") or "/tmp") / f"outturn-{os.getuid()}"


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
    sizes, times = [0], [Path(sysconfig.get_path("purelib")).stat().st_mtime_ns]
    facts = [sys.executable]
    for file in _files(PACKAGE):
        if not file.name.endswith(".pyc"):
            found = file.stat()
            sizes.append(found.st_size)
            times.append(found.st_mtime_ns)
            facts.append(f"{file.path} {found.st_size} {found.st_mtime_ns}")
    checksum = zlib.crc32("\n".join(sorted(facts)).encode())
    return _folder() / f"{checksum:08x}{sum(sizes):x}{max(times):x}"
