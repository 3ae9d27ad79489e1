"""Clustering: rows of the same child or family, counted as pairs, and how strongly such rows are correlated.

A share of rows of which several belong to one child varies as if there were fewer rows. The intracluster correlation
(for a rate: how much rates differ between children) is estimated once for each measure over all groups and services, as
small groups hold too few children; pairs are counted in each cell. Their product is `excess` (contract/record_keys.py).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.contract.record_keys import WHOLE, WINDOWS
from pipeline.measures.catalogue import Measure
from pipeline.measures.child_time import covered_months, cut_spells, first_day, month_number, month_of
from pipeline.measures.rows import PLACE, Rows, events_of, total_of

_CELL = ("number", "service_id", "ethnic_group")
_KINDS = ("within", "across")
_COVARIANCES = ("common_within", "same_within", "common_across", "same_across")
_DAY_0 = dt.date(1970, 1, 1)
_DAYS = ("first", "last", "first_month", "last_month")
_OTHER = (*_CELL[1:], "first", "last", "weight", "events", "level", "reach")


def list_cluster_rows(rows: Rows, spells: Table, catalogue: Mapping[int, Measure]) -> Table:
    """Return one row per counted row or stay: its `number` (key in the catalogue), `cluster`, `first` and `last` day.

    For a share: each row of the denominator on the first day of its month, with weight 1 and `events` 0 or 1. For a
    rate: each stay of `spells` (from `list_spells`) with weight 1 a day, and each event with weight 0. Rows are not
    aggregated: everything made of them is a sum over pairs, and grouping tens of millions of rows would exhaust memory.
    """
    keys = (*PLACE, *rows.levels, "cluster")
    parts = []
    for place, measure in catalogue.items():
        is_rate = measure.unit != "percent"
        fixed = {"number": ibis.literal(place, "int16"), "is_rate": ibis.literal(is_rate)}
        table = rows.treated(measure.table)
        counted = table.filter(table[events_of(measure) if is_rate else total_of(measure)])
        day, events = first_day(month_number(counted[measure.dated_by])), counted[events_of(measure)]
        values = {"weight": ibis.literal(int(not is_rate), "int64"), "events": events.cast("int64")}
        parts.append(counted.select(*keys, **fixed, **_as_numbers(day, day), **values))
        if is_rate:
            stays = cut_spells(spells, covered_months(measure))
            values = {"weight": ibis.literal(1, "int64"), "events": ibis.literal(0, "int64")}
            parts.append(stays.select(*keys, **fixed, **_as_numbers(stays["first"], stays["last"]), **values))
    return ibis.union(*parts)


def _as_numbers(first: Any, last: Any) -> dict[str, Any]:
    """Return first and last day and month as integers, because they are compared many times."""
    days = (day.delta(ibis.literal(_DAY_0), unit="day").cast("int64") for day in (first, last))
    return dict(zip(_DAYS, (*days, month_number(first), month_number(last)), strict=True))


def _last_month(until: dt.date) -> int:
    """Return the last whole month, from which blocks of months are counted back."""
    return month_of(until + dt.timedelta(days=1)) - 1


def _list_months(clustered: Table, until: dt.date) -> Table:
    """Return every month with the first day (`from`) of its block in each window and of the block after it (`to`)."""
    span = clustered.aggregate(since=clustered.first_month.min(), until=clustered.last_month.max())
    (ends,) = span.to_pyarrow().to_pylist()
    months = range(ends["since"], ends["until"] + 1) if ends["since"] else range(0)
    last = _last_month(until)
    columns = {"month": list(months)}
    for name, length in {"month": 1, **WINDOWS}.items():
        after = [last - (last - month) // length * length + 1 for month in months]
        for end, back in (("from", length), ("to", 0)):
            days = [dt.date((place - back) // 12, (place - back) % 12 + 1, 1) - _DAY_0 for place in after]
            columns[f"{name} {end}"] = [day.days for day in days]
    return ibis.memtable(columns, schema=dict.fromkeys(columns, "int64"))


def _length(table: Table, which: str = "") -> Any:
    return table[f"{which}last"] - table[f"{which}first"] + 1


def _pair(clustered: Table) -> Table:
    """Join each row to every row of the same cluster, itself included (`other ...`); `near`: both are of one service.

    A child has few rows, so there are not many more pairs than rows, and nothing has to be sorted by child.
    """
    named = {f"other {name}": clustered[name] for name in _OTHER if name in clustered.columns}
    others = clustered.select("number", "cluster", **named).view()
    pairs = clustered.inner_join(others, ["number", "cluster"])
    return pairs.mutate(near=pairs.service_id == pairs["other service_id"])


def _add_levels(clustered: Table, cells: Table) -> Table:
    """Add the `level` of each row's cell; null where `cells` (from `estimate_cell_levels`) has none."""
    placed = clustered.left_join(cells, _CELL).select(
        *(clustered[name] for name in clustered.columns), cells.level, cells.factor
    )
    p = placed.level
    return placed.mutate(reach=placed.is_rate.ifelse(p, (p * (1 - p)).sqrt()))


