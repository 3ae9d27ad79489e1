"""A map of areas by their figures, drawn from a published table and from boundaries of the commissioner's own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.contract.benchmarks import Boundaries, Ring
from pipeline.contract.names import fold_name
from pipeline.present.chart import finish, list_finite
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.drawing import BLUE, GREY, WIDTH, Drawing
from pipeline.present.lettering import SMALL
from pipeline.present.sentences import say

_EDGE, _FOOT = 4.0, 16.0
_TALLEST = 420.0
_TONES = (0.1, 0.45)
"""How dark an area is that cannot be told from the others, and one that can: words on each can still be read."""
_DEGREES = 180.0


@dataclass(frozen=True)
class _Place:
    """From the points of a file to those of a drawing."""

    left: float
    bottom: float
    across: float
    up: float

    def ring(self, ring: Ring) -> list[tuple[float, float]]:
        """The ring to half a point: what is finer cannot be seen, and would make the page heavy."""
        points = (
            (_EDGE + (x - self.left) * self.across, _FOOT + _EDGE + (y - self.bottom) * self.up)
            for x, y in ring
        )
        return [*dict.fromkeys((int(2 * x) / 2, int(2 * y) / 2) for x, y in points)]


def _fit(rings: Sequence[Ring]) -> tuple[_Place, float]:
    """The place of a map as wide as a chart, and its height."""
    xs, ys = ([point[axis] for ring in rings for point in ring] for axis in (0, 1))
    wide, tall = max(xs) - min(xs), max(ys) - min(ys)
    # Degrees to the east are shorter than those to the north.
    degrees = max(map(abs, xs)) <= _DEGREES and max(map(abs, ys)) <= _DEGREES / 2
    squeeze = math.cos(math.radians((max(ys) + min(ys)) / 2)) if degrees else 1.0
    up = min((WIDTH - 2 * _EDGE) / (wide * squeeze), _TALLEST / tall)
    return _Place(min(xs), min(ys), up * squeeze, up), tall * up + 2 * _EDGE + _FOOT


def area_map(
    table: PublishedTable, key: str, title: str, about: str, boundaries: Boundaries, apart: Sequence[bool]
) -> str | None:
    """The areas of a table's first column, dark where the row stands `apart`; None where no area has a boundary.

    Each area bears its place in the table. Areas without a figure are drawn empty. `about` says how many are dark:
    shades of figures that cannot be told from one another would show a pattern that is not there.
    """
    names = {fold_name(name): name for name in boundaries}
    found = [
        (names.get(fold_name(table.cells[row][0].text)), row, value)
        for row, value, *_ in list_finite(table, key)
    ]
    drawn = {name: (row, value) for name, row, value in found if name}
    known = [*drawn]
    if not known:
        return None
    place, height = _fit([ring for rings in boundaries.values() for ring in rings])
    drawing = Drawing(WIDTH, height)
    ranked = sorted(known, key=lambda name: drawn[name][1])
    for name, rings in boundaries.items():
        tone = _TONES[apart[drawn[name][0]]] if name in drawn else 0.0
        for ring in rings:
            corners = place.ring(ring)
            drawing.area(corners, color=BLUE, alpha=tone)
            drawing.line(*zip(*[*corners, corners[0]], strict=True), color=GREY, linewidth=0.8)
    for name in known:
        x, y = _middle(place.ring(max(boundaries[name], key=len)))
        drawing.words(x, y - SMALL / 3, f"{drawn[name][0] + 1}", SMALL, ha="center")
    drawing.words(_EDGE, _EDGE, say("map key"), SMALL)
    told = [f"{drawn[name][0] + 1} {name}: {drawn[name][1]:g}" for name in reversed(ranked)]
    return finish(drawing, table, title, about, "", ["; ".join(told) + "."])


def _middle(corners: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the box around an outline."""
    xs, ys = zip(*corners, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
