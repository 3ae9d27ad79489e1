"""Row-level expressions for an engine: conditions as Boolean columns, and ids as numbers that are never published."""

from typing import Any, Protocol

import ibis
from ibis.expr.types import Table

from pipeline.measures.catalogue import Measure
from pipeline.measures.conditions import Condition, Term


def _term_predicate(term: Term, table: Table) -> Any:
    column = table[term.column]
    match term.test:
        case "given":
            return column.notnull()
        case "blank":
            return column.isnull()
        case "one_of":
            return column.isin(term.values).fill_null(False)
        case "within":
            # A date before the other is within any number of days; a missing one within none.
            return (column.delta(table[term.since], unit="day") <= term.days).fill_null(False)


def predicate(condition: Condition, table: Table) -> Any:
    """Return a condition as a Boolean column of `table`; never null."""
    result = ibis.literal(True)
    for term in condition.terms:
        result = result & _term_predicate(term, table)
    return result


def in_denominator(measure: Measure, table: Table) -> Any:
    """Return whether each row is in a measure's denominator while its definition holds; never null."""
    date = table[measure.dated_by]
    inside = date >= ibis.literal(measure.start)
    valid = inside if measure.end is None else inside & (date <= ibis.literal(measure.end))
    return predicate(measure.denominator, table) & valid.fill_null(False)


class Engine(Protocol):
    """What joining rows needs from an engine besides Ibis."""

    def keep(self, name: str, table: Table) -> Table:
        """Store a table under a name, so that it is computed once."""

    def number(self, ids: Table, key: bytes) -> Table:
        """Return each `child_id` with its number `child`, as computed by `contract.record_keys.child_number`."""


@ibis.udf.scalar.builtin(name="xxhash64")  # type: ignore[untyped-decorator]
def _spark_hash(text: str) -> int:  # type: ignore[empty-body]
    """Spark's 64-bit hash; what Ibis calls hash has 32 bits there."""


def number(key: Any) -> Any:
    """Return a number in place of an id, the same for the same id within one engine, and never published.

    A 64-bit hash: among ten million ids, the chance that two share a number is about 3 in a million.
    """
    is_spark = key.get_backend().name == "pyspark"
    return _spark_hash(key) if is_spark else key.hash()
