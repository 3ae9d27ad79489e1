"""Hashes of everything that determines a notebook's outputs: source, parameters, inputs and this package's code."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.notebooks.errors import NotebookError

CODE_SUFFIXES = frozenset({".py", ".json", ".csv", ".html", ".css", ".yaml", ".lua"})
_OURS = Path(__file__).resolve().parents[1]


def relative_name(path: Path, root: Path) -> str:
    """Return `path` from the project's root with forward slashes, the same text in every clone."""
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        raise NotebookError(f"{path} must lie inside the project folder, {root}") from None


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_text(path: Path) -> str:
    """Return the hash of a text file, independent of the line ends that git wrote on this machine."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def hash_inputs(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the SHA-256 of each file by its name from the root; a folder gives its files, and itself as `name/`.

    A folder's own hash covers the names in it, so that an added or removed file changes it. NotebookError for a missing
    input.
    """
    return dict(sorted(pair for path in paths for pair in _hash_input(path, root)))


def _hash_input(path: Path, root: Path) -> Iterator[tuple[str, str]]:
    name = relative_name(path, root)
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.is_file())
        yield from ((relative_name(file, root), hash_file(file)) for file in inside)
        listing = "\n".join(file.relative_to(path).as_posix() for file in inside)
        yield f"{name}/", hashlib.sha256(listing.encode()).hexdigest()
    elif path.is_file():
        yield name, hash_file(path)
    else:
        raise NotebookError(f"input {name} is not there")


def list_files(folder: Path, name: str, code: str) -> None:
    """Write the file `name` into the folder: the hash of every other file there, and the hash of the code.

    Hidden files are skipped: Jupyter leaves some beside an opened notebook.
    """
    made = [path for path in folder.iterdir() if path.name != name and not path.name.startswith(".")]
    listed = {"code": code, "files": hash_inputs(made, folder)}
    (folder / name).write_text(f"{json.dumps(listed, indent=0)}\n", encoding="utf-8", newline="\n")


def code_fingerprint(package: Path = _OURS) -> str:
    """Return the SHA-256 over names and contents of a package's source and data files; by default this package."""
    files = sorted(file for file in package.rglob("*") if file.suffix in CODE_SUFFIXES)
    return fingerprint_of({file.relative_to(package).as_posix(): hash_text(file) for file in files})


def fingerprint_of(facts: Mapping[str, object]) -> str:
    """Return the SHA-256 of the facts as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, allow_nan=False).encode()).hexdigest()