def sum_pairs(clustered: Table, cells: Table, until: dt.date) -> Table:
    """Return sums over pairs of rows of the same child or family, by place and month, for each window.

    `within` counts pairs of a row and another of its block in the same service, `across` in other services; for a rate,
    the products of their days. The other sums are for the correlation, added up by `sum_covariances`: with p the level
    of service and group, a child with y events in m rows adds to `common` (y - pm)^2 less what m independent rows give,
    and to `same` p(1 - p)(m^2 - m); for a rate over time t, (y - pt)^2 less y, and (pt)^2. The first is Rao and Scott's
    (1992) linearised variance less the binomial one, with its factor for few clusters. Squares of sums are sums over
    pairs.
    """
    placed = _add_levels(clustered, cells)
    sums = ibis.union(_sum_all_pairs(placed, _list_months(clustered, until)), _subtract_self_pairs(placed))
    names = [name for name in sums.columns if " " in name]
    return sums.group_by("number", *PLACE, "month").aggregate(**{name: sums[name].sum() for name in names})


def _sum_all_pairs(placed: Table, months: Table) -> Table:
    """Return the sums over all pairs, rows paired with themselves included, by place and month."""
    pairs = _pair(placed)
    span = ibis.range(pairs.first_month, pairs.last_month + 1)
    dated = pairs.mutate(month=span.unnest()).inner_join(months, "month")
    days = ibis.least(dated["month to"], dated["last"] + 1) - ibis.greatest(
        dated["first"], dated["month from"]
    )
    dated = dated.mutate(
        m=dated.weight * days,
        y=(dated.month == dated.first_month).ifelse(dated.events, 0),
        alike=dated.near & (dated.ethnic_group == dated["other ethnic_group"]),
    )
    sums: dict[str, Any] = {}
    residual = dated.y - dated.level * dated.m
    for name in (WHOLE, *WINDOWS):
        m, y = _other_in_block(dated, name)
        residual_other = y - dated["other level"] * m
        scale = (dated.reach * dated.m) * (dated["other reach"] * m)
        sums |= {
            f"within {name}": (dated.m * m).sum(where=dated.near),
            f"across {name}": (dated.m * m).sum(where=~dated.near),
            f"common_within {name}": (dated.factor * residual * residual_other).sum(where=dated.alike),
            f"same_within {name}": scale.sum(where=dated.alike),
            f"common_across {name}": (residual * residual_other).sum(where=~dated.alike),
            f"same_across {name}": scale.sum(where=~dated.alike),
        }
    return _fill(dated.group_by("number", *PLACE, "month").aggregate(**sums))


def _other_in_block(pairs: Table, window: str) -> tuple[Any, Any]:
    """Return the other row's weight (rows or days) and events in the block of the month."""
    weight, events = pairs["other weight"], pairs["other events"]
    if window == WHOLE:
        return weight * _length(pairs, "other "), events
    since, to = pairs[f"{window} from"], pairs[f"{window} to"]
    days = ibis.least(to, pairs["other last"] + 1) - ibis.greatest(pairs["other first"], since)
    inside = (pairs["other first"] >= since) & (pairs["other first"] < to)
    return weight * ibis.greatest(days, 0), inside.ifelse(events, 0)


def _subtract_self_pairs(placed: Table) -> Table:
    """Return, negated, what pairs of a row with itself add, and what independent rows would give."""
    p, m, y = placed.level, placed.weight, placed.events
    variance = placed.is_rate.ifelse(y / placed.factor, y * (1 - p) * (1 - p) + (m - y) * p * p)
    rows = placed.is_rate.ifelse(0, m)
    subtracted = {
        "within": rows,
        "common_within": placed.factor * variance,
        "same_within": placed.reach * placed.reach * rows,
    }
    dated = placed.mutate(month=placed.first_month, **subtracted)
    sums = {
        f"{kind} {name}": -dated[kind].sum() if kind in subtracted else ibis.literal(0)
        for name in (WHOLE, *WINDOWS)
        for kind in ("within", "across", *_COVARIANCES)
    }
    return _fill(dated.group_by("number", *PLACE, "month").aggregate(**sums))


