"""How far children came, step by step, from referral to the outcome achieved; and what came of it."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.rows import JOURNEY_STEPS, Rows, fetch

_KEYS = ("service_id", "ethnic_group")
RESULTS = ("isa_completed", "achieved_fully", "achieved_partly")


def follow_scored(rows: Rows) -> Table:
    """Return a row a treated episode with outcomes: the steps that any of them reached, and their first days.

    `still` says whether the episode is open.
    """
    outcomes = rows.treated("outcomes")
    return outcomes.group_by("episode", "cluster", *_KEYS).aggregate(
        isa_date=outcomes.isa_date.max(),
        first_scored=outcomes.baseline_date.min(where=outcomes.baseline),
        scored_again=outcomes.review_date.min(where=outcomes.review),
        baseline=outcomes.baseline.any(),
        review=outcomes.review.any(),
        achieved=(outcomes.fully | outcomes.partly).any(),
        still=outcomes.open.any(),
    )


def count_journey(rows: Rows, scored: Table) -> pd.DataFrame:
    """Return how many treated episodes reached each step from referral to review, by service and ethnic group.

    `scored` is what `follow_scored` follows.
    """
    episodes = rows.treated("episodes")
    steps = {name: episodes[name].sum() for name in ("started", "isa_agreed", "left_early")}
    known = fetch(episodes.group_by(*_KEYS).aggregate(referred=episodes.count(), **steps))
    reached = {name: scored[name].sum() for name in ("baseline", "review", "achieved")}
    both = known.merge(fetch(scored.group_by(*_KEYS).aggregate(**reached)), on=list(_KEYS), how="left")
    found = both.fillna(dict.fromkeys(reached, 0)).astype(dict.fromkeys(reached, "int64"))
    columns = [*_KEYS, *JOURNEY_STEPS, "left_early"]
    return found.sort_values(list(_KEYS), ignore_index=True)[columns]


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
        )
        for place, (result, (table, event)) in enumerate(asked.items())
    ]
    return fetch(ibis.union(*parts).order_by("service_id", "place").drop("place"))
