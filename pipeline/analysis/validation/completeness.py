"""How complete the characteristics are."""

from collections.abc import Sequence

import pandas as pd

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
    total = counted[ETHNICITY_STATES].sum(axis=1)
    return counted.assign(total=total, reached=counted["known"] >= minimum_known * total)


def _count_states(
    rows: pd.DataFrame, where: Sequence[str], name: str, classification: Classification
) -> pd.DataFrame:
    """How many rows are in each state of a characteristic, by the columns `where`."""
    said = _SAID_NOTHING if name != "ethnicity" else _not_known_codes(classification)
    states = (
        rows[name].map(said).where(rows[name].isin(list(said)), "known").mask(rows[name].isna(), "missing")
    )
    counts = rows.groupby([*where, states.rename("state")]).size().unstack(fill_value=0)
    return counts.reindex(columns=ETHNICITY_STATES, fill_value=0).rename_axis(columns=None).reset_index()


def _not_known_codes(classification: Classification) -> dict[str, str]:
    return {
        entry.code: _SAID_NOT_KNOWN.get(
            entry.code.casefold(), _SAID_NOT_KNOWN.get(entry.label.casefold(), "not_stated")
        )
        for entry in classification.codes
        if entry.broad_group == NOT_KNOWN
    }
