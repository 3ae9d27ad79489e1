"""Children reached, referrals and steps of the journey that come several to a child or family: how much less they tell.

Siblings come together and are of one ethnic group; a child is referred again, and waits as it waited before. Each count
and share has a design effect by service, and by the blank service over all of them. Of a count it is the sum of m^2
over that of m, families (children) having m each: all that belong together come or do not. Of a share it is
1 + correlation x (that less 1), the correlation being learnt over all services, as of measures (measures/clusters.py).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.clusters import ALIKE_DECIMALS, FEWEST_TOGETHER
from pipeline.measures.journey import in_time, is_early
from pipeline.measures.rows import Rows, fetch, over_all

_COUNTS = ("reached", "referred")
_SQUARES = {"mm": ("m", "m"), "my": ("m", "y"), "yy": ("y", "y")}


def sum_together(rows: Rows, scored: Table, groups: Sequence[str], until: dt.date) -> pd.DataFrame:
    """Return by what is counted and service (blank: over all) sums over families (children) of m rows and y events.

    `scored` has a row an episode with outcomes (`follow_scored`).
    """
    told = ibis.union(*_list_rows(rows, scored, until))
    told = ibis.union(told, over_all(told), *_list_children(rows, groups))
    of = told.group_by("what", "service_id", "cluster").aggregate(m=told.m.sum(), y=told.y.sum())
    squares = {name: (of[one] * of[other]).sum() for name, (one, other) in _SQUARES.items()}
    sums = {
        "m": of.m.sum(),
        "y": of.y.sum(),
        **squares,
        "clusters": (of.m > 0).sum(),
        "several": (of.m > 1).sum(),
    }
    found = of.group_by("what", "service_id").aggregate(
        **{name: one.cast("int64") for name, one in sums.items()}
    )
    return fetch(found.order_by("what", "service_id"))


def _list_rows(rows: Rows, scored: Table, until: dt.date) -> Iterator[Table]:
    """What each share is out of (`m`) and counts (`y`), and the referrals, row by row."""
    episodes, outcomes, always = rows.treated("episodes"), rows.treated("outcomes"), ibis.literal(True)
    yield _name("referred", episodes, always, always)
    for step in ("started", "isa_agreed"):
        yield _name(step, episodes, always, episodes[step])
        yield _name(f"wait {step}", episodes, is_early(episodes, step, until), in_time(episodes, step, until))
    ended = episodes.isa_agreed & episodes.ended
    yield _name("isa_completed", episodes, ended, ended & episodes.completed)
    for step in ("baseline", "review", "achieved"):
        # Whose episode has no outcome is in what the share is out of alone.
        yield _name(step, episodes, always, ~always)
        yield _name(step, scored, ~always, scored[step])
    yield _name("wait baseline", episodes, is_early(episodes, "baseline", until), ~always)
    yield _name("wait baseline", scored, ~always, in_time(scored, "baseline", until))
    yield _name("wait review", scored, is_early(scored, "review", until), in_time(scored, "review", until))
    for name in ("fully", "partly"):
        yield _name(f"achieved_{name}", outcomes, outcomes.judged, outcomes.judged & outcomes[name])


def _list_children(rows: Rows, groups: Sequence[str]) -> Iterator[Table]:
    """Each child once in a service and once over all, with its groups; `reached` counts all of them."""
    own, always = rows.treated("episodes"), ibis.literal(True)
    for episodes in (own, over_all(own)):
        of_group = {group: (episodes.ethnic_group == group).any() for group in groups}
        children = episodes.group_by("child", "cluster", "service_id").aggregate(**of_group)
        yield _name("reached", children, always, always)
        for group in groups:
            yield _name(f"reached {group}", children, always, children[group])


def _name(what: str, rows: Table, out_of: Any, counted: Any) -> Table:
    return rows.select(
        "cluster", "service_id", what=ibis.literal(what), m=out_of.cast("int64"), y=counted.cast("int64")
    )


def tell_together(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the design effect of each count and share by service; 1 or more, those of 1 left out."""
    held = sums[sums["m"] > 0]
    parts = [_judge(rows) for _, rows in held.groupby(["what", held["service_id"] == ""])]
    found = pd.concat([held.assign(effect=1.0).iloc[:0], *parts])
    found = found[found["effect"] > 1].sort_values(["service_id", "what"], ignore_index=True)
    return found[["service_id", "what", "effect"]].astype({"effect": "float64"})


def _judge(rows: pd.DataFrame) -> pd.DataFrame:
    """The effects of one count or share, learnt over all these services together."""
    m, y, mm, my, yy, clusters = (
        rows[name].to_numpy("float64") for name in ("m", "y", *_SQUARES, "clusters")
    )
    several = mm / m - 1
    if rows["what"].iloc[0] in _COUNTS or rows["several"].sum() < FEWEST_TOGETHER:
        return rows.assign(effect=1 + several)
    p = y / m
    factor = clusters / np.maximum(clusters - 1, 1)
    common = factor * (yy - 2 * p * my + p * p * mm - y * (1 - p) ** 2 - (m - y) * p * p)
    same = float((p * (1 - p) * (mm - m)).sum())
    # Siblings are of one group, of whom a small group has too few to tell: more than alike only where its families
    # are larger than others'.
    least = float(rows["what"].iloc[0].startswith("reached "))
    alike = round(max(float(common.sum()) / same, least), ALIKE_DECIMALS) if same > 0 else 0.0
    return rows.assign(effect=1 + alike * several)
