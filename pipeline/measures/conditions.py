"""The catalogue's small language of conditions: `review_date is given and achieved = fully or partly`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class ConditionError(ValueError):
    """A condition that cannot be read; the message says what can be written."""


@dataclass(frozen=True)
class Term:
    """One test of one column."""

    column: str
    test: Literal["given", "blank", "one_of"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """Terms that must all hold; none at all means every row."""

    terms: tuple[Term, ...]


_TERM = re.compile(r"(?P<column>[a-z_]+) (?:(?:is (?P<test>given|blank))|(?:= (?P<values>.+)))")


def load_condition(text: str, columns: Sequence[str]) -> Condition:
    """Parse a condition over the given columns.

    >>> load_condition("achieved = fully or partly", ["achieved"]).terms[0].values
    ('fully', 'partly')
    """
    if text.strip() == "all":
        return Condition(())
    return Condition(tuple(_load_term(part.strip(), columns) for part in text.split(" and ")))


def _load_term(text: str, columns: Sequence[str]) -> Term:
    match = _TERM.fullmatch(text)
    if match is None:
        raise ConditionError(
            f"'{text}' is not a condition; write 'column is given', 'column is blank', "
            "'column = value or value', joined by ' and ', or the word 'all'."
        )
    column = match["column"]
    if column not in columns:
        raise ConditionError(f"'{column}' is not a column of this table; it has {', '.join(columns)}.")
    if match["test"] == "given":
        return Term(column, "given")
    if match["test"] == "blank":
        return Term(column, "blank")
    return Term(column, "one_of", tuple(value.strip() for value in match["values"].split(" or ")))
