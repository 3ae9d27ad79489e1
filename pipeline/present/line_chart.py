"""Charts over time, drawn from published tables: a line, what it is read against, and what is not finished yet."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from pipeline.present.chart import (
    EDGE,
    Drawn,
    finish,
    label_of,
    limits_of,
    list_finite,
    sentence,
    split_label,
    table_text,
)
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.drawing import (
    BLUE,
    DASHED,
    GREY,
    PLUM,
    WIDTH,
    Drawing,
    Plot,
    Scale,
    number_labels,
    scale_around,
)
from pipeline.present.lettering import SIZE, SMALL, around, width_of, wrap
from pipeline.present.sentences import say, verdict_word

# Points: the plot's height, the periods below it, a line of the key and the room for its marks.
_PLOT, _FOOT, _KEY_LINE, _KEY_MARK = 150.0, 36.0, 12.5, 22.0
_APART = 6.0
_MEANT = {"band": "chart interval", "hollow": "chart unfinished", "diamond": "chart remark"}
_OTHERS: Sequence[tuple[str, Any]] = ((PLUM, "-"), (GREY, (0, (4, 2))), (GREY, (0, (1, 1.5))))
"""Colour and dashes of the lines beside, so that they are told apart without colour too."""
_LINES = {"own": (BLUE, "-"), **{f"other {place}": style for place, style in enumerate(_OTHERS)}}


def line_chart(
    table: PublishedTable,
    key: str,
    title: str,
    axis: str,
    breaks: Sequence[int] = (),
    *,
    band: str = "",
    target: float | None = None,
    action: tuple[float, str] | None = None,
    message: str = "",
    beside: Sequence[str] = (),
    meant: Mapping[str, str] = _MEANT,
) -> str | None:
    """A line over the rows' order, broken where a row is hidden; None under two points.

    Beside it what was to be expected of each row (`band`, dashed), else the line's own intervals. `breaks` are the
    rows with which a new definition begins: no line leads to them. A column `state` that says something makes a point
    hollow and the way to it dashed, else a column `remark` makes it a diamond; `meant` names the words for band and
    marks. `action` is a place between rows, and what was done there. Each key of `beside` is a thinner line.
    """
    drawn, against, *others = (list_finite(table, name) for name in (key, band or key, *beside))
    if len(drawn) < 2:
        return None
    states, remarks = (table.values(name) or [""] * len(table.cells) for name in ("state", "remark"))
    shown = [*limits_of(against), *(row[1] for line in (drawn, *others) for row in line)]
    explained = [
        *_key_lines(table, key, beside),
        *_key(label_of(table, band) if band else "", drawn, states, remarks, meant),
    ]
    held = shown if target is None else [*shown, target]
    plot = _lay_out(held, explained, [row[0].text for row in table.cells])
    _draw_others(plot, [_runs(other, breaks) for other in others])
    _draw_course(plot, _runs(drawn, breaks), _runs(against, breaks), band, states)
    _mark_points(plot, drawn, states, remarks)
    _mark_target(plot, target)
    _mark_times(plot, breaks, action)
    _name_ends(plot, table, key, drawn)
    told = _tell_line(table, key, breaks, band, target)
    return finish(plot.drawing, table, title, axis, message, [*told])


def _lay_out(
    shown: Sequence[float], explained: Sequence[tuple[str, list[str]]], labels: Sequence[str]
) -> Plot:
    """The plot that holds all that is shown, its frame drawn and its key above it."""
    drawing = Drawing(WIDTH, _PLOT + _FOOT + EDGE + sum(_KEY_LINE * len(lines) for _, lines in explained))
    y = scale_around(shown, _FOOT, _FOOT + _PLOT)
    left = EDGE + max(width_of(text, SMALL) for text in number_labels(y.ticks()).values())
    plot = Plot(drawing, Scale(-0.5, len(labels) - 0.5, left, WIDTH - EDGE), y)
    _draw_key(drawing, explained)
    _draw_frame(plot, labels)
    return plot


def _key(
    expected: str, drawn: Drawn, states: Sequence[object], remarks: Sequence[object], words: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """What each band and mark means, in lines as wide as the chart; `expected` names what the line is read against."""
    meant = [("expected", sentence(expected)) if expected else ("band", say(words["band"]))]
    if any(states[row] for row, *_ in drawn):
        meant.append(("hollow", say(words["hollow"])))
    if any(remarks[row] and not states[row] for row, *_ in drawn):
        meant.append(("diamond", say(words["diamond"])))
    for kind, told in meant:
        yield kind, wrap(told, WIDTH - EDGE - _KEY_MARK, SMALL)


def _key_lines(table: PublishedTable, key: str, others: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Which line is whose, where there are several."""
    for kind, name in zip(_LINES, (key, *others) if others else (), strict=False):
        yield kind, wrap(label_of(table, name), WIDTH - EDGE - _KEY_MARK, SMALL)


