"""Rules that a row meets by itself, or by what the commissioner's tables say."""

from __future__ import annotations

import pandas as pd

from pipeline.analysis.numbering import translate
from pipeline.analysis.rules.given import Fails, Given, Mask

_DATES = {
    "episodes": (
        *("referral_date", "start_date", "end_date"),
        *("isa_date", "protection_plan_start", "protection_plan_end"),
    ),
    "outcomes": ("baseline_date", "review_date"),
    "feedback": ("date",),
}


def _service_unknown(given: Given) -> Mask:
    return ~given.rows["service_id"].isin(list(given.known.services))


def _of_other_provider(given: Given) -> Mask:
    owner = translate(given.rows["service_id"], given.known.services).fillna("").astype("str")
    named = given.rows["provider_id" if given.table == "episodes" else "return_provider"].fillna("")
    return (owner != "") & (named != "") & (owner != named)


def _provider_not_sender(given: Given) -> Mask:
    sender = given.rows["return_provider"]
    return (sender != "") & (given.rows["provider_id"].fillna("") != sender)


def _dates_out_of_order(given: Given) -> Mask:
    referral, start, end = (given.rows[name] for name in ("referral_date", "start_date", "end_date"))
    return (start < referral) | (end < start) | (end < referral)


def _dates_ahead(given: Given) -> Mask:
    last = given.period_days["last"]
    ahead = pd.Series(False, index=given.rows.index)
    for column in _DATES[given.table]:
        ahead |= given.rows[column] > last
    return ahead


def _off_scale(given: Given) -> Mask:
    scale = given.rows["scale"]
    lowest, highest = (
        translate(scale, {name: ends[at] for name, ends in given.known.scales.items()}).astype("float64")
        for at in (0, 1)
    )
    off = pd.Series(False, index=scale.index)
    for column in ("baseline_score", "review_score", "goal"):
        off |= (given.rows[column] < lowest) | (given.rows[column] > highest)
    return off


def _outside_contract(given: Given) -> Mask:
    days = pd.DataFrame(dict(given.known.contracts), index=["first", "last"]).T.apply(pd.to_datetime)
    first, last = (translate(given.rows["service_id"], days[name].to_dict()) for name in days)
    return (given.rows["start_date"] < pd.to_datetime(first)) | (
        given.rows["referral_date"] > pd.to_datetime(last)
    )


def _completed_unstarted(given: Given) -> Mask:
    rows = given.rows
    return (rows["end_reason"] == "completed") & (rows["arm"] != "comparison") & rows["start_date"].isna()


def _reason_without_end(given: Given) -> Mask:
    return given.rows["end_reason"].notna() & given.rows["end_date"].isna()


def _isa_out_of_time(given: Given) -> Mask:
    rows = given.rows
    return (rows["isa_date"] < rows["referral_date"]) | (rows["isa_date"] > rows["end_date"])


def _review_without_baseline(given: Given) -> Mask:
    return given.rows["review_score"].notna() & given.rows["baseline_score"].isna()


def _score_without_date(given: Given) -> Mask:
    rows = given.rows
    return (rows["baseline_score"].notna() & rows["baseline_date"].isna()) | (
        rows["review_score"].notna() & rows["review_date"].isna()
    )


def _plan_ends_first(given: Given) -> Mask:
    return given.rows["protection_plan_end"] < given.rows["protection_plan_start"]


FAILS: Fails = {
    "episode.service_known": _service_unknown,
    "episode.provider_known": lambda given: ~given.rows["provider_id"].isin(given.known.providers),
    "episode.provider_is_sender": _provider_not_sender,
    "episode.service_of_provider": _of_other_provider,
    "episode.dates_in_order": _dates_out_of_order,
    "episode.plan_dates": _plan_ends_first,
    "episode.dates_not_ahead": _dates_ahead,
    "episode.under_contract": _outside_contract,
    "episode.completed_has_start": _completed_unstarted,
    "episode.reason_has_end": _reason_without_end,
    "episode.isa_in_time": _isa_out_of_time,
    "outcome.scale_known": lambda given: ~given.rows["scale"].isin(list(given.known.scales)),
    "outcome.score_on_scale": _off_scale,
    "outcome.review_after_baseline": lambda given: given.rows["review_date"] < given.rows["baseline_date"],
    "outcome.dates_not_ahead": _dates_ahead,
    "outcome.review_has_baseline": _review_without_baseline,
    "outcome.score_has_date": _score_without_date,
    "outcome.achieved_has_review": lambda given: (
        given.rows["achieved"].notna() & given.rows["review_date"].isna()
    ),
    "feedback.service_known": _service_unknown,
    "feedback.service_of_provider": _of_other_provider,
    "feedback.date_not_ahead": _dates_ahead,
    "feedback.date_in_period": lambda given: given.rows["date"] < given.period_days["first"],
    "feedback.says_something": lambda given: given.rows["positive"].isna() & given.rows["took_part"].isna(),
}
