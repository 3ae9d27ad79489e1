"""A dataset's own key, by which children's numbers are made: kept with the data, and never published."""

import re
import secrets
from pathlib import Path

from pipeline.contract.dataset import DatasetError

KEY = "key"
_FORM = re.compile(r"[0-9a-f]{64}\n?")


def read_key(folder: Path) -> bytes:
    """Return the 32 bytes of a dataset's key, which is made where there is none yet, for this account alone.

    It is never made anew: with another key children have other numbers. DatasetError where the file holds no key.
    """
    path = folder / KEY
    if not path.exists():
        fresh = folder / f".{KEY}.part"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32) + "\n", encoding="ascii", newline="\n")
        fresh.replace(path)
    text = path.read_text(encoding="utf-8", errors="replace")
    if not _FORM.fullmatch(text):
        raise DatasetError(
            f"{path.as_posix()} is not the dataset's key, one line of 64 signs: take it from your last copy of the "
            "data. Without a copy delete it; a new one is made, and everything is worked out anew."
        )
    return bytes.fromhex(text)
