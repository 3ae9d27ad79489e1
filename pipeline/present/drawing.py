"""Lines, dots and words placed in points, drawn by matplotlib as SVG.

matplotlib's own axes are left out, for their ticks take three quarters of a chart's time: a `Scale` places numbers, and
a `Plot` is the area between two of them.
"""

from __future__ import annotations

import base64
import io
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from pipeline.contract.names import strip_unseen
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape

BLUE, GREY = "#12436D", "#3D3D3D"
DASHED = (0, (4, 3))
_GRID, _TEXT = "#d9d9d9", "#0b0c0c"
_INCH = 72
_MARGIN = 0.05
_STEPS = (1, 2, 2.5, 5, 10)
# Points: a tick, and from it to its words; shares of a letter: how far words stand below their middle, and their top.
_TICK, _PAD = 3.5, 3.5
_HALF, _DEEP = 0.38, 0.76
_SIZE = 11
_STYLE: dict[Any, Any] = {"svg.hashsalt": "outturn", "svg.fonttype": "none"}


class Drawing:
    """What is drawn on, of a width and height in points; the first point is at the bottom left."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / _INCH, height / _INCH))
        self._points = Affine2D().scale(1 / _INCH) + self._figure.dpi_scale_trans

    def line(self, xs: Sequence[float], ys: Sequence[float], **style: Any) -> None:
        """A line through points, or a marker on each; broken where a number is missing."""
        self._figure.add_artist(Line2D(xs, ys, transform=self._points, **style))

    def segments(self, ends: Sequence[Sequence[tuple[float, float]]], **style: Any) -> None:
        """Straight lines, each from one point to another."""
        xs, ys = (
            [place for pair in ends for place in (pair[0][axis], pair[1][axis], math.nan)] for axis in (0, 1)
        )
        self.line(xs, ys, solid_capstyle="butt", **style)

    def area(self, corners: Sequence[tuple[float, float]], **style: Any) -> None:
        """A filled area without an edge."""
        self._figure.add_artist(Polygon(corners, transform=self._points, linewidth=0, **style))

    def words(self, x: float, y: float, text: str, size: float = _SIZE, **style: Any) -> None:
        """Words at a point, on their base line; no sign in them is read as a formula."""
        given = {"transform": self._points, "size": size, "color": _TEXT, "parse_math": False, **style}
        shown = "".join(sign if sign.isprintable() else " " for sign in strip_unseen(text))
        self._figure.text(x, y, shown, **given)

    def as_image(self, title: str, alternative: str) -> str:
        """The drawing as Markdown, with its words for those who do not see it."""
        out = io.BytesIO()
        with mpl.rc_context(_STYLE), warnings.catch_warnings():
            # A reader's own fonts are used, which have signs that ours lacks.
            warnings.filterwarnings("ignore", message="Glyph")
            self._figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        picture, words = base64.b64encode(out.getvalue()).decode("ascii"), escape(alternative)
        return f'![{escape(title)}](data:image/svg+xml;base64,{picture}){{fig-alt="{words}"}}'


@dataclass(frozen=True)
class Scale:
    """Where numbers from `low` to `high` stand along one side of a plot, from `start` to `end` in points."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """One number's place in points."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """Round numbers between the ends, so many steps or fewer."""
        found = MaxNLocator(most, steps=_STEPS).tick_values(self.low, self.high)
        return [float(value) for value in found if self.low <= value <= self.high]


def scale_around(values: Sequence[float], start: float, end: float, low: float | None = None) -> Scale:
    """A scale that holds all values with a little room to either side; from `low` on where that is given."""
    room = _MARGIN * ((max(values) - min(values)) or 1.0)
    return Scale(min(values) - room if low is None else low, max(values) + room, start, end)


@dataclass(frozen=True)
class Plot:
    """The area of a drawing between two scales, in which things stand by their numbers."""

    drawing: Drawing
    x: Scale
    y: Scale

    def line(self, xs: Sequence[float], ys: Sequence[float], **style: Any) -> None:
        """A line through points, or a marker on each; broken where a number is missing."""
        self.drawing.line([self.x.place(x) for x in xs], [self.y.place(y) for y in ys], **style)

    def segments(self, ends: Sequence[Sequence[tuple[float, float]]], **style: Any) -> None:
        """Straight lines, each from one point to another."""
        placed = [[(self.x.place(x), self.y.place(y)) for x, y in pair] for pair in ends]
        self.drawing.segments(placed, **style)

    def area(self, corners: Sequence[tuple[float, float]], **style: Any) -> None:
        """A filled area without an edge."""
        self.drawing.area([(self.x.place(x), self.y.place(y)) for x, y in corners], **style)

    def upright(self, *at: float, color: str = GREY, **style: Any) -> None:
        """Lines from bottom to top at some numbers."""
        self.segments([[(value, self.y.low), (value, self.y.high)] for value in at], color=color, **style)

    def level(self, *at: float, color: str = GREY, **style: Any) -> None:
        """Lines from left to right at some numbers."""
        self.segments([[(self.x.low, value), (self.x.high, value)] for value in at], color=color, **style)

    def frame(self) -> None:
        """The lines at the left and at the bottom."""
        left, right, bottom, top = self.x.start, self.x.end, self.y.start, self.y.end
        self.drawing.line([left, left, right], [top, bottom, bottom], color=GREY, linewidth=0.8, zorder=2.5)

    def ticks_below(self, labels: dict[float, str], size: float = _SIZE, sides: Sequence[str] = ()) -> None:
        """Marks with words below the plot, each in the middle of its mark or to one of `sides` of it."""
        places, bottom = [self.x.place(value) for value in labels], self.y.start
        self.drawing.segments(
            [[(x, bottom), (x, bottom - _TICK)] for x in places], color="black", linewidth=0.8
        )
        aligned = sides or ["center"] * len(places)
        for x, text, side in zip(places, labels.values(), aligned, strict=True):
            self.drawing.words(x, bottom - _TICK - _PAD - _DEEP * size, text, size, ha=side)

    def ticks_left(self, labels: dict[float, str]) -> None:
        """Marks with words to the left of the plot, or marks alone where words are blank."""
        places, left = [self.y.place(value) for value in labels], self.x.start
        self.drawing.segments([[(left, y), (left - _TICK, y)] for y in places], color="black", linewidth=0.8)
        for y, text in zip(places, labels.values(), strict=True):
            if text:
                at = left - _TICK - _PAD, y - _HALF * _SIZE
                self.drawing.words(*at, text, ha="right")

    def side_words(self, text: str) -> None:
        """What the plot's height means, upright at the drawing's left edge."""
        middle = (self.y.start + self.y.end) / 2
        self.drawing.words(15, middle, text, ha="center", rotation=90, rotation_mode="anchor")

    def grid(self, ticks: Sequence[float], upright: bool = False) -> None:
        """Faint lines behind all else."""
        draw = self.upright if upright else self.level
        draw(*ticks, color=_GRID, linewidth=0.7, zorder=0.5)


def number_labels(ticks: Sequence[float]) -> dict[float, str]:
    """Ticks with their numbers as text, all with as many decimals as one of them needs.

    >>> number_labels([-0.5, 0.0, 0.5])
    {-0.5: '−0.5', 0.0: '0.0', 0.5: '0.5'}
    """
    decimals = max((len(f"{value:.6g}".partition(".")[2]) for value in ticks), default=0)
    return {value: format_number(value, decimals) for value in ticks}
