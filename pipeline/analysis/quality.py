"""Which rows are current, and how complete the characteristics are."""

from __future__ import annotations

import pandas as pd

from pipeline.analysis.rules.given import Mask, find_earlier
from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.tables import load_table

ETHNICITY_STATES = ["known", "not_stated", "refused", "not_yet_asked", "missing"]

_SAID_NOT_KNOWN = {
    "refused": "refused",
    "refu": "refused",
    "not yet asked": "not_yet_asked",
    "not yet obtained": "not_yet_asked",
    "nobt": "not_yet_asked",
}


def find_current(rows: pd.DataFrame, table: str) -> Mask:
    """True for the row of the latest period of each key and sender (periods sort as texts).

    Duplicates within a return must be gone already.
    """
    current = pd.Series(True, index=rows.index)
    earlier = find_earlier(rows, ("return_provider", *load_table(table).primary_key))
    current.iloc[earlier[earlier >= 0]] = False
    return current


def count_completeness(episodes: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Episodes by service_id, period, characteristic and state, as each return left them."""
    keys = ["service_id", "period", "characteristic", "state"]
    counted = [
        episodes[["service_id", "period"]]
        .assign(characteristic=field.name, state=_states(episodes[field.name], field.name, classification))
        .groupby(keys)
        .size()
        for field in load_table("episodes").fields
        if field.characteristic
    ]
    return pd.concat(counted).sort_index().rename("episodes").reset_index()


def judge_ethnicity(
    episodes: pd.DataFrame, classification: Classification, minimum_known: float
) -> pd.DataFrame:
    """Each service's episodes by what is known of ethnicity, and whether the contract's minimum is reached (L2).

    All episodes are there, so the share known is a fact and has no interval.
    """
    states = pd.crosstab(
        episodes["service_id"], _states(episodes["ethnicity"], "ethnicity", classification), dropna=False
    )
    counted = states.reindex(columns=ETHNICITY_STATES, fill_value=0).sort_index()
    total = counted.sum(axis=1)
    return counted.assign(total=total, reached=counted["known"] >= minimum_known * total).reset_index()


def _states(values: pd.Series, name: str, classification: Classification) -> pd.Series:
    said = {"not_known": "not_stated"} if name != "ethnicity" else _not_known_codes(classification)
    states = values.astype("object").map(said).where(values.notna(), "missing")
    return states.fillna("known").astype("str")


def _not_known_codes(classification: Classification) -> dict[str, str]:
    return {
        entry.code: _SAID_NOT_KNOWN.get(
            entry.code.casefold(), _SAID_NOT_KNOWN.get(entry.label.casefold(), "not_stated")
        )
        for entry in classification.codes
        if entry.broad_group == NOT_KNOWN
    }
