"""Days, months and spans of months in the language of the site."""

import datetime as dt

from pipeline.analysis.months import Window, first_day
from pipeline.contract.periods import period_days, period_length
from pipeline.present.sentences import say

_SPAN = " to "
"""In the names of spans that are no return's: 'Apr 2009 to Mar 2010'."""


def format_day(day: dt.date) -> str:
    """Return a day as readers say it.

    >>> format_day(dt.date(2011, 3, 1))
    '1 March 2011'
    """
    return say("day", day=day.day, month=format_month(day))


def format_month(day: dt.date) -> str:
    """Return a day's month and year: 'March 2011'."""
    return say("month", month=say(f"month {day.month}"), year=day.year)


def format_short_month(day: dt.date) -> str:
    """Return a day's month and year where there is little room: 'Mar 2011'."""
    return say("month", month=say(f"month short {day.month}"), year=day.year)


def format_month_number(month: int) -> str:
    """Return a month that is counted from year 0: 'March 2011'."""
    return format_month(first_day(month))


def format_window(window: Window) -> str:
    """Return months from the first to the last: 'April 2009 to March 2011'."""
    return say("window", first=format_month_number(window.first), last=format_month_number(window.last))


def format_short_window(window: Window) -> str:
    """Return the same where there is little room: 'Apr 2009 to Mar 2011'."""
    first, last = (format_short_month(first_day(month)) for month in (window.first, window.last))
    return say("window", first=first, last=last)


def format_period(name: str) -> str:
    """Return a period as readers say it: a quarter by its months, as councils count theirs from April.

    >>> format_period("2010-q1"), format_period("2010"), format_period("2009-10")
    ('Jan–Mar 2010', '2010', '2009-10')
    """
    if _SPAN in name:
        spoken = (
            format_short_month(dt.datetime.strptime(month, "%b %Y").date()) for month in name.split(_SPAN)
        )
        return say("window", **dict(zip(("first", "last"), spoken, strict=True)))
    if period_length(name) != "quarter":
        return name
    first, last = (say(f"month short {day.month}") for day in period_days(name))
    return say("quarter", first=first, last=last, year=period_days(name)[0].year)
