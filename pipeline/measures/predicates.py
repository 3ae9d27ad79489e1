"""Conditions as Boolean columns; apart from their parsing, for which no engine need be loaded."""

from __future__ import annotations

from typing import Any

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
