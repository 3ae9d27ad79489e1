"""Folders and files that only the account that runs Outturn can read: all that holds rows about children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Make every file and folder, temporary ones and those of other programs' libraries too, for this account alone."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def close_to_others(root: Path, dataset: Path) -> Iterator[str]:
    """Close what holds rows in the project at `root`, also what was there before; a line where only its owner could."""
    for folder in (dataset, root / "data" / "processed", root / ".dvc" / "cache", root / ".dvc" / "tmp"):
        if entries := close_folder(folder):
            yield (
                f"{folder.relative_to(root).as_posix()}: {entries} files or folders belong to another account, which "
                "alone can close them to others (on Linux: chmod -R go-rwx)."
            )


def close_folder(folder: Path) -> int:
    """Close a folder and all in it to other accounts; return how many entries belong to one that alone can do so.

    Neither contents nor dates of files change, so that nothing counts as changed.
    """
    return sum(map(_stays_open, (folder, *folder.rglob("*")))) if folder.is_dir() else 0


def _stays_open(path: Path) -> bool:
    with suppress(OSError):  # gone since, or somebody else's
        mode = path.lstat().st_mode
        if mode & _OTHERS and not path.is_symlink():
            path.chmod(mode & 0o7700)
        return False
    return path.exists()
