"""Facts about commissioned services that pages show: their returns and the standards that they keep."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.contract.periods import period_days

OUTCOMES = {
    "be_healthy": "Be healthy",
    "stay_safe": "Stay safe",
    "enjoy_and_achieve": "Enjoy and achieve",
    "positive_contribution": "Make a positive contribution",
    "economic_wellbeing": "Achieve economic wellbeing",
}
TIERS = ("universal", "targeted", "specialist")
LEVELS = ("strategic", "operational", "individual")
Met = Literal["yes", "partly", "no", "not_checked"]


@dataclass(frozen=True)
class ServiceFacts:
    """A commissioned service; `priority` is None where no priorities are declared, blank where it cites none.

    With several priorities it lists their titles, starting with the main one.
    """

    service_id: str
    name: str
    provider_id: str | None
    provider: str
    provider_size: str | None
    programme: str
    ecm_outcome: str
    tier: str
    contract_type: str
    stage: str
    start: dt.date
    end: dt.date | None
    annual_value: float | None
    commissioned_volume: int | None
    expected_referrals: int | None = None
    priority: str | None = None
    level: str | None = None

    @property
    def cut(self) -> str:
        """The HTML classes by which content about the service is filtered by tier and level."""
        return " ".join(["service", f"tier-{self.tier}", *([f"level-{self.level}"] if self.level else [])])


@dataclass(frozen=True)
class ReturnFacts:
    """A return that was expected or sent, and its status (docs/data.md); `late` is None where that is not known.

    While a return is missing, figures of its period are provisional.
    """

    provider_id: str
    period: str
    status: str
    due: dt.date | None = None
    received: dt.date | None = None
    late: bool | None = None


@dataclass(frozen=True)
class Standard:
    """A standard that a service has agreed to keep, and the result of the last check."""

    service_id: str
    standard: str
    met: Met
    evidence: str | None
    checked_on: dt.date | None
    next_check: dt.date | None


def returns_of(
    returns: Sequence[ReturnFacts], service: ServiceFacts, services: Iterable[ServiceFacts]
) -> tuple[ReturnFacts, ...]:
    """Return the returns for a service within its contract.

    For a service delivered by several providers: those of all providers without a service of their own.
    """
    with_service = {row.provider_id for row in services}
    senders = (
        {service.provider_id} if service.provider_id else {row.provider_id for row in returns} - with_service
    )
    return tuple(row for row in returns if row.provider_id in senders and _in_time(row.period, service))


def _in_time(period: str, service: ServiceFacts) -> bool:
    first, last = period_days(period)
    return last >= service.start and (service.end is None or first <= service.end)
