"""This room's own code as a digest: what is kept from one run to the next holds for one state of it only."""

import hashlib
import sys
from functools import cache
from pathlib import Path


@cache
def code_digest() -> str:
    """sha256 of this Python's version and of the files that make and check pages."""
    folder = Path(__file__).parent
    parts = (*sorted(folder.glob("*.py")), folder / "template.html", folder / "fold.lua")
    return hashlib.sha256(sys.version.encode() + b"".join(part.read_bytes() for part in parts)).hexdigest()
