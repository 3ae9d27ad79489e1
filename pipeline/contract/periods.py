"""The periods that returns are for, as their folders name them, and the versions of a return."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache

from pipeline.contract.dataset import PeriodLength
from pipeline.contract.names import fold

PERIOD_EXAMPLES: Mapping[PeriodLength, str] = {"quarter": "2009-q2", "year": "2009"}
MONTHS_IN: Mapping[PeriodLength, int] = {"quarter": 3, "year": 12}
_SHAPES: Mapping[PeriodLength, re.Pattern[str]] = {
    "quarter": re.compile(r"[0-9]{4}-q[1-4]"),
    "year": re.compile(r"[0-9]{4}"),
}
_NAME = re.compile(r"([0-9]{4})(?:[-_.]?q([1-4]))?(?:[-_.]?v([1-9][0-9]?))?")


def split_version(name: str) -> tuple[str, int]:
    """The period and the version in the name of a return, however it is spelt; the plain name is the first version.

    >>> split_version("2009-q2"), split_version("2009 Q2-v3"), split_version("June")
    (('2009-q2', 1), ('2009-q2', 3), ('June', 1))
    """
    found = _NAME.fullmatch(fold(name))
    if not found:
        return name, 1
    year, quarter, version = found.groups()
    return (f"{year}-q{quarter}" if quarter else year), int(version or 1)


def find_period(name: str, length: PeriodLength) -> tuple[str, int]:
    """Return the one period, with its version, that stands as a word in a file's name; blank where none or two do.

    It is written as for a folder: "Q3 2009-10" is of a financial year, and "2009" says too little of a quarter.

    >>> find_period("Caseload 2009-Q2-v3", "quarter"), find_period("Caseload Q3 2009-10", "quarter")
    (('2009-q2', 3), ('', 1))
    """
    words = re.findall(r"(?<![0-9a-z])[0-9]{4}(?:-q[1-4])?(?:-v[1-9][0-9]?)?(?![-0-9a-z])", name.casefold())
    found = {split_version(word) for word in words if is_period(split_version(word)[0], length)}
    return found.pop() if len(found) == 1 else ("", 1)


def is_period(name: str, length: PeriodLength) -> bool:
    """Whether `name` is written like a period of that length."""
    return _SHAPES[length].fullmatch(name) is not None


def period_length(name: str) -> PeriodLength | None:
    """Whether that is how a quarter or a year is written; None where it is neither."""
    return next((length for length, shape in _SHAPES.items() if shape.fullmatch(name)), None)


@cache
def period_days(name: str) -> tuple[dt.date, dt.date]:
    """First and last day of a quarter or a year.

    >>> [day.isoformat() for day in period_days("2009-q2")]
    ['2009-04-01', '2009-06-30']
    """
    year, _, quarter = name.partition("-q")
    first = dt.date(int(year), 3 * int(quarter or 1) - 2, 1)
    after = _months_later(first, 3 if quarter else 12)
    return first, after - dt.timedelta(days=1)


def periods_within(first: dt.date, last: dt.date, length: PeriodLength) -> tuple[str, ...]:
    """The periods that have ended by `last`, from the one in which `first` lies.

    >>> periods_within(dt.date(2009, 5, 1), dt.date(2009, 12, 30), "quarter")
    ('2009-q2', '2009-q3')
    """
    found = []
    name = name_period(first, length)
    while period_days(name)[1] <= last:
        found.append(name)
        name = name_period(period_days(name)[1] + dt.timedelta(days=1), length)
    return tuple(found)


def name_period(day: dt.date, length: PeriodLength) -> str:
    """The period in which a day lies."""
    return f"{day.year}-q{(day.month + 2) // 3}" if length == "quarter" else str(day.year)


def _months_later(day: dt.date, months: int) -> dt.date:
    place = day.month - 1 + months
    return day.replace(year=day.year + place // 12, month=place % 12 + 1)
