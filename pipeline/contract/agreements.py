"""What a contract asks for besides outcomes, and how it stands: returns in their time, and standards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.contract.periods import period_days
from pipeline.contract.services import ServiceFacts


@dataclass(frozen=True)
class ReturnFacts:
    """A return that was expected or sent, and how it stands (docs/data.md); `late` is None where that is not known.

    While one is missing, figures of its period are provisional.
    """

    provider_id: str
    period: str
    status: str
    due: dt.date | None = None
    received: dt.date | None = None
    late: bool | None = None


Met = Literal["yes", "partly", "no", "not_checked"]


@dataclass(frozen=True)
class Standard:
    """A standard that a service has agreed to keep, and what the last check found."""

    service_id: str
    standard: str
    met: Met
    evidence: str | None
    checked_on: dt.date | None
    next_check: dt.date | None


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
