"""Reporting periods as the folders of returns name them, and the versions of a return."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache

from pipeline.contract.dataset import PeriodLength
from pipeline.contract.names import fold

PERIOD_EXAMPLES: Mapping[PeriodLength, str] = {
    "quarter": "2009-q2",
    "year": "2009",
    "financial year": "2009-10",
}
MONTHS_IN: Mapping[PeriodLength, int] = {"quarter": 3, "year": 12, "financial year": 12}
_SHAPES: Mapping[PeriodLength, re.Pattern[str]] = {
    "quarter": re.compile(r"[0-9]{4}-q[1-4]"),
    "year": re.compile(r"[0-9]{4}"),
    "financial year": re.compile(
        "|".join(f"[0-9]{{2}}{year:02}-{(year + 1) % 100:02}" for year in range(100))
    ),
}
_APRIL = 4
_Q = r"(?:q|qtr|quarter)[\s._-]*(?P<quarter{0}>[1-4])"
_GAP = r"[\s._-]*"
_YEAR_FIRST = rf"(?P<year>[0-9]{{4}})(?:{_GAP}{_Q.format('')})?"
_QUARTER_FIRST = rf"{_Q.format('_first')}{_GAP}(?P<year_last>[0-9]{{4}})"
_WRITTEN = re.compile(
    rf"(?:{_YEAR_FIRST}|{_QUARTER_FIRST})(?:{_GAP}v(?P<version>[1-9][0-9]?))?", re.IGNORECASE
)
# A whole word that is not part of a financial year.
_WORD = re.compile(
    rf"(?<![0-9a-z])(?<![0-9][-/])(?<![0-9]{{4}} )(?:{_WRITTEN.pattern})(?![-/]?[0-9a-z])(?! [0-9]{{2}}(?![0-9]))",
    re.IGNORECASE,
)
_TWO_YEARS = re.compile(
    rf"(?P<year>[0-9]{{4}})[/._-](?:[0-9]{{2}})?(?P<next>[0-9]{{2}})(?:{_GAP}v(?P<version>[1-9][0-9]?))?",
    re.IGNORECASE,
)
_WORD_OF_TWO = re.compile(rf"(?<![0-9a-z])(?<![0-9][-/]){_TWO_YEARS.pattern}(?![-/]?[0-9a-z])", re.IGNORECASE)
_YEARS = r"(?<![0-9])(?P<first{0}>(?:[0-9]{{2}})?[0-9]{{2}})[/_ -](?P<second{0}>(?:[0-9]{{2}})?[0-9]{{2}})(?![0-9])"
_FINANCIAL = re.compile(
    rf"{_YEARS.format('')}{_GAP}{_Q.format('')}|{_Q.format('_first')}{_GAP}{_YEARS.format('_last')}",
    re.IGNORECASE,
)


def split_version(name: str) -> tuple[str, int]:
    """Split the name of a return into period and version; a plain name is version 1.

    A quarter may be written in several ways, and is always one of the calendar year.

    >>> split_version("2009-q2"), split_version("Q2 2009-v3"), split_version("2009-2010"), split_version("June")
    (('2009-q2', 1), ('2009-q2', 3), ('2009-10', 1), ('June', 1))
    """
    if two := _TWO_YEARS.fullmatch(fold(name)):
        period = f"{two['year']}-{two['next']}"
        return (period, int(two["version"] or 1)) if is_period(period, "financial year") else (name, 1)
    written = _WRITTEN.fullmatch(fold(name))
    if not written:
        return name, 1
    part = written.groupdict()
    year, quarter = part["year"] or part["year_last"], part["quarter"] or part["quarter_first"]
    return (f"{year}-q{quarter}" if quarter else year), int(part["version"] or 1)


def tidy_period(text: str) -> str:
    """Return a period as the contract writes it; any other text unchanged, as is a period with a version.

    >>> tidy_period("2009 Q2"), tidy_period("2009-q2-v3"), tidy_period("spring")
    ('2009-q2', '2009-q2-v3', 'spring')
    """
    period, version = split_version(text)
    return period if version == 1 else text


def find_period(name: str, length: PeriodLength) -> tuple[str, int]:
    """Return the only period in a file's name, with its version; blank where there is none or more than one.

    "Q3 2009-10" is of a financial year, and "2009" is no quarter.

    >>> find_period("Caseload 2009-Q2-v3", "quarter"), find_period("Caseload Q3 2009-10", "quarter")
    (('2009-q2', 3), ('', 1))
    """
    found = {split_version(word) for word in _find_words(name, length)}
    return found.pop() if len(found) == 1 else ("", 1)


def _find_words(name: str, length: PeriodLength) -> list[str]:
    two = length == "financial year" and not re.search(_Q.format(""), name, re.IGNORECASE)
    words = (word[0] for word in (_WORD_OF_TWO if two else _WORD).finditer(name))
    return [word for word in words if is_period(split_version(word)[0], length)]


def find_word(name: str) -> str:
    """Return the only word in a file's name, without its extension, that gives its period; blank for none or several.

    >>> find_word("Caseload Q2 2009"), find_word("Caseload")
    ('Q2 2009', '')
    """
    found = next(filter(None, (set(_find_words(name, length)) for length in PERIOD_EXAMPLES)), {""})
    return found.pop() if len(found) == 1 else ""


def deny_period(text: str, length: PeriodLength) -> tuple[str, str]:
    """Return why a text is no period of that length, and what to write instead.

    >>> deny_period("2012/13 Q4", "quarter")
    ("'2012/13 Q4' is a quarter of a financial year; in the calendar year it is 2013-q1", 'write 2013-q1')
    """
    if meant := find_financial(text, length):
        message = f"'{text}' is a quarter of a financial year; in the calendar year it is {meant}"
        return message, f"write {meant}"
    example = PERIOD_EXAMPLES[length]
    return f"'{text}' is not a {length} such as {example}", f"write {example}"


def find_financial(text: str, length: PeriodLength) -> str:
    """Return the calendar quarter for a quarter of a financial year (from April); blank where none is named."""
    if length != "quarter":
        return ""
    for found in _FINANCIAL.finditer(text):
        part = {name.partition("_")[0]: value for name, value in found.groupdict().items() if value}
        first, quarter = int(part["first"][-2:]), int(part["quarter"])
        if int(part["second"][-2:]) == (first + 1) % 100:
            year = int(part["first"]) + (2000 if len(part["first"]) == 2 else 0)
            return f"{year + quarter // 4}-q{quarter % 4 + 1}"
    return ""


def is_period(name: str, length: PeriodLength) -> bool:
    """Return whether `name` is written like a period of that length."""
    return _SHAPES[length].fullmatch(name) is not None


def period_length(name: str) -> PeriodLength | None:
    """Return the length of the period written like this; None where it is no period."""
    return next((length for length, shape in _SHAPES.items() if shape.fullmatch(name)), None)


@cache
def period_days(name: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a quarter or a year.

    >>> [day.isoformat() for day in (*period_days("2009-q2"), *period_days("2009-10"))]
    ['2009-04-01', '2009-06-30', '2009-04-01', '2010-03-31']
    """
    year, _, part = name.partition("-")
    quarter = part.startswith("q")
    first = dt.date(int(year), 3 * int(part[1:]) - 2 if quarter else _APRIL if part else 1, 1)
    after = _months_later(first, 3 if quarter else 12)
    return first, after - dt.timedelta(days=1)


