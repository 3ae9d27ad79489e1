"""Everything planted, as declared in `planted.yaml`: effects of services by group, gaps, and missing data.

Only the generator reads this module; tests read `tests/sample/truths.yaml`, which the generator writes from it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, exp
from pathlib import Path
from typing import Any

import yaml

PLANTED: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("planted.yaml").read_text("utf-8"))
CHANGED_FROM: dt.date = PLANTED["changed_from"]
ByGroup = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Aim:
    """An intended outcome of a service, and the true mean improvement in points of its scale."""

    outcome: str
    scale: str
    gain: float
    gain_by_group: Mapping[str, float] = field(default_factory=dict)
    comparison_gain: float | None = None

    def gain_of(self, group: str) -> float:
        """Return the true mean improvement of treated children of a broad group."""
        return self.gain_by_group.get(group, self.gain)


@dataclass(frozen=True)
class Chance:
    """A probability, and how it is shifted for which children."""

    base: float
    shift_by_group_and_year: ByGroup = field(default_factory=dict)
    shift_by_service: Mapping[str, float] = field(default_factory=dict)
    shift_by_group_in_service: Mapping[str, ByGroup] = field(default_factory=dict)
    shift_from_change: Mapping[str, float] = field(default_factory=dict)

    def of(self, service_id: str, group: str, year: int) -> float:
        """Return the probability for a child of that group in that service and contract year (0, 1 or 2)."""
        shifts = self.shift_by_group_in_service.get(service_id, self.shift_by_group_and_year)
        shift = shifts[group][year] if group in shifts else 0.0
        return self.base + self.shift_by_service.get(service_id, 0.0) + shift

    def added(self, service_id: str, day: dt.date) -> float:
        """Return what a change in the service adds to it on that day."""
        return self.shift_from_change.get(service_id, 0.0) if day >= CHANGED_FROM else 0.0


AIMS = {service: tuple(Aim(**aim) for aim in aims) for service, aims in PLANTED["aims"].items()}
CHANCES = {name: Chance(**chance) for name, chance in PLANTED["chances"].items()}

ACHIEVED_FOLLOWS_SCORE = 0.5
"""Correlation between the latent judgement 'achieved' and a child's change beyond the mean; leaves rates as planted."""

WAIT_GAMMA = (2.0, 7.0)
WAIT_SCALE: Mapping[int, float] = {1: 2.2, 2: 1.5, 3: 0.9, 4: 0.5}
WAIT_AT_LEAST = 3
IN_TIME = 28
ROMA_OF_OTHER_WHITE = 0.15


def wait_days(drawn: int, need: int) -> int:
    """Return days from referral to start: `drawn`, stretched by the level of need only."""
    return WAIT_AT_LEAST + int((drawn - WAIT_AT_LEAST) * WAIT_SCALE[need])


def in_time_chance(need: int) -> float:
    """Return the probability that a child of that need starts in time: a gamma distribution of shape 2."""
    scaled = ceil((IN_TIME - WAIT_AT_LEAST + 1) / WAIT_SCALE[need]) / WAIT_GAMMA[1]
    return 1 - (1 + scaled) * exp(-scaled)


GOALS_IN = "S09"
GOALS_ATTAINED: Mapping[int, float] = {-2: 0.04, -1: 0.14, 0: 0.37, 1: 0.28, 2: 0.17}
"""The service whose children have three goals of their own, and their results: on average 0.4 above expected."""

AFFINITY: Mapping[str, Mapping[str, float]] = {
    "S06": {"Black": 2.0},
    "S11": {"Black": 2.0},
    "S12": {"Black": 2.2},
    "S13": {"Asian": 4.0},
}
"""How many times likelier a child of that group is to be referred there than another child."""

ETHNICITY_MISSING = 0.042
ETHNICITY_MISSING_AT: Mapping[str, float] = {"riverside_play": 0.26, "good_table": 0.26}


def unsent_columns(provider_id: str) -> frozenset[str]:
    """Return the columns that a provider never returns."""
    return frozenset((*PLANTED["never_sent"], *PLANTED["never_sent_by"].get(provider_id, ())))


def coded_in(provider_id: str, year: int) -> str:
    """Return the census of the ethnic groups in a provider's returns of that contract year."""
    coded = PLANTED["coded_by"].get(provider_id)
    return coded["census"] if coded and year in coded["years"] else "ons_2011"
