"""What a spreadsheet would run as a formula."""

from __future__ import annotations

import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))


def defuse(text: str) -> str:
    """Return the text, made plain by an apostrophe where a spreadsheet would run it as a formula.

    Some drop what cannot be seen at the start of a cell, and read full-width signs as the ordinary ones.

    >>> defuse("=1+1")
    "'=1+1"
    >>> defuse("1+1")
    '1+1'
    """
    if text[:1].isalnum() or not text:
        return text
    seen = next((at for at, sign in enumerate(text) if unicodedata.category(sign) not in _UNSEEN), len(text))
    begins = unicodedata.normalize("NFKC", text[seen : seen + 1])
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or begins.startswith(_FORMULA_STARTS) else text
