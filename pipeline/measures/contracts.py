"""What pages must know of a contract: how returns stand in its time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from pipeline.contract.context import ReturnFacts, ServiceFacts
from pipeline.contract.periods import period_days


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def describe_returns(received: Iterable[Mapping[str, str]]) -> tuple[ReturnFacts, ...]:
    """The lines of intake's received.csv as pages need them."""
    return tuple(
        ReturnFacts(
            row["provider"],
            row["period"],
            row["status"],
            _day(row.get("due", "")),
            _day(row.get("received", "")),
            {"yes": True, "no": False}.get(row.get("late", "")),
        )
        for row in received
    )


def returns_of(
    returns: Sequence[ReturnFacts], service: ServiceFacts, services: Iterable[ServiceFacts]
) -> tuple[ReturnFacts, ...]:
    """The returns for a service in the time of its contract.

    Of a service that several deliver they are those of all providers without a service of their own.
    """
    own = {each.provider_id for each in services}
    senders = {service.provider_id} if service.provider_id else {each.provider_id for each in returns} - own
    return tuple(each for each in returns if each.provider_id in senders and _in_time(each.period, service))


def _in_time(period: str, service: ServiceFacts) -> bool:
    first, last = period_days(period)
    return last >= service.start and (service.end is None or first <= service.end)
