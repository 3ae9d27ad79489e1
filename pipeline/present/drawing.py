"""Lines, dots and words placed in points, drawn by matplotlib as SVG, of the width of a telephone.

matplotlib's own axes are left out, for their ticks take three quarters of a chart's time: a `Scale` places numbers, and
a `Plot` is the area between two of them.
"""

import base64
import io
import math
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.lettering import SIZE, SMALL, Box, box_of, seen, width_of

WIDTH = 300.0
"""Points: drawn so wide, letters can be read on a screen of 320 pixels, and a wider one shows the chart no wider."""
BLUE, GREY, PLUM, TEXT = "#12436d", "#3d3d3d", "#801650", "#0b0c0c"
DASHED = (0, (4, 3))
_GRID = "#d9d9d9"
_INCH = 72
_MARGIN = 0.05
_STEPS = (1, 2, 2.5, 5, 10)
# Points: a tick, and from it to its words; as a share of a letter, how far words stand below their middle.
_TICK, _PAD = 3.5, 3.5
_HALF = 0.38
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "outturn",
    "svg.fonttype": "none",
    "font.sans-serif": ["DejaVu Sans", "Arial"],
}
_UNSAID: dict[Any, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
# A picture follows the page that shows it, so that it can be read on a dark one. Light colour, dark colour.
_IN_THE_DARK = {
    TEXT: "#e8ebee",
    GREY: "#c9ced3",
    _GRID: "#39424b",
    "#ffffff": "#14181d",
    BLUE: "#8fc1ee",
    PLUM: "#eba6cf",
}
_UNSEEN = re.compile(r'<g(?: id="[^"]*")?>|</g>| transform="rotate\(-0 [^"]*\)"')
_ATTRIBUTE = re.compile(r'(?<=\s)(?P<name>style|d|x|y)="(?P<value>[^"]*)"')
_NUMBER = re.compile(r"\d+\.\d{2,}")
_DEFAULTS = ("stroke-dashoffset:0", "font-family:")


class Drawing:
    """What is drawn on, of a width and height in points; the first point is at the bottom left."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / _INCH, height / _INCH), facecolor="none")
        self._points = Affine2D().scale(1 / _INCH) + self._figure.dpi_scale_trans
        self._taken: list[Box] = []

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

    def words(self, x: float, y: float, text: str, size: float = SIZE, **style: Any) -> None:
        """Words at a point, on their base line; no sign in them is read as a formula."""
        self._taken.append(box_of(x, y, text, size, style.get("ha", "left")))
        given = {"transform": self._points, "size": size, "color": TEXT, "parse_math": False, **style}
        self._figure.text(x, y, seen(text), **given)

    def take(self, boxes: Iterable[Box]) -> None:
        """Keep words that look for a place out of these."""
        self._taken.extend(boxes)

    def words_where_free(self, spots: Iterable[tuple[float, float, str]], text: str, **style: Any) -> bool:
        """Words at the first of the spots (x, y, the side they are aligned to) where they meet nothing, if at any."""
        edges = Box(0, 0, self.width, self.height)
        for x, y, side in spots:
            box = box_of(x, y, text, SMALL, side)
            across = edges.left <= box.left and box.right <= edges.right
            inside = across and edges.bottom <= box.bottom and box.top <= edges.top
            if inside and not any(box.meets(other) for other in self._taken):
                self.words(x, y, text, SMALL, ha=side, **style)
                return True
        return False

    def as_image(self, title: str, alternative: str, subtitle: str = "") -> str:
        """The drawing as Markdown, with its words for those who do not see it."""
        out = io.BytesIO()
        with mpl.rc_context(_STYLE), warnings.catch_warnings():
            # A reader's own fonts are used, which have signs that ours lacks.
            warnings.filterwarnings("ignore", message="Glyph")
            self._figure.savefig(out, format="svg", metadata=_UNSAID)
        drawn = slim_svg(out.getvalue().decode(), TEXT, _IN_THE_DARK)
        picture, words = base64.b64encode(drawn.encode()).decode("ascii"), escape(alternative)
        caption = f"**{escape(title)}** {escape(subtitle)}".strip()
        return f'![{caption}](data:image/svg+xml;base64,{picture}){{fig-alt="{words}"}}'


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

    def keep_free(self, points: Sequence[tuple[float, float]], room: float = 4.0) -> None:
        """Keep words off these points, and off the straight lines between one and the next."""
        placed = [(self.x.place(x), self.y.place(y)) for x, y in points]
        self.drawing.take(Box(x - room, y - room, x + room, y + room) for x, y in placed)
        for (x, y), (to_x, to_y) in pairwise(placed):
            steps = int(math.hypot(to_x - x, to_y - y) // 2)
            between = ((x + (to_x - x) * n / steps, y + (to_y - y) * n / steps) for n in range(1, steps))
            self.drawing.take(Box(at - 1, up - 1, at + 1, up + 1) for at, up in between)

    def upright(self, *at: float, color: str = GREY, **style: Any) -> None:
        """Lines from bottom to top at some numbers."""
        self.segments([[(value, self.y.low), (value, self.y.high)] for value in at], color=color, **style)

    def level(self, *at: float, color: str = GREY, **style: Any) -> None:
        """Lines from left to right at some numbers."""
        self.segments([[(self.x.low, value), (self.x.high, value)] for value in at], color=color, **style)

    def grid(self, ticks: Sequence[float]) -> None:
        """Faint lines behind all else, and the one at the bottom."""
        self.level(*ticks, color=_GRID, linewidth=0.7, zorder=0.5)
        self.level(self.y.low, linewidth=0.8, zorder=2.5)

    def ticks_below(self, labels: dict[float, str], size: float = SMALL) -> None:
        """Marks below the plot, with words in one line or two; no words where they are blank."""
        bottom = self.y.start
        places = [self.x.place(value) for value in labels]
        self.drawing.segments([[(x, bottom), (x, bottom - _TICK)] for x in places], color=GREY, linewidth=0.8)
        for x, text in zip(places, labels.values(), strict=True):
            for line, words in enumerate(filter(None, text.split("\n")), 1):
                inside = min(
                    max(x, width_of(words, size) / 2), self.drawing.width - width_of(words, size) / 2
                )
                down = bottom - _TICK - _PAD / 2 - line * size
                self.drawing.words(inside, down, words, size, ha="center")

    def ticks_left(self, labels: dict[float, str]) -> None:
        """Numbers to the left of the plot."""
        for value, text in labels.items():
            at = self.x.start - _PAD, self.y.place(value) - _HALF * SMALL
            self.drawing.words(*at, text, SMALL, ha="right")


def number_labels(ticks: Sequence[float]) -> dict[float, str]:
    """Ticks with their numbers as text, all with as many decimals as one of them needs.

    >>> number_labels([-0.5, 0.0, 0.5])
    {-0.5: '−0.5', 0.0: '0.0', 0.5: '0.5'}
    """
    decimals = max((len(f"{value:.6g}".partition(".")[2]) for value in ticks), default=0)
    return {value: format_number(value, decimals) for value in ticks}


def slim_svg(drawn: str, letters: str, in_the_dark: Mapping[str, str]) -> str:
    """Return a drawing with shorter numbers, no groups, and one style for its words, which are of colour `letters`.

    Coordinates keep a tenth of a point. `in_the_dark` has for each colour the one in its place on a dark page.
    """
    text = _UNSEEN.sub("", drawn[drawn.index("<svg") :])
    text = _ATTRIBUTE.sub(lambda match: _shorten(match["name"], match["value"], letters), text)
    text = re.sub(r">\s+<", "><", text).strip()
    dark = f"text{{fill:{in_the_dark[letters]}}}" + "".join(
        f'[style*="{kind}:{light}"]{{{kind}:{other}!important}}'
        for light, other in in_the_dark.items()
        for kind in ("fill", "stroke")
        if f"{kind}:{light}" in text
    )
    words = f"text{{fill:{letters};font-family:'DejaVu Sans',Arial,sans-serif}}"
    return text.replace(
        "</style>", f"{words}@media screen and (prefers-color-scheme:dark){{{dark}}}</style>", 1
    )


def _shorten(name: str, value: str, letters: str) -> str:
    value = " ".join(_NUMBER.sub(_rounded, value).split())
    if name == "d":
        value = re.sub(r" ?([A-Za-z]) ?", r"\1", value)
    if name == "style":
        listed = [":".join(part.split(": ")) for part in value.split("; ")]
        unsaid = [f"fill:{letters}"] if any(part.startswith("font-size:") for part in listed) else []
        kept = [part for part in listed if not part.startswith(_DEFAULTS) and part not in unsaid]
        value = ";".join(kept)
    return f'{name}="{value}"'


def _rounded(match: re.Match[str]) -> str:
    value = float(match[0])
    return f"{value:.{2 if value < 10 else 1}f}".rstrip("0").rstrip(".")
