"""Time between the steps of a child's journey, in days, and who still waits for the next."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.rows import Rows, fetch, over_all, sum_keys

WAITS: dict[str, tuple[str, str, int]] = {
    "started": ("referral_date", "start_date", 28),
    "isa_agreed": ("start_date", "isa_date", 42),
    "baseline": ("isa_date", "first_scored", 28),
    "review": ("first_scored", "scored_again", 182),
}
"""Each step: the date it is counted from, its own date, and within how many days it is looked for."""
_QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
_KEYED = ("taken", "followed", "within", "waiting")
_COUNTS = ("days", *_KEYED, *(f"{name}_key" for name in _KEYED))


def count_waits(rows: Rows, scored: Table, until: dt.date) -> pd.DataFrame:
    """Return by service (blank: over all) and step: who took it, in how many days, and who still waits at `until`.

    `scored` has a row an episode with outcomes (`follow_scored`). `followed` are the episodes that could be looked at
    for as many `days` as WAITS says, `within` those of them that took the step in that time: a share of these leaves
    nobody out for having come late. `taken_key` and the like are sums of record keys. Quartiles are of those who took
    it, 0 where nobody did.
    """
    episodes = rows.treated("episodes").mutate(still=lambda table: table.end_date.isnull())
    first = scored.select("episode", "first_scored")
    started = {"review": scored, "baseline": episodes.left_join(first, "episode")}
    kinds = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_QUARTILES, "float64")
    parts = []
    for place, step in enumerate(WAITS):
        own = _list_days(started.get(step, episodes), step, until)
        parts += [_sum_step(table, place, step) for table in (own, over_all(own))]
    found = fetch(ibis.union(*parts).order_by("service_id", "place"))
    return found.fillna(dict.fromkeys(kinds, 0)).astype(kinds)[["service_id", "step", *kinds]]


def is_early(table: Table, step: str, until: dt.date) -> Any:
    """Return who can be looked at for as long as the step is looked for."""
    since, _, within = WAITS[step]
    return (table[since] <= ibis.literal(until - dt.timedelta(days=within))).fill_null(False)


def in_time(table: Table, step: str, until: dt.date) -> Any:
    """Return which of these took the step in that time."""
    since, own, within = WAITS[step]
    days = table[own].delta(table[since], unit="day")
    return is_early(table, step, until) & days.between(0, within).fill_null(False)


def _list_days(table: Table, step: str, until: dt.date) -> Table:
    """Who could take the step: the days until it (null: not taken), and whether it was early enough to look at."""
    since, own, _ = WAITS[step]
    begun = table.filter(table[since].notnull())
    days = begun[own].delta(begun[since], unit="day")
    return begun.select(
        "service_id",
        "record_key",
        days=(days >= 0).ifelse(days, None).cast("int64"),
        early=is_early(begun, step, until),
        in_time=in_time(begun, step, until),
        waiting=begun.still & begun[own].isnull(),
    )


def _sum_step(listed: Table, place: int, step: str) -> Table:
    quartiles = {name: listed.days.quantile(share) for name, share in _QUARTILES.items()}
    whom = dict(
        zip(_KEYED, (listed.days.notnull(), listed.early, listed.in_time, listed.waiting), strict=True)
    )
    keys = {f"{name}_key": sum_keys(listed, where) for name, where in whom.items()}
    return listed.group_by("service_id").aggregate(
        place=ibis.literal(place),
        step=ibis.literal(step),
        days=ibis.literal(WAITS[step][2], "int64"),
        **{name: where.sum() for name, where in whom.items()},
        **keys,
        **quartiles,
    )