def _fill(table: Table) -> Table:
    """Replace null sums by 0 and cast them, so that both parts have the same types."""
    names = [name for name in table.columns if " " in name]
    kinds = {name: "int64" if name.split()[0] in _KINDS else "float64" for name in names}
    return table.mutate(**{name: table[name].fill_null(0).cast(kind) for name, kind in kinds.items()})


def _windows(pairs: Table, kinds: Sequence[str], *keys: str) -> Table:
    """Return the sums of these kinds, one row per window and combination of keys."""
    return ibis.union(
        *(
            pairs.group_by("number", *keys).aggregate(
                window=ibis.literal(name), **{kind: pairs[f"{kind} {name}"].sum() for kind in kinds}
            )
            for name in (WHOLE, *WINDOWS)
        )
    )


def pairs_by_month(pairs: Table) -> Table:
    """Return the counts of pairs `within` and `across` services, by window, place and month."""
    counts = _windows(pairs, _KINDS, *PLACE, "month")
    return counts.filter((counts.within > 0) | (counts.across > 0))


def sum_covariances(pairs: Table, clustered: Table, cells: Table, until: dt.date) -> Table:
    """Return, by measure and window, the sums whose ratio `common` / `same` is the intracluster correlation.

    `several` is the number of children or families with more than one row of a share in a block.
    """
    rows = clustered.filter(~clustered.is_rate).semi_join(cells, _CELL)
    ago, parts = _last_month(until) - rows.first_month, []
    for name, block in {WHOLE: ago * 0, **{name: ago // months for name, months in WINDOWS.items()}}.items():
        sizes = rows.group_by("number", "cluster", block=block.cast("int64")).aggregate(
            rows=rows.weight.sum()
        )
        sizes = sizes.filter(sizes.rows > 1)
        parts.append(sizes.group_by("number").aggregate(window=ibis.literal(name), several=sizes.count()))
    sums, several = _windows(pairs, _COVARIANCES), ibis.union(*parts)
    joined = sums.left_join(several, ["number", "window"])
    return joined.select(*(sums[name] for name in sums.columns), several=several.several.fill_null(0))


def count_pairs_of_levels(clustered: Table, levels: Sequence[str]) -> Table:
    """Return the counts of pairs over all months, by service, ethnic group and the levels of all characteristics."""
    keys, pairs = (*_CELL, *levels), _pair(clustered)
    days = pairs.weight * _length(pairs) * pairs["other weight"] * _length(pairs, "other ")
    rows = clustered.is_rate.ifelse(0, clustered.weight)
    sums = {f"within {WHOLE}": days.sum(where=pairs.near), f"across {WHOLE}": days.sum(where=~pairs.near)}
    subtracted = {f"within {WHOLE}": -rows.sum(), f"across {WHOLE}": ibis.literal(0)}
    parts = pairs.group_by(*keys).aggregate(**sums), clustered.group_by(*keys).aggregate(**subtracted)
    return ibis.union(*map(_fill, parts))


def pairs_by_level(pairs: Table, levels: Sequence[str]) -> Table:
    """Return these counts by service, ethnic group, `characteristic` and `level`; `levels` must not be empty."""
    parts = [
        pairs.group_by(*_CELL, level=pairs[name]).aggregate(
            window=ibis.literal(WHOLE),
            characteristic=ibis.literal(name),
            **{kind: pairs[f"{kind} {WHOLE}"].sum() for kind in _KINDS},
        )
        for name in levels
    ]
    counts = ibis.union(*parts)
    return counts.filter((counts.within > 0) | (counts.across > 0))


def estimate_cell_levels(clustered: Table) -> Table:
    """Return the `level` (events / weight) of each measure by service and ethnic group with two clusters or more."""
    sums = clustered.group_by(*_CELL, "cluster", "is_rate").aggregate(
        m=(clustered.weight * _length(clustered)).sum().cast("float64"), y=clustered.events.sum()
    )
    cells = sums.group_by(*_CELL, "is_rate").aggregate(
        m=sums.m.sum(), y=sums.y.sum(), squares=(sums.m * sums.m).sum(), clusters=sums.count()
    )
    usable = cells.filter((cells.clusters > 1) & (cells.m * cells.m > cells.squares))
    few_clusters = usable.is_rate.ifelse(
        usable.m * usable.m / (usable.m * usable.m - usable.squares), usable.clusters / (usable.clusters - 1)
    )
    return usable.select(*_CELL, level=usable.y / usable.m, factor=few_clusters)
