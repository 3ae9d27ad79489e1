"""Rules between the returns of one provider. A return that never came says nothing: only what was sent is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.analysis.validation.rules.given import REFERRAL, RETURN, Fails, Given, Mask, both_differ
from pipeline.contract.tables import load_table

_TIMES = 3
_ENOUGH_ROWS = 30
"""Under this many rows a volume may swing, and a return may stay as it was, by chance."""


def _number_of_another(given: Given, columns: tuple[str, ...]) -> Mask:
    other = np.zeros(len(given.rows), dtype=bool)
    for column in columns:
        other |= both_differ(given.was(column), given.now(column))
    return given.told(other)


def _renumbered(given: Given) -> Mask:
    """A referral that an earlier return has under another number, which this return does not have as well."""
    places = given.rows.find_earlier(("return_provider", *REFERRAL))
    number = given.now("episode_id")
    was = np.where(places >= 0, number[places], np.int32(-1))
    return given.told(both_differ(was, number) & (given.earlier < 0))


def _dates_moved(given: Given) -> Mask:
    return given.changed("referral_date") | given.changed("start_date") | given.changed("end_date")


def _ethnicity(given: Given) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """What was known earlier and what is known now, by number; -1 where it was not, or is not."""
    codes = given.rows.codes("ethnicity")
    unknown = codes.distinct.isin(list(given.known.ethnicity_unknown))
    known = np.append(np.where(unknown, -1, np.arange(len(unknown))), -1).astype(np.int32)
    return known[given.was("ethnicity")], known[codes.number]


def _ethnicity_lost(given: Given) -> Mask:
    was, now = _ethnicity(given)
    return given.told((was >= 0) & (now < 0))


def _gone(given: Given, column: str) -> Mask:
    return given.told((given.was(column) >= 0) & (given.now(column) < 0))


def _last_return(given: Given, places: pd.DataFrame) -> pd.Series:
    """The period of the provider's last return before each place's, missing where there is none."""
    pairs = zip(places["return_provider"], places["period"], strict=True)
    return pd.Series([given.follows.get(pair) for pair in pairs], index=places.index, dtype="str")


def _against_last(
    given: Given, columns: Sequence[str], counted: Mapping[str, npt.NDArray[Any]]
) -> pd.DataFrame:
    """What is counted by these columns, the period among them, beside the size that the last return had there."""
    now = given.first_of(columns).assign(place=range(len(counted["size"])), **counted)
    last = now[[*columns, "size"]].rename(columns={"period": "last", "size": "before"})
    others = [name for name in columns if name != "period"]
    return now.assign(last=_last_return(given, now)).merge(last, on=[*others, "last"])


def _in_any(given: Given, columns: Sequence[str], found: pd.DataFrame) -> Mask:
    """The rows of the places found."""
    return given.told(np.isin(given.rows.number(columns), found["place"].to_numpy()))


def _volume_jumps(given: Given) -> Mask:
    where = [*RETURN, "service_id"]
    counts = _against_last(given, where, {"size": np.bincount(given.rows.number(where))})
    more, less = counts["size"] > _TIMES * counts["before"], counts["before"] > _TIMES * counts["size"]
    enough = counts[["size", "before"]].max(axis=1) >= _ENOUGH_ROWS
    return _in_any(given, where, counts[enough & (more | less)])


def _copied(given: Given) -> Mask:
    """Every row of a return of some size stands word for word in the provider's last one, and nothing else did."""
    same = given.earlier >= 0
    for column in load_table(given.table).columns:
        same &= given.was(column) == given.now(column)
    number = given.rows.number(RETURN)
    size = np.bincount(number)
    counted = {"size": size, "all": size == np.bincount(number, weights=same)}
    counts = _against_last(given, RETURN, counted)
    alike = counts["all"] & (counts["size"] == counts["before"]) & (counts["size"] >= _ENOUGH_ROWS)
    return _in_any(given, RETURN, counts[alike])


def _disappeared(given: Given) -> Mask:
    """Open episodes without a row in the return that their provider sent next."""
    later = np.full(len(given.rows), -1)
    found = np.flatnonzero(given.earlier >= 0)
    later[given.earlier[found]] = found
    stands = np.where(later >= 0, given.now("period")[later], -1)
    followed = given.following
    return given.told((given.now("end_date") < 0) & (followed >= 0) & (stands != followed))


FAILS: Fails = {
    "episode.number_own": lambda given: _number_of_another(given, ("child_id", "service_id")),
    "episode.number_kept": _renumbered,
    "episode.dates_kept": _dates_moved,
    "episode.ethnicity_not_lost": _ethnicity_lost,
    "episode.ethnicity_same": lambda given: given.told(both_differ(*_ethnicity(given))),
    "episode.still_there": _disappeared,
    "episode.volume_steady": _volume_jumps,
    "episode.not_copied": _copied,
    "outcome.scale_kept": lambda given: given.changed("scale"),
    "outcome.baseline_kept": lambda given: given.changed("baseline_score") | given.changed("baseline_date"),
    "outcome.review_not_lost": lambda given: _gone(given, "review_score") | _gone(given, "review_date"),
    "outcome.not_copied": _copied,
    "feedback.number_own": lambda given: _number_of_another(given, ("service_id", "date", "who")),
}
