"""Charts, drawn from published tables only: an SVG's coordinates are numbers too."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.present.table import PublishedTable, escape

BLUE, GREY = "#12436D", "#3D3D3D"
# Inches: a letter of the usual kind, a row, the plot, the axis below it, the edge.
_LETTER, _ROW, _PLOT_WIDTH, _FOOT, _EDGE = 0.085, 0.4, 3.9, 0.62, 0.15
_MOST_TICKS = 5
_PANEL = 1.75
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "outturn",
    "svg.fonttype": "none",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "text.color": "#0b0c0c",
}


def numbers_of(table: PublishedTable, key: str) -> list[float | None]:
    """The numbers under a key, row by row; None where a symbol stands instead."""
    return [value if isinstance(value, int | float) else None for value in table.values(key)]


def _finite(table: PublishedTable, key: str) -> list[tuple[int, float, float, float]]:
    columns = (numbers_of(table, name) for name in (key, f"{key}_lower", f"{key}_upper"))
    rows = enumerate(zip(*columns, strict=True))
    return [(i, v, lo, hi) for i, (v, lo, hi) in rows if v is not None and lo is not None and hi is not None]


def _interval_axes(labels: Sequence[str], texts: Sequence[str]) -> tuple[Figure, Axes]:
    """Room for the longest label on the left and the longest figure on the right, by their number of letters.

    Having matplotlib measure the words instead would draw every chart twice.
    """
    left, right = (_EDGE + _LETTER * max(map(len, words)) for words in (labels, texts))
    width, height = left + _PLOT_WIDTH + right, _FOOT + _EDGE + _ROW * len(labels)
    figure = Figure(figsize=(width, height))
    box = (left / width, _FOOT / height, _PLOT_WIDTH / width, _ROW * len(labels) / height)
    return figure, figure.add_axes(box)


def _svg(figure: Figure) -> str:
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return base64.b64encode(out.getvalue()).decode("ascii")


def as_image(figure: Figure, title: str, alternative: str) -> str:
    """A drawing as Markdown, with its words for those who do not see it."""
    words = escape(alternative).replace('"', "")
    return f'![{escape(title)}](data:image/svg+xml;base64,{_svg(figure)}){{fig-alt="{words}"}}'


def interval_chart(
    table: PublishedTable, key: str, title: str, axis: str, null_value: float | None = None
) -> str | None:
    """One dot with its interval a row, labelled by the first column; None where no row can be drawn."""
    drawn = _finite(table, key)
    if not drawn:
        return None
    labels = [row[0].text for row in table.cells]
    with mpl.rc_context(STYLE):
        figure, axes = _interval_axes(
            [labels[row] for row, *_ in drawn], [table_text(table, row, key) for row, *_ in drawn]
        )
        places = range(len(drawn))
        axes.hlines(places, [row[2] for row in drawn], [row[3] for row in drawn], color=BLUE, linewidth=2.2)
        axes.plot([row[1] for row in drawn], places, marker="o", color=BLUE, markersize=7, linestyle="none")
        # Words at the edges, not ticks: a tick with its marks and grid line takes as long as five words.
        beside: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
        for place, (row, *_) in enumerate(drawn):
            axes.text(-0.01, place, labels[row], ha="right", **beside)
            axes.text(1.01, place, table_text(table, row, key), **beside)
        if null_value is not None:
            axes.axvline(null_value, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_yticks([])
        axes.locator_params(axis="x", nbins=_MOST_TICKS)
        axes.set_ylim(len(drawn) - 0.4, -0.6)
        axes.set_xlabel(axis)
        axes.grid(axis="x", color="#d9d9d9", linewidth=0.7)
        axes.set_axisbelow(True)
        alternative = f"{title}. " + "; ".join(
            f"{labels[row]}: {table_text(table, row, key)}" for row, *_ in drawn
        )
        return as_image(figure, title, alternative)


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
    drawn = _finite(table, key)
    if len(drawn) < 2:
        return None
    labels = [row[0].text for row in table.cells]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 3.1))
        axes = figure.add_axes((0.1, 0.14, 0.88, 0.82))
        for begin, end in pairwise([0, *breaks, len(labels)]):
            _draw_course(axes, table, key, band, range(begin, end))
        _mark_points(axes, table, drawn)
        _mark_breaks(axes, breaks)
        if target is not None:
            axes.axhline(target, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
            axes.annotate("target", (1, target), xycoords=("axes fraction", "data"), ha="right", va="bottom")
        _label_periods(axes, labels)
        axes.set_ylabel(axis)
        axes.locator_params(axis="y", nbins=_MOST_TICKS)
        axes.grid(axis="y", color="#d9d9d9", linewidth=0.7)
        axes.set_axisbelow(True)
        return as_image(figure, title, _tell_line(table, key, title, breaks, band, target))


def _draw_course(axes: Axes, table: PublishedTable, key: str, band: str, places: range) -> None:
    """The rows at `places`: their line, and the band that they are to be read against."""
    columns = {name: [math.nan] * len(table.cells) for name in ("middle", "expected", "lower", "upper")}
    for row, value, *_ in _finite(table, key):
        columns["middle"][row] = value
    for row, *values in _finite(table, band or key):
        columns["expected"][row], columns["lower"][row], columns["upper"][row] = values
    middle, expected, lower, upper = ([column[row] for row in places] for column in columns.values())
    axes.fill_between(places, lower, upper, color=GREY if band else BLUE, alpha=0.16, linewidth=0)
    if band:
        axes.plot(places, expected, color=GREY, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.plot(places, middle, color=BLUE, linewidth=2)


def _mark_points(axes: Axes, table: PublishedTable, drawn: Sequence[tuple[int, float, float, float]]) -> None:
    states, remarks = (table.values(name) or [""] * len(table.cells) for name in ("state", "remark"))
    for row, value, *_ in drawn:
        face = "white" if states[row] else BLUE
        marker = "D" if remarks[row] and not states[row] else "o"
        axes.plot([row], [value], color=BLUE, marker=marker, markerfacecolor=face, linestyle="none")


def _mark_breaks(axes: Axes, breaks: Sequence[int]) -> None:
    beside: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "color": GREY, "size": 8}
    for row in breaks:
        axes.axvline(row - 0.5, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate("new definition", (row - 0.45, 0.02), **beside)


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

    A dashed line marks 0. Panels share their axes, so that groups can be compared.
    """
    drawn = _finite(table, key)
    groups = list(dict.fromkeys(table.cells[row][0].text for row, *_ in drawn))
    periods = list(dict.fromkeys(row[1].text for row in table.cells))
    if not groups or len(periods) < 2:
        return None
    places = {period: place for place, period in enumerate(periods)}
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(_PANEL * len(groups) + 0.6, 2.6))
        panels = figure.subplots(1, len(groups), sharex=True, sharey=True, squeeze=False)[0]
        for axes, group in zip(panels, groups, strict=True):
            own = [values for values in drawn if table.cells[values[0]][0].text == group]
            at = [places[table.cells[row][1].text] for row, *_ in own]
            axes.axhline(0, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
            axes.vlines(at, [v[2] for v in own], [v[3] for v in own], color=BLUE, linewidth=1.6)
            axes.plot(at, [v[1] for v in own], color=BLUE, marker="o", markersize=4, linestyle="none")
            axes.set_title(group, fontsize=11)
            axes.set_xticks([0, len(periods) - 1], [periods[0], periods[-1]], fontsize=8)
            for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=True):
                label.set_horizontalalignment(side)  # so that the last of one panel leaves room for the next
            axes.set_xlim(-0.7, len(periods) - 0.3)
            axes.grid(axis="y", color="#d9d9d9", linewidth=0.7)
            axes.set_axisbelow(True)
        panels[0].set_ylabel(axis)
        panels[0].locator_params(axis="y", nbins=_MOST_TICKS)
        figure.subplots_adjust(
            left=0.7 / (_PANEL * len(groups) + 0.6), right=0.98, top=0.88, bottom=0.12, wspace=0.12
        )
        told = [(group, [v[0] for v in drawn if table.cells[v[0]][0].text == group]) for group in groups]
        alternative = f"{title}. " + "; ".join(
            f"{group}: {', '.join(_cell_then(table, row, key) for row in dict.fromkeys((rows[0], rows[-1])))}"
            for group, rows in told
        )
        return as_image(figure, title, alternative)


def _cell_then(table: PublishedTable, row: int, key: str) -> str:
    """A figure with its period."""
    return f"{table_text(table, row, key)} in {table.cells[row][1].text}"


def _label_periods(axes: Axes, labels: Sequence[str]) -> None:
    step = max(1, -(-len(labels) // 8))
    axes.set_xticks(range(0, len(labels), step), labels[::step])
    axes.set_xlim(-0.5, len(labels) - 0.5)
