"""How tables of counts say which children are behind a cell: by the sum of their record keys."""

KEYS = ("events_key", "size_key")
"""The sums of the record keys of the rows that a cell counts, and of those (of a rate: of the time) that it is out of.

A child has the same record key in every row. Cells of the same rows have the same sum, so they are rounded alike
(`pipeline/protect`); sums add up as counts do.
"""

RECORD_KEYS = 2**31 - 1
"""A record key is a child's number cut to so many bits, so that the sum of billions of them is a whole number still."""
