"""Charts of intervals, drawn from published tables only: an SVG's coordinates are numbers too."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.present.disclosure.table import PublishedTable, pick_rows
from pipeline.present.drawing import (
    BLUE,
    DASHED,
    GREY,
    TEXT,
    WIDTH,
    Drawing,
    Plot,
    Scale,
    number_labels,
    scale_around,
)
from pipeline.present.lettering import SIZE, SMALL, width_of, wrap
from pipeline.present.sentences import say, sentence_case

GROUP_COLOURS = {
    "Asian": BLUE,
    "Black": "#28a197",
    "Mixed": "#801650",
    "White": "#f46a25",
    "Other": GREY,
    NOT_KNOWN: "#a285d1",
}
"""The Analysis Function's palette: a group has its colour and its place on every chart of the site."""
EDGE = 8.0
# Points: a line of words, the room of an interval below them, the room between rows, the numbers below all.
_LINE, _BAR, _GAP, _FOOT = 13.5, 13.0, 6.0, 26.0
_PANEL_HEIGHT, _PANEL_HEAD, _PANEL_FOOT, _BETWEEN = 74.0, 18.0, 36.0, 12.0
_MOST_TOLD = 8
"""How many rows a text alternative tells one by one; of more it tells the ends, as a table tells all."""
_MOST_DRAWN = 30
"""Rows drawn of a table that is itself shown in part."""
Drawn = Sequence[tuple[int, float, float, float]]


def numbers_of(table: PublishedTable, key: str) -> list[float | None]:
    """The numbers under a key, row by row; None where a symbol stands instead."""
    return [value if isinstance(value, int | float) else None for value in table.values(key)]


def list_finite(table: PublishedTable, key: str) -> list[tuple[int, float, float, float]]:
    """Return the rows of which an estimate and both its limits are shown: place, estimate, lower, upper."""
    columns = (numbers_of(table, name) for name in (key, f"{key}_lower", f"{key}_upper"))
    rows = enumerate(zip(*columns, strict=True))
    return [(i, v, lo, hi) for i, (v, lo, hi) in rows if v is not None and lo is not None and hi is not None]


def limits_of(drawn: Drawn) -> list[float]:
    """Return the lower and upper limits of all rows, and what lies between."""
    return [limit for row in drawn for limit in row[1:]]


def table_text(table: PublishedTable, row: int, key: str) -> str:
    """The words of the cell that holds `key`."""
    return next(cell.text for cell in table.cells[row] if key in cell.values)


def finish(
    drawing: Drawing, table: PublishedTable, title: str, axis: str, message: str, told: Sequence[str]
) -> str:
    """Return a drawing as Markdown: what it says, else what it is of, then unit, population and period in small."""
    about = (
        sentence(say("chart axis percent") if axis == "%" else axis),
        f"{table.population}, {table.period}.",
    )
    what = " ".join(filter(None, (sentence(title) if message else "", *about)))
    alternative = " ".join(filter(None, (sentence(message) if message else "", sentence(title), *told)))
    return drawing.as_image(sentence(message or title), alternative, what)


def sentence(words: str) -> str:
    """Words with a stop at their end and a large letter at their beginning; blank ones as they are.

    >>> sentence("points"), sentence("Who?"), sentence("")
    ('Points.', 'Who?', '')
    """
    begun = sentence_case(words)
    return begun if begun.endswith((".", "?", "!")) or not begun else f"{begun}."


def colour_of(label: str, beside: Sequence[str]) -> str:
    """Return the colour of an ethnic group; of anything else blue, or black beside groups, whose blue is one's own."""
    return GROUP_COLOURS.get(label, TEXT if GROUP_COLOURS.keys() & set(beside) else BLUE)


@dataclass(frozen=True)
class _Row:
    """A row as it is drawn: the lines of its label, its figure in words and numbers, what to read it against."""

    lines: Sequence[str]
    text: str
    label: str
    colour: str
    figures: tuple[float, float, float]
    mark: float | None

    @property
    def height(self) -> float:
        return _LINE * len(self.lines) + _BAR + _GAP


