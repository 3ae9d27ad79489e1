"""File permissions: everything with rows about children is readable only by the account that runs Outturn."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import yaml

_OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Create every file and folder in this block for this account alone, also those of other libraries."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def close_to_others(root: Path, dataset: Path) -> Iterator[str]:
    """Close existing folders with rows in the project at `root`; yield a line where only the owner could."""
    inside = ("data/processed", "data/internal", "data/releases", ".dvc/cache", ".dvc/tmp")
    for folder in (dataset, *(root / name for name in inside)):
        if entries := close_folder(folder):
            yield (
                f"{folder.relative_to(root).as_posix()}: {entries} files or folders belong to another account, which "
                "alone can close them to others (on Linux: chmod -R go-rwx)."
            )


def close_folder(folder: Path) -> int:
    """Close a folder and its contents to other accounts; return how many entries only another owner can close.

    Contents and dates of files stay as they are, so that nothing counts as changed.
    """
    return sum(map(_stays_open, (folder, *folder.rglob("*")))) if folder.is_dir() else 0


def _stays_open(path: Path) -> bool:
    with suppress(OSError):  # deleted meanwhile, or owned by another account
        mode = path.lstat().st_mode
        if mode & _OTHERS and not path.is_symlink():
            path.chmod(mode & 0o7700)
        return False
    return path.exists()


def bind_rows(root: Path, remote: str) -> Iterator[str]:
    """Write into DVC's .dvc files of data the one remote that they may be sent to, or that there is none.

    DVC then sends them nowhere else, whatever its default or `push --remote` says. Yield a line for each file that
    changed, and for each that is of no dataset.
    """
    wanted: dict[str, object] = {"push": False} if remote == "none" else {"remote": remote}
    for path in sorted((root / "data" / "raw").glob("*.dvc")):
        place = path.relative_to(root).as_posix()
        (entry,) = yaml.safe_load(path.read_bytes())["outs"]
        if {name: entry[name] for name in ("remote", "push") if name in entry} != wanted:
            _write_remote(path, wanted)
            sends = "sends it nowhere" if remote == "none" else f"sends it to '{remote}' and nowhere else"
            yield f"{place}: DVC {sends} (params.yaml, intake.remote)."
        if not (path.with_suffix("") / "dataset.yaml").is_file() and path.with_suffix("").exists():
            yield f"{place} is of no dataset: a copy of it lies in DVC's cache, so that it outlives what you delete."


def _write_remote(path: Path, wanted: Mapping[str, object]) -> None:
    from dvc.utils.serialize import modify_yaml

    with modify_yaml(path.as_posix()) as note:
        (entry,) = note["outs"]
        for name in ("remote", "push"):
            entry.pop(name, None)
        entry.update(wanted)


def list_loose(root: Path) -> Iterator[str]:
    """Yield a line for each entry of data/raw that belongs to no dataset, and so is not managed."""
    raw = root / "data" / "raw"
    loose = [
        path.name
        for path in (sorted(raw.iterdir()) if raw.is_dir() else ())
        if path.suffix != ".dvc" and path.name != ".gitignore" and not (path / "dataset.yaml").is_file()
    ]
    if loose:
        yield (
            f"data/raw holds {len(loose)} files or folders of no dataset: put each into the returns/ of one, or take "
            "it out. Do not give them to git or DVC."
        )
