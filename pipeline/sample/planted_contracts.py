"""What contracts of the sample borough say beyond money: standards and the last check of them, volumes, referrals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.sample.truths import GOALS_ATTAINED, GOALS_IN

AGREED_VOLUME: Mapping[str, int] = {"S06": 190, "S10": 70, "S12": 50, "S13": 50}
"""Children a year that a contract pays for, where it is not what the generator draws by.

S12 reaches about twice as many as it is paid for, S10 clearly fewer; everywhere else about as many come.
"""
EXPECTED_REFERRALS: Mapping[str, int] = {"S06": 200, "S07": 160, "S09": 40, "S12": 95, "S13": 55}
"""Referrals a year that a service was planned for: fewer come to S07, more to S09, elsewhere as many."""
DELIVERED: Mapping[str, str] = {"S12": "more than commissioned", "S10": "fewer than commissioned"}
REFERRED: Mapping[str, str] = {"S09": "more than expected", "S07": "fewer than expected"}
"""What is clear of volumes and referrals; nothing is of any other service."""

STANDARDS: Mapping[str, str] = {
    "Safeguarding checks on all staff and volunteers": "staff list and certificates seen",
    "Equality policy in use": "policy and monitoring report seen",
    "Integrated processes: common assessment in use": "ten files read",
    "Governance: trustees meet and minute decisions": "minutes of four meetings seen",
    "Children and families take part in planning": "talked with families",
    "Service plan with outcomes": "plan seen",
    "Performance reviewed each quarter": "four reviews seen",
    "Staff trained and supervised": "training record seen",
}
"""The essential standards, and what a check of each looks at."""

_SHORT = tuple(STANDARDS)
NOT_MET: Mapping[tuple[str, str], tuple[str, str]] = {
    ("S08", _SHORT[6]): ("no", "two reviews of the year were not held"),
    ("S15", _SHORT[0]): ("no", "three volunteers' certificates had run out"),
    ("S02", _SHORT[7]): ("partly", "supervision of half the staff is recorded"),
    ("S07", _SHORT[4]): ("partly", "parents take part, young people not yet"),
    ("S14", _SHORT[1]): ("partly", "policy seen, no monitoring yet"),
}
NOT_CHECKED: frozenset[tuple[str, str]] = frozenset(
    {("S20", standard) for standard in _SHORT} | {("S19", _SHORT[4]), ("S10", _SHORT[2]), ("S16", _SHORT[3])}
)
"""S20 is too new for a check."""

_FIRST_VISIT = dt.date(2011, 9, 5)
_DAYS_BETWEEN = 9


@dataclass(frozen=True)
class SampleStandard:
    """One line of reference/standards.csv."""

    service_id: str
    standard: str
    met: str
    evidence: str
    checked_on: str
    next_check: str


def list_standards(service_ids: tuple[str, ...]) -> Iterator[SampleStandard]:
    """Every standard of every service: a visit each, one after the other, and a year to the next."""
    for place, service_id in enumerate(service_ids):
        visit = _FIRST_VISIT + dt.timedelta(days=_DAYS_BETWEEN * place)
        for standard, seen in STANDARDS.items():
            key = (service_id, standard)
            if key in NOT_CHECKED:
                yield SampleStandard(*key, "not_checked", "", "", "2012-06-30")
                continue
            met, found = NOT_MET.get(key, ("yes", seen))
            # What falls short is looked at again within the quarter.
            after = visit + dt.timedelta(days=365 if met == "yes" else 90)
            yield SampleStandard(*key, met, f"Visit: {found}", visit.isoformat(), after.isoformat())


def describe_agreed() -> dict[str, Any]:
    """What is planted of contracts and of goals, as `truths.yaml` has it."""
    return {
        "contracts": {
            "standards_not_kept": {" ".join(key): met for key, (met, _) in NOT_MET.items()},
            "delivered": dict(DELIVERED),
            "referred": dict(REFERRED),
        },
        "mean_of_goals": {GOALS_IN: round(sum(goal * share for goal, share in GOALS_ATTAINED.items()), 2)},
    }
