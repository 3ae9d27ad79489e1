"""Children once each, how far they came from referral to the outcome achieved, and how long each step took."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.child_time import month_number
from pipeline.measures.rows import Rows, fetch, over_all, sum_keys

_KEYS = ("service_id", "ethnic_group")
RESULTS = ("isa_completed", "achieved_fully", "achieved_partly")
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


def count_children(rows: Rows) -> pd.DataFrame:
    """Return children (not episodes) by service and ethnic group, in `total`; service_id blank: once over all.

    A child recorded with two groups counts once in each group, and once in the total of all groups
    (ethnic_group blank).
    """
    own = rows.treated("episodes")
    cuts = [
        cut
        for episodes in (own, over_all(own))
        for cut in (episodes, episodes.mutate(ethnic_group=ibis.literal("")))
    ]
    keys = ("service_id", "ethnic_group")
    parts = []
    for cut in cuts:
        each = cut.select(*keys, "child", "record_key").distinct()
        parts.append(each.group_by(*keys).aggregate(total=each.count(), size_key=sum_keys(each)))
    return fetch(ibis.union(*parts).order_by(*keys))


def count_together(rows: Rows, parts: Mapping[tuple[str, str], Sequence[str]]) -> pd.DataFrame:
    """Return children once each in several services together (`total`), by what draws them together and its name.

    `parts` are the services of each; `services` names them again in the table.
    """
    listed = [
        {"by": by, "name": name, "services": ", ".join(own), "service_id": each}
        for (by, name), own in parts.items()
        for each in own
    ]
    keys = ("by", "name", "services")
    schema = ibis.schema(dict.fromkeys((*keys, "service_id"), "string"))
    own = rows.treated("episodes").select("service_id", "child", "record_key").distinct()
    each = (
        ibis.memtable(listed, schema=schema)
        .join(own, "service_id")
        .select(*keys, "child", "record_key")
        .distinct()
    )
    counted = each.group_by(*keys).aggregate(total=each.count(), size_key=sum_keys(each))
    return fetch(counted.order_by(*keys))


def count_newcomers(rows: Rows) -> pd.DataFrame:
    """Return each child once in each service, and once over all (service_id blank), by the month of first referral.

    It counts under the code of that referral, so that any months add up to the children newly reached in them. Of two
    codes on the same day the first in their order counts, and a known one before none.
    """
    own = rows.treated("episodes")
    keys = ["service_id", "ethnicity", "ethnic_group", "month"]
    parts = []
    for episodes in (own, over_all(own)):
        order = [episodes.referral_date, episodes.ethnicity == "", episodes.ethnicity]
        window = ibis.window(group_by=[episodes.child, episodes.service_id], order_by=order)
        ranked = episodes.mutate(
            place=ibis.row_number().over(window), month=month_number(episodes.referral_date)
        )
        first = ranked.filter(ranked.place == 0)
        parts.append(first.group_by(*keys).aggregate(total=first.count(), size_key=sum_keys(first)))
    return fetch(ibis.union(*parts).order_by(*keys))


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
