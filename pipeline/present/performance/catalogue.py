"""The measure catalogue on a page: every measure's level, and one of them over time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pipeline.analysis.performance.kpis import (
    CHANGED,
    limits_of,
    periods_of,
    target_of,
    variation_of,
    verdict_of,
)
from pipeline.analysis.scope import measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.dates import format_month, format_period
from pipeline.present.definitions import definition_link
from pipeline.present.disclosure.columns import Count, Figure
from pipeline.present.disclosure.estimates import Worked, level_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.line_chart import line_chart
from pipeline.present.messages import together_words
from pipeline.present.page import Page, join_words, paragraph, stack
from pipeline.present.performance.control_charts import (
    decimals_of,
    describe_periods,
    describe_verdicts,
    has_targets,
    remarks_of,
    show_variation,
    states_of,
    verdict_cells,
)
from pipeline.present.sentences import join_notes, say, say_number
from pipeline.protect.tally import Tally


def _out_of(tally: Tally, measure: MeasureFacts) -> dict[str, Any]:
    if measure.unit == "percent":
        return {"total": tally.total, "total_kind": Count("total", "")}
    return {"total": tally.child_years, "total_kind": Figure("total", "", suffix=say("unit child_years"))}


def _measure_row(page: Page, measure: MeasureFacts, minimum_pairs: int) -> dict[str, Any]:
    tally = measure_rows(page, measure).add_up()
    return {
        "measure": measure.title,
        "events": tally.events,
        **_out_of(tally, measure),
        "unit": say(f"unit {measure.unit}").strip(),
        "better": measure.direction,
        "version": f"{measure.measure_id} v{measure.version}",
        "version_link": definition_link(measure.measure_id),
        **verdict_cells(page, measure, minimum_pairs),
        **level_cells("level", tally, measure, page.confidence_level),
    }


def measures_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """Every measure of the catalogue, over the whole of the commissioned work."""
    rows = [_measure_row(page, measure, minimum_pairs) for measure in page.context.measures]
    periods = [{"period": period} for period in page.slice.measures.values("period")]
    notes = [together_words(page).rstrip("."), *describe_verdicts(page, minimum_pairs)]
    notes += [describe_missing(page, periods), describe_definitions(page.context.measures)]
    without = [] if has_targets(page) else ["assurance"]
    return page.table("measures", rows, join_notes(notes), without=without)


def show_measures(page: Page, minimum_pairs: int) -> str:
    """Which measures changed, and the table of all."""
    return f"{show_variation(page, minimum_pairs)}\n\n{page.format(measures_table(page, minimum_pairs))}"


def describe_definitions(measures: Iterable[MeasureFacts]) -> str:
    """Which measures were defined anew, and when; nothing where none was."""
    changed = []
    for measure in measures:
        if measure.redefined:
            told = {"title": measure.title, "version": measure.version}
            changed.append(
                say("performance definition since", **told, month_number=format_month(measure.since))
            )
    return say("performance defined anew levels", named=join_words(changed)) if changed else ""


def show_trend(page: Page, measure_id: str, minimum_pairs: int) -> str:
    """Control charts: of the measure asked for (the catalogue's first where it is not there), of every measure that
    gets better or worse, and of every one whose definition changed, each with its break.
    """
    measures = page.context.measures
    chosen = next((measure for measure in measures if measure.measure_id == measure_id), measures[0])
    parts = []
    if chosen.measure_id != measure_id:
        missing = say("performance measure named params", measure_id=measure_id)
        parts.append(paragraph(say("performance so its first", missing=missing)))
    parts.append(_format_trend(page, chosen, "", minimum_pairs))
    for measure in measures:
        changed = measure.redefined or variation_of(page, measure, minimum_pairs) in CHANGED
        if changed and measure is not chosen:
            parts.append(_format_trend(page, measure, measure.measure_id, minimum_pairs))
    return stack(*parts)


def trend_rows(page: Page, measure: MeasureFacts) -> list[dict[str, Any]]:
    """A row for each period and definition; a period in which the definition changed has two.

    `state` says why a period is not judged, `remark` that or what the chart signals.
    """
    remarks, limits, states = remarks_of(page, measure), limits_of(page, measure), states_of(page, measure)
    return [
        {
            "period": period,
            "definition": f"v{version}",
            "total": tally.size,
            "limits": limits.get(period, "–") if version == measure.version else "–",
            "state": states.get(period, "") if version == measure.version else "",
            "remark": remarks.get(period, "") if version == measure.version else "",
            **level_cells("level", tally, measure, page.confidence_level),
        }
        for period, version, tally in periods_of(page, measure)
    ]


def describe_missing(page: Page, rows: Sequence[Mapping[str, Any]]) -> str:
    """Which of the periods shown are provisional, since returns are missing; blank where none is."""
    shown = {row["period"] for row in rows}
    missing = Counter(each.period for each in page.context.missing_returns if each.period in shown)
    counted = sorted(missing.items())
    return "; ".join(say_number("provisional", count, period=format_period(each)) for each, count in counted)


def _format_trend(page: Page, measure: MeasureFacts, of: str, minimum_pairs: int) -> str:
    rows = trend_rows(page, measure)
    limits = [Worked("limits", say("heading mean and limits of the chart"), decimals_of(measure))]
    charted, without = verdict_of(page, measure).chart, [] if measure.redefined else ["definition"]
    told = {"title": measure.title, "period": page.dataset.period}
    notes = (describe_definitions([measure]), describe_missing(page, rows), *describe_periods(page, measure))
    more, note = limits if charted else [], join_notes(notes)
    table = page.table("trend", rows, note, of=of, told=told, without=without, more=more)
    if not table.cells:
        return paragraph(say("performance nothing counted yet", title=measure.title))
    return page.format(table, _draw_trend(page, measure, table, rows, minimum_pairs))


def _draw_trend(
    page: Page,
    measure: MeasureFacts,
    table: PublishedTable,
    rows: Sequence[Mapping[str, Any]],
    minimum_pairs: int,
) -> str | None:
    """The control chart; where there are too few points for one, the line with its intervals."""
    versions = enumerate(pairwise(row["definition"] for row in rows), start=1)
    breaks = [place for place, (before, now) in versions if now != before]
    band = "" if verdict_of(page, measure).chart is None else "limits"
    aim = target_of(page, measure)
    axis, goal = say(f"unit {measure.unit}").strip(), aim.target if aim else None
    word = variation_of(page, measure, minimum_pairs)
    message = say(f"chart trend {word}", measure=measure.title)
    return line_chart(table, "level", table.title, axis, breaks, band=band, target=goal, message=message)
