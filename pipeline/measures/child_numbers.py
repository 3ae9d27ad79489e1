"""A number in place of each child, by the dataset's own key."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

import ibis
import pandas as pd
from ibis.expr.types import Table

_SCHEMA = {"child_id": "string", "child": "int64"}


def number_children(ids: Iterable[str], key: bytes) -> Table:
    """Return each child's `child_id` with its number `child` (HMAC with SHA-256 under the dataset's key, 63 bits).

    Who has a list of ids cannot find these numbers, nor what counts are rounded by, without the key.
    """
    listed = [*ids]
    digests = (hmac.digest(key, child.encode(), "sha256") for child in listed)
    numbers = [int.from_bytes(digest[:8], "big") >> 1 for digest in digests]
    # With its schema, as Ibis asks pandas for an option that it has deprecated to find it out.
    return ibis.memtable(pd.DataFrame({"child_id": listed, "child": numbers}), schema=ibis.schema(_SCHEMA))
