"""Charts, drawn from published tables only: an SVG's coordinates are numbers too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.drawing import BLUE, DASHED, GREY, Drawing, Plot, Scale, number_labels, scale_around

# Points: a letter of the usual kind, a row, the plot, what is below it, the edge.
_LETTER, _ROW, _PLOT_WIDTH, _FOOT, _EDGE = 6.12, 28.8, 280.8, 44.64, 10.8
_LINE_SIZE, _LINE_EDGES = (518.4, 223.2), (51.84, 508.032, 31.248, 214.272)
_PANEL, _PANEL_HEIGHT, _BETWEEN = 126.0, 187.2, 0.12
_MOST_LABELS = 8
"""How many periods are named below a line."""
_DOT: dict[str, Any] = {"color": BLUE, "marker": "o", "linestyle": "none"}
_Drawn = Sequence[tuple[int, float, float, float]]


def numbers_of(table: PublishedTable, key: str) -> list[float | None]:
    """The numbers under a key, row by row; None where a symbol stands instead."""
    return [value if isinstance(value, int | float) else None for value in table.values(key)]


def _finite(table: PublishedTable, key: str) -> list[tuple[int, float, float, float]]:
    columns = (numbers_of(table, name) for name in (key, f"{key}_lower", f"{key}_upper"))
    rows = enumerate(zip(*columns, strict=True))
    return [(i, v, lo, hi) for i, (v, lo, hi) in rows if v is not None and lo is not None and hi is not None]


def _limits(drawn: _Drawn) -> list[float]:
    return [limit for row in drawn for limit in row[1:]]


def interval_chart(
    table: PublishedTable, key: str, title: str, axis: str, null_value: float | None = None
) -> str | None:
    """One dot with its interval a row, labelled by the first column; None where no row can be drawn.

    The room for words at both sides goes by the number of letters of the longest.
    """
    drawn = _finite(table, key)
    if not drawn:
        return None
    labels = [table.cells[row][0].text for row, *_ in drawn]
    texts = [table_text(table, row, key) for row, *_ in drawn]
    left, right = (_EDGE + _LETTER * max(map(len, words)) for words in (labels, texts))
    drawing = Drawing(left + _PLOT_WIDTH + right, _FOOT + _EDGE + _ROW * len(drawn))
    nulls = [] if null_value is None else [null_value]
    x = scale_around([*_limits(drawn), *nulls], left, left + _PLOT_WIDTH)
    plot = Plot(drawing, x, Scale(len(drawn) - 0.4, -0.6, _FOOT, drawing.height - _EDGE))
    plot.grid(x.ticks(), upright=True)
    plot.frame()
    plot.ticks_below(number_labels(x.ticks()))
    drawing.words(left + _PLOT_WIDTH / 2, _FOOT - 30.4, axis, ha="center")
    plot.segments([[(row[2], at), (row[3], at)] for at, row in enumerate(drawn)], color=BLUE, linewidth=2.2)
    plot.line([row[1] for row in drawn], range(len(drawn)), **_DOT, markersize=7)
    for at, (label, text) in enumerate(zip(labels, texts, strict=True)):
        drawing.words(left - 2.8, plot.y.place(at), label, ha="right", va="center")
        drawing.words(x.end + 2.8, plot.y.place(at), text, va="center")
    for value in nulls:
        plot.upright(value, linewidth=1, linestyle=DASHED, zorder=2)
    said = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    return drawing.as_image(title, f"{title}. {said}")


def table_text(table: PublishedTable, row: int, key: str) -> str:
    """The words of the cell that holds `key`."""
    return next(cell.text for cell in table.cells[row] if key in cell.values)


def line_chart(
    table: PublishedTable,
    key: str,
    title: str,
    axis: str,
    breaks: Sequence[int] = (),
    *,
    band: str = "",
    target: float | None = None,
) -> str | None:
    """A line over the rows' order, broken where a row is hidden; None under two points.

    Beside it what was to be expected of each row (`band`, dashed), else the line's own intervals. `breaks` are the
    rows with which a new definition begins: no line leads to them, and a dashed one says so. A column `state` that
    says something makes a point hollow, else a column `remark` makes it a diamond.
    """
    drawn, beside = _finite(table, key), _finite(table, band or key)
    if len(drawn) < 2:
        return None
    labels = [row[0].text for row in table.cells]
    left, right, bottom, top = _LINE_EDGES
    shown = [*_limits(beside), *(value for _, value, *_ in drawn), *([] if target is None else [target])]
    y = scale_around(shown, bottom, top)
    plot = Plot(Drawing(*_LINE_SIZE), Scale(-0.5, len(labels) - 0.5, left, right), y)
    plot.grid(y.ticks())
    plot.frame()
    step = max(1, -(-len(labels) // _MOST_LABELS))
    plot.ticks_below({place: labels[place] for place in range(0, len(labels), step)})
    plot.ticks_left(number_labels(y.ticks()))
    plot.side_words(axis)
    _draw_course(plot, _runs(drawn, breaks), _runs(beside, breaks), band)
    _mark_points(plot, table, drawn)
    plot.upright(*(row - 0.5 for row in breaks), linewidth=1, linestyle=DASHED)
    for row in breaks:
        plot.drawing.words(plot.x.place(row - 0.45), bottom + 3.7, "new definition", 8, color=GREY)
    if target is not None:
        plot.level(target, linewidth=1.2, linestyle=(0, (1, 2)))
        plot.drawing.words(right, y.place(target) + 2.6, "target", ha="right")
    return plot.drawing.as_image(title, _tell_line(table, key, title, breaks, band, target))


def _runs(rows: _Drawn, breaks: Sequence[int]) -> list[_Drawn]:
    """Rows that follow one another without a gap or a break, two and more."""

    def stretch(each: tuple[int, tuple[int, float, float, float]]) -> tuple[int, int]:
        place, (row, *_) = each
        return row - place, sum(begin <= row for begin in breaks)

    runs = [[row for _, row in run] for _, run in groupby(enumerate(rows), key=stretch)]
    return [run for run in runs if len(run) > 1]


def _draw_course(plot: Plot, own: Sequence[_Drawn], beside: Sequence[_Drawn], band: str) -> None:
    """The line stretch by stretch, and beside it what it is to be read against."""
    for run in beside:
        corners = [*((row, low) for row, _, low, _ in run), *((row, high) for row, *_, high in run[::-1])]
        plot.area(corners, color=GREY if band else BLUE, alpha=0.16)
        if band:
            course = [row[0] for row in run], [row[1] for row in run]
            plot.line(*course, color=GREY, linewidth=1.2, linestyle=DASHED)
    for run in own:
        plot.line([row[0] for row in run], [row[1] for row in run], color=BLUE, linewidth=2)


def _mark_points(plot: Plot, table: PublishedTable, drawn: _Drawn) -> None:
    states, remarks = (table.values(name) or [""] * len(table.cells) for name in ("state", "remark"))
    kinds: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row, value, *_ in drawn:
        face = "white" if states[row] else BLUE
        marker = "D" if remarks[row] and not states[row] else "o"
        kinds.setdefault((face, marker), []).append((row, value))
    for (face, marker), points in kinds.items():
        rows, values = zip(*points, strict=True)
        plot.line(rows, values, **{**_DOT, "marker": marker}, markerfacecolor=face)


def _tell_line(
    table: PublishedTable, key: str, title: str, breaks: Sequence[int], band: str, target: float | None
) -> str:
    labels, drawn = [row[0].text for row in table.cells], _finite(table, key)
    first, last = (f"{table_text(table, row, key)} in {labels[row]}" for row in (drawn[0][0], drawn[-1][0]))
    told = [f"{title}. From {first} to {last}."]
    expected = _finite(table, band)[-1:] if band else []
    told += [f"Expected in {labels[row]}: {table_text(table, row, band)}." for row, *_ in expected]
    told += [] if target is None else [f"Target: {target:g}."]
    remarks = table.values("remark") or [""] * len(labels)
    states = table.values("state") or remarks
    said = zip(labels, states, remarks, strict=True)
    told += [f"{label}: {state or remark}." for label, state, remark in said if state or remark]
    return " ".join([*told, *(f"New definition from {labels[row]} on." for row in breaks)])


def panel_chart(table: PublishedTable, key: str, title: str, axis: str) -> str | None:
    """A panel a group (first column), its figure with interval by period (second column); None where all is hidden.

    A dashed line marks 0. Panels share their scales, so that groups can be compared.
    """
    drawn = _finite(table, key)
    groups = list(dict.fromkeys(table.cells[row][0].text for row, *_ in drawn))
    periods = list(dict.fromkeys(row[1].text for row in table.cells))
    if not groups or len(periods) < 2:
        return None
    drawing = Drawing(_PANEL * len(groups) + 43.2, _PANEL_HEIGHT)
    left, right = 50.4, 0.98 * drawing.width
    width = (right - left) / (len(groups) + _BETWEEN * (len(groups) - 1))
    y = scale_around([*_limits(drawn), 0.0], 22.464, 164.736)
    numbers, told = number_labels(y.ticks()), []
    for place, group in enumerate(groups):
        own = [values for values in drawn if table.cells[values[0]][0].text == group]
        begin = left + place * width * (1 + _BETWEEN)
        plot = Plot(drawing, Scale(-0.7, len(periods) - 0.3, begin, begin + width), y)
        plot.ticks_left(numbers if place == 0 else dict.fromkeys(numbers, ""))
        if place == 0:
            plot.side_words(axis)
        _draw_panel(
            plot, group, periods, [(periods.index(table.cells[row[0]][1].text), *row[1:]) for row in own]
        )
        ends = dict.fromkeys((own[0][0], own[-1][0]))
        told.append(f"{group}: {', '.join(_cell_then(table, row, key) for row in ends)}")
    return drawing.as_image(title, f"{title}. {'; '.join(told)}")


def _draw_panel(plot: Plot, group: str, periods: Sequence[str], own: _Drawn) -> None:
    plot.grid(plot.y.ticks())
    plot.frame()
    ends: dict[float, str] = {0: periods[0], len(periods) - 1: periods[-1]}
    plot.ticks_below(ends, 8, ("left", "right"))  # so that the last of one panel leaves room for the next
    plot.drawing.words((plot.x.start + plot.x.end) / 2, plot.y.end + 6, group, ha="center")
    plot.level(0, linewidth=1, linestyle=DASHED)
    plot.segments([[(row[0], row[2]), (row[0], row[3])] for row in own], color=BLUE, linewidth=1.6)
    plot.line([row[0] for row in own], [row[1] for row in own], **_DOT, markersize=4)


def _cell_then(table: PublishedTable, row: int, key: str) -> str:
    """A figure with its period."""
    return f"{table_text(table, row, key)} in {table.cells[row][1].text}"
