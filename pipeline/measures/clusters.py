"""Rows that belong together: how alike the rows of one child or family are, and how many of them stand in each cell.

A share of rows of which several are of one child varies as if there were fewer rows. How alike such rows are (the
intraclass correlation; of a rate, how much children differ by themselves) is learnt once for each measure over all
groups and services, because small groups cannot tell it; how many rows are of the same child is counted in each cell.
Both together are the `excess` of contract/record_keys.py.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.record_keys import ACROSS, WHOLE, WINDOWS
from pipeline.measures.catalogue import Measure, latest_of
from pipeline.measures.child_time import DAYS_IN_YEAR, covered_months, month_number
from pipeline.measures.rows import PLACE, Rows, events_of, total_of

_CELL = ("number", "service_id", "ethnic_group")
_OF_CLUSTER = ("number", "window", "block", "cluster")
FEWEST_TOGETHER = 10
"""With fewer children (families) of several rows, the rows of one are taken to be all the same: so few cannot tell."""
_DECIMALS = 6
ALIKE_DECIMALS = 2
"""Decimals of how alike rows are: one corrected return is not to move every interval of the borough."""
_KINDS = ("within", "across")
_VERSION = ["measure_id", "version"]


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


def add_excess(
    tables: Mapping[str, pd.DataFrame],
    by_month: pd.DataFrame,
    by_level: pd.DataFrame | None,
    alikeness: pd.DataFrame,
    catalogue: Sequence[Measure],
) -> dict[str, pd.DataFrame]:
    """Measures and characteristics with their excess, by what clusters.py asks; `by_level` where there is one."""
    measures, characteristics = tables["measures"], tables["characteristics"]

    def find(company: pd.DataFrame) -> pd.DataFrame:
        ordered = company.sort_values(list(company.columns), ignore_index=True)
        return find_excess(ordered, alikeness, measures, catalogue)

    return {
        "measures": add_to_measures(measures, find(by_month)),
        "characteristics": add_to_characteristics(
            characteristics, None if by_level is None else find(by_level), catalogue
        ),
    }


def find_excess(
    company: pd.DataFrame, alikeness: pd.DataFrame, measures: pd.DataFrame, catalogue: Sequence[Measure]
) -> pd.DataFrame:
    """Excess `within` services and `across` them, by measure, version and the keys of `company`.

    `company` has the names of service, ethnic group and code; `measures` tell the rates.
    """
    alike = _judge_alikeness(alikeness, catalogue)
    named = company.merge(alike, on=["number", "window"], suffixes=("", "_alike"))
    rates = measures.groupby([*_VERSION, "service_id"], as_index=False)[["events", "child_years"]].sum()
    named = named.merge(rates, on=[*_VERSION, "service_id"], how="left")
    # Of a share company is rows; of a rate days times days: times the rate they are days again, and then years.
    years = named["child_years"]
    scale = np.where(years > 0, named["events"] / years.where(years > 0, 1.0) / DAYS_IN_YEAR**2, 1.0)
    for kind in _KINDS:
        named[kind] = (named[kind] * named[f"{kind}_alike"] * scale).round(_DECIMALS)
    return named.drop(columns=["number", "events", "child_years", *(f"{kind}_alike" for kind in _KINDS)])


def _judge_alikeness(alikeness: pd.DataFrame, catalogue: Sequence[Measure]) -> pd.DataFrame:
    """How alike rows of one child are, by measure, version and window: 0 not at all, 1 (of a share) the same."""
    found = alikeness[["number", "window"]].copy()
    measures = [catalogue[number] for number in found["number"]]
    found["measure_id"] = [measure.measure_id for measure in measures]
    found["version"] = [measure.version for measure in measures]
    is_share = np.array([measure.unit == "percent" for measure in measures], dtype=bool)
    few = is_share & (alikeness["several"] < FEWEST_TOGETHER).to_numpy()
    for kind in _KINDS:
        same = alikeness[f"same_{kind}"]
        alike = (alikeness[f"common_{kind}"] / same.where(same > 0, 1.0)).where(same > 0, 0.0)
        held = alike.clip(0.0, np.where(is_share, 1.0, np.inf)).round(ALIKE_DECIMALS)
        found[kind] = held.where(~few, 1.0)
    return found


def add_to_measures(measures: pd.DataFrame, excess: pd.DataFrame) -> pd.DataFrame:
    """The tidy measures with the columns of contract/record_keys.py."""
    keys = [*_VERSION, "service_id", "ethnic_group", "ethnicity", "month"]
    summed = excess.groupby([*keys, "window"])[list(_KINDS)].sum().unstack("window", fill_value=0.0)
    # Rows that differ in the month of service alone are never told apart: the first of them holds it all.
    first = ~measures.duplicated(keys)
    places = pd.MultiIndex.from_frame(measures.loc[first, keys])
    found = measures.copy()
    for window, across in ACROSS.items():
        for kind, name in zip(_KINDS, (window, across), strict=True):
            found[name] = 0.0
            if (kind, window) in summed:
                found.loc[first, name] = summed[kind, window].reindex(places, fill_value=0.0).to_numpy()
    return found


def add_to_characteristics(
    characteristics: pd.DataFrame, excess: pd.DataFrame | None, catalogue: Sequence[Measure]
) -> pd.DataFrame:
    """Measures by characteristic with their excess over all months, within services and across them."""
    names = dict(zip(_KINDS, (WHOLE, ACROSS[WHOLE]), strict=True))
    if excess is None:
        return characteristics.assign(**dict.fromkeys(names.values(), 0.0))
    latest = {measure.measure_id: measure.version for measure in latest_of(catalogue)}
    whole = excess[excess["version"] == excess["measure_id"].map(latest)]
    keys = ["measure_id", "service_id", "ethnic_group", "characteristic", "level"]
    summed = whole.groupby(keys, as_index=False)[list(_KINDS)].sum().rename(columns=names)
    return characteristics.merge(summed, on=keys, how="left").fillna(dict.fromkeys(names.values(), 0.0))
