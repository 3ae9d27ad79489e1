"""Children counted once each, the steps that they reached, and the days that each step took."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import numpy as np
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
"""For each step: the date counted from, the date of the step, and the days allowed between them."""
_QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
_KEYED = ("taken", "followed", "within", "waiting")
_COUNTS = ("days", *_KEYED, *(f"{name}_key" for name in _KEYED))


def follow_scored(rows: Rows) -> Table:
    """Return one row per treated episode with outcomes: the steps that any outcome reached, and their first dates.

    `still` is true while the episode is open.
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
    """Return the treated episodes (`total`) that reached each `step` from referral to review, by service.

    `scored` is the result of `follow_scored`; step `left_early` counts those who left after their start.
    """
    episodes = rows.treated("episodes").mutate(referred=ibis.literal(True))
    steps = [(episodes, name) for name in ("referred", "started", "isa_agreed", "left_early")]
    steps += [(scored, name) for name in ("baseline", "review", "achieved")]
    parts = []
    for table, step in steps:
        reached = table.filter(table[step])
        summed = {"step": ibis.literal(step), "total": reached.count(), "size_key": sum_keys(reached)}
        parts.append(reached.group_by("service_id").aggregate(**summed))
    return fetch(ibis.union(*parts).order_by("service_id", "step"))


def count_results(rows: Rows) -> pd.DataFrame:
    """Return `events` out of `total` by service and `result`.

    Agreements that ended as completed, out of those whose episode has ended; outcomes fully and partly achieved, out of
    those judged.
    """
    episodes, outcomes = rows.treated("episodes"), rows.treated("outcomes")
    agreed = episodes.filter(episodes.isa_agreed & episodes.ended)
    judged = outcomes.filter(outcomes.judged)
    results = dict(zip(RESULTS, ((agreed, "completed"), (judged, "fully"), (judged, "partly")), strict=True))
    parts = [
        table.group_by("service_id").aggregate(
            place=ibis.literal(place),
            result=ibis.literal(result),
            events=table[event].sum(),
            total=table.count(),
            events_key=sum_keys(table, table[event]),
            size_key=sum_keys(table),
        )
        for place, (result, (table, event)) in enumerate(results.items())
    ]
    return fetch(ibis.union(*parts).order_by("service_id", "place").drop("place"))


def count_children(rows: Rows) -> pd.DataFrame:
    """Return children (not episodes) by service and ethnic group, in `total`; a blank service_id is over all services.

    A child recorded with two groups counts once in each group and once in the total of all groups (ethnic_group blank).
    """
    by_service = rows.treated("episodes")
    cuts = [
        cut
        for episodes in (by_service, over_all(by_service))
        for cut in (episodes, episodes.mutate(ethnic_group=ibis.literal("")))
    ]
    keys = ("service_id", "ethnic_group")
    parts = []
    for cut in cuts:
        children = cut.select(*keys, "child", "record_key").distinct()
        parts.append(children.group_by(*keys).aggregate(total=children.count(), size_key=sum_keys(children)))
    return fetch(ibis.union(*parts).order_by(*keys))


def count_children_across(rows: Rows, parts: Mapping[tuple[str, str], Sequence[str]]) -> pd.DataFrame:
    """Return children counted once over several services (`total`), one row per grouping (`by`) and `name`.

    `parts` gives the services of each grouping and name; column `services` lists them.
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

    A child counts under the code of that referral, so that months add up to the children newly reached in them. Of two
    codes on the same day the first in sort order counts, a known code before a blank one.
    """
    by_service = rows.treated("episodes")
    keys = ["service_id", "ethnicity", "ethnic_group", "month"]
    parts = []
    for episodes in (by_service, over_all(by_service)):
        order = [episodes.referral_date, episodes.ethnicity == "", episodes.ethnicity]
        window = ibis.window(group_by=[episodes.child, episodes.service_id], order_by=order)
        ranked = episodes.mutate(
            place=ibis.row_number().over(window), month=month_number(episodes.referral_date)
        )
        first = ranked.filter(ranked.place == 0)
        parts.append(first.group_by(*keys).aggregate(total=first.count(), size_key=sum_keys(first)))
    return fetch(ibis.union(*parts).order_by(*keys))


