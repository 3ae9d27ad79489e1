"""Rows that belong together: how alike the rows of one child or family are, and how many of them stand in each cell.

A share of rows of which several are of one child varies as if there were fewer rows. How alike such rows are (the
intraclass correlation; of a rate, how much children differ by themselves) is learnt once for each measure over all
groups and services, because small groups cannot tell it; how many rows are of the same child is counted in each cell.
Both together are the `excess` of contract/record_keys.py.
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
_ALIKE = ("common_within", "same_within", "common_across", "same_across")
_DAY_0 = dt.date(1970, 1, 1)
_DAYS = ("first", "last", "first_month", "last_month")
_OTHER = (*_CELL[1:], "first", "last", "weight", "events", "level", "reach")


def count_clusters(rows: Rows, spells: Table, catalogue: Mapping[int, Measure]) -> Table:
    """Return what each child or family has from a `first` day to a `last`, by a measure's place in the catalogue.

    Of a share, each row on the first day of its month, with a weight of 1, and whether it is counted (`events`). Of a
    rate, each stay, with a weight of 1 a day, and each event, with none. `spells` is what `list_spells` lists. Rows are
    not added up: all that is made of them are sums over pairs, and to group tens of millions takes all memory.
    """
    keys = (*PLACE, *rows.levels, "cluster")
    parts = []
    for place, measure in catalogue.items():
        is_rate = measure.unit != "percent"
        said = {"number": ibis.literal(place, "int16"), "is_rate": ibis.literal(is_rate)}
        table = rows.treated(measure.table)
        counted = table.filter(table[events_of(measure) if is_rate else total_of(measure)])
        day, events = first_day(month_number(counted[measure.dated_by])), counted[events_of(measure)]
        told = {"weight": ibis.literal(int(not is_rate), "int64"), "events": events.cast("int64")}
        parts.append(counted.select(*keys, **said, **_last_from(day, day), **told))
        if is_rate:
            stays = cut_spells(spells, covered_months(measure))
            told = {"weight": ibis.literal(1, "int64"), "events": ibis.literal(0, "int64")}
            parts.append(stays.select(*keys, **said, **_last_from(stays["first"], stays["last"]), **told))
    return ibis.union(*parts)


def _last_from(first: Any, last: Any) -> dict[str, Any]:
    """From which day to which, and from which month to which, as numbers: they are compared many times."""
    days = (day.delta(ibis.literal(_DAY_0), unit="day").cast("int64") for day in (first, last))
    return dict(zip(_DAYS, (*days, month_number(first), month_number(last)), strict=True))


def _last_month(until: dt.date) -> int:
    """The last whole month; blocks of months are counted back from it."""
    return month_of(until + dt.timedelta(days=1)) - 1


def _list_months(clustered: Table, until: dt.date) -> Table:
    """Every month with the first day of it and of the next (`from`, `to`), and those of its block in each window."""
    asked = clustered.aggregate(since=clustered.first_month.min(), until=clustered.last_month.max())
    (ends,) = asked.to_pyarrow().to_pylist()
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
    """Each beside each of the same child or family (`other ...`), itself too; `near` are two of one service.

    A child has few rows, so that pairs are not many more than rows, and nothing has to be sorted by child.
    """
    named = {f"other {name}": clustered[name] for name in _OTHER if name in clustered.columns}
    others = clustered.select("number", "cluster", **named).view()
    pairs = clustered.inner_join(others, ["number", "cluster"])
    return pairs.mutate(near=pairs.service_id == pairs["other service_id"])


def _add_levels(clustered: Table, cells: Table) -> Table:
    """With the level of the cell; without one where `cells`, of `ask_levels`, has none."""
    placed = clustered.left_join(cells, _CELL).select(
        *(clustered[name] for name in clustered.columns), cells.level, cells.factor
    )
    p = placed.level
    return placed.mutate(reach=placed.is_rate.ifelse(p, (p * (1 - p)).sqrt()))


def ask_company(clustered: Table, cells: Table, until: dt.date) -> Table:
    """Return by place and month, for each window, what rows of one child or family come to together.

    `within` is how many other rows each has in its block and service, `across` in other services; of a rate, days
    times the days of the same child. The others are what `ask_alikeness` adds up: what the rows of one child have in
    common, and what they would have were they the same. With the level p of service and group, of a child with y
    events in m rows: (y - pm)^2 less what m independent rows give, against p(1 - p)(m^2 - m); of a rate over the time
    t, (y - pt)^2 less y, against (pt)^2. The first is Rao and Scott's (1992) linearised variance less the binomial one,
    with its factor for few clusters. Squares of sums are sums over pairs, so that pairs tell it all.
    """
    placed = _add_levels(clustered, cells)
    told = ibis.union(_tell_pairs(placed, _list_months(clustered, until)), _tell_alone(placed))
    names = [name for name in told.columns if " " in name]
    return told.group_by("number", *PLACE, "month").aggregate(**{name: told[name].sum() for name in names})


def _tell_pairs(placed: Table, months: Table) -> Table:
    """What pairs come to, by place and month."""
    pairs = _pair(placed)
    span = ibis.range(pairs.first_month, pairs.last_month + 1)
    there = pairs.mutate(month=span.unnest()).inner_join(months, "month")
    days = ibis.least(there["month to"], there["last"] + 1) - ibis.greatest(
        there["first"], there["month from"]
    )
    there = there.mutate(
        m=there.weight * days,
        y=(there.month == there.first_month).ifelse(there.events, 0),
        alike=there.near & (there.ethnic_group == there["other ethnic_group"]),
    )
    sums: dict[str, Any] = {}
    apart = there.y - there.level * there.m
    for name in (WHOLE, *WINDOWS):
        m, y = _of_other(there, name)
        apart_other = y - there["other level"] * m
        reaches = (there.reach * there.m) * (there["other reach"] * m)
        sums |= {
            f"within {name}": (there.m * m).sum(where=there.near),
            f"across {name}": (there.m * m).sum(where=~there.near),
            f"common_within {name}": (there.factor * apart * apart_other).sum(where=there.alike),
            f"same_within {name}": reaches.sum(where=there.alike),
            f"common_across {name}": (apart * apart_other).sum(where=~there.alike),
            f"same_across {name}": reaches.sum(where=~there.alike),
        }
    return _fill(there.group_by("number", *PLACE, "month").aggregate(**sums))


def _of_other(there: Table, window: str) -> tuple[Any, Any]:
    """What the other has in the block of the month: rows or days, and events."""
    weight, events = there["other weight"], there["other events"]
    if window == WHOLE:
        return weight * _length(there, "other "), events
    since, to = there[f"{window} from"], there[f"{window} to"]
    days = ibis.least(to, there["other last"] + 1) - ibis.greatest(there["other first"], since)
    inside = (there["other first"] >= since) & (there["other first"] < to)
    return weight * ibis.greatest(days, 0), inside.ifelse(events, 0)


def _tell_alone(placed: Table) -> Table:
    """What is taken off, as no row of a share is another beside itself: what pairs of a row with itself come to."""
    p, m, y = placed.level, placed.weight, placed.events
    alone = placed.is_rate.ifelse(y / placed.factor, y * (1 - p) * (1 - p) + (m - y) * p * p)
    rows = placed.is_rate.ifelse(0, m)
    off = {
        "within": rows,
        "common_within": placed.factor * alone,
        "same_within": placed.reach * placed.reach * rows,
    }
    told = placed.mutate(month=placed.first_month, **off)
    sums = {
        f"{kind} {name}": -told[kind].sum() if kind in off else ibis.literal(0)
        for name in (WHOLE, *WINDOWS)
        for kind in ("within", "across", *_ALIKE)
    }
    return _fill(told.group_by("number", *PLACE, "month").aggregate(**sums))


def _fill(table: Table) -> Table:
    """Sums of nothing as 0, of one kind in either part."""
    names = [name for name in table.columns if " " in name]
    kinds = {name: "int64" if name.split()[0] in _KINDS else "float64" for name in names}
    return table.mutate(**{name: table[name].fill_null(0).cast(kind) for name, kind in kinds.items()})


def _windows(company: Table, kinds: Sequence[str], *keys: str) -> Table:
    """The sums of these kinds by window and keys."""
    return ibis.union(
        *(
            company.group_by("number", *keys).aggregate(
                window=ibis.literal(name), **{kind: company[f"{kind} {name}"].sum() for kind in kinds}
            )
            for name in (WHOLE, *WINDOWS)
        )
    )


def ask_company_by_month(company: Table) -> Table:
    """Return how many other rows of the same child or family each has, by window, place and month."""
    told = _windows(company, _KINDS, *PLACE, "month")
    return told.filter((told.within > 0) | (told.across > 0))


def ask_alikeness(company: Table, clustered: Table, cells: Table, until: dt.date) -> Table:
    """Return by measure and window what rows of one child have in common, and would have were they the same.

    `several` are the children or families that have several rows of a share in a block.
    """
    held = clustered.filter(~clustered.is_rate).semi_join(cells, _CELL)
    ago, parts = _last_month(until) - held.first_month, []
    for name, block in {WHOLE: ago * 0, **{name: ago // months for name, months in WINDOWS.items()}}.items():
        of = held.group_by("number", "cluster", block=block.cast("int64")).aggregate(rows=held.weight.sum())
        of = of.filter(of.rows > 1)
        parts.append(of.group_by("number").aggregate(window=ibis.literal(name), several=of.count()))
    told, several = _windows(company, _ALIKE), ibis.union(*parts)
    both = told.left_join(several, ["number", "window"])
    return both.select(*(told[name] for name in told.columns), several=several.several.fill_null(0))


def ask_company_of_levels(clustered: Table, levels: Sequence[str]) -> Table:
    """Return the company of `ask_company` over all months, by service, ethnic group and all levels together."""
    keys, pairs = (*_CELL, *levels), _pair(clustered)
    both = pairs.weight * _length(pairs) * pairs["other weight"] * _length(pairs, "other ")
    rows = clustered.is_rate.ifelse(0, clustered.weight)
    sums = {f"within {WHOLE}": both.sum(where=pairs.near), f"across {WHOLE}": both.sum(where=~pairs.near)}
    off = {f"within {WHOLE}": -rows.sum(), f"across {WHOLE}": ibis.literal(0)}
    parts = pairs.group_by(*keys).aggregate(**sums), clustered.group_by(*keys).aggregate(**off)
    return ibis.union(*map(_fill, parts))


def ask_company_by_level(company: Table, levels: Sequence[str]) -> Table:
    """Return the same by service, ethnic group, `characteristic` and `level`; some there must be."""
    parts = [
        company.group_by(*_CELL, level=company[name]).aggregate(
            window=ibis.literal(WHOLE),
            characteristic=ibis.literal(name),
            **{kind: company[f"{kind} {WHOLE}"].sum() for kind in _KINDS},
        )
        for name in levels
    ]
    told = ibis.union(*parts)
    return told.filter((told.within > 0) | (told.across > 0))


def ask_levels(clustered: Table) -> Table:
    """Return the level of each measure in each service and ethnic group that holds two children or more."""
    sums = clustered.group_by(*_CELL, "cluster", "is_rate").aggregate(
        m=(clustered.weight * _length(clustered)).sum().cast("float64"), y=clustered.events.sum()
    )
    cells = sums.group_by(*_CELL, "is_rate").aggregate(
        m=sums.m.sum(), y=sums.y.sum(), squares=(sums.m * sums.m).sum(), clusters=sums.count()
    )
    held = cells.filter((cells.clusters > 1) & (cells.m * cells.m > cells.squares))
    few = held.is_rate.ifelse(
        held.m * held.m / (held.m * held.m - held.squares), held.clusters / (held.clusters - 1)
    )
    return held.select(*_CELL, level=held.y / held.m, factor=few)
