"""Time between the steps of a child's journey, in days, and who still waits for the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import numpy as np
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
_COUNTS = ("days", "taken", "followed", "within", "waiting")


def _with_scores(rows: Rows) -> Table:
    """Episodes with the days of the first score and of the first score at a review."""
    outcomes = rows.outcomes
    scored = outcomes.baseline_score.notnull()
    again = scored & outcomes.review_score.notnull()
    days = outcomes.group_by("episode").aggregate(
        first_scored=outcomes.baseline_date.min(where=scored),
        scored_again=outcomes.review_date.min(where=again),
    )
    episodes = rows.episodes.select(
        "service_id", "isa_date", "end_date", episode=number_episode(rows.episodes)
    )
    return episodes.left_join(days, "episode")


def _list_days(episodes: Table, step: str, until: dt.date) -> pd.DataFrame:
    """By service and days until the step (blank: not taken): episodes, how many were followed, how many wait."""
    since, own, within = WAITS[step]
    begun = episodes.filter(episodes[since].notnull())
    days = begun[own].delta(begun[since], unit="day")
    followed = ibis.literal(until).delta(begun[since], unit="day") >= within
    named: Any = begun.select(
        "service_id",
        days=ibis.ifelse((days >= 0).fill_null(False), days, None).cast("int64"),
        followed=followed.cast("int64"),
        waiting=(begun[own].isnull() & begun.end_date.isnull()).cast("int64"),
    )
    counted = named.group_by("service_id", "days").aggregate(
        episodes=named.count(), followed=named.followed.sum(), waiting=named.waiting.sum()
    )
    frame: pd.DataFrame = counted.to_pyarrow().to_pandas()
    return frame.sort_values("days", ignore_index=True)


def _quartiles(days: Any, episodes: Any) -> dict[str, float]:
    """Quartiles of so many episodes at each number of days, linear between two; 0 where there are none."""
    last = int(episodes.sum()) - 1
    if last < 0:
        return dict.fromkeys(_QUARTILES, 0.0)
    reached = np.cumsum(episodes)
    ranks = np.array([share * last for share in _QUARTILES.values()])
    low, high = (days[np.searchsorted(reached, side(ranks), side="right")] for side in (np.floor, np.ceil))
    return dict(zip(_QUARTILES, (low + (high - low) * (ranks % 1)).tolist(), strict=True))


def _sum_step(listed: pd.DataFrame, service_id: str, step: str) -> dict[str, Any]:
    within = WAITS[step][2]
    taken = listed[listed["days"].notna()]
    return {
        "service_id": service_id,
        "step": step,
        "days": within,
        "taken": taken["episodes"].sum(),
        "followed": listed["followed"].sum(),
        "within": taken[taken["days"] <= within]["followed"].sum(),
        "waiting": listed["waiting"].sum(),
        **_quartiles(taken["days"].to_numpy(), taken["episodes"].to_numpy()),
    }


def _sum_steps(rows: Rows, until: dt.date) -> Iterator[dict[str, Any]]:
    scored = _with_scores(rows)
    for step in WAITS:
        listed = _list_days(rows.episodes if step in ("started", "isa_agreed") else scored, step, until)
        yield _sum_step(listed, "", step)
        for service_id, own in listed.groupby("service_id", sort=True):
            yield _sum_step(own, str(service_id), step)


def count_waits(rows: Rows, until: dt.date) -> pd.DataFrame:
    """By service (blank: over all) and step: who took it, in how many days, and who still waits at the day `until`.

    `followed` are the episodes that could be looked at for as many `days` as WAITS says, `within` those of them that
    took the step in that time: a share of these leaves nobody out for having come late. Quartiles are of those who
    took it, 0 where nobody did.
    """
    kinds = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_QUARTILES, "float64")
    counted = pd.DataFrame(_sum_steps(rows, until), columns=["service_id", "step", *kinds])
    return counted.astype(kinds).sort_values("service_id", kind="stable", ignore_index=True)
