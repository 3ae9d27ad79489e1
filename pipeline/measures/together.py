"""Design effects of children reached, referrals and steps of the journey, which come several to a child or family.

Siblings arrive together and are of one ethnic group; a child is referred again, and waits as it waited before. Each
count and share has a design effect by service, and over all services (service blank). With clusters (families or
children) of m rows, that of a count is the sum of m^2 over the sum of m, as a cluster comes whole or not at all. That
of a share is 1 + correlation x (the former - 1), the intracluster correlation being estimated over all services, as for
measures (measures/clusters.py).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.excess import CORRELATION_DECIMALS, FEWEST_CLUSTERS
from pipeline.measures.journey import in_time, is_early
from pipeline.measures.rows import Rows, fetch, over_all

_COUNTS = ("reached", "referred")
_SQUARES = {"mm": ("m", "m"), "my": ("m", "y"), "yy": ("y", "y")}


def sum_over_clusters(rows: Rows, scored: Table, groups: Sequence[str], until: dt.date) -> pd.DataFrame:
    """Return sums over clusters of m rows and y events, by `what` is counted and service (blank: over all).

    `scored` has one row per episode with outcomes (`follow_scored`); `groups` are the ethnic groups of children.
    """
    flagged, episodes = list(_list_rows(rows, scored, until)), rows.treated("episodes")
    single = _add_up([*flagged, _list_children(episodes, groups)])
    whole = _add_up([*map(over_all, flagged), _list_children(over_all(episodes), groups)])
    # One after the other, as each may take all memory.
    found = pd.concat([fetch(_sum_squares(families)) for families in (single, whole)]).set_index("service_id")
    found.columns = found.columns.str.split("|", expand=True)
    long = found.stack(1, future_stack=True).rename_axis(["service_id", "what"]).reset_index()
    return long.sort_values(["what", "service_id"], ignore_index=True)


def _list_rows(rows: Rows, scored: Table, until: dt.date) -> Iterator[Table]:
    """Yield one row per episode or outcome, with a Boolean column for the total (m) and events (y) of each share."""
    episodes, outcomes = rows.treated("episodes"), rows.treated("outcomes")
    always, never = ibis.literal(True), ibis.literal(False)
    ended = episodes.isa_agreed & episodes.ended
    steps = {step: (always, episodes[step]) for step in ("started", "isa_agreed")}
    waits = {
        f"wait {step}": (is_early(episodes, step, until), in_time(episodes, step, until)) for step in steps
    }
    # An episode without outcomes counts in the total only.
    later = dict.fromkeys(("baseline", "review", "achieved"), (always, never))
    early = {"wait baseline": (is_early(episodes, "baseline", until), never)}
    completed = {"isa_completed": (ended, ended & episodes.completed)}
    yield _flag(episodes, {"referred": (always, always), **steps, **waits, **later, **early, **completed})
    reached = {step: (never, scored[step]) for step in later}
    first = {"wait baseline": (never, in_time(scored, "baseline", until))}
    again = {"wait review": (is_early(scored, "review", until), in_time(scored, "review", until))}
    yield _flag(scored, {**reached, **first, **again})
    judged = {name: (outcomes.judged, outcomes.judged & outcomes[name]) for name in ("fully", "partly")}
    yield _flag(outcomes, {f"achieved_{name}": both for name, both in judged.items()})


def _list_children(episodes: Table, groups: Sequence[str]) -> Table:
    """Return each child once in a service, with its groups; `reached` counts all children."""
    of_group = {group: (episodes.ethnic_group == group).any() for group in groups}
    children, always = (
        episodes.group_by("child", "cluster", "service_id").aggregate(**of_group),
        ibis.literal(True),
    )
    named = {f"reached {group}": (always, children[group]) for group in groups}
    return _flag(children, {"reached": (always, always), **named})


def _flag(rows: Table, shares: Mapping[str, tuple[Any, Any]]) -> Table:
    named = {f"{place}|{what}": flags[at] for what, flags in shares.items() for at, place in enumerate("my")}
    return rows.select("cluster", "service_id", **named)


def _add_up(tables: Sequence[Table]) -> Table:
    """Count m and y of each share by service and cluster."""
    names = sorted({name for table in tables for name in table.columns if "|" in name})
    keys, none = ("service_id", "cluster"), ibis.literal(False)
    flags = ibis.union(
        *(
            table.select(*keys, **{name: table[name] if name in table.columns else none for name in names})
            for table in tables
        )
    )
    return flags.group_by(*keys).aggregate(**{name: flags.count(where=flags[name]) for name in names})


def _sum_squares(families: Table) -> Table:
    """Return the sums of `sum_over_clusters` by service, in columns '<sum>|<what>'."""
    sums: dict[str, Any] = {}
    for what in (name[2:] for name in families.columns if name.startswith("m|")):
        sizes = {place: families[f"{place}|{what}"] for place in "my"}
        squares = {name: sizes[one] * sizes[other] for name, (one, other) in _SQUARES.items()}
        values = {**sizes, **squares, "clusters": sizes["m"] > 0, "several": sizes["m"] > 1}
        sums |= {f"{name}|{what}": value.sum().fill_null(0).cast("int64") for name, value in values.items()}
    return families.group_by("service_id").aggregate(**sums)


def estimate_design_effects(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the design effect of each count and share by service, where it is above 1."""
    counted = sums[sums["m"] > 0]
    parts = [_find_effects(rows) for _, rows in counted.groupby(["what", counted["service_id"] == ""])]
    found = pd.concat([counted.assign(effect=1.0).iloc[:0], *parts])
    found = found[found["effect"] > 1].sort_values(["service_id", "what"], ignore_index=True)
    return found[["service_id", "what", "effect"]].astype({"effect": "float64"})


def _find_effects(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one count or share with their design effects, its correlation pooled over all rows."""
    m, y, mm, my, yy, clusters = (
        rows[name].to_numpy("float64") for name in ("m", "y", *_SQUARES, "clusters")
    )
    excess = mm / m - 1
    if rows["what"].iloc[0] in _COUNTS or rows["several"].sum() < FEWEST_CLUSTERS:
        return rows.assign(effect=1 + excess)
    p = y / m
    factor = clusters / np.maximum(clusters - 1, 1)
    common = factor * (yy - 2 * p * my + p * p * mm - y * (1 - p) ** 2 - (m - y) * p * p)
    same = float((p * (1 - p) * (mm - m)).sum())
    # Siblings are of one group, and a small group has too few families for an estimate: its correlation is at least
    # 1, and above 1 only where its families are larger than others'.
    least = float(rows["what"].iloc[0].startswith("reached "))
    correlation = round(max(float(common.sum()) / same, least), CORRELATION_DECIMALS) if same > 0 else 0.0
    return rows.assign(effect=1 + correlation * excess)
