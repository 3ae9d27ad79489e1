"""Parsed values and faults; dates as people and programs write them, and placeholders for unknown dates."""

import datetime as dt
import re
from dataclasses import dataclass, replace

Value = str | int | float | dt.date
ISO_DATE = "%Y-%m-%d"
ISO_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_LEFT_OUT = "time of day left out of a date"
_SERIAL_DATE = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_TIME = re.compile(
    r"(?:\s*T|\s+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AP]M)?)"
    r"\s*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?$",
    re.IGNORECASE,
)
_MIDNIGHT = re.compile(r"00?:00(:00([.,]0+)?)?( ?AM)?|12:00(:00([.,]0+)?)? ?AM", re.IGNORECASE)
# Placeholders that programs write for unknown dates: zeros, their first or last date, a far future date.
_NOUGHTS = re.compile(r"(?=.*0)[0/:. -]+")
_NOUGHT = re.compile(r"(?<![0-9])0+(?![0-9])")
_EPOCH, _FIRST_YEAR, _NEVER = dt.date(1970, 1, 1), 1905, 2099
_ENDS_OF_YEARS = ((1, 1), (12, 30), (12, 31))


@dataclass(frozen=True)
class Fault:
    """Why a value cannot be used; neither sentence holds the value, because both may reach a log."""

    rule: str
    message: str
    fix: str


@dataclass(frozen=True)
class Parsed:
    """A cell's value (None where blank) or its fault; `normalised` says how the text was tidied."""

    value: Value | None = None
    fault: Fault | None = None
    normalised: str = ""


NO_DATE = Fault(
    "cell.no_date",
    "a sign of an empty date, such as 1900-01-01 or 9999-12-31, not a date",
    "leave the cell empty if the date is not known",
)


def parse_date(text: str, date_format: str) -> Parsed:
    """Parse a date in this format; a midnight time that a program appended is ignored.

    >>> parse_date("2011-05-16T00:00", ISO_DATE).value, parse_date("9999-12-31 23:59:59", ISO_DATE).fault == NO_DATE
    (datetime.date(2011, 5, 16), True)
    """
    parsed = _parse_day(text, date_format)
    time = _TIME.search(text) if parsed.fault else None
    if not time or parsed.fault == NO_DATE:
        return parsed
    bare = _parse_day(text[: time.start()], date_format)
    if bare.value and _MIDNIGHT.fullmatch(time["time"]):
        return replace(bare, normalised=TIME_LEFT_OUT)
    return bare if bare.fault == NO_DATE else parsed


def _parse_day(text: str, date_format: str) -> Parsed:
    day = _read_day(text, date_format)
    first = day or _read_day(_NOUGHT.sub(lambda found: found[0][:-1] + "1", text), date_format)
    if _NOUGHTS.fullmatch(text) or (first and _stands_for_none(first, date_format)):
        return Parsed(fault=NO_DATE)
    example = dt.date(2009, 5, 31).strftime(date_format)
    if day and day.year < _FIRST_YEAR:
        message = f"a date of the year {day.year}, too long ago to be meant"
        return Parsed(fault=Fault("cell.date", message, f"write the date as {example}"))
    if day:
        return Parsed(day)
    if _SERIAL_DATE.fullmatch(text):
        message = f"a number, not a date such as {example}"
        return Parsed(fault=Fault("cell.date", message, "format the column as date in the spreadsheet"))
    return Parsed(fault=Fault("cell.date", f"not a date such as {example}", f"write the date as {example}"))


def _read_day(text: str, date_format: str) -> dt.date | None:
    try:
        if date_format != ISO_DATE:
            return dt.datetime.strptime(text, date_format).date()
        return dt.date.fromisoformat(text) if ISO_SHAPE.fullmatch(text) else None
    except ValueError:
        return None


def _stands_for_none(day: dt.date, date_format: str) -> bool:
    """Return whether a day is a placeholder; with two-digit years, 00 may be 1900 and 99 may be 9999."""
    beyond = not _FIRST_YEAR <= day.year < _NEVER or ("%y" in date_format and day.year % 100 in (0, 99))
    return day == _EPOCH or (beyond and (day.month, day.day) in _ENDS_OF_YEARS)