def _make_row(table: PublishedTable, figures: tuple[int, float, float, float], key: str, mark: str) -> _Row:
    row, label = figures[0], table.cells[figures[0]][0].text
    text, room = table_text(table, row, key), WIDTH - 2 * EDGE
    lines = wrap(label, room)
    if width_of(lines[-1]) + width_of(text) + EDGE > room:
        lines.append("")
    beside = numbers_of(table, mark)[row] if mark else None
    colour = colour_of(label, [cells[0].text for cells in table.cells])
    return _Row(lines, text, label, colour, figures[1:], beside)


def _in_order(table: PublishedTable, drawn: Drawn) -> Drawn:
    """Ethnic groups in their one order; other rows as the table has them."""
    order = {group: place for place, group in enumerate(GROUP_COLOURS)}
    return sorted(drawn, key=lambda row: order.get(table.cells[row[0]][0].text, -1))


def interval_chart(
    table: PublishedTable,
    key: str,
    title: str,
    axis: str,
    null_value: float | None = None,
    *,
    message: str = "",
    mark: str = "",
) -> str | None:
    """One dot with its interval a row, below the row's name and figure; None where no row can be drawn.

    `mark` is a key of what each row is to be read against; it is explained by its column's label.
    """
    places = pick_rows(table)
    shown = {*places[: _MOST_DRAWN if len(places) < len(table.cells) else None]}
    drawn = _in_order(table, [each for each in list_finite(table, key) if each[0] in shown])
    if not drawn:
        return None
    rows = [_make_row(table, each, key, mark) for each in drawn]
    marks = [row.mark for row in rows if row.mark is not None]
    head = _LINE + _GAP if marks else 0.0
    drawing = Drawing(WIDTH, head + sum(row.height for row in rows) + _FOOT)
    given = [*marks, *limits_of(drawn), *([] if null_value is None else [null_value])]
    from_nought = 0.0 if null_value is None and min(given) >= 0 else None
    x = scale_around(given, EDGE, WIDTH - EDGE, low=from_nought)
    if marks:
        y = drawing.height - _LINE
        drawing.segments([[(EDGE, y - 2), (EDGE, y + 9)]], color=TEXT, linewidth=2)
        drawing.words(EDGE + 6, y, label_of(table, mark), SMALL)
    top = drawing.height - head
    for row in rows:
        _draw_row(drawing, x, row, top, null_value)
        top -= row.height
    foot = Plot(drawing, x, Scale(0, 1, top, top + 1))
    foot.level(0, linewidth=0.8)
    foot.ticks_below(number_labels(x.ticks()))
    return finish(drawing, table, title, axis, message, [_tell_rows(rows)])


def label_of(table: PublishedTable, key: str) -> str:
    """Return the label of the column that holds `key`."""
    places = (place for place, cell in enumerate(table.cells[0]) if key in cell.values)
    return table.labels[next(places)]


def _draw_row(drawing: Drawing, x: Scale, row: _Row, top: float, null_value: float | None) -> None:
    """Words, and below them the interval on a strip of the grid."""
    for number, line in enumerate(row.lines, 1):
        drawing.words(EDGE, top - number * _LINE + 3, line)
    under = top - len(row.lines) * _LINE
    drawing.words(WIDTH - EDGE, under + 3, row.text, ha="right")
    middle, (value, lower, upper) = under - _BAR / 2, row.figures
    strip = Plot(drawing, x, Scale(-1, 1, under - _BAR, under))
    strip.upright(*x.ticks(), color="#d9d9d9", linewidth=0.7, zorder=0.5)
    if null_value is not None:
        strip.upright(null_value, linewidth=1.2, linestyle=DASHED, zorder=2)
    ends = (x.place(lower), middle), (x.place(upper), middle)
    drawing.segments([ends], color=row.colour, linewidth=2.2)
    drawing.line([x.place(value)], [middle], color=row.colour, marker="o", markersize=7)
    if row.mark is not None:
        strip.segments([[(row.mark, -0.9), (row.mark, 0.9)]], color=TEXT, linewidth=2, zorder=3)


