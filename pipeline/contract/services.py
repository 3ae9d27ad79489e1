"""What pages know of a commissioned service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceFacts:
    """One commissioned service; `priority` is None where no priorities are declared, blank where it cites none."""

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


OUTCOMES = {
    "be_healthy": "Be healthy",
    "stay_safe": "Stay safe",
    "enjoy_and_achieve": "Enjoy and achieve",
    "positive_contribution": "Make a positive contribution",
    "economic_wellbeing": "Achieve economic wellbeing",
}
