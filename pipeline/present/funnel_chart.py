"""The funnel of services, drawn from the published table."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from pipeline.present.chart import BLUE, GREY, STYLE, as_image, numbers_of
from pipeline.present.table import PublishedTable

_ENDS = ("_size", "", "_lower", "_upper", "_warning_lower", "_warning_upper")
_DASHED = (0, (4, 3))


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
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 3.8))
        axes = figure.add_axes((0.1, 0.15, 0.87, 0.81))
        for place, style in ((1, "-"), (2, "-"), (3, _DASHED), (4, _DASHED)):
            axes.plot(sizes, [values[place] for values in told], color=GREY, linewidth=1, linestyle=style)
        axes.plot(sizes, [values[0] for values in told], marker="o", color=BLUE, linestyle="none")
        for size, values, row in drawn:
            name = table.cells[row][0].text.split()[0]
            axes.annotate(name, (size, values[0]), (4, 4), textcoords="offset points", size=8, color=GREY)
        axes.set_xlabel(axes_labels[0])
        axes.set_ylabel(axes_labels[1])
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        outside = [
            table.cells[row][0].text for _, values, row in drawn if not values[1] <= values[0] <= values[2]
        ]
        words = (
            f"outside the outer limits: {'; '.join(outside)}" if outside else "none outside the outer limits"
        )
        return as_image(
            figure, title, f"{title}. {len(drawn)} services, {words}. Figures in the table below."
        )
