"""Messages taken at their word: what somebody changes who does what a fault of a reference table says."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.files.commissioner.register_table import RegisterFault

Row = dict[str, Any]
Fix = tuple[str, Any]  # a column, and what stands in it afterwards
DAY = r"(\d{4}-\d\d-\d\d)"
_NEXT, _BEFORE = dt.timedelta(days=1), dt.timedelta(days=-1)
_SHIFTS: Mapping[str, Sequence[int]] = {
    rf"\({DAY}\).*; begin on that day or later": (0, 1),
    rf"\({DAY}\).*; choose a later (?:one|day)": (1, 2),
    rf"\({DAY}\).*; choose an earlier day": (-1,),
    rf"\({DAY}\).*; end on that day or earlier": (0, -1),
    rf"{DAY} to set .*; choose a later day": (1, 30),
    rf"is not after first_day \({DAY}\) and": (1,),
    rf"is not on or after first_day \({DAY}\) and": (0, 1),
}
"""What a message says of its own column: that day, or so many days from it."""


def list_fixes(row: Row, fault: RegisterFault) -> Iterator[Fix]:
    """Yield every fix that the message offers; none where it cannot be followed."""
    column, said = fault.column, fault.said
    yield from _list_days(row, column, said)
    if found := re.search(r"did you mean '([^']+)'", said):
        yield column, found[1]
    if found := re.search(r"(?:choose one|use one|use some|name some) of ([^.]+)\.", said):
        named = "design" if column == "outcome" else column
        yield from ((named, name) for name in found[1].split(", "))
    if re.search(r"leave (?:it|this) blank", said):
        yield column, None
    for name in re.findall(r"(?:write|with the|a target is) '([^']+)'", said):
        yield column if name != "not_checked" else "met", name
    if "leave it out" in said and column == "comparison":
        wrong = said.split("'")[1]
        yield column, ";".join(name for name in row[column].split(";") if name.strip() != wrong)


def _list_days(row: Row, column: str, said: str) -> Iterator[Fix]:
    for pattern, shifts in _SHIFTS.items():
        if found := re.search(pattern, said):
            for days in shifts:
                yield column, dt.date.fromisoformat(found[1]) + dt.timedelta(days=days)
    if found := re.search(rf"let first_day be earlier, from {DAY} on", said):
        yield "first_day", dt.date.fromisoformat(found[1])
    if found := re.search(r"not after (first_day|it was agreed) \(\S+\); correct", said):
        other = "first_day" if found[1] == "first_day" else "agreed_on"
        yield column, row[other] + _NEXT
        yield other, row[column] + _BEFORE


def walk(
    row: Row, check: Callable[[Row], list[RegisterFault]], fixes: Mapping[str, Fix], choose: Any
) -> None:
    """Do what the first message says until none is left; every one can be followed, and no fix is taken back.

    `fixes` adds what a message leaves to its reader's own knowledge, by a part of its words.
    """
    been = []
    while faults := check(row):
        fault = faults[0]
        own = [fix for words, fix in fixes.items() if words in fault.said]
        offered = [*list_fixes(row, fault), *own]
        assert offered, f"{fault.column}: {fault.said}"
        column, value = choose(offered)
        row = {**row, column: value}
        assert row not in been, f"{fault.column}: {fault.said} sends its reader back to what was refused"
        been.append(row)
