"""Measures by service, ethnicity and month: rows in, one tidy table of counts out."""

import datetime as dt
from collections.abc import Iterator, Sequence

import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.dataset import PeriodLength
from pipeline.contract.periods import name_period
from pipeline.contract.record_keys import KEYS
from pipeline.measures.catalogue import Measure
from pipeline.measures.child_time import DAYS_IN_YEAR, covered_months, month_number, service_month
from pipeline.measures.rows import PLACE, Rows, fetch, flag_columns, sum_flags

_MONTHS = [*PLACE, "month", "service_month"]
_COUNTS = ["events", "total", "child_years", *KEYS]


def period_name(month: int, length: PeriodLength) -> str:
    """Return the period that a month falls in.

    >>> period_name(2009 * 12 + 3, "quarter")
    '2009-q2'
    """
    year, place = divmod(month, 12)
    return name_period(dt.date(year, place + 1, 1), length)


def tabulate_measures(
    rows: Rows, spell_months: Table, catalogue: Sequence[Measure], period: PeriodLength
) -> pd.DataFrame:
    """Return the tidy table: one sorted row per measure, version, service, ethnicity, month and month of service.

    `events` and `total` count rows; `child_years` is filled for rates only, where `total` is 0. `events_key` and
    `size_key` sum the record keys of events and of the denominator. `spell_months` comes from `list_spell_months`.
    Counts are additive.
    """
    keys = ["measure_id", "version"]
    parts = [
        part.assign(measure_id=measure.measure_id, version=measure.version)
        for measure, part in _count_measures(rows, _count_days(spell_months, catalogue), catalogue)
    ]
    found = pd.concat(parts, ignore_index=True).sort_values([*keys, *_MONTHS], ignore_index=True)
    found["period"] = found["month"].map(lambda month: period_name(month, period)).astype("str")
    kinds = {"measure_id": "str", **dict.fromkeys(["version", "events", "total", *KEYS], "int64")}
    return found.astype(kinds)[[*keys, *_MONTHS, "period", *_COUNTS]]


def _count_days(spell_months: Table, catalogue: Sequence[Measure]) -> pd.DataFrame:
    if all(measure.unit == "percent" for measure in catalogue):
        return pd.DataFrame(columns=[*_MONTHS, "days", "time_key"])
    summed = {name: spell_months[name].sum().cast("int64") for name in ("days", "time_key")}
    return fetch(spell_months.group_by(*_MONTHS).aggregate(**summed))


def _count_measures(
    rows: Rows, days: pd.DataFrame, catalogue: Sequence[Measure]
) -> Iterator[tuple[Measure, pd.DataFrame]]:
    dated: dict[tuple[str, str], list[Measure]] = {}
    for measure in catalogue:
        dated.setdefault((measure.table, measure.dated_by), []).append(measure)
    for (name, date), measures in dated.items():
        counted = _count_months(rows.treated(name), date, measures)
        for measure in measures:
            columns = dict(zip(flag_columns(measure), ("events", "total", *KEYS), strict=True))
            counts = counted[[*_MONTHS, *columns]].rename(columns=columns)
            if measure.unit == "percent":
                yield measure, counts[counts["total"] > 0].assign(child_years=0.0)
            else:
                yield (
                    measure,
                    _add_time(
                        counts[counts["events"] > 0].assign(total=0).drop(columns="size_key"), days, measure
                    ),
                )


def _count_months(table: Table, date: str, measures: Sequence[Measure]) -> pd.DataFrame:
    """Count rows by place and month of this date: total and events of each measure."""
    dated = table.filter(table[date].notnull())
    keyed = dated.mutate(
        month=month_number(dated[date]), service_month=service_month(dated[date], dated.service_start)
    )
    return fetch(keyed.group_by(*_MONTHS).aggregate(**sum_flags(keyed, measures)))


def _add_time(events: pd.DataFrame, days: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Add the child-years of the months that the version covers."""
    covered = days[days["month"].between(*covered_months(measure))]
    none = dict.fromkeys(("events", "total", "events_key", "days", "time_key"), 0)
    both = events.merge(covered, on=_MONTHS, how="outer").fillna(none)
    return both.assign(child_years=both["days"] / DAYS_IN_YEAR, size_key=both["time_key"])
