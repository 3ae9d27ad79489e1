"""Ids as numbers, never published: a child's by the dataset's key, others by a hash."""

from __future__ import annotations

import hmac
from typing import Any, Protocol

import ibis
from ibis.expr.types import Table


class Engine(Protocol):
    """What joining rows asks of an engine besides Ibis."""

    def keep(self, name: str, table: Table) -> Table:
        """A table held under a name, so that it is worked out once."""

    def number(self, ids: Table, key: bytes) -> Table:
        """Each `child_id` with its number `child`, as `child_number` has it."""


def child_number(child_id: str, key: bytes) -> int:
    """A number in place of a child's id: HMAC with SHA-256 under the dataset's key, 63 bits.

    Who has a list of ids cannot find these numbers, nor what counts are rounded by, without the key.
    """
    return int.from_bytes(hmac.digest(key, child_id.encode(), "sha256")[:8], "big") >> 1


@ibis.udf.scalar.builtin(name="xxhash64")  # type: ignore[untyped-decorator]
def _spark_hash(text: str) -> int:  # type: ignore[empty-body]
    """Spark's hash of 64 bits; what Ibis calls hash is one of 32 there."""


def number(key: Any) -> Any:
    """A number in place of an id, the same for the same id within an engine and never published.

    A 64-bit hash: among ten million ids, two share a number with a chance of about 3 in a million.
    """
    is_spark = key.get_backend().name == "pyspark"
    return _spark_hash(key) if is_spark else key.hash()
