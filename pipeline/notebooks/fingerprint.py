"""What a notebook's outputs follow from, in hashes: its source, parameters, inputs and our own code."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.notebooks.errors import NotebookError

CODE_SUFFIXES = frozenset({".py", ".json", ".csv", ".html", ".css", ".yaml", ".lua"})
_OURS = Path(__file__).resolve().parents[1]


def relative_name(path: Path, root: Path) -> str:
    """`path` from the project's root with forward slashes, so that two clones record the same text."""
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        raise NotebookError(f"{path} must lie inside the project folder, {root}") from None


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_text(path: Path) -> str:
    """Like `hash_file`, but the same whichever line ends git wrote on this machine."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def hash_inputs(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """sha256 of each file by its name from the root; a folder gives its files, and itself as `name/`.

    A folder's own hash covers the names in it, so that a file added or removed later shows.
    Raises NotebookError for an input that is not there.
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
    """Write the file `name` into the folder: all other files there by their hashes, and the hash of the code.

    Hidden files are not ours: a notebook that was opened in Jupyter leaves some.
    """
    made = [path for path in folder.iterdir() if path.name != name and not path.name.startswith(".")]
    listed = {"code": code, "files": hash_inputs(made, folder)}
    (folder / name).write_text(f"{json.dumps(listed, indent=0)}\n", encoding="utf-8", newline="\n")


def code_fingerprint(package: Path = _OURS) -> str:
    """sha256 over the names and contents of a package's source and data files; of all our own where none is named."""
    files = sorted(file for file in package.rglob("*") if file.suffix in CODE_SUFFIXES)
    return fingerprint_of({file.relative_to(package).as_posix(): hash_text(file) for file in files})


def fingerprint_of(facts: Mapping[str, object]) -> str:
    """sha256 of the facts as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, allow_nan=False).encode()).hexdigest()