def _draw_key(drawing: Drawing, explained: Sequence[tuple[str, list[str]]]) -> None:
    y = drawing.height
    for kind, lines in explained:
        middle = y - _KEY_LINE / 2 - 1
        begin, end = EDGE / 2, EDGE / 2 + 16
        if kind in ("band", "expected"):
            corners = [(begin, middle - 4), (end, middle - 4), (end, middle + 4), (begin, middle + 4)]
            drawing.area(corners, color=GREY if kind == "expected" else BLUE, alpha=0.16)
        if kind in _LINES:
            colour, dash = _LINES[kind]
            ends = [[(begin, middle), (end, middle)]]
            drawing.segments(ends, color=colour, linewidth=1.5, linestyle=dash)
        if kind in ("expected", "hollow"):
            colour = GREY if kind == "expected" else BLUE
            drawing.segments(
                [[(begin, middle), (end, middle)]], color=colour, linewidth=1.2, linestyle=DASHED
            )
        if kind in ("hollow", "diamond"):
            face, marker = ("white", "o") if kind == "hollow" else (BLUE, "D")
            drawing.line([(begin + end) / 2], [middle], color=BLUE, marker=marker, markerfacecolor=face)
        for line in lines:
            y -= _KEY_LINE
            drawing.words(_KEY_MARK, y + 2, line, SMALL)


