"""Children reached, referrals and steps of the journey that come several to a child or family: how much less they tell.

Siblings come together and are of one ethnic group; a child is referred again, and waits as it waited before. Each count
and share has a design effect by service, and by the blank service over all of them. Of a count it is the sum of m^2
over that of m, families (children) having m each: all that belong together come or do not. Of a share it is
1 + correlation x (that less 1), the correlation being learnt over all services, as of measures (measures/clusters.py).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.excess import ALIKE_DECIMALS, FEWEST_TOGETHER
from pipeline.measures.journey import in_time, is_early
from pipeline.measures.rows import Rows, fetch, over_all

_COUNTS = ("reached", "referred")
_SQUARES = {"mm": ("m", "m"), "my": ("m", "y"), "yy": ("y", "y")}


def sum_together(rows: Rows, scored: Table, groups: Sequence[str], until: dt.date) -> pd.DataFrame:
    """Return by what is counted and service (blank: over all) sums over families (children) of m rows and y events.

    `scored` has a row an episode with outcomes (`follow_scored`).
    """
    listed, episodes = list(_list_rows(rows, scored, until)), rows.treated("episodes")
    own = _add_up([*listed, _list_children(episodes, groups)])
    whole = _add_up([*map(over_all, listed), _list_children(over_all(episodes), groups)])
    # One after the other, as each may take all memory there is.
    found = pd.concat([fetch(_sum_squares(families)) for families in (own, whole)]).set_index("service_id")
    found.columns = found.columns.str.split("|", expand=True)
    told = found.stack(1, future_stack=True).rename_axis(["service_id", "what"]).reset_index()
    return told.sort_values(["what", "service_id"], ignore_index=True)


def _list_rows(rows: Rows, scored: Table, until: dt.date) -> Iterator[Table]:
    """What each share is out of (`m`) and counts (`y`), and the referrals, row by row."""
    episodes, outcomes = rows.treated("episodes"), rows.treated("outcomes")
    always, never = ibis.literal(True), ibis.literal(False)
    ended = episodes.isa_agreed & episodes.ended
    steps = {step: (always, episodes[step]) for step in ("started", "isa_agreed")}
    waits = {
        f"wait {step}": (is_early(episodes, step, until), in_time(episodes, step, until)) for step in steps
    }
    # Whose episode has no outcome is in what the share is out of alone.
    later = dict.fromkeys(("baseline", "review", "achieved"), (always, never))
    early = {"wait baseline": (is_early(episodes, "baseline", until), never)}
    completed = {"isa_completed": (ended, ended & episodes.completed)}
    yield _name(episodes, {"referred": (always, always), **steps, **waits, **later, **early, **completed})
    reached = {step: (never, scored[step]) for step in later}
    first = {"wait baseline": (never, in_time(scored, "baseline", until))}
    again = {"wait review": (is_early(scored, "review", until), in_time(scored, "review", until))}
    yield _name(scored, {**reached, **first, **again})
    judged = {name: (outcomes.judged, outcomes.judged & outcomes[name]) for name in ("fully", "partly")}
    yield _name(outcomes, {f"achieved_{name}": both for name, both in judged.items()})


def _list_children(episodes: Table, groups: Sequence[str]) -> Table:
    """Each child once in a service, with its groups; `reached` counts all of them."""
    of_group = {group: (episodes.ethnic_group == group).any() for group in groups}
    children, always = (
        episodes.group_by("child", "cluster", "service_id").aggregate(**of_group),
        ibis.literal(True),
    )
    named = {f"reached {group}": (always, children[group]) for group in groups}
    return _name(children, {"reached": (always, always), **named})


def _name(rows: Table, asked: Mapping[str, tuple[Any, Any]]) -> Table:
    named = {f"{place}|{what}": both[at] for what, both in asked.items() for at, place in enumerate("my")}
    return rows.select("cluster", "service_id", **named)


def _add_up(listed: Sequence[Table]) -> Table:
    """A row a service and family (child): of how many of its rows each share is out, and how many it counts."""
    names = sorted({name for table in listed for name in table.columns if "|" in name})
    of, none = ("service_id", "cluster"), ibis.literal(False)
    told = ibis.union(
        *(
            table.select(*of, **{name: table[name] if name in table.columns else none for name in names})
            for table in listed
        )
    )
    return told.group_by(*of).aggregate(**{name: told.count(where=told[name]) for name in names})


def _sum_squares(families: Table) -> Table:
    """The sums of `sum_together` by service, each under its name and what it is of."""
    sums: dict[str, Any] = {}
    for what in (name[2:] for name in families.columns if name.startswith("m|")):
        of = {place: families[f"{place}|{what}"] for place in "my"}
        squares = {name: of[one] * of[other] for name, (one, other) in _SQUARES.items()}
        told = {**of, **squares, "clusters": of["m"] > 0, "several": of["m"] > 1}
        sums |= {f"{name}|{what}": each.sum().fill_null(0).cast("int64") for name, each in told.items()}
    return families.group_by("service_id").aggregate(**sums)


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
