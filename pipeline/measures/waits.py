"""Time between the steps of a child's journey, in days, and who still waits for the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.cells import Numbers
from pipeline.measures.days import days_between
from pipeline.measures.rows import Rows

WAITS: dict[str, tuple[str, str, int]] = {
    "started": ("referral_date", "start_date", 28),
    "isa_agreed": ("start_date", "isa_date", 42),
    "baseline": ("isa_date", "first_scored", 28),
    "review": ("first_scored", "scored_again", 182),
}
"""Each step: the date it is counted from, its own date, and within how many days it is looked for."""
_QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
_COUNTS = ("days", "taken", "followed", "within", "waiting")
_AGREED = "agreed"


def ask_waits(rows: Rows, scored: Table, until: dt.date) -> dict[str, Table]:
    """The days that each step took, to be counted; `scored` has a row an episode with outcomes (`follow_scored`).

    Under `agreed` stand all of whom a first score is awaited, with outcomes or without; under `baseline` those who
    have one.
    """
    treated = rows.treated("service")
    episodes = rows.episodes.mutate(still=rows.episodes.end_date.isnull()).inner_join(treated, "cell")
    followed = scored.inner_join(treated, "cell")
    have = followed.filter(followed.first_scored.notnull())
    return {
        "started": _ask(episodes, "started", until),
        "isa_agreed": _ask(episodes, "isa_agreed", until),
        _AGREED: _ask(episodes.mutate(first_scored=ibis.null("date")), "baseline", until),
        "baseline": _ask(have, "baseline", until),
        "review": _ask(have, "review", until),
    }


def _ask(rows: Table, step: str, until: dt.date) -> Table:
    since, own, within = WAITS[step]
    begun = rows.filter(rows[since].notnull())
    days = begun[own].delta(begun[since], unit="day")
    return days_between(
        begun,
        (days >= 0).ifelse(days, None),
        begun[since] <= ibis.literal(until - dt.timedelta(days=within)),
        begun.still if step == "baseline" else begun.still & begun[own].isnull(),
    )


def _tell_step(counted: Mapping[str, pd.DataFrame], step: str) -> pd.DataFrame:
    """Who could take a step, by service and days until it (-1: not taken): `rows`, `early` and `waiting` of them."""
    frame = counted[step]
    told = pd.DataFrame(
        {
            "service": frame["service"],
            "days": frame["days"].fillna(-1).astype("int64"),
            **{name: frame["rows"] * frame[name] for name in ("early", "waiting")},
            "rows": frame["rows"],
        }
    )
    if step != "baseline":
        return told
    # Whoever has a score is no longer among those who await it.
    without = told.assign(days=-1, rows=-told["rows"], early=-told["early"], waiting=-told["waiting"])
    awaiting = _tell_step(counted, _AGREED)
    return pd.concat([told.assign(waiting=0), without, awaiting])


def _quartiles(days: Numbers, rows: Numbers) -> dict[str, float]:
    """Quartiles of so many episodes at each number of days, linear between two; 0 where there are none."""
    last = int(rows.sum()) - 1
    if last < 0:
        return dict.fromkeys(_QUARTILES, 0.0)
    order = np.argsort(days)
    reached = np.cumsum(rows[order])
    ranks = np.array([share * last for share in _QUARTILES.values()])
    low, high = (
        days[order][np.searchsorted(reached, side(ranks), side="right")] for side in (np.floor, np.ceil)
    )
    return dict(zip(_QUARTILES, (low + (high - low) * (ranks % 1)).tolist(), strict=True))


def _sum_step(step: str, told: Mapping[str, Numbers]) -> dict[str, Any]:
    within = WAITS[step][2]
    taken = told["days"] >= 0
    return {
        "step": step,
        "days": within,
        "taken": told["rows"][taken].sum(),
        "followed": told["early"].sum(),
        "within": told["early"][taken & (told["days"] <= within)].sum(),
        "waiting": told["waiting"].sum(),
        **_quartiles(told["days"][taken], told["rows"][taken]),
    }


def _sum_steps(counted: Mapping[str, pd.DataFrame], services: pd.Index[str]) -> Iterator[dict[str, Any]]:
    for step in WAITS:
        told = {str(name): column.to_numpy("int64") for name, column in _tell_step(counted, step).items()}
        yield {"service_id": "", **_sum_step(step, told)}
        for service in np.unique(told["service"]):
            own = told["service"] == service
            part = {name: numbers[own] for name, numbers in told.items()}
            yield {"service_id": services[service], **_sum_step(step, part)}


def count_waits(counted: Mapping[str, pd.DataFrame], services: pd.Index[str]) -> pd.DataFrame:
    """By service (blank: over all) and step: who took it, in how many days, and who still waits at the end of the data.

    `counted` is what `ask_waits` asked. `followed` are the episodes that could be looked at for as many `days` as
    WAITS says, `within` those of them that took the step in that time: a share of these leaves nobody out for having
    come late. Quartiles are of those who took it, 0 where nobody did.
    """
    kinds = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_QUARTILES, "float64")
    summed = pd.DataFrame(_sum_steps(counted, services), columns=["service_id", "step", *kinds])
    return summed.astype(kinds).sort_values("service_id", kind="stable", ignore_index=True)
