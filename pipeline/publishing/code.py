"""The code of this room and of what is taken away, as a digest: what is kept holds for one state of it only."""

import hashlib
import sys
from functools import cache
from pathlib import Path

from pipeline.present.sentences import spoken_rows


def code_digest() -> str:
    """sha256 of this Python's version, the files that make and check pages, and the words they say."""
    return _digest(tuple(spoken_rows().items()))


@cache
def _digest(words: tuple[tuple[str, str], ...]) -> str:
    folder = Path(__file__).parent
    modules = sorted((*folder.glob("*.py"), *folder.with_name("downloads").glob("*.py")))
    parts = (*modules, folder / "template.html", folder / "fold.lua")
    said = (sys.version, repr(words))
    read = [part.read_bytes() for part in parts]
    return hashlib.sha256("".join(said).encode() + b"".join(read)).hexdigest()
