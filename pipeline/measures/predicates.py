"""What an engine is asked of single rows: conditions as Boolean columns, and ids as numbers, never published."""

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
    """The condition as a Boolean column of `table`; never null."""
    result = ibis.literal(True)
    for term in condition.terms:
        result = result & _term_predicate(term, table)
    return result


def in_denominator(measure: Measure, table: Table) -> Any:
    """Whether a row is among those that a measure is out of, dated while it holds; never null."""
    date = table[measure.dated_by]
    inside = date >= ibis.literal(measure.start)
    valid = inside if measure.end is None else inside & (date <= ibis.literal(measure.end))
    return predicate(measure.denominator, table) & valid.fill_null(False)


class Engine(Protocol):
    """What joining rows asks of an engine besides Ibis."""

    def keep(self, name: str, table: Table) -> Table:
        """A table held under a name, so that it is worked out once."""

    def number(self, ids: Table, key: bytes) -> Table:
        """Each `child_id` with its number `child`, as `contract.record_keys.child_number` has it."""


@ibis.udf.scalar.builtin(name="xxhash64")  # type: ignore[untyped-decorator]
def _spark_hash(text: str) -> int:  # type: ignore[empty-body]
    """Spark's hash of 64 bits; what Ibis calls hash is one of 32 there."""


def number(key: Any) -> Any:
    """A number in place of an id, the same for the same id within an engine and never published.

    A 64-bit hash: among ten million ids, two share a number with a chance of about 3 in a million.
    """
    is_spark = key.get_backend().name == "pyspark"
    return _spark_hash(key) if is_spark else key.hash()
