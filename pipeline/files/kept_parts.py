"""What files were found to hold when they were opened, kept from one run to the next by their bytes.

Looking through workbooks takes longer than reading them. Kept are names of members and sheets, and how far these
reach; no cell, and nothing of a file in which anything but plain cells was found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.files.kinds import Part, open_sent
from pipeline.files.sheet_facts import BookFacts, SheetFacts


class KeptParts:
    """The parts of files; `path` is where they are kept, `code` the fingerprint of the code that found them."""

    def __init__(self, path: Path, code: str) -> None:
        self._path = path
        self._code = code
        self._known = _read(path, code)
        self._listed: dict[str, Any] = {}

    def list_parts(self, path: Path) -> list[Part]:
        """Every place in the file at which a table may stand; RefusedFileError where it cannot be opened."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        name = digest + path.suffix.lower()
        if name in self._known:
            self._listed[name] = self._known[name]
            return _decode(self._known[name])
        parts = open_sent(path).parts()
        if all(sheet.is_plain for part in parts if part.book for sheet in part.book.sheets):
            self._listed[name] = _encode(parts)
        return parts

    def save(self) -> None:
        """Keep what was listed, and forget all else."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = {"code": self._code, "files": self._listed}
        self._path.write_text(json.dumps(kept) + "\n", encoding="utf-8", newline="\n")


def _read(path: Path, code: str) -> dict[str, Any]:
    """What is kept; nothing where other code found it, or it cannot be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return dict(kept["files"]) if kept["code"] == code else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _encode(parts: Sequence[Part]) -> dict[str, Any]:
    books = list({id(part.book): part.book for part in parts if part.book}.values())
    return {
        "books": [
            [book.from_1904, [[each.name, each.hidden, each.rows, each.columns] for each in book.sheets]]
            for book in books
        ],
        "parts": [
            [part.member, part.sheet, next((n for n, book in enumerate(books) if book is part.book), None)]
            for part in parts
        ],
    }


def _decode(kept: dict[str, Any]) -> list[Part]:
    books = [
        BookFacts(tuple(SheetFacts(*sheet) for sheet in sheets), from_1904)
        for from_1904, sheets in kept["books"]
    ]
    return [
        Part(member=member, sheet=sheet, book=None if number is None else books[number])
        for member, sheet, number in kept["parts"]
    ]
