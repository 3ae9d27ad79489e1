"""How far children came, step by step, from referral to the outcome achieved; and what came of it."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.rows import Rows, fetch, sum_keys

_KEYS = ("service_id", "ethnic_group")
RESULTS = ("isa_completed", "achieved_fully", "achieved_partly")


def follow_scored(rows: Rows) -> Table:
    """Return a row a treated episode with outcomes: the steps that any of them reached, and their first days.

    `still` says whether the episode is open.
    """
    outcomes = rows.treated("outcomes")
    return outcomes.group_by("episode", "cluster", "record_key", *_KEYS).aggregate(
        isa_date=outcomes.isa_date.max(),
        first_scored=outcomes.baseline_date.min(where=outcomes.baseline),
        scored_again=outcomes.review_date.min(where=outcomes.review),
        baseline=outcomes.baseline.any(),
        review=outcomes.review.any(),
        achieved=(outcomes.fully | outcomes.partly).any(),
        still=outcomes.open.any(),
    )


def count_journey(rows: Rows, scored: Table) -> pd.DataFrame:
    """Return how many treated episodes (`total`) reached each step from referral to review, by service.

    `scored` is what `follow_scored` follows. `left_early` are those who left after their start.
    """
    episodes = rows.treated("episodes").mutate(referred=ibis.literal(True))
    asked = [(episodes, name) for name in ("referred", "started", "isa_agreed", "left_early")]
    asked += [(scored, name) for name in ("baseline", "review", "achieved")]
    parts = []
    for table, step in asked:
        there = table.filter(table[step])
        summed = {"step": ibis.literal(step), "total": there.count(), "size_key": sum_keys(there)}
        parts.append(there.group_by("service_id").aggregate(**summed))
    return fetch(ibis.union(*parts).order_by("service_id", "step"))


def count_results(rows: Rows) -> pd.DataFrame:
    """Return by service: of agreements whose episode has ended, those that ended as completed; of outcomes that were
    judged, those achieved fully, and those achieved partly.
    """
    episodes, outcomes = rows.treated("episodes"), rows.treated("outcomes")
    agreed = episodes.filter(episodes.isa_agreed & episodes.ended)
    judged = outcomes.filter(outcomes.judged)
    asked = dict(zip(RESULTS, ((agreed, "completed"), (judged, "fully"), (judged, "partly")), strict=True))
    parts = [
        table.group_by("service_id").aggregate(
            place=ibis.literal(place),
            result=ibis.literal(result),
            events=table[event].sum(),
            total=table.count(),
            events_key=sum_keys(table, table[event]),
            size_key=sum_keys(table),
        )
        for place, (result, (table, event)) in enumerate(asked.items())
    ]
    return fetch(ibis.union(*parts).order_by("service_id", "place").drop("place"))
