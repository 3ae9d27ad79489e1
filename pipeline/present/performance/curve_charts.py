"""Is the curve turning? The line so far, the forecast from before the action, and the target."""

from pipeline.analysis.performance.curves import FEWEST_AFTER, FEWEST_BEFORE, finding_of
from pipeline.contract.context import MeasureFacts
from pipeline.contract.periods import period_days
from pipeline.contract.plans import Curve
from pipeline.present.dates import format_month
from pipeline.present.disclosure.estimates import Worked, interval_cell
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable, Told
from pipeline.present.line_chart import line_chart
from pipeline.present.page import Page, paragraph, stack
from pipeline.present.performance.catalogue import describe_missing, trend_rows
from pipeline.present.performance.control_charts import decimals_of, describe_periods
from pipeline.present.sentences import join_notes, say

_HALF = 0.5


def _points(measure: MeasureFacts) -> str:
    return say("unit points" if measure.unit == "percent" else f"unit {measure.unit}")


def format_goal(curve: Curve, measure: MeasureFacts) -> str:
    """The target and its date."""
    goal = f"{curve.target:g}{say(f'unit {measure.unit}')}"
    return say("curve target", goal=goal, due=format_month(curve.due))


def _verdict_sentence(page: Page, curve: Curve) -> str:
    found, measure = finding_of(page, curve), page.context.measure(curve.measure_id)
    periods = say(f"periods {page.dataset.period}")
    counted = {"before": found.before, "after": found.after, "periods": periods}
    if found.departure is None:
        return say("curve too few to say", **counted, fewest_before=FEWEST_BEFORE, fewest_after=FEWEST_AFTER)
    amount = interval_cell("departure", found.departure, 1, True).text
    return say(
        f"curve {found.verdict}",
        **counted,
        month=format_month(curve.action_on),
        amount=amount.replace(" (", f"{_points(measure)} (", 1),
        needed=format_number(found.needed, 1, sign=True),
    )


def _tried_sentence(page: Page, curve: Curve) -> str:
    """How well the method would have forecast the quarters before the action."""
    tried, measure = finding_of(page, curve).tried, page.context.measure(curve.measure_id)
    if tried is None:
        return ""
    return say(
        "curve tried",
        number=tried.forecasts,
        inside=tried.inside,
        periods=say(f"periods {page.dataset.period}"),
        error=format_number(tried.error, 1) + _points(measure),
        naive=format_number(tried.naive_error, 1),
    )


def curve_table(page: Page, curve: Curve) -> PublishedTable:
    """A curve by period: its level, and since the action what was to be expected."""
    found, measure = finding_of(page, curve), page.context.measure(curve.measure_id)
    rows = [
        {**row, "forecast": found.forecasts.get(row["period"], "–")}
        for row in trend_rows(page, measure)
        if row["definition"] == f"v{measure.version}"
    ]
    forecast = Worked("forecast", say("heading forecast from before the action"), decimals_of(measure))
    told = {"measure": measure.title, "action": curve.action}
    season = say("forecast season" if found.seasonal else "forecast no season").rstrip(".")
    notes = [say("curve note", level=f"{page.confidence_level * 100:g}%"), season if found.forecasts else ""]
    notes += [describe_missing(page, rows), *describe_periods(page, measure, charted=False)]
    return page.table("curve", rows, join_notes(notes), of=curve.curve_id, told=told, more=[forecast])


def _message(page: Page, curve: Curve) -> str:
    """What the chart says of the curve; blank where there is too little to say."""
    verdict, title = finding_of(page, curve).verdict, page.context.measure(curve.measure_id).title
    if verdict == "too few to say":
        return ""
    return say(f"chart curve {verdict}", measure=title, action=curve.action)


def _place_of_action(table: PublishedTable, curve: Curve) -> tuple[float, str] | None:
    """Where between the table's periods the action stands, and its words; None where it is in none of them."""
    words = say("chart action", month=format_month(curve.action_on))
    for row, period in enumerate(table.values("period")):
        first, last = period_days(str(period))
        if first <= curve.action_on <= last:
            return row - _HALF + (curve.action_on - first) / (last - first), words
    return None


def curve_sentences(page: Page, curve: Curve) -> Told:
    """What was done and the target, what came after it, and how well such a forecast does."""
    goal = say(
        "curve goal",
        action=curve.action,
        month=format_month(curve.action_on),
        goal=format_goal(curve, page.context.measure(curve.measure_id)),
    )
    said = " ".join(filter(None, (goal, _verdict_sentence(page, curve), _tried_sentence(page, curve))))
    return page.told(said, "finding_curves", row=curve.curve_id)


def show_curve(page: Page, curve: Curve) -> str:
    """The curve drawn, what was done, and what can be said of it."""
    measure = page.context.measure(curve.measure_id)
    table = curve_table(page, curve)
    axis = say(f"unit {measure.unit}").strip()
    chart = line_chart(
        table,
        "level",
        measure.title,
        axis,
        band="forecast",
        target=curve.target,
        action=_place_of_action(table, curve),
        message=_message(page, curve),
    )
    return stack(f"### {paragraph(measure.title)}", curve_sentences(page, curve), page.format(table, chart))
