"""What is due: targets, curves, checks of standards, returns, reviews and the ends of contracts, by date."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.analysis.finding_columns import Row
from pipeline.analysis.months import first_day, month_number
from pipeline.contract.context import Context

Record = Mapping[str, Any]
PHASES: Mapping[str, Sequence[int]] = {
    "assess": (4, 5, 6),
    "plan": (7, 8, 9),
    "do": (10, 11),
    "review": (12, 1, 2, 3),
}
"""The months of the commissioning cycle: doing runs from September to March, its last four months beside the review."""


def phase_of(day: dt.date) -> str:
    """The part of the cycle in which a day lies.

    >>> phase_of(dt.date(2012, 3, 31)), phase_of(dt.date(2012, 4, 1))
    ('review', 'assess')
    """
    return next(name for name, months in PHASES.items() if day.month in months)


def _dates(
    context: Context, services: Sequence[Record], providers: Sequence[Record]
) -> Iterator[tuple[dt.date, str, str, str]]:
    """Every date there is: day, kind, id of what it is about, its name."""
    names = {each.service_id: each.name for each in context.services}
    senders = {row["provider_id"]: row["name"] for row in providers}
    for target in context.targets:
        yield target.due, "target", target.target_id, target.ethnic_group
    for curve in context.curves:
        yield curve.due, "curve", curve.curve_id, context.outcome_title(curve.measure_id)
    for each in context.standards:
        if each.next_check:
            yield each.next_check, "check", each.service_id, each.standard
    for returned in context.missing_returns:
        if returned.due:
            yield returned.due, "return", senders.get(returned.provider_id, ""), returned.period
    for row in services:
        for column, what in (("end", "contract"), ("review_on", "decision")):
            if row[column]:
                yield row[column], what, row["service_id"], names[row["service_id"]]


def list_due(
    context: Context, services: Sequence[Record], providers: Sequence[Record], months_ahead: int
) -> list[Row]:
    """Return what is overdue or due within so many months of the last day of the data (columns of `due`), by date.

    A target or curve whose date has passed has been judged, and a contract that has ended has ended: only checks,
    returns and decisions are overdue.
    """
    today = context.dataset.complete_to
    last = first_day(month_number(today) + months_ahead + 1)
    waits = ("check", "return", "decision")
    return [
        {
            "due": f"{day}",
            "what": what,
            "about": about,
            "name": name,
            "state": "overdue" if day < today else "due",
            "phase": phase_of(day),
        }
        for day, what, about, name in sorted(_dates(context, services, providers))
        if day < last and (day >= today or what in waits)
    ]
