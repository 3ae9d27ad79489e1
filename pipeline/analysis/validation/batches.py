"""Rows beside what they are compared with: each joined column is plain data, and no rule is decided here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.contract.periods import next_period, period_days
from pipeline.contract.tables import load_table

RETURN = ("return_provider", "period")
EPISODE_FACTS = ("service_id", "referral_date")
REFERRAL = ("child_id", "service_id", "arm", "referral_date")
HALF_A_YEAR = pd.Timedelta(days=183)
YEARS_BACK = 5
"""Unless params.yaml says otherwise: longer ago is more often a wrong year than a child's long stay."""


def _no_episodes() -> pd.DataFrame:
    types = {
        "return_provider": "str",
        "episode_id": "str",
        "service_id": "str",
        "referral_date": "datetime64[ms]",
    }
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})


@dataclass(frozen=True)
class Known:
    """What rows may refer to.

    Services with their provider ('' where several deliver it) and with the first and last day of their contract,
    providers, scales with their lowest and highest score, codes that say ethnicity is not known, and of each
    accepted episode the facts of its latest row, by sender and number. No date may lie more than `years_back` years
    before its return's period.
    """

    services: Mapping[str, str] = field(default_factory=dict)
    providers: frozenset[str] = frozenset()
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    contracts: Mapping[str, tuple[dt.date, dt.date | None]] = field(default_factory=dict)
    ethnicity_unknown: frozenset[str] = frozenset()
    years_back: int = YEARS_BACK
    episodes: pd.DataFrame = field(default_factory=_no_episodes)


def join_known(rows: pd.DataFrame, table: str, known: Known) -> pd.DataFrame:
    """Return the rows with what the commissioner's tables, and accepted episodes, say of what they name.

    `period_first`, `period_last`, `oldest_day`; `service_provider`, `contract_start`, `contract_end`; `scale_minimum`,
    `scale_maximum`; `episode_service_id`, `episode_referral_date`, `earliest_baseline`. Missing where nothing is said.
    """
    joined: dict[str, pd.Series] = _period_days(rows["period"], known.years_back)
    if "service_id" in rows:
        owners = {service: owner or None for service, owner in known.services.items()}
        joined["service_provider"] = _look_up(rows["service_id"], owners, "str")
        for end, name in enumerate(("contract_start", "contract_end")):
            days = {service: contract[end] for service, contract in known.contracts.items()}
            joined[name] = _look_up(rows["service_id"], days, "datetime64[ms]")
    if "scale" in rows:
        for end, name in enumerate(("scale_minimum", "scale_maximum")):
            limits = {scale: ends[end] for scale, ends in known.scales.items()}
            joined[name] = _look_up(rows["scale"], limits, "float64")
    if table != "episodes":
        facts = rows[["return_provider", "episode_id"]].merge(known.episodes, how="left")
        joined |= {f"episode_{name}": facts[name].set_axis(rows.index) for name in EPISODE_FACTS}
        joined["earliest_baseline"] = joined["episode_referral_date"] - HALF_A_YEAR
    return rows.assign(**joined)


def join_returns(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the rows with what the other returns of their provider say, a key standing once in each return.

    `earlier_<column>` is what the nearest earlier return said of the same key, `later_period` the next return that has
    the key, `next_return` the following period where the provider sent a return for it, `number_before` the number of
    the same referral in an earlier return. `return_rows` counts the rows of the return, `return_changed` those new or
    changed since, `return_growth` how many more they are than in the provider's last one; `service_rows` and
    `service_rows_before` count those of the same service now and in the last return, `family_children` the children
    who have the row's family by the latest rows of all returns.
    """
    before = _find_before(rows, load_table(table).primary_key)
    joined: dict[str, Any] = {}
    changed = np.asarray(before < 0)
    for name in (*load_table(table).columns, "period"):
        now = rows[name]
        was = joined[f"earlier_{name}"] = _take(now, before)
        if name != "period":
            changed |= (now.isna() != was.isna()) | (now != was).fillna(False) & now.notna()
    after = np.full(len(rows), -1)
    after[before[before >= 0]] = np.flatnonzero(before >= 0)
    joined["later_period"] = _take(rows["period"], after)
    if table == "episodes":
        joined["number_before"] = _take(rows["episode_id"], _find_before(rows, REFERRAL))
    return _count_returns(rows.assign(**joined), table, changed)


def _count_returns(rows: pd.DataFrame, table: str, changed: npt.NDArray[np.bool_]) -> pd.DataFrame:
    by_return = pd.Series(changed, index=rows.index).groupby([rows[name] for name in RETURN])
    returns = by_return.agg(["size", "sum"]).set_axis(["return_rows", "return_changed"], axis=1)
    returns["return_growth"] = returns.groupby("return_provider")["return_rows"].diff()
    sent = returns.index.to_frame(index=False)
    following = pd.MultiIndex.from_arrays([sent["return_provider"], sent["period"].map(next_period)])
    returns["next_return"] = following.get_level_values(1).where(following.isin(returns.index))
    rows = rows.join(returns, on=list(RETURN))
    if table != "episodes":
        return rows
    families = rows[find_current(rows, table)].groupby("family_id")["child_id"].nunique()
    rows["family_children"] = rows["family_id"].map(families)
    sent["next"] = sent.groupby("return_provider")["period"].shift(-1)
    now = rows.groupby([*RETURN, "service_id"]).size().rename("service_rows").reset_index()
    last = now.merge(sent.dropna()).drop(columns="period")
    last = last.rename(columns={"next": "period", "service_rows": "service_rows_before"})
    counts = now.merge(last, how="left").set_index([*RETURN, "service_id"])
    return rows.join(counts, on=[*RETURN, "service_id"])


def _find_before(rows: pd.DataFrame, key: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return where the sender's row of the same key in the nearest earlier period stands, -1 where there is none."""
    key = ["return_provider", *key]
    placed = rows[[*key, "period"]].assign(place=np.arange(len(rows))).sort_values("period", kind="stable")
    before = placed.groupby(key, dropna=False, sort=False)["place"].shift(fill_value=-1)
    return before.reindex(rows.index).to_numpy()


def _take(values: pd.Series, places: npt.NDArray[np.int64]) -> pd.Series:
    """Return the values at these places, missing where it is -1."""
    return pd.Series(values.array.take(places, allow_fill=True), index=values.index)


def find_current(rows: pd.DataFrame, table: str) -> pd.Series:
    """Return True for the row of the latest period of each key and sender (periods sort as texts)."""
    ordered = rows.sort_values("period", kind="stable")
    key = ["return_provider", *load_table(table).primary_key]
    return (~ordered.duplicated(key, keep="last")).reindex(rows.index)


def _period_days(periods: pd.Series, years_back: int) -> dict[str, pd.Series]:
    spans = {period: period_days(period) for period in periods.unique()}
    first = {period: span[0] for period, span in spans.items()}
    last = {period: span[1] for period, span in spans.items()}
    oldest = {period: day - pd.DateOffset(years=years_back) for period, day in first.items()}
    named: dict[str, Mapping[str, object]] = {
        "period_first": first,
        "period_last": last,
        "oldest_day": oldest,
    }
    return {name: _look_up(periods, days, "datetime64[ms]") for name, days in named.items()}


def _look_up(values: pd.Series, by: Mapping[str, object], dtype: str) -> pd.Series:
    """Return what stands in `by` for each value, missing where nothing does."""
    places = pd.Index(by, dtype="str").get_indexer(pd.Index(values))
    return pd.Series(
        pd.Series(list(by.values()), dtype=dtype).array.take(places, allow_fill=True), index=values.index
    )