def _draw_frame(plot: Plot, labels: Sequence[str]) -> None:
    """Grid and numbers, and as many periods by name as have room."""
    plot.grid(plot.y.ticks())
    plot.ticks_left(number_labels(plot.y.ticks()))
    each = (plot.x.end - plot.x.start) / len(labels)
    widest = max(width_of(part, SMALL) for label in labels for part in split_label(label))
    step = max(1, -(-int(widest + _APART) // int(each)))
    plot.ticks_below(
        {place: "\n".join(split_label(labels[place])) for place in range(0, len(labels), step)}, SMALL
    )


def _runs(rows: Drawn, breaks: Sequence[int]) -> list[Drawn]:
    """Rows that follow one another without a gap or a break, two and more."""

    def stretch(each: tuple[int, tuple[int, float, float, float]]) -> tuple[int, int]:
        place, (row, *_) = each
        return row - place, sum(begin <= row for begin in breaks)

    runs = [[row for _, row in run] for _, run in groupby(enumerate(rows), key=stretch)]
    return [run for run in runs if len(run) > 1]


def _draw_course(
    plot: Plot, own: Sequence[Drawn], beside: Sequence[Drawn], band: str, states: Sequence[object]
) -> None:
    """The line stretch by stretch, dashed to and from what is not finished, and beside it what it is read against."""
    for run in beside:
        corners = [*((row, low) for row, _, low, _ in run), *((row, high) for row, *_, high in run[::-1])]
        plot.area(corners, color=GREY if band else BLUE, alpha=0.16)
        if band:
            course = [row[0] for row in run], [row[1] for row in run]
            plot.line(*course, color=GREY, linewidth=1.2, linestyle=DASHED)
    for run in own:
        steps = [((one[0], one[1]), (two[0], two[1])) for one, two in pairwise(run)]
        for unfinished in (False, True):
            chosen = [pair for pair in steps if any(states[row] for row, _ in pair) == unfinished]
            if chosen:
                style = DASHED if unfinished else "-"
                plot.segments(chosen, color=BLUE, linewidth=1.2 if unfinished else 2, linestyle=style)
        plot.keep_free([(row[0], row[1]) for row in run])


def _draw_others(plot: Plot, lines: Sequence[Sequence[Drawn]]) -> None:
    """The lines beside, each stretch by stretch."""
    for runs, (colour, dash) in zip(lines, _OTHERS, strict=False):
        for points in ([(row[0], row[1]) for row in run] for run in runs):
            plot.segments([*pairwise(points)], color=colour, linewidth=1.4, linestyle=dash)
            plot.keep_free(points, room=1)


def _mark_points(plot: Plot, drawn: Drawn, states: Sequence[object], remarks: Sequence[object]) -> None:
    kinds: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row, value, *_ in drawn:
        face = "white" if states[row] else BLUE
        marker = "D" if remarks[row] and not states[row] else "o"
        kinds.setdefault((face, marker), []).append((row, value))
        plot.keep_free([(row, value)])
    for (face, marker), points in kinds.items():
        rows, values = zip(*points, strict=True)
        plot.line(rows, values, color=BLUE, marker=marker, linestyle="none", markerfacecolor=face)


def _mark_times(plot: Plot, breaks: Sequence[int], action: tuple[float, str] | None) -> None:
    """Where a definition begins, and when something was done about the curve."""
    marked = [(row - 0.5, say("chart definition")) for row in breaks]
    for at, words in [*marked, *([action] if action else [])]:
        plot.upright(at, linewidth=1, linestyle=DASHED)
        plot.keep_free([(at, plot.y.low), (at, plot.y.high)], room=1)
        x = plot.x.place(at)
        levels = [plot.y.end - SMALL - 12 * step for step in range(11)]
        spots = [(x + 3 * way, level, side) for level in levels for way, side in ((1, "left"), (-1, "right"))]
        plot.drawing.words_where_free(spots, words, color=GREY)


def _mark_target(plot: Plot, target: float | None) -> None:
    if target is None:
        return
    plot.level(target, linewidth=1.2, linestyle=(0, (1, 2)))
    plot.keep_free([(plot.x.low, target), (plot.x.high, target)], room=1)
    y, words = plot.y.place(target), say("chart target", target=f"{target:g}")
    low = y - SIZE
    xs = [plot.x.end - 12 * step for step in range(20)]
    spots = [(x, level, "right") for x in xs for level in (y + 4, low)]
    plot.drawing.words_where_free(spots, words)


def _name_ends(plot: Plot, table: PublishedTable, key: str, drawn: Drawn) -> None:
    """The first and the last figure beside their points."""
    for row, value, *_ in (drawn[-1], drawn[0]):
        figure = table_text(table, row, key).partition(" (")[0]
        plot.drawing.words_where_free(around(plot.x.place(row), plot.y.place(value), 6.0), figure)


def _tell_line(
    table: PublishedTable, key: str, breaks: Sequence[int], band: str, target: float | None
) -> Iterator[str]:
    """A line in words: its two ends, what was expected at the last, its target, and what is to be said of points."""
    labels, drawn = [row[0].text for row in table.cells], list_finite(table, key)
    first, last = (
        say("chart value in", value=table_text(table, row, key), period=labels[row])
        for row in (drawn[0][0], drawn[-1][0])
    )
    yield say("present from to", first=first, last=last)
    for row, *_ in list_finite(table, band)[-1:] if band else []:
        yield say("present expected in", labels=labels[row], table_text=table_text(table, row, band))
    if target is not None:
        yield say("present target", target=f"{target:g}")
    remarks = table.values("remark") or [""] * len(labels)
    states = table.values("state") or remarks
    for label, state, remark in zip(labels, states, remarks, strict=True):
        if state or remark:
            yield f"{label}: {verdict_word(str(state or remark))}."
    yield from (say("present new definition from", labels=labels[row]) for row in breaks)
