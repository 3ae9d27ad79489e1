"""The funnel of services, drawn from the published table."""

from __future__ import annotations

from pipeline.present.chart import numbers_of
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.drawing import BLUE, DASHED, GREY, Drawing, Plot, number_labels, scale_around

_ENDS = ("_size", "", "_lower", "_upper", "_warning_lower", "_warning_upper")
# Points: the drawing's width and height, and the left, right, lower and upper edge of its plot.
_SIZE, _EDGES = (518.4, 273.6), (51.84, 502.848, 41.04, 262.656)
_MOST_TICKS = 6


def funnel_chart(table: PublishedTable, key: str, title: str, axes_labels: tuple[str, str]) -> str | None:
    """A dot a row by its size, and the limits that rows of each size keep to; None where no row can be drawn."""
    columns = [numbers_of(table, f"{key}{end}") for end in _ENDS]
    drawn = sorted(
        (values[0], values[1:], row)
        for row, values in enumerate(zip(*columns, strict=True))
        if None not in values
    )
    if not drawn:
        return None
    sizes, told = [size for size, _, _ in drawn], [values for _, values, _ in drawn]
    left, right, bottom, top = _EDGES
    drawing = Drawing(*_SIZE)
    x = scale_around(sizes, left, right, low=0.0)
    y = scale_around([number for values in told for number in values], bottom, top, low=0.0)
    plot = Plot(drawing, x, y)
    plot.frame()
    plot.ticks_below(number_labels(x.ticks(_MOST_TICKS)))
    plot.ticks_left(number_labels(y.ticks(_MOST_TICKS)))
    drawing.words((left + right) / 2, bottom - 30.4, axes_labels[0], ha="center")
    plot.side_words(axes_labels[1])
    for place, style in ((1, "-"), (2, "-"), (3, DASHED), (4, DASHED)):
        plot.line(sizes, [values[place] for values in told], color=GREY, linewidth=1, linestyle=style)
    plot.line(sizes, [values[0] for values in told], marker="o", color=BLUE, linestyle="none")
    services = table.values("service_id")
    for size, values, row in drawn:
        drawing.words(x.place(size) + 4, y.place(values[0]) + 4, str(services[row]), 8, color=GREY)
    outside = [
        table.cells[row][0].text for _, values, row in drawn if not values[1] <= values[0] <= values[2]
    ]
    words = f"outside the outer limits: {'; '.join(outside)}" if outside else "none outside the outer limits"
    return drawing.as_image(title, f"{title}. {len(drawn)} services, {words}. Figures in the table below.")
