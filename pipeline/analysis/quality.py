"""Which rows are current, and how complete the characteristics are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analysis.numbering import find_distinct, number_rows
from pipeline.analysis.rules.given import Mask, find_earlier
from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.tables import load_table

ETHNICITY_STATES = ["known", "not_stated", "refused", "not_yet_asked", "missing"]

_SAID_NOTHING = {"not_known": "not_stated", "not_stated": "not_stated"}
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
    where = ["service_id", "period"]
    counted = [
        _count_states(episodes, where, field.name, classification)
        .melt(where, var_name="state", value_name="episodes")
        .assign(characteristic=field.name)
        for field in load_table("episodes").fields
        if field.characteristic
    ]
    keys = [*where, "characteristic", "state"]
    found = pd.concat(counted)[[*keys, "episodes"]]
    return found[found["episodes"] > 0].sort_values(keys, ignore_index=True)


def judge_ethnicity(
    episodes: pd.DataFrame, classification: Classification, minimum_known: float
) -> pd.DataFrame:
    """Each service's episodes by what is known of ethnicity, and whether the contract's minimum is reached (L2).

    All episodes are there, so the share known is a fact and has no interval.
    """
    counted = _count_states(episodes, ["service_id"], "ethnicity", classification)
    counted = counted.sort_values("service_id", ignore_index=True)
    total = counted[ETHNICITY_STATES].sum(axis=1)
    return counted.assign(total=total, reached=counted["known"] >= minimum_known * total)


def _count_states(
    rows: pd.DataFrame, where: Sequence[str], name: str, classification: Classification
) -> pd.DataFrame:
    """How many rows are in each state of a characteristic, by the columns `where`."""
    place = number_rows([rows[column] for column in where])
    value = number_rows([rows[name]])
    said = _SAID_NOTHING if name != "ethnicity" else _not_known_codes(classification)
    distinct = rows[name].iloc[find_distinct(value)[0]]
    states = ["missing" if pd.isna(each) else said.get(each, "known") for each in distinct]
    state = np.array([ETHNICITY_STATES.index(each) for each in states], dtype=np.int64)[value]
    first, _ = find_distinct(place)
    size = len(ETHNICITY_STATES)
    counts = np.bincount(place * size + state, minlength=len(first) * size).reshape(-1, size)
    return (
        rows[list(where)]
        .iloc[first]
        .reset_index(drop=True)
        .assign(**dict(zip(ETHNICITY_STATES, counts.T, strict=True)))
    )


def _not_known_codes(classification: Classification) -> dict[str, str]:
    return {
        entry.code: _SAID_NOT_KNOWN.get(
            entry.code.casefold(), _SAID_NOT_KNOWN.get(entry.label.casefold(), "not_stated")
        )
        for entry in classification.codes
        if entry.broad_group == NOT_KNOWN
    }
