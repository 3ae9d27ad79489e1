"""Months as numbers, and the windows that the baseline rule and the targets ask for."""

import datetime as dt
from dataclasses import dataclass


def month_number(day: dt.date) -> int:
    """Months since year 0, as in the measures table."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """The first day of a month."""
    return dt.date(month // 12, month % 12 + 1, 1)


def month_name(month: int) -> str:
    """'April 2009'."""
    return first_day(month).strftime("%B %Y")


@dataclass(frozen=True)
class Window:
    """Months from `first` to `last`, both included; empty when `last` is before `first`."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """How many months it holds."""
        return max(0, self.last - self.first + 1)

    @property
    def short(self) -> str:
        """'Apr 2011 to Mar 2012'."""
        return " to ".join(f"{month_name(month)[:3]} {month // 12}" for month in (self.first, self.last))

    def __str__(self) -> str:
        return f"{month_name(self.first)} to {month_name(self.last)}"


def last_complete_month(complete_to: dt.date) -> int:
    """The last month that is whole on that day."""
    return month_number(complete_to + dt.timedelta(days=1)) - 1


def baseline_window(commissioned_from: dt.date, months: int) -> Window:
    """The first `months` months of commissioned work; a start within a month counts from that month (L3)."""
    first = month_number(commissioned_from)
    return Window(first, first + months - 1)
