"""Rules that a row meets by itself, or by what the commissioner's tables say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd

from pipeline.analysis.validation.rules.given import Fails, Given, Mask, match

_DATES = {
    "episodes": (
        *("referral_date", "start_date", "end_date"),
        *("isa_date", "protection_plan_start", "protection_plan_end"),
    ),
    "outcomes": ("baseline_date", "review_date"),
    "feedback": ("date",),
}


def _not_among(given: Given, column: str, known: Collection[str]) -> Mask:
    return given.told(~given.rows.codes(column).among(list(known)))


def _translate(given: Given, column: str, by: Mapping[str, object]) -> pd.Series:
    return given.rows.codes(column).translate(by).set_axis(given.rows.index)


def _service_unknown(given: Given) -> Mask:
    return _not_among(given, "service_id", given.known.services)


def _of_other_provider(given: Given) -> Mask:
    services = given.rows.codes("service_id")
    named = given.rows.codes("provider_id" if given.table == "episodes" else "return_provider")
    owners = pd.Index([given.known.services.get(service, "") for service in services.distinct], dtype="str")
    owned = np.append(owners != "", False)[services.number]
    owner = np.append(named.distinct.get_indexer(owners), -1)[services.number]
    return given.told(owned & (named.number >= 0) & ~named.among([""]) & (owner != named.number))


def _provider_not_sender(given: Given) -> Mask:
    sender, provider = given.rows.codes("return_provider"), given.rows.codes("provider_id")
    said = match(sender, provider)
    return given.told(~sender.among([""]) & ((said < 0) | (said != provider.number)))


def _dates_out_of_order(given: Given) -> Mask:
    referral, start, end = (given.rows[name] for name in ("referral_date", "start_date", "end_date"))
    return (start < referral) | (end < start) | (end < referral)


def _any_date(given: Given, test: Callable[[pd.Series], Mask]) -> Mask:
    found = pd.Series(False, index=given.rows.index)
    for column in _DATES[given.table]:
        found |= test(given.rows[column])
    return found


def _dates_ahead(given: Given) -> Mask:
    return _any_date(given, lambda dates: dates > given.period_days["last"])


def _dates_long_ago(given: Given) -> Mask:
    oldest = given.period_days["first"] - pd.DateOffset(years=given.known.years_back)
    return _any_date(given, lambda dates: dates < oldest)


def _off_scale(given: Given) -> Mask:
    ends = ({name: ends[at] for name, ends in given.known.scales.items()} for at in (0, 1))
    lowest, highest = (_translate(given, "scale", each).astype("float64") for each in ends)
    off = pd.Series(False, index=given.rows.index)
    for column in ("baseline_score", "review_score", "goal"):
        off |= (given.rows[column] < lowest) | (given.rows[column] > highest)
    return off


def _contract_day(given: Given, end: int) -> pd.Series:
    """The first (0) or last (1) day of the contract of each row's service."""
    days = {service: days[end] for service, days in given.known.contracts.items()}
    return pd.to_datetime(_translate(given, "service_id", days))


def _outside_contract(given: Given) -> Mask:
    referral = given.rows["referral_date"]
    return (referral < _contract_day(given, 0)) | (referral > _contract_day(given, 1))


def _completed_unstarted(given: Given) -> Mask:
    completed = given.rows.codes("end_reason").among(["completed"])
    compared = given.rows.codes("arm").among(["comparison"])
    return given.told(completed & ~compared) & ~given.holds("start_date")


def _reason_without_end(given: Given) -> Mask:
    return given.holds("end_reason") & ~given.holds("end_date")


def _isa_out_of_time(given: Given) -> Mask:
    rows = given.rows
    return (rows["isa_date"] < rows["referral_date"]) | (rows["isa_date"] > rows["end_date"])


def _review_without_baseline(given: Given) -> Mask:
    return given.holds("review_score") & ~given.holds("baseline_score")


def _score_without_date(given: Given) -> Mask:
    return (given.holds("baseline_score") & ~given.holds("baseline_date")) | (
        given.holds("review_score") & ~given.holds("review_date")
    )


def _plan_ends_first(given: Given) -> Mask:
    return given.rows["protection_plan_end"] < given.rows["protection_plan_start"]


FAILS: Fails = {
    "episode.service_known": _service_unknown,
    "episode.provider_known": lambda given: _not_among(given, "provider_id", given.known.providers),
    "episode.provider_is_sender": _provider_not_sender,
    "episode.service_of_provider": _of_other_provider,
    "episode.dates_in_order": _dates_out_of_order,
    "episode.plan_dates": _plan_ends_first,
    "episode.dates_not_ahead": _dates_ahead,
    "episode.dates_not_long_ago": _dates_long_ago,
    "episode.under_contract": _outside_contract,
    "episode.completed_has_start": _completed_unstarted,
    "episode.reason_has_end": _reason_without_end,
    "episode.isa_in_time": _isa_out_of_time,
    "outcome.scale_known": lambda given: _not_among(given, "scale", given.known.scales),
    "outcome.score_on_scale": _off_scale,
    "outcome.review_after_baseline": lambda given: given.rows["review_date"] < given.rows["baseline_date"],
    "outcome.dates_not_ahead": _dates_ahead,
    "outcome.dates_not_long_ago": _dates_long_ago,
    "outcome.review_has_baseline": _review_without_baseline,
    "outcome.score_has_date": _score_without_date,
    "outcome.achieved_has_review": lambda given: given.holds("achieved") & ~given.holds("review_date"),
    "feedback.service_known": _service_unknown,
    "feedback.service_of_provider": _of_other_provider,
    "feedback.date_not_ahead": _dates_ahead,
    "feedback.date_not_long_ago": _dates_long_ago,
    "feedback.date_in_period": lambda given: given.rows["date"] < given.period_days["first"],
    "feedback.service_begun": lambda given: given.rows["date"] < _contract_day(given, 0),
    "feedback.says_something": lambda given: ~given.holds("positive") & ~given.holds("took_part"),
}
