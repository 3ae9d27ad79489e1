"""Which rows break which rule, which rows are current, and how complete the characteristics are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.tables import load_table

ETHNICITY_STATES = ["known", "not_stated", "refused", "not_yet_asked", "missing"]
RETURN = ("return_provider", "period")
Mask = pd.Series  # of bool: True where a row fails

_SAID_NOT_KNOWN = {
    "refused": "refused",
    "refu": "refused",
    "not yet asked": "not_yet_asked",
    "not yet obtained": "not_yet_asked",
    "nobt": "not_yet_asked",
}


@dataclass(frozen=True)
class Known:
    """What rows may refer to: services with their provider ('' where several deliver it), providers, scales
    with their lowest and highest score, and accepted episodes by sender and number.
    """

    services: Mapping[str, str]
    providers: frozenset[str]
    scales: Mapping[str, tuple[float, float]]
    episodes: frozenset[tuple[str, str]] = frozenset()


def _key_repeated(rows: pd.DataFrame, table: str) -> Mask:
    return rows.duplicated([*RETURN, *load_table(table).primary_key], keep=False)


def _service_unknown(rows: pd.DataFrame, known: Known) -> Mask:
    return ~rows["service_id"].isin(list(known.services))


def _of_other_provider(rows: pd.DataFrame, provider: str, known: Known) -> Mask:
    owner = rows["service_id"].map(dict(known.services)).fillna("").astype("str")
    named = rows[provider].fillna("")
    return (owner != "") & (named != "") & (owner != named)


def _provider_not_sender(rows: pd.DataFrame, known: Known) -> Mask:
    del known
    return (rows["return_provider"] != "") & (rows["provider_id"].fillna("") != rows["return_provider"])


def _dates_out_of_order(rows: pd.DataFrame, known: Known) -> Mask:
    del known
    referral, start, end = rows["referral_date"], rows["start_date"], rows["end_date"]
    return (start < referral) | (end < start) | (end < referral)


def _episode_unknown(rows: pd.DataFrame, known: Known) -> Mask:
    accepted = pd.MultiIndex.from_tuples(sorted(known.episodes) or [("", "")])
    given = pd.MultiIndex.from_arrays([rows["return_provider"], rows["episode_id"].fillna("")])
    return pd.Series(~given.isin(accepted), index=rows.index) & rows["episode_id"].notna()


def _off_scale(rows: pd.DataFrame, known: Known) -> Mask:
    lowest = rows["scale"].map({name: low for name, (low, _) in known.scales.items()}).astype("float64")
    highest = rows["scale"].map({name: high for name, (_, high) in known.scales.items()}).astype("float64")
    off = pd.Series(False, index=rows.index)
    for column in ("baseline_score", "review_score", "goal"):
        off |= (rows[column] < lowest) | (rows[column] > highest)
    return off


FAILS: Mapping[str, Callable[[pd.DataFrame, Known], Mask]] = {
    "episode.key_unique": lambda rows, _: _key_repeated(rows, "episodes"),
    "episode.service_known": _service_unknown,
    "episode.provider_known": lambda rows, known: ~rows["provider_id"].isin(known.providers),
    "episode.provider_is_sender": _provider_not_sender,
    "episode.service_of_provider": lambda rows, known: _of_other_provider(rows, "provider_id", known),
    "episode.dates_in_order": _dates_out_of_order,
    "episode.plan_dates": lambda rows, _: rows["protection_plan_end"] < rows["protection_plan_start"],
    "outcome.key_unique": lambda rows, _: _key_repeated(rows, "outcomes"),
    "outcome.episode_known": _episode_unknown,
    "outcome.scale_known": lambda rows, known: ~rows["scale"].isin(list(known.scales)),
    "outcome.score_on_scale": _off_scale,
    "outcome.review_after_baseline": lambda rows, _: rows["review_date"] < rows["baseline_date"],
    "feedback.key_unique": lambda rows, _: _key_repeated(rows, "feedback"),
    "feedback.service_known": _service_unknown,
    "feedback.service_of_provider": lambda rows, known: _of_other_provider(rows, "return_provider", known),
    "feedback.episode_known": _episode_unknown,
}


def find_current(rows: pd.DataFrame, table: str) -> Mask:
    """True for the row of the latest period of each key and sender (periods sort as texts).

    Duplicates within a return must be gone already.
    """
    latest = rows.sort_values("period", kind="stable").duplicated(
        ["return_provider", *load_table(table).primary_key], keep="last"
    )
    return ~latest.reindex(rows.index)


def count_completeness(episodes: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Episodes by service_id, period, characteristic and state, as each return left them."""
    characteristics = [field.name for field in load_table("episodes").fields if field.characteristic]
    states = pd.concat(
        [
            episodes[["service_id", "period"]].assign(
                characteristic=name, state=_states(episodes[name], name, classification)
            )
            for name in characteristics
        ]
    )
    counted = states.groupby(["service_id", "period", "characteristic", "state"]).size()
    return counted.rename("episodes").reset_index()


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
