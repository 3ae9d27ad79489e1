"""What is kept from one run to the next, each under a digest of all that it follows from, our own code among it."""

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pipeline.present.sentences import spoken_rows


class Kept:
    """Files of one kind in a folder; where there is no folder everything is made anew."""

    def __init__(self, folder: Path | None, ending: str) -> None:
        self._folder, self._ending = folder, ending
        self._asked_for: set[Path] = set()

    def find(self, facts: str) -> bytes | None:
        """Return what follows from `facts` where it is kept."""
        path = self._place(facts)
        return path.read_bytes() if path and path.is_file() else None

    def _place(self, facts: str) -> Path | None:
        if self._folder is None:
            return None
        digest = hashlib.sha256(f"{_code_digest(tuple(spoken_rows().items()))}{facts}".encode()).hexdigest()
        return self._folder / f"{digest}{self._ending}"

    def fetch(self, facts: str, make: Callable[[], bytes]) -> tuple[bytes, bool]:
        """Return what follows from `facts`, and whether it had to be made."""
        path = self._place(facts)
        if self._folder is None or path is None:
            return make(), True
        self._asked_for.add(path)
        if path.is_file():
            return path.read_bytes(), False
        made = make()
        self._folder.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".part").write_bytes(made)
        path.with_suffix(".part").replace(path)
        return made, True

    def forget_others(self) -> None:
        """Delete what was not asked for this time."""
        for path in self._folder.glob(f"*{self._ending}") if self._folder else ():
            if path not in self._asked_for:
                path.unlink()


@cache
def _code_digest(words: tuple[tuple[str, str], ...]) -> str:
    """sha256 of this Python's version, the code that makes pages and what is taken away, and the words they say."""
    folder = Path(__file__).parent
    parts = sorted((*folder.glob("*.*"), *folder.with_name("downloads").glob("*.py")))
    read = b"".join(part.read_bytes() for part in parts)
    return hashlib.sha256(f"{sys.version}{words}".encode() + read).hexdigest()
