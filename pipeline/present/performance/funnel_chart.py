"""The funnel of services or areas, drawn from the published table."""

from collections.abc import Sequence

from pipeline.present.chart import EDGE, finish, numbers_of
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.drawing import (
    BLUE,
    DASHED,
    GREY,
    PLUM,
    WIDTH,
    Drawing,
    Plot,
    number_labels,
    scale_around,
)
from pipeline.present.lettering import SMALL, around, width_of, wrap
from pipeline.present.sentences import say

_ENDS = ("_size", "", "_lower", "_upper", "_warning_lower", "_warning_upper")
# Points: the plot's height, what is below it, a line of the key and the room for its marks.
_PLOT, _FOOT, _KEY_LINE, _KEY_MARK = 190.0, 38.0, 12.5, 24.0
# From a dot to its name: the nearest, and farther ones for a name that must be said.
_MOST_POINTS = 60
_LIMITS = (("outer", "-"), ("inner", DASHED))
_ROOMS = (5.5, 16.0, 28.0)
_Place = tuple[float, Sequence[float], int]


def funnel_chart(
    table: PublishedTable, key: str, title: str, axes_labels: tuple[str, str], message: str, kind: str
) -> str | None:
    """A dot a row by its size, and the limits that rows of each size keep to; None where no row can be drawn.

    What lies outside the outer limits has a colour and its name; the others have their code where there is room.
    """
    columns = (numbers_of(table, f"{key}{end}") for end in _ENDS)
    drawn: list[_Place] = sorted(
        (row[0], [value for value in row[1:] if value is not None], place)
        for place, row in enumerate(zip(*columns, strict=True))
        if row[0] is not None and None not in row
    )
    if not drawn:
        return None
    explained = [(style, wrap(say(f"chart {name}"), WIDTH - _KEY_MARK, SMALL)) for name, style in _LIMITS]
    drawing = Drawing(WIDTH, _PLOT + _FOOT + EDGE + sum(_KEY_LINE * len(lines) for _, lines in explained))
    _draw_key(drawing, explained)
    sizes, told = [size for size, _, _ in drawn], [values for _, values, _ in drawn]
    y = scale_around([number for values in told for number in values], _FOOT, _FOOT + _PLOT, low=0.0)
    left = EDGE + max(width_of(text, SMALL) for text in number_labels(y.ticks()).values())
    plot = Plot(drawing, scale_around(sizes, left, WIDTH - EDGE, low=0.0), y)
    plot.level(0, linewidth=0.8)
    plot.ticks_below(number_labels(plot.x.ticks()))
    plot.ticks_left(number_labels(y.ticks()))
    drawing.words((left + WIDTH - EDGE) / 2, 4, axes_labels[0], SMALL, ha="center")
    for place, style in enumerate(("-", "-", DASHED, DASHED), 1):
        limits = [(size, values[place]) for size, values in zip(sizes, told, strict=True)]
        # A line through the sizes of some is the same to the eye, and the picture of many services weighs less.
        step = max(1, len(limits) // _MOST_POINTS)
        through = limits[::step] + limits[-1:] * (step > 1)
        plot.line(*zip(*through, strict=True), color=GREY, linewidth=1, linestyle=style)
        plot.keep_free(through, room=1)
    outside = [each for each in drawn if not each[1][1] <= each[1][0] <= each[1][2]]
    _mark(plot, table, drawn, outside)
    names = "; ".join(table.cells[row][0].text for _, _, row in outside)
    words = say("funnel outside", names=names) if outside else say("funnel none outside")
    said = [say(f"performance {kind}s", number=len(drawn), words=words), say("performance figures in the")]
    return finish(drawing, table, title, axes_labels[1], message, said)


def _draw_key(drawing: Drawing, explained: Sequence[tuple[object, Sequence[str]]]) -> None:
    y = drawing.height
    for style, lines in explained:
        drawing.segments(
            [[(EDGE / 2, y - _KEY_LINE / 2), (20, y - _KEY_LINE / 2)]],
            color=GREY,
            linewidth=1,
            linestyle=style,
        )
        for line in lines:
            y -= _KEY_LINE
            drawing.words(_KEY_MARK, y + 2, line, SMALL)


def _mark(plot: Plot, table: PublishedTable, drawn: Sequence[_Place], outside: Sequence[_Place]) -> None:
    """The dots, then names: of those outside first, so that they have the room."""
    for chosen, colour, marker in ((drawn, BLUE, "o"), (outside, PLUM, "D")):
        xs, ys = [size for size, _, _ in chosen], [values[0] for _, values, _ in chosen]
        plot.line(xs, ys, marker=marker, markersize=7, color=colour, linestyle="none")
    for size, values, _ in drawn:
        plot.keep_free([(size, values[0])])
    codes = table.values("service_id") or [row[0].text for row in table.cells]
    for named in (outside, [each for each in drawn if each not in outside]):
        for size, values, row in named:
            at = plot.x.place(size), plot.y.place(values[0])
            spots = [spot for room in _ROOMS[: 3 if named is outside else 1] for spot in around(*at, room)]
            code, colour = str(codes[row]), PLUM if named is outside else GREY
            names = (table.cells[row][0].text, code) if named is outside else (code,)
            any(plot.drawing.words_where_free(spots, words, color=colour) for words in names)
