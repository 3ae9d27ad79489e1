"""Columns of counts that identify the children behind a cell, or hold the excess for rows of the same cluster."""

import hmac
from collections.abc import Mapping

KEYS = ("events_key", "size_key")
"""Sums of the record keys of a cell's events, and of its denominator (for a rate: its time).

A child has the same record key in every row. Cells with the same rows have the same sum, so they are rounded in the
same way (`pipeline/protect`); the sums are additive, as counts are.
"""

RECORD_KEYS = 2**31 - 1
"""Mask that cuts a child's number to 31 bits, so that the sum of billions of record keys fits 64 bits."""

MOST_OF_A_FAMILY = 20
"""A family id with more children than this is a word for "none" ("n/k", "0"), and treated as blank."""

WHOLE = "excess"
"""The excess of rows over all months within one service: the design effect of a cell is 1 + excess / rows (for a rate:
/ child-years); 0 where every row is of another child. It is additive over months, groups and services."""
WINDOWS: Mapping[str, int] = {"excess_3": 3, "excess_6": 6, "excess_12": 12}
"""The excess of rows within windows of so many months, in which fewer rows are of the same child."""
ACROSS: Mapping[str, str] = {
    WHOLE: "across", "excess_3": "across_3", "excess_6": "across_6", "excess_12": "across_12",
}  # fmt: skip
"""What to add to each excess when services are combined, for children who were in several."""


def child_number(child_id: str, key: bytes) -> int:
    """Return a number in place of a child's id: HMAC with SHA-256 under the dataset's key, 63 bits.

    A list of ids does not reveal these numbers, nor how counts are rounded, without the key.
    """
    return int.from_bytes(hmac.digest(key, child_id.encode(), "sha256")[:8], "big") >> 1


def excess_within(months: int) -> str:
    """Return the excess column for rows within so many months: that of the shortest window at least as long.

    >>> excess_within(4), excess_within(12), excess_within(13)
    ('excess_6', 'excess_12', 'excess')
    """
    return next((name for name, longest in WINDOWS.items() if months <= longest), WHOLE)
