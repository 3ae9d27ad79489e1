"""Rules between the rows of one return, and between its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.analysis.validation.coded_columns import CodedRows, Numbers
from pipeline.analysis.validation.rules.given import REFERRAL, RETURN, Fails, Given, Mask, differ
from pipeline.analysis.validation.rules.within_rows import FAILS as FAILS_ALONE
from pipeline.contract.tables import load_table

_HALF_A_YEAR = pd.Timedelta(days=183)
_DAYS_A_YEAR = 365.25
_UNBORN = pd.Timedelta(days=280)
"""So long before its birth a child may be referred."""
_CHILD = [*RETURN, "child_id"]
_IN_SERVICE = [*_CHILD, "service_id", "arm"]


def _key_repeated(given: Given) -> Mask:
    return given.repeated([*RETURN, *load_table(given.table).primary_key])


def _referral_repeated(given: Given) -> Mask:
    """The same child, service, arm and referral date under two numbers."""
    return given.repeated([*RETURN, *REFERRAL]) & ~_key_repeated(given)


def _several(given: Given, keys: list[str]) -> tuple[CodedRows, Numbers]:
    """The rows of children who stand more than once in a return, which are few, and each row's number by the keys."""
    several = given.repeated(keys)
    return given.rows.at(several), given.rows.number(keys)[several]


def _spread(given: Given, found: Mask) -> Mask:
    return found.reindex(given.rows.index, fill_value=False).astype(bool)


def _overlapping(given: Given) -> Mask:
    """Of one child, service and arm: an episode referred before an earlier one ended. Both rows fail."""
    rows, child = _several(given, _IN_SERVICE)
    last = given.period_days["last"].reindex(rows.index)
    order = np.lexsort((rows["referral_date"].to_numpy(), child))
    begun = rows["referral_date"].iloc[order]
    ends = rows["end_date"].fillna(last + pd.Timedelta(days=1)).iloc[order]
    until = ends.groupby(child[order]).cummax().groupby(child[order]).shift()
    following = begun.groupby(child[order]).shift(-1)
    return _spread(given, (begun < until) | (following < ends))


def _two_of(given: Given, column: str, unknown: frozenset[str]) -> Mask:
    """Children of whom rows of one return say two different things, both known."""
    rows, child = _several(given, _CHILD)
    codes = rows.codes(column)
    known = (codes.number >= 0) & ~codes.among(list(unknown))
    said = pd.Series(codes.number, index=rows.index).where(known)
    return _spread(given, (said.groupby(child).transform("nunique") > 1) & known)


def _two_sexes(given: Given) -> Mask:
    return _two_of(given, "sex", frozenset({"not_known"}))


def _ages_disagree(given: Given) -> Mask:
    """Ages further apart than the referrals and a year: so whether they are as of the referral or of the return."""
    rows, child = _several(given, _CHILD)
    age = rows["age"].astype("float64").groupby(child)
    day = rows["referral_date"].groupby(child)
    years = (day.transform("max") - day.transform("min")).dt.days / _DAYS_A_YEAR
    apart = age.transform("max") - age.transform("min")
    return _spread(given, (apart > np.ceil(years) + 1) & rows["age"].notna())


def _born_later(given: Given) -> Mask:
    """A referral before the child's birth, and not only before it, as the age at another referral tells it."""
    rows, child = _several(given, _CHILD)
    years = pd.to_timedelta((rows["age"].astype("float64") + 1) * _DAYS_A_YEAR, unit="D")
    born_after = (rows["referral_date"] - years).groupby(child).transform("max")
    return _spread(given, rows["referral_date"] < born_after - _UNBORN)


def _episode_unknown(given: Given) -> Mask:
    return given.holds("episode_id") & ~given.episode["found"]


def _review_before_referral(given: Given) -> Mask:
    return given.rows["review_date"] < given.episode["referral_date"]


def _baseline_too_early(given: Given) -> Mask:
    return given.rows["baseline_date"] < given.episode["referral_date"] - _HALF_A_YEAR


def _of_another_service(given: Given) -> Mask:
    """The service is one that the sender may name, but not that of the answer's episode."""
    wrong = FAILS_ALONE["feedback.service_known"](given) | FAILS_ALONE["feedback.service_of_provider"](given)
    return differ(given.episode["service_id"], given.rows["service_id"]) & ~wrong


FAILS: Fails = {
    "episode.key_unique": _key_repeated,
    "episode.child_once": _referral_repeated,
    "episode.not_overlapping": _overlapping,
    "episode.one_ethnicity": lambda given: _two_of(given, "ethnicity", given.known.ethnicity_unknown),
    "episode.one_sex": _two_sexes,
    "episode.ages_agree": _ages_disagree,
    "episode.born_before": _born_later,
    "outcome.key_unique": _key_repeated,
    "outcome.episode_known": _episode_unknown,
    "outcome.review_after_referral": _review_before_referral,
    "outcome.baseline_near_referral": _baseline_too_early,
    "feedback.key_unique": _key_repeated,
    "feedback.episode_known": _episode_unknown,
    "feedback.service_of_episode": _of_another_service,
}
