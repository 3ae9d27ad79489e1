"""Rules between the returns of one provider. A return that never came says nothing: only what was sent is compared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.analysis.rules.given import REFERRAL, RETURN, Fails, Given, Mask, differ, find_earlier
from pipeline.contract.tables import load_table

_TIMES = 3
_ENOUGH_ROWS = 30
"""Under this many rows a volume may swing, and a return may stay as it was, by chance."""


def _number_of_another(given: Given, columns: tuple[str, ...]) -> Mask:
    other = pd.Series(False, index=given.rows.index)
    for column in columns:
        other |= differ(given.was(column), given.rows[column])
    return other


def _renumbered(given: Given) -> Mask:
    """A referral that an earlier return has under another number, which this return does not have as well."""
    places = find_earlier(given.rows, ("return_provider", *REFERRAL))
    number = given.rows["episode_id"]
    was = pd.Series(number.array.take(places, allow_fill=True), index=number.index)
    return differ(was, number) & (given.earlier < 0)


def _dates_moved(given: Given) -> Mask:
    return given.changed("referral_date") | given.changed("start_date") | given.changed("end_date")


def _ethnicity(given: Given) -> tuple[pd.Series, pd.Series]:
    """What was known earlier and what is known now; missing where it was not, or is not."""
    unknown = list(given.known.ethnicity_unknown)
    was, now = given.was("ethnicity"), given.rows["ethnicity"]
    return was.where(~was.isin(unknown)), now.where(~now.isin(unknown))


def _ethnicity_lost(given: Given) -> Mask:
    was, now = _ethnicity(given)
    return was.notna() & now.isna()


def _gone(given: Given, column: str) -> Mask:
    return given.was(column).notna() & given.rows[column].isna()


def _last_return(given: Given, places: pd.DataFrame) -> pd.Series:
    """The period of the provider's last return before each place's, missing where there is none."""
    pairs = zip(places["return_provider"], places["period"], strict=True)
    return pd.Series([given.follows.get(pair) for pair in pairs], index=places.index, dtype="str")


def _volume_jumps(given: Given) -> Mask:
    where = ["return_provider", "service_id", "period"]
    now = given.rows.groupby(where).size().rename("now").reset_index()
    last = now.rename(columns={"period": "last", "now": "before"})
    counts = now.assign(last=_last_return(given, now)).merge(
        last, on=["return_provider", "service_id", "last"]
    )
    more, less = counts["now"] > _TIMES * counts["before"], counts["before"] > _TIMES * counts["now"]
    enough = counts[["now", "before"]].max(axis=1) >= _ENOUGH_ROWS
    return _in_any(given, counts.loc[enough & (more | less), where])


def _copied(given: Given) -> Mask:
    """Every row of a return of some size stands word for word in the provider's last one, and nothing else did."""
    same = pd.Series(given.earlier >= 0, index=given.rows.index)
    for column in load_table(given.table).columns:
        was, now = given.was(column), given.rows[column]
        same &= (was.isna() & now.isna()) | (was == now).fillna(False).astype(bool)
    counts = same.groupby([given.rows[name] for name in RETURN]).agg(["size", "all"]).reset_index()
    last = counts[[*RETURN, "size"]].rename(columns={"period": "last", "size": "before"})
    counts = counts.assign(last=_last_return(given, counts)).merge(last, on=["return_provider", "last"])
    alike = counts["all"] & (counts["size"] == counts["before"]) & (counts["size"] >= _ENOUGH_ROWS)
    return _in_any(given, counts.loc[alike, list(RETURN)])


def _in_any(given: Given, groups: pd.DataFrame) -> Mask:
    """Rows whose values in the columns of `groups` are those of one of its rows."""
    if groups.empty:
        return pd.Series(False, index=given.rows.index)
    of_rows = pd.MultiIndex.from_frame(given.rows[list(groups.columns)])
    return pd.Series(of_rows.isin(pd.MultiIndex.from_frame(groups)), index=given.rows.index)


def _disappeared(given: Given) -> Mask:
    """Open episodes without a row in the return that their provider sent next."""
    followed = given.next_period
    later = np.full(len(given.rows), -1)
    found = np.flatnonzero(given.earlier >= 0)
    later[given.earlier[found]] = found
    stands = pd.Series(given.rows["period"].array.take(later, allow_fill=True), index=given.rows.index)
    return given.rows["end_date"].isna() & followed.notna() & (stands != followed).fillna(True).astype(bool)


FAILS: Fails = {
    "episode.number_own": lambda given: _number_of_another(given, ("child_id", "service_id")),
    "episode.number_kept": _renumbered,
    "episode.dates_kept": _dates_moved,
    "episode.ethnicity_not_lost": _ethnicity_lost,
    "episode.ethnicity_same": lambda given: differ(*_ethnicity(given)),
    "episode.still_there": _disappeared,
    "episode.volume_steady": _volume_jumps,
    "episode.not_copied": _copied,
    "outcome.scale_kept": lambda given: given.changed("scale"),
    "outcome.baseline_kept": lambda given: given.changed("baseline_score") | given.changed("baseline_date"),
    "outcome.review_not_lost": lambda given: _gone(given, "review_score") | _gone(given, "review_date"),
    "outcome.not_copied": _copied,
    "feedback.number_own": lambda given: _number_of_another(given, ("service_id", "date", "who")),
}
