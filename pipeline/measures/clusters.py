"""Rows that belong together: how alike the rows of one child or family are, and how many of them stand in each cell.

A share of rows of which several are of one child varies as if there were fewer rows. How alike such rows are (the
intraclass correlation; of a rate, how much children differ by themselves) is learnt once for each measure over all
groups and services, because small groups cannot tell it; how many rows are of the same child is counted in each cell.
Both together are the `excess` of contract/clusters.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import reduce

import ibis
from ibis.expr.types import Table

from pipeline.contract.clusters import WHOLE, WINDOWS
from pipeline.measures.catalogue import Measure
from pipeline.measures.child_time import month_number
from pipeline.measures.rows import Rows, events_of, total_of

_CELL = ("number", "service", "broad")
_OF_CLUSTER = ("number", "window", "block", "cluster")


def ask_clustered(rows: Rows, catalogue: Sequence[Measure], until: dt.date) -> Table:
    """What each child or family has in each month, by the place of a measure in the catalogue (`number`).

    `weight` is rows for a share and days for a rate, `events` those counted.
    """
    parts = [
        _counted_rows(rows, number, measure, 1 if measure.unit == "percent" else 0)
        for number, measure in enumerate(catalogue)
    ]
    rates = {number: measure for number, measure in enumerate(catalogue) if measure.unit != "percent"}
    if rates:
        parts.append(_days(rows, rates, until))
    told = reduce(ibis.union, parts).inner_join(rows.treated("place", "broad", "service"), "cell")
    keys = (*_CELL, "cluster", "place", "profile", "month", "is_rate")
    return told.group_by(*keys).aggregate(weight=told.weight.sum(), events=told.events.sum())


def _counted_rows(rows: Rows, number: int, measure: Measure, weight: int) -> Table:
    """The rows that a measure is out of; of a rate those that it counts."""
    table, marks = rows.by_name[measure.table], rows.marks[measure.table]
    events = marks.holds(table, events_of(measure))
    asked = table.filter(marks.holds(table, total_of(measure)) if weight else events)
    return asked.select(
        "cell",
        "cluster",
        profile=asked.profile.cast("int64"),
        number=ibis.literal(number, "int16"),
        is_rate=ibis.literal(not weight),
        month=month_number(asked[measure.dated_by]).cast("int64"),
        weight=ibis.literal(weight, "int64"),
        events=marks.holds(asked, events_of(measure)).cast("int64"),
    )


def _days(rows: Rows, rates: dict[int, Measure], until: dt.date) -> Table:
    """The days of each spell in each month in which a rate counts them; one without an end lasts to `until`."""
    months = reduce(ibis.union, [_months(number, measure, until) for number, measure in rates.items()])
    spells = rows.episodes.mutate(until=rows.episodes.end_date.fill_null(ibis.literal(until)))
    spells = spells.filter(spells.start_date.notnull() & (spells.until >= spells.start_date))
    there = spells.join(months, [spells.start_date <= months.last_day, spells.until >= months.first_day])
    first, last = ibis.greatest(there.start_date, there.first_day), ibis.least(there.until, there.last_day)
    return there.select(
        "cell",
        "cluster",
        profile=there.profile.cast("int64"),
        number=there.number,
        is_rate=ibis.literal(True),
        month=there.month,
        weight=(last.delta(first, unit="day") + 1).cast("int64"),
        events=ibis.literal(0, "int64"),
    )


def _months(number: int, measure: Measure, until: dt.date) -> Table:
    """Number, first and last day of each month in which a rate counts days."""
    last = min(measure.end or until, until)
    ends = measure.start.year * 12 + measure.start.month - 1, last.year * 12 + last.month
    listed = ibis.range(*ends).unnest().cast("int64").name("month").as_table()
    first_day, next_day = (
        ibis.date((listed.month + more) // 12, (listed.month + more) % 12 + 1, 1) for more in (0, 1)
    )
    return listed.mutate(
        number=ibis.literal(number, "int16"),
        first_day=first_day,
        last_day=(next_day - ibis.interval(days=1)).cast("date"),
    )


def look_at_windows(clustered: Table, until: dt.date) -> Table:
    """The same once for each `window` of months that rows are looked at together in, cut into blocks of its length."""
    after = until + dt.timedelta(days=1)
    last = after.year * 12 + after.month - 2
    blocks = {WHOLE: ibis.literal(0, "int64")} | {
        name: ((last - clustered.month) // months).cast("int64") for name, months in WINDOWS.items()
    }
    return reduce(
        ibis.union,
        [clustered.mutate(window=ibis.literal(name), block=block) for name, block in blocks.items()],
    )


def ask_company(windowed: Table) -> Table:
    """How many other rows of the same child or family each has in its block, summed up by cell, month and profile.

    `within` the same service, and `across` services; of a rate, days times the days of the same child.
    """
    own = windowed.weight.sum().over(group_by=[*_OF_CLUSTER, "service"])
    every = windowed.weight.sum().over(group_by=_OF_CLUSTER)
    itself = windowed.is_rate.ifelse(0, 1)
    told = windowed.mutate(within=windowed.weight * (own - itself), across=windowed.weight * (every - own))
    kept = told.filter((told.within > 0) | (told.across > 0))
    return kept.group_by("number", "window", "place", "broad", "profile", "month").aggregate(
        within=kept.within.sum().cast("int64"), across=kept.across.sum().cast("int64")
    )


def ask_alikeness(windowed: Table, clustered: Table) -> Table:
    """By measure and window, what the rows of one child have in common, and what they would have were they the same.

    With the level p of the service and ethnic group, of a child with y events in m rows: (y - pm)^2 less what m
    independent rows give, against p(1 - p)(m^2 - m); of a rate over the time t, (y - pt)^2 less y, against (pt)^2.
    The first is Rao and Scott's (1992) linearised variance less the binomial one, with its factor for few clusters.
    """
    cells = _ask_levels(clustered)
    keys = (*_OF_CLUSTER, "service", "broad", "is_rate")
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