def _tell_rows(rows: Sequence[_Row]) -> str:
    if len(rows) > _MOST_TOLD:
        ends = [choose(rows, key=lambda row: row.figures[0]) for choose in (min, max)]
        lowest, highest = (f"{row.label}: {row.text}" for row in ends)
        return say("chart rows told", number=len(rows), lowest=lowest, highest=highest)
    return "; ".join(f"{row.label}: {row.text}" for row in rows) + "."


def panel_chart(table: PublishedTable, key: str, title: str, axis: str, *, message: str = "") -> str | None:
    """A panel a group (first column), its figure with interval by period (second column); None where all is hidden.

    A dashed line marks 0. Panels share their scales, so that groups can be compared, and stand two beside each other.
    """
    drawn = _in_order(table, list_finite(table, key))
    groups = list(dict.fromkeys(table.cells[row][0].text for row, *_ in drawn))
    periods = list(dict.fromkeys(row[1].text for row in table.cells))
    if not groups or len(periods) < 2:
        return None
    rows = -(-len(groups) // 2)
    each = _PANEL_HEAD + _PANEL_HEIGHT
    drawing = Drawing(WIDTH, rows * (each + _BETWEEN) + _PANEL_FOOT)
    values = [*limits_of(drawn), 0.0]
    numbers = number_labels(scale_around(values, 0, _PANEL_HEIGHT).ticks(3))
    left = EDGE / 2 + max(width_of(text, SMALL) for text in numbers.values())
    width = (WIDTH - left - EDGE - _BETWEEN) / 2
    told = []
    for place, group in enumerate(groups):
        begin = left + place % 2 * (width + _BETWEEN)
        end = drawing.height - place // 2 * (each + _BETWEEN) - _PANEL_HEAD
        y = scale_around(values, end - _PANEL_HEIGHT, end)
        plot = Plot(drawing, Scale(-0.7, len(periods) - 0.3, begin, begin + width), y)
        own = [row for row in drawn if table.cells[row[0]][0].text == group]
        _draw_panel(plot, group, [(periods.index(table.cells[row[0]][1].text), *row[1:]) for row in own])
        if place % 2 == 0:
            plot.ticks_left(numbers)
        if place >= len(groups) - 2:
            _name_ends(plot, periods)
        ends = dict.fromkeys((own[0][0], own[-1][0]))
        told.append(f"{group}: {', '.join(_cell_then(table, row, key) for row in ends)}")
    return finish(drawing, table, title, axis, message, ["; ".join(told) + "."])


def _draw_panel(plot: Plot, group: str, own: Drawn) -> None:
    plot.grid(plot.y.ticks(3))
    plot.drawing.words(plot.x.start + 2, plot.y.end + 4, group, SIZE)
    plot.level(0, linewidth=1, linestyle=DASHED)
    colour = GROUP_COLOURS.get(group, BLUE)
    plot.segments([[(row[0], row[2]), (row[0], row[3])] for row in own], color=colour, linewidth=1.6)
    rows, values = [row[0] for row in own], [row[1] for row in own]
    plot.line(rows, values, color=colour, marker="o", markersize=4, linewidth=0.8)


def _name_ends(plot: Plot, periods: Sequence[str]) -> None:
    """The first and the last period below a panel, to either side."""
    room, size = (plot.x.end - plot.x.start) / 2 - 2, SMALL - 1
    for x, text, side in ((plot.x.start, periods[0], "left"), (plot.x.end, periods[-1], "right")):
        for line, words in enumerate(wrap(text, room, size), 1):
            plot.drawing.words(x, plot.y.start - 2 - line * SMALL, words, size, ha=side)


def split_label(text: str) -> list[str]:
    """Return a period's words in two lines where they are two: 'Jan–Mar' and '2010'."""
    return text.rsplit(" ", 1)


def _cell_then(table: PublishedTable, row: int, key: str) -> str:
    """A figure with its period."""
    return say("chart value in", value=table_text(table, row, key), period=table.cells[row][1].text)
