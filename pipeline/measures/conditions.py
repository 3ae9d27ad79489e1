"""The condition language of the measure catalogue: `review_date is given and achieved = fully or partly`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class ConditionError(ValueError):
    """A condition that cannot be parsed; the message says what can be written."""


@dataclass(frozen=True)
class Term:
    """A test of one column; `within` tests that a date is at most `days` after the date in column `since`."""

    column: str
    test: Literal["given", "blank", "one_of", "within"]
    values: tuple[str, ...] = ()
    days: int = 0
    since: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the test reads."""
        return (self.column, self.since) if self.since else (self.column,)


@dataclass(frozen=True)
class Condition:
    """Terms that must all hold; no terms means every row."""

    terms: tuple[Term, ...]


_TERM = re.compile(
    r"(?P<column>[a-z_]+) "
    r"(?:is (?P<test>given|blank)|= (?P<values>.+)|within (?P<days>[0-9]{1,5}) days? of (?P<since>[a-z_]+))"
)


def load_condition(text: str, columns: Sequence[str], dates: Sequence[str]) -> Condition:
    """Parse a condition over the given columns, of which `dates` hold dates; ConditionError.

    >>> load_condition("achieved = fully or partly", ["achieved"], []).terms[0].values
    ('fully', 'partly')
    """
    if text.strip() == "all":
        return Condition(())
    return Condition(tuple(_load_term(part.strip(), columns, dates) for part in text.split(" and ")))


def _load_term(text: str, columns: Sequence[str], dates: Sequence[str]) -> Term:
    match = _TERM.fullmatch(text)
    if match is None:
        raise ConditionError(
            f"'{text}' is not a condition; write 'column is given', 'column is blank', "
            "'column = value or value', 'date within 28 days of date', joined by ' and ', or the word 'all'."
        )
    column, since = match["column"], match["since"]
    for name in (column, since):
        if name and name not in columns:
            raise ConditionError(f"'{name}' is not a column of this table; it has {', '.join(columns)}.")
    if since:
        return _load_within(text, column, since, int(match["days"]), dates)
    if match["test"] == "given":
        return Term(column, "given")
    if match["test"] == "blank":
        return Term(column, "blank")
    return Term(column, "one_of", tuple(value.strip() for value in match["values"].split(" or ")))


def _load_within(text: str, column: str, since: str, days: int, dates: Sequence[str]) -> Term:
    for name in (column, since):
        if name not in dates:
            raise ConditionError(
                f"'{text}': '{name}' is not a date column of this table; those are {', '.join(dates)}."
            )
    if column == since:
        raise ConditionError(f"'{text}' compares '{column}' with itself; name two date columns.")
    return Term(column, "within", days=days, since=since)
