"""How complete the characteristics are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analysis.validation.coded_columns import CodedRows, find_distinct
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification
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


def count_completeness(episodes: CodedRows, classification: Classification) -> pd.DataFrame:
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
    episodes: CodedRows, classification: Classification, minimum_known: float
) -> pd.DataFrame:
    """Each service's episodes by what is known of ethnicity, and whether the contract's minimum is reached (L2).

    All episodes are there, so the share known is a fact and has no interval.
    """
    counted = _count_states(episodes, ["service_id"], "ethnicity", classification)
    counted = counted.sort_values("service_id", ignore_index=True)
    total = counted[ETHNICITY_STATES].sum(axis=1)
    return counted.assign(total=total, reached=counted["known"] >= minimum_known * total)


def _count_states(
    rows: CodedRows, where: Sequence[str], name: str, classification: Classification
) -> pd.DataFrame:
    """How many rows are in each state of a characteristic, by the columns `where`."""
    place = rows.number(where)
    codes = rows.codes(name)
    said = _SAID_NOTHING if name != "ethnicity" else _not_known_codes(classification)
    states = ["missing", *(said.get(each, "known") for each in codes.distinct)]
    first, _ = find_distinct(place)
    cells = place * len(states) + codes.number + np.int32(1)
    by_value = np.bincount(cells, minlength=len(first) * len(states)).reshape(-1, len(states))
    counts = [by_value[:, [at == state for at in states]].sum(axis=1) for state in ETHNICITY_STATES]
    places = {column: rows[column].array.take(first) for column in where}
    return pd.DataFrame(places | dict(zip(ETHNICITY_STATES, counts, strict=True)))


def _not_known_codes(classification: Classification) -> dict[str, str]:
    return {
        entry.code: _SAID_NOT_KNOWN.get(
            entry.code.casefold(), _SAID_NOT_KNOWN.get(entry.label.casefold(), "not_stated")
        )
        for entry in classification.codes
        if entry.broad_group == NOT_KNOWN
    }
