"""Rows that belong together: how alike the rows of one child or family are, and how many of them stand in each cell.

A share of rows of which several are of one child varies as if there were fewer rows. How alike such rows are (the
intraclass correlation; of a rate, how much children differ by themselves) is learnt once for each measure over all
groups and services, because small groups cannot tell it; how many rows are of the same child is counted in each cell.
Both together are the `excess` of contract/clusters.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import ibis
from ibis.expr.types import Table

from pipeline.contract.clusters import WHOLE, WINDOWS
from pipeline.measures.catalogue import Measure
from pipeline.measures.child_time import covered_months, month_number
from pipeline.measures.rows import PLACE, Rows, events_of, total_of

_CELL = ("number", "service_id", "ethnic_group")
_OF_CLUSTER = ("number", "window", "block", "cluster")


def count_clusters(rows: Rows, spell_months: Table, catalogue: Sequence[Measure]) -> Table:
    """Return what each child or family has in each month, by the place of a measure in the catalogue (`number`).

    `weight` is rows for a share and days for a rate, `events` those counted; `spell_months` is what
    `list_spell_months` lists.
    """
    keys = (*PLACE, *rows.levels, "cluster")
    parts = []
    for place, measure in enumerate(catalogue):
        is_rate = measure.unit != "percent"
        said = {"number": ibis.literal(place, "int16"), "is_rate": ibis.literal(is_rate)}
        table = rows.treated(measure.table)
        counted = table.filter(table[events_of(measure) if is_rate else total_of(measure)])
        parts.append(
            counted.select(
                *keys,
                **said,
                month=month_number(counted[measure.dated_by]),
                weight=ibis.literal(int(not is_rate), "int64"),
                events=counted[events_of(measure)].cast("int64"),
            )
        )
        if is_rate:
            covered = spell_months.filter(spell_months.month.between(*covered_months(measure)))
            none = ibis.literal(0, "int64")
            parts.append(covered.select(*keys, **said, month=covered.month, weight=covered.days, events=none))
    told = ibis.union(*parts)
    return told.group_by("number", "is_rate", *keys, "month").aggregate(
        weight=told.weight.sum(), events=told.events.sum()
    )


def look_at_windows(clustered: Table, until: dt.date) -> Table:
    """The same once for each `window` of months that rows are looked at together in, cut into blocks of its length."""
    after = until + dt.timedelta(days=1)
    last = after.year * 12 + after.month - 2
    blocks = {WHOLE: ibis.literal(0, "int64")} | {
        name: ((last - clustered.month) // months).cast("int64") for name, months in WINDOWS.items()
    }
    return ibis.union(
        *(clustered.mutate(window=ibis.literal(name), block=block) for name, block in blocks.items())
    )


def ask_company(windowed: Table, levels: Iterable[str]) -> Table:
    """Return how many other rows of the same child or family each has in its block, by place, levels and month.

    `within` the same service, and `across` services; of a rate, days times the days of the same child.
    """
    own = windowed.weight.sum().over(group_by=[*_OF_CLUSTER, "service_id"])
    every = windowed.weight.sum().over(group_by=_OF_CLUSTER)
    itself = windowed.is_rate.ifelse(0, 1)
    told = windowed.mutate(within=windowed.weight * (own - itself), across=windowed.weight * (every - own))
    kept = told.filter((told.within > 0) | (told.across > 0))
    return _sum_company(kept, ("number", "window", *PLACE, *levels, "month"))


def _sum_company(company: Table, keys: Sequence[str]) -> Table:
    return company.group_by(*keys).aggregate(
        within=company.within.sum().cast("int64"), across=company.across.sum().cast("int64")
    )


def ask_company_by_month(company: Table) -> Table:
    """Return the same by window, place and month."""
    return _sum_company(company, ("number", "window", *PLACE, "month"))


def ask_company_by_level(company: Table, levels: Sequence[str]) -> Table:
    """Return the same over all months by service, ethnic group, `characteristic` and `level`; some there must be."""
    whole = company.filter(company.window == WHOLE)
    parts = [
        whole.mutate(characteristic=ibis.literal(name), level=whole[name]).select(
            "number", "window", "service_id", "ethnic_group", "characteristic", "level", "within", "across"
        )
        for name in levels
    ]
    keys = ("number", "window", "service_id", "ethnic_group", "characteristic", "level")
    return ibis.union(*(_sum_company(part, keys) for part in parts))


def ask_alikeness(windowed: Table, clustered: Table) -> Table:
    """By measure and window, what the rows of one child have in common, and what they would have were they the same.

    With the level p of the service and ethnic group, of a child with y events in m rows: (y - pm)^2 less what m
    independent rows give, against p(1 - p)(m^2 - m); of a rate over the time t, (y - pt)^2 less y, against (pt)^2.
    The first is Rao and Scott's (1992) linearised variance less the binomial one, with its factor for few clusters.
    """
    cells = _ask_levels(clustered)
    keys = (*_OF_CLUSTER, "service_id", "ethnic_group", "is_rate")
    sums = windowed.group_by(*keys).aggregate(
        m=windowed.weight.sum().cast("float64"), y=windowed.events.sum()
    )
    told = sums.inner_join(cells, _CELL)
    p, m, y = told.level, told.m, told.y
    apart = y - p * m
    alone = told.is_rate.ifelse(y / told.factor, y * (1 - p) * (1 - p) + (m - y) * p * p)
    scale = told.is_rate.ifelse(p, (p * (1 - p)).sqrt())
    of_cluster = told.mutate(
        common=told.factor * (apart * apart - alone),
        same=scale * scale * (m * m - told.is_rate.ifelse(0, m)),
        apart=apart,
        reach=scale * m,
    )
    together = of_cluster.group_by(*_OF_CLUSTER).aggregate(
        common=of_cluster.common.sum(),
        same=of_cluster.same.sum(),
        apart=of_cluster.apart.sum(),
        apart_squares=(of_cluster.apart * of_cluster.apart).sum(),
        reach=of_cluster.reach.sum(),
        reach_squares=(of_cluster.reach * of_cluster.reach).sum(),
        rows=of_cluster.m.sum(),
    )
    return together.group_by("number", "window").aggregate(
        common_within=together.common.sum(),
        same_within=together.same.sum(),
        common_across=(together.apart * together.apart - together.apart_squares).sum(),
        same_across=(together.reach * together.reach - together.reach_squares).sum(),
        several=(together.rows > 1).sum(),
    )


def _ask_levels(clustered: Table) -> Table:
    """The level of each measure in each service and ethnic group that holds two children or more."""
    sums = clustered.group_by(*_CELL, "cluster", "is_rate").aggregate(
        m=clustered.weight.sum().cast("float64"), y=clustered.events.sum()
    )
    cells = sums.group_by(*_CELL, "is_rate").aggregate(
        m=sums.m.sum(), y=sums.y.sum(), squares=(sums.m * sums.m).sum(), clusters=sums.count()
    )
    held = cells.filter((cells.clusters > 1) & (cells.m * cells.m > cells.squares))
    few = held.is_rate.ifelse(
        held.m * held.m / (held.m * held.m - held.squares), held.clusters / (held.clusters - 1)
    )
    return held.select(*_CELL, level=held.y / held.m, factor=few)
