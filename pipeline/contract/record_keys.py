"""How tables of counts say which children are behind a cell, and how many rows are of the same child or family."""

import hmac
from collections.abc import Mapping

KEYS = ("events_key", "size_key")
"""The sums of the record keys of the rows that a cell counts, and of those (of a rate: of the time) that it is out of.

A child has the same record key in every row. Cells of the same rows have the same sum, so they are rounded alike
(`pipeline/protect`); sums add up as counts do.
"""

RECORD_KEYS = 2**31 - 1
"""A record key is a child's number cut to so many bits, so that the sum of billions of them is a whole number still."""

MOST_OF_A_FAMILY = 20
"""A family id of more children than these is a word for "none" ("n/k", "0"): of nobody who has it is a family told."""

WHOLE = "excess"
"""Of rows that are looked at together whatever their months, in one service: as many rows (of a rate, child-years) as
would have to be added for rows that are each of another child to vary as much as these do; 0 where they are. It adds up
over months, groups and services."""
WINDOWS: Mapping[str, int] = {"excess_3": 3, "excess_6": 6, "excess_12": 12}
"""The same of rows that are looked at together within so many months, in which fewer are of the same child."""
ACROSS: Mapping[str, str] = {
    WHOLE: "across", "excess_3": "across_3", "excess_6": "across_6", "excess_12": "across_12",
}  # fmt: skip
"""What is to be added to each where services are looked at together, for children who were in several."""


def child_number(child_id: str, key: bytes) -> int:
    """A number in place of a child's id: HMAC with SHA-256 under the dataset's key, 63 bits.

    Who has a list of ids cannot find these numbers, nor what counts are rounded by, without the key.
    """
    return int.from_bytes(hmac.digest(key, child_id.encode(), "sha256")[:8], "big") >> 1


def excess_within(months: int) -> str:
    """The column for rows of a window of so many months: that of the shortest window that holds it.

    >>> excess_within(4), excess_within(12), excess_within(13)
    ('excess_6', 'excess_12', 'excess')
    """
    return next((name for name, longest in WINDOWS.items() if months <= longest), WHOLE)
