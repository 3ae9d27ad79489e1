"""The `excess` of contract/record_keys.py: what rows of one child have in common, times how many of them there are."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.contract.record_keys import ACROSS, WHOLE
from pipeline.measures.catalogue import Measure, latest_of
from pipeline.measures.child_time import DAYS_IN_YEAR

FEWEST_TOGETHER = 10
"""With fewer children (families) of several rows, the rows of one are taken to be all the same: so few cannot tell."""
_DECIMALS = 6
ALIKE_DECIMALS = 2
"""Decimals of how alike rows are: one corrected return is not to move every interval of the borough."""
_KINDS = ("within", "across")
_VERSION = ["measure_id", "version"]


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
