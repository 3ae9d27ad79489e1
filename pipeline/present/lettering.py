"""How much room words take up in a drawing, in points, and where there is room for them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import NamedTuple

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from pipeline.contract.names import strip_unseen

SIZE, SMALL = 11.0, 9.5
# Shares of a letter: how far it stands below its middle, how deep below its line, how tall above it.
_HALF, _DEEP, _TALL = 0.38, 0.22, 0.76


class Box(NamedTuple):
    """What words or a mark take up, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any room."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top


def seen(text: str) -> str:
    """Return words as they are drawn: each sign that cannot be seen is a space, or nothing."""
    return "".join(sign if sign.isprintable() else " " for sign in strip_unseen(text))


def width_of(text: str, size: float = SIZE) -> float:
    """How wide words are, in points and in the font that is drawn with."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        width, _, _ = text_to_path.get_text_width_height_descent(
            seen(text), FontProperties(family="DejaVu Sans", size=size), ismath=False
        )
    return float(width)


def wrap(text: str, width: float, size: float = SIZE) -> list[str]:
    """The words in lines that are no wider; a word that is wider by itself has a line of its own."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def box_of(x: float, y: float, text: str, size: float, side: str) -> Box:
    """Return the room of words on the base line at a point, which is the `side` that they are aligned to."""
    width = width_of(text, size)
    left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
    return Box(left, y - _DEEP * size, left + width, y + _TALL * size)


def around(x: float, y: float, room: float) -> Iterator[tuple[float, float, str]]:
    """Spots for words about a point: above, below, to the right, to the left."""
    for up in (room, -room - _TALL * SMALL):
        yield from ((x, y + up, side) for side in ("center", "left", "right"))
    level = y - _HALF * SMALL
    yield from ((x + room, level, "left"), (x - room, level, "right"))
