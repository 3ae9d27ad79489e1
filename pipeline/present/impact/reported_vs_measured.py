"""Do the whole and its parts agree: what is reported of the work beside the children's own scores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from pipeline.analysis.impact.change import rows_where
from pipeline.analysis.impact.reported_vs_measured import WholeAndParts, compare_whole, standardise
from pipeline.analysis.months import Window
from pipeline.analysis.scope import measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import Column, Count, Text, Verdict
from pipeline.present.disclosure.estimates import Contrast, Measured, Share
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, paragraph
from pipeline.present.performance.control_charts import figures_of
from pipeline.present.performance.service import OUTCOMES
from pipeline.present.sentences import say
from pipeline.protect.cells import Cells

Named = Sequence[tuple[str, WholeAndParts]]


def show_whole_and_parts(page: Page, measure_id: str, minimum_pairs: int) -> str:
    """The section: a row a scale of the service, or over all a row an outcome of Every Child Matters."""
    measure = _measure(page, measure_id)
    if page.slice.scores.empty or measure is None:
        return paragraph(say("whole none"))
    compared = list_compared(page, measure, minimum_pairs)
    parts = [paragraph(sentence) for sentence in _sentences(measure, compared)]
    return "\n\n".join([*parts, page.format(whole_table(page, measure, compared))])


def _measure(page: Page, measure_id: str) -> MeasureFacts | None:
    """The measure asked for, or the first percentage of the catalogue."""
    percent = [measure for measure in page.slice.context.measures if measure.unit == "percent"]
    named = [measure for measure in percent if measure.measure_id == measure_id]
    return next(iter([*named, *percent]), None)


@cache
def list_compared(page: Page, measure: MeasureFacts, minimum_pairs: int) -> Named:
    """Each scale of the service, or each outcome that any service works for, in the framework's order."""
    scores, context = standardise(page.slice.scores), page.slice.context
    own, window = measure_rows(page, measure), _judged_months(page, measure)
    scales = {scale.scale: scale for scale in context.scales}

    def compare(rows: Cells, scored: pd.DataFrame) -> WholeAndParts:
        return compare_whole(rows, measure, scored, scales, window, minimum_pairs, page.confidence_level)

    if page.service:
        names = sorted(page.slice.scores["scale"].unique())
        return tuple(
            (context.scale_title(name), compare(own, rows_where(scores, scores["scale"] == name)))
            for name in names
        )
    found = []
    for outcome, title in OUTCOMES.items():
        services = [each.service_id for each in context.services if each.ecm_outcome == outcome]
        if services:
            scored = scores[scores["service_id"].isin(services)]
            found.append((title, compare(own.where("service_id", *services), scored)))
    return tuple(found)


def _judged_months(page: Page, measure: MeasureFacts) -> Window:
    """The months that can be judged: not so early that only short stays had ended, nor with events still to come."""
    window = page.window_of(measure)
    ready = {figure.period for figure in figures_of(page, measure) if figure.state == "ready"}
    months = page.slice.measures.where("period", *sorted(ready)).values("month") if ready else []
    if not months:
        return Window(window.first, window.first - 1)
    return Window(max(window.first, min(months)), min(window.last, max(months)))


def _sentences(measure: MeasureFacts, compared: Named) -> list[str]:
    """Each disagreement with what may be behind it; else that there is none, or that it cannot be told."""
    said = [_disagreement(measure, name, found) for name, found in compared if found.agreement == "disagree"]
    if said:
        return said
    told = any(found.agreement == "agree" for _, found in compared)
    return [say("whole agree" if told else "whole few")]


def _disagreement(measure: MeasureFacts, name: str, found: WholeAndParts) -> str:
    words = say(
        "whole disagree",
        name=name,
        measure=measure.title,
        rate=say(f"whole rate {found.rate}"),
        scores=say(f"whole scores {found.scores}"),
    )
    causes = [say(f"whole cause {cause}") for cause in found.causes] or [say("whole cause none")]
    return " ".join([words, *causes])


def whole_table(page: Page, measure: MeasureFacts, compared: Named) -> PublishedTable:
    """The rate of two years and the children's change, side by side."""
    rows = [
        {
            "what": name,
            "verdict": found.agreement,
            "first": found.first.counts(),
            "last": found.last.counts(),
            "difference": (found.last.counts(), found.first.counts()),
            "scored": found.scored,
            "change": found.change,
            "moved": found.moved,
            "fewest": min(found.scored, found.scored_first),
        }
        for name, found in compared
    ]
    columns: list[Column] = [
        Text("what", "Scale" if page.service else "Outcome"),
        Verdict("verdict", "Whole and parts"),
        Share("first", "First year", page.confidence_level),
        Share("last", "Last year", page.confidence_level),
        Contrast("difference", "Difference", "difference", page.confidence_level),
        Count("scored", "Scored twice"),
        Measured("change", "Change, SDs", "scored", decimals=2),
        Measured("moved", "Against first year, SDs", "fewest", decimals=2),
    ]
    title = f"{measure.title}, beside the children's own scores"
    return page.table("whole_and_parts", title, columns, rows, note=say("whole note"))
