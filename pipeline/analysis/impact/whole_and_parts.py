"""Each scale, or each outcome of Every Child Matters, with what is reported beside the scores."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from pipeline.analysis.impact.change import rows_where
from pipeline.analysis.impact.reported_vs_measured import WholeAndParts, compare_whole, standardise
from pipeline.analysis.months import Window
from pipeline.analysis.performance.kpis import figures_of
from pipeline.analysis.scope import Scope, measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.contract.services import OUTCOMES
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Least

Named = Sequence[tuple[str, WholeAndParts]]


@cache
def list_compared(scope: Scope, measure: MeasureFacts, minimum_pairs: int) -> Named:
    """Each scale of the service, or each outcome that any service works for, in the framework's order."""
    scores, context = standardise(scope.slice.scores), scope.context
    own, window = measure_rows(scope, measure), _judged_months(scope, measure)
    scales = {scale.scale: scale for scale in context.scales}
    least = Least(minimum_pairs, scope.rule)

    def compare(rows: Cells, scored: pd.DataFrame) -> WholeAndParts:
        return compare_whole(rows, measure, scored, scales, window, least, scope.confidence_level)

    if scope.service:
        names = sorted(scope.slice.scores["scale"].unique())
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


def _judged_months(scope: Scope, measure: MeasureFacts) -> Window:
    """The months that can be judged: not so early that only short stays had ended, nor with events still to come."""
    window = scope.window_of(measure)
    ready = {figure.period for figure in figures_of(scope, measure) if figure.state == "ready"}
    months = scope.slice.measures.where("period", *sorted(ready)).values("month") if ready else []
    if not months:
        return Window(window.first, window.first - 1)
    return Window(max(window.first, min(months)), min(window.last, max(months)))
