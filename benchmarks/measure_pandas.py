"""The table of measures by service, ethnicity and month as an analyst would write it in pandas, from the same files.

Without the time of rates, characteristics, journey and clusters, which `measure` counts too.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path

import pandas as pd

from pipeline.measures.catalogue import Measure
from pipeline.measures.conditions import Condition, Term

_EPISODE = ["return_provider", "episode_id"]


def _read(folder: Path) -> Mapping[str, pd.DataFrame]:
    """Return rows of treated children, each with its service and ethnicity."""
    episodes, outcomes, feedback = (
        pd.read_parquet(folder / f"{name}.parquet", dtype_backend="pyarrow")
        for name in ("episodes", "outcomes", "feedback")
    )
    about = episodes[[*_EPISODE, "ethnicity", "arm"]]
    answered = feedback.merge(about, on=_EPISODE, how="left")
    scored = outcomes.merge(
        about.assign(service_id=episodes["service_id"], isa_date=episodes["isa_date"]), on=_EPISODE
    )
    listed = {"episodes": episodes, "outcomes": scored, "feedback": answered}
    return {name: rows[rows["arm"].isna() | (rows["arm"] == "treated")] for name, rows in listed.items()}


def _holds(rows: pd.DataFrame, term: Term) -> pd.Series:
    column = rows[term.column]
    match term.test:
        case "given":
            return column.notna()
        case "blank":
            return column.isna()
        case "one_of":
            return column.isin(term.values)
        case "within":
            return ((column - rows[term.since]) <= pd.Timedelta(days=term.days)).fillna(False)


def _all_hold(rows: pd.DataFrame, condition: Condition, found: pd.Series) -> pd.Series:
    return reduce(lambda held, term: held & _holds(rows, term), condition.terms, found)


def count_in_pandas(folder: Path, catalogue: Sequence[Measure]) -> dict[str, int]:
    """Return the sums of the counts, by the names of `measure_sums`."""
    tables, sums = _read(folder), {}
    latest = {each.measure_id: each.version for each in sorted(catalogue, key=lambda each: each.version)}
    for each in catalogue:
        rows = tables[each.table]
        day = rows[each.dated_by].astype("datetime64[s]")
        inside = (day >= pd.Timestamp(each.start)) & (day <= pd.Timestamp(each.end or "2200-01-01"))
        out_of = _all_hold(rows, each.denominator, inside)
        told = rows[["service_id", "ethnicity"]].assign(
            month=day.dt.to_period("M"), events=_all_hold(rows, each.numerator, out_of), total=out_of
        )
        keys = ["service_id", "ethnicity", "month"]
        counted = told[out_of].groupby(keys, dropna=False, observed=True)[["events", "total"]].sum()
        version = "" if each.version == latest[each.measure_id] else f" {each.version}"
        for what in ("events", "total") if each.unit == "percent" else ("events",):
            sums[f"measures {each.measure_id}{version} {what}"] = int(counted[what].sum())
    return sums
