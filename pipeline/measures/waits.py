"""Time between the steps of a child's journey, in days, and who still waits for the next."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.rows import Rows, number_episode

WAITS: dict[str, tuple[str, str, int]] = {
    "started": ("referral_date", "start_date", 28),
    "isa_agreed": ("start_date", "isa_date", 42),
    "baseline": ("isa_date", "first_scored", 28),
    "review": ("first_scored", "scored_again", 182),
}
"""Each step: the date it is counted from, its own date, and within how many days it is looked for."""
_QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def _with_scores(rows: Rows) -> Table:
    """Episodes with the days of the first score and of the first score at a review."""
    outcomes = rows.outcomes
    scored = outcomes.baseline_score.notnull()
    again = scored & outcomes.review_score.notnull()
    days = outcomes.group_by("episode").aggregate(
        first_scored=outcomes.baseline_date.min(where=scored),
        scored_again=outcomes.review_date.min(where=again),
    )
    episodes = rows.episodes.mutate(episode=number_episode(rows.episodes))
    return episodes.left_join(days, "episode")


def _pairs(episodes: Table, step: str, until: dt.date) -> Table:
    since, own, within = WAITS[step]
    begun = episodes.filter(episodes[since].notnull())
    days = begun[own].delta(begun[since], unit="day")
    followed = ibis.literal(until).delta(begun[since], unit="day") >= within
    taken = (days >= 0).fill_null(False)
    return begun.select(
        "service_id",
        step=ibis.literal(step),
        days=ibis.ifelse(taken, days, None).cast("int64"),
        followed=followed.cast("int64"),
        within=(followed & taken & (days <= within).fill_null(False)).cast("int64"),
        waiting=(begun[own].isnull() & begun.end_date.isnull()).cast("int64"),
    )


def _count(pairs: Table, *by: str) -> pd.DataFrame:
    counted = pairs.group_by(*by).aggregate(
        taken=pairs.days.count(),
        followed=pairs.followed.sum(),
        within=pairs.within.sum(),
        waiting=pairs.waiting.sum(),
        **{name: pairs.days.quantile(share) for name, share in _QUARTILES.items()},
    )
    frame: pd.DataFrame = counted.to_pyarrow().to_pandas()
    return frame


def count_waits(rows: Rows, until: dt.date) -> pd.DataFrame:
    """By service (blank: over all) and step: who took it, in how many days, and who still waits at the day `until`.

    `followed` are the episodes that could be looked at for as many `days` as WAITS says, `within` those of them that
    took the step in that time: a share of these leaves nobody out for having come late. Quartiles are of those who
    took it, 0 where nobody did.
    """
    episodes = _with_scores(rows)
    pairs: Any = reduce(ibis.union, [_pairs(episodes, step, until) for step in WAITS]).cache()
    whole = pd.concat([_count(pairs, "service_id", "step"), _count(pairs, "step").assign(service_id="")])
    quartiles = dict.fromkeys(_QUARTILES, "float64")
    counts = dict.fromkeys(("days", "taken", "followed", "within", "waiting"), "int64")
    order = {step: place for place, step in enumerate(WAITS)}
    looked_for = {step: days for step, (_, _, days) in WAITS.items()}
    placed = whole.assign(place=whole["step"].map(order), days=whole["step"].map(looked_for))
    ordered = placed.sort_values(["service_id", "place"], ignore_index=True)
    names = ["service_id", "step", *counts, *quartiles]
    return ordered[names].fillna(dict.fromkeys(quartiles, 0.0)).astype({**counts, **quartiles})