def periods_within(first: dt.date, last: dt.date, length: PeriodLength) -> tuple[str, ...]:
    """Return the periods from the one that contains `first`, as far as they have ended by `last`.

    >>> periods_within(dt.date(2009, 5, 1), dt.date(2009, 12, 30), "quarter")
    ('2009-q2', '2009-q3')
    """
    found = []
    name = name_period(first, length)
    while period_days(name)[1] <= last:
        found.append(name)
        name = next_period(name)
    return tuple(found)


def next_period(name: str) -> str:
    """Return the period that follows.

    >>> next_period("2009-q4"), next_period("2009"), next_period("2009-10")
    ('2010-q1', '2010', '2010-11')
    """
    length = period_length(name)
    assert length
    return name_period(period_days(name)[1] + dt.timedelta(days=1), length)


def name_period(day: dt.date, length: PeriodLength) -> str:
    """Return the period that contains a day.

    >>> [name_period(dt.date(2010, 3, 31), length) for length in PERIOD_EXAMPLES]
    ['2010-q1', '2010', '2009-10']
    """
    if length == "financial year":
        begun = day.year - (day.month < _APRIL)
        return f"{begun}-{(begun + 1) % 100:02}"
    return f"{day.year}-q{(day.month + 2) // 3}" if length == "quarter" else str(day.year)


def _months_later(day: dt.date, months: int) -> dt.date:
    place = day.month - 1 + months
    return day.replace(year=day.year + place // 12, month=place % 12 + 1)
