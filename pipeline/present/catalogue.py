"""The measure catalogue on a page: every measure's level, and one of them over time."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.tally import Tally, add_up, of_measure
from pipeline.contract.context import MeasureFacts
from pipeline.present.chart import line_chart
from pipeline.present.columns import Chosen, Column, Count, Figure, Text
from pipeline.present.evidence import UNIT_WORDS, level_cells
from pipeline.present.page import Page, paragraph
from pipeline.present.table import PublishedTable


def _out_of(tally: Tally, measure: MeasureFacts) -> dict[str, Any]:
    if measure.unit == "percent":
        return {"total": tally.total, "total_kind": Count("total", "")}
    return {"total": tally.child_years, "total_kind": Figure("total", "", suffix=" child-years")}


def _measure_row(page: Page, measure: MeasureFacts) -> dict[str, Any]:
    tally = add_up(of_measure(page.slice.measures, measure.measure_id))
    return {
        "measure": measure.title,
        "events": tally.events,
        **_out_of(tally, measure),
        "unit": UNIT_WORDS[measure.unit].strip(),
        "better": measure.direction,
        "version": f"{measure.measure_id} v{measure.version}",
        **level_cells("level", tally, measure, page.confidence_level),
    }


def measures_table(page: Page) -> PublishedTable:
    """Every measure of the catalogue, over the whole of the commissioned work."""
    rows = [_measure_row(page, measure) for measure in page.slice.context.measures]
    columns: list[Column] = [
        Text("measure", "Measure"),
        Count("events", "Counted"),
        Chosen("total", "Out of"),
        Chosen("level", "Level"),
        Text("unit", "Unit"),
        Text("better", "Better is"),
        Text("version", "Definition"),
    ]
    return page.table("measures", "Measures every provider reports", columns, rows)


def show_measures(page: Page) -> str:
    """The measures' table."""
    return page.format(measures_table(page))


def show_trend(page: Page, measure_id: str) -> str:
    """One measure by period, as a line; the catalogue's first where it does not hold the one asked for."""
    known = {measure.measure_id: measure for measure in page.slice.context.measures}
    measure = known.get(measure_id, page.slice.context.measures[0])
    trend = _format_trend(page, measure)
    if measure_id in known:
        return trend
    missing = f"The measure named in params.yaml (impact: measure: {measure_id}) is not in the catalogue"
    return f"{paragraph(f'{missing}, so its first measure stands here.')}\n\n{trend}"


def _format_trend(page: Page, measure: MeasureFacts) -> str:
    rows_of = of_measure(page.slice.measures, measure.measure_id)
    rows = [
        {
            "period": str(period),
            "total": tally.size,
            **level_cells("level", tally, measure, page.confidence_level),
        }
        for period, tally in ((period, add_up(part)) for period, part in rows_of.groupby("period", sort=True))
    ]
    columns: list[Column] = [Text("period", "Period"), Count("total", "Out of"), Chosen("level", "Level")]
    title = f"{measure.title}, by {page.slice.context.dataset.period}"
    table = page.table("trend", title, columns, rows)
    if not table.cells:
        return paragraph(f"{measure.title}: nothing counted yet.")
    return page.format(table, line_chart(table, "level", title, UNIT_WORDS[measure.unit].strip()))
