"""Disclosure control: which counts are hidden, how the rest are rounded, and the symbols that say so."""

from __future__ import annotations

from pipeline.analysis.group_counts import Tally
from pipeline.settings import Disclosure
from pipeline.stats.results import Counts

HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
SYMBOLS = {
    HIDDEN: "hidden, because it rests on a small number of children",
    NOT_AVAILABLE: "not available: there is nothing to work it out from",
}


def protect_count(count: int, rule: Disclosure) -> int | None:
    """The count as it may be shown: a true zero as it is, a small count as None, the rest rounded half up.

    >>> rule = Disclosure(hide_up_to=7, round_to=5)
    >>> [protect_count(count, rule) for count in (0, 1, 7, 8, 12, 13)]
    [0, None, None, 10, 10, 15]
    """
    if count == 0:
        return 0
    if count <= rule.hide_up_to:
        return None
    rounded = (2 * count + rule.round_to) // (2 * rule.round_to) * rule.round_to
    lowest = (rule.hide_up_to // rule.round_to + 1) * rule.round_to
    return max(rounded, lowest)


def protect_counts(counts: Counts, rule: Disclosure) -> Counts | None:
    """Events and total as they may be shown, or None when either is hidden."""
    shown = Tally(counts.events, counts.total, 0.0, (counts.effect - 1) * counts.total).protected(
        lambda count: protect_count(count, rule)
    )
    return shown.counts() if shown else None
