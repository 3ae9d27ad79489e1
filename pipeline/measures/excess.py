"""The `excess` of contract/record_keys.py: the intracluster correlation times the number of pairs of rows."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.contract.record_keys import ACROSS, WHOLE
from pipeline.measures.catalogue import Measure, latest_of
from pipeline.measures.child_time import DAYS_IN_YEAR

FEWEST_CLUSTERS = 10
"""With fewer clusters of several rows, the correlation is taken to be 1: it cannot be estimated from so few."""
_DECIMALS = 6
CORRELATION_DECIMALS = 2
"""Decimals of the correlation: a single corrected return should not move every interval of the borough."""
_KINDS = ("within", "across")
_VERSION = ["measure_id", "version"]


def add_excess(
    tables: Mapping[str, pd.DataFrame],
    by_month: pd.DataFrame,
    by_level: pd.DataFrame | None,
    covariances: pd.DataFrame,
    catalogue: Sequence[Measure],
) -> dict[str, pd.DataFrame]:
    """Return `measures` and `characteristics` with their excess columns, from what clusters.py sums."""
    measures, characteristics = tables["measures"], tables["characteristics"]

    def excess_of(pairs: pd.DataFrame) -> pd.DataFrame:
        ordered = pairs.sort_values(list(pairs.columns), ignore_index=True)
        return find_excess(ordered, covariances, measures, catalogue)

    return {
        "measures": add_to_measures(measures, excess_of(by_month)),
        "characteristics": add_to_characteristics(
            characteristics, None if by_level is None else excess_of(by_level), catalogue
        ),
    }


def find_excess(
    pairs: pd.DataFrame, covariances: pd.DataFrame, measures: pd.DataFrame, catalogue: Sequence[Measure]
) -> pd.DataFrame:
    """Return the excess `within` services and `across` them, by measure, version and the keys of `pairs`.

    `pairs` counts pairs of rows, with columns `number`, `window`, service, ethnic group and code; `measures` gives the
    events and child-years of rates.
    """
    correlations = _find_correlations(covariances, catalogue)
    joined = pairs.merge(correlations, on=["number", "window"], suffixes=("", "_alike"))
    rates = measures.groupby([*_VERSION, "service_id"], as_index=False)[["events", "child_years"]].sum()
    joined = joined.merge(rates, on=[*_VERSION, "service_id"], how="left")
    # A share's pairs count rows; a rate's are days times days: times the rate they are days, and then years.
    years = joined["child_years"]
    scale = np.where(years > 0, joined["events"] / years.where(years > 0, 1.0) / DAYS_IN_YEAR**2, 1.0)
    for kind in _KINDS:
        joined[kind] = (joined[kind] * joined[f"{kind}_alike"] * scale).round(_DECIMALS)
    return joined.drop(columns=["number", "events", "child_years", *(f"{kind}_alike" for kind in _KINDS)])


def _find_correlations(covariances: pd.DataFrame, catalogue: Sequence[Measure]) -> pd.DataFrame:
    """Return the intracluster correlation by measure, version and window: 0 independent, 1 (of a share) identical."""
    found = covariances[["number", "window"]].copy()
    measures = [catalogue[number] for number in found["number"]]
    found["measure_id"] = [measure.measure_id for measure in measures]
    found["version"] = [measure.version for measure in measures]
    is_share = np.array([measure.unit == "percent" for measure in measures], dtype=bool)
    few = is_share & (covariances["several"] < FEWEST_CLUSTERS).to_numpy()
    for kind in _KINDS:
        same = covariances[f"same_{kind}"]
        ratio = (covariances[f"common_{kind}"] / same.where(same > 0, 1.0)).where(same > 0, 0.0)
        correlation = ratio.clip(0.0, np.where(is_share, 1.0, np.inf)).round(CORRELATION_DECIMALS)
        found[kind] = correlation.where(~few, 1.0)
    return found


def add_to_measures(measures: pd.DataFrame, excess: pd.DataFrame) -> pd.DataFrame:
    """Return the tidy measures with the excess columns of contract/record_keys.py."""
    keys = [*_VERSION, "service_id", "ethnic_group", "ethnicity", "month"]
    summed = excess.groupby([*keys, "window"])[list(_KINDS)].sum().unstack("window", fill_value=0.0)
    # Pairs are not counted by month of service: the first of the rows that differ in it alone takes all of them.
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
    """Return the measures by characteristic with their excess over all months; 0 without `excess`."""
    names = dict(zip(_KINDS, (WHOLE, ACROSS[WHOLE]), strict=True))
    if excess is None:
        return characteristics.assign(**dict.fromkeys(names.values(), 0.0))
    latest = {measure.measure_id: measure.version for measure in latest_of(catalogue)}
    whole = excess[excess["version"] == excess["measure_id"].map(latest)]
    keys = ["measure_id", "service_id", "ethnic_group", "characteristic", "level"]
    summed = whole.groupby(keys, as_index=False)[list(_KINDS)].sum().rename(columns=names)
    return characteristics.merge(summed, on=keys, how="left").fillna(dict.fromkeys(names.values(), 0.0))