def count_waits(rows: Rows, scored: Table, until: dt.date) -> pd.DataFrame:
    """Return by service (blank: over all) and step: who took it, quartiles of days, and who still waits at `until`.

    `scored` is the result of `follow_scored`. `followed` counts episodes observed for as many `days` as WAITS allows,
    `within` those of them that took the step in that time: late steps are in the share's denominator. `taken_key` and
    the like are sums of record keys. Quartiles are over those who took the step, 0 where nobody did.
    """
    episodes = rows.treated("episodes").mutate(still=lambda table: table.end_date.isnull())
    first = scored.select("episode", "first_scored")
    started = {"review": scored, "baseline": episodes.left_join(first, "episode")}
    counted = [
        fetch(_count_by_days(_list_days(started.get(step, episodes), step, until))).assign(
            step=step, place=place
        )
        for place, step in enumerate(WAITS)
    ]
    by_service = pd.concat(counted, ignore_index=True)
    every = pd.concat([by_service.assign(service_id=""), by_service], ignore_index=True)
    kinds = dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_QUARTILES, "float64")
    found = [_sum_up(part) for _, part in every.groupby(["service_id", "place"])]
    return pd.DataFrame(found, columns=["service_id", "step", *kinds]).astype(kinds)


def is_early(table: Table, step: str, until: dt.date) -> Any:
    """Return whether each row is observed for as many days as the step is allowed."""
    since, _, within = WAITS[step]
    return (table[since] <= ibis.literal(until - dt.timedelta(days=within))).fill_null(False)


def in_time(table: Table, step: str, until: dt.date) -> Any:
    """Return whether each row is observed long enough and took the step within the days allowed."""
    since, taken, within = WAITS[step]
    days = table[taken].delta(table[since], unit="day")
    return is_early(table, step, until) & days.between(0, within).fill_null(False)


def _list_days(table: Table, step: str, until: dt.date) -> Table:
    """Return rows that could take the step: days until it (null: not taken), observed long enough, in time, waiting."""
    since, taken, _ = WAITS[step]
    begun = table.filter(table[since].notnull())
    days = begun[taken].delta(begun[since], unit="day")
    return begun.select(
        "service_id",
        "record_key",
        days=(days >= 0).ifelse(days, None).cast("int64"),
        early=is_early(begun, step, until),
        in_time=in_time(begun, step, until),
        waiting=begun.still & begun[taken].isnull(),
    )


def _count_by_days(listed: Table) -> Table:
    """Return counts of rows by service and days waited (null: not taken), with the sums of their record keys.

    Days are few however many rows there are: quartiles of rows themselves would need all of them in memory.
    """
    flags = dict(
        zip(_KEYED, (listed.days.notnull(), listed.early, listed.in_time, listed.waiting), strict=True)
    )
    keys = {f"{name}_key": sum_keys(listed, flag) for name, flag in flags.items()}
    return listed.group_by("service_id", waited=listed.days).aggregate(
        **{name: flag.sum() for name, flag in flags.items()}, **keys
    )


def _sum_up(counted: pd.DataFrame) -> dict[str, Any]:
    """Return one row of `count_waits` from the counts by days of one service and step."""
    service, step = counted[["service_id", "step"]].iloc[0]
    sums = counted[[*_KEYED, *(f"{name}_key" for name in _KEYED)]].sum()
    taken = counted[counted["taken"] > 0].sort_values("waited")
    quartiles = {name: _quantile(taken, share) for name, share in _QUARTILES.items()}
    return {"service_id": service, "step": step, "days": WAITS[step][2], **sums, **quartiles}


def _quantile(taken: pd.DataFrame, share: float) -> float:
    """Return a quantile of days, each `waited` by `taken` rows, in order: linear between two, as numpy's; 0 of none."""
    if taken.empty:
        return 0.0
    place = (taken["taken"].sum() - 1) * share
    at = np.searchsorted(taken["taken"].cumsum(), [np.floor(place), np.ceil(place)], side="right")
    below, above = taken["waited"].to_numpy(dtype="float64")[at]
    return float(below + (above - below) * (place % 1))
