"""One reader for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from pipeline.contract.values import Fault
from pipeline.files.delimited import read_csv
from pipeline.files.text import RefusedFileError, TextTable

READERS: Mapping[str, Callable[[bytes, Collection[str]], TextTable]] = {".csv": read_csv}


def read_text(path: Path, known: Collection[str]) -> TextTable:
    """The table in `path`; RefusedFileError where it is missing, of an unknown kind or unreadable."""
    if not path.is_file():
        raise RefusedFileError(Fault("file.missing", "the file is missing", "send the file, or leave it out"))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        raise RefusedFileError(
            Fault("file.kind", f"not a kind of file that is read ({kinds})", "save it as CSV")
        )
    return reader(path.read_bytes(), known)
