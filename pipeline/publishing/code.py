"""The code of this room and of what is taken away, as a digest: what is kept holds for one state of it only."""

import hashlib
import sys
from functools import cache
from pathlib import Path


@cache
def code_digest() -> str:
    """sha256 of this Python's version and of the files that make and check pages."""
    folder = Path(__file__).parent
    modules = sorted((*folder.glob("*.py"), *folder.with_name("downloads").glob("*.py")))
    parts = (*modules, folder / "template.html", folder / "fold.lua")
    return hashlib.sha256(sys.version.encode() + b"".join(part.read_bytes() for part in parts)).hexdigest()
