"""The children of the sample, and the referrals that bring them to services.

Further characteristics are drawn separately, so that they change no earlier draw. Religion, learning difficulty and
being looked after are independent of everything else: any gap found by them is chance. The level of need depends on the
ethnic group, and the wait for a start depends on need only.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.sample.borough import (
    AREAS,
    CHILDREN,
    DATASET,
    DISABLED,
    ETHNIC_PERCENT,
    INITIALS,
    LAST_DAY,
    REFERRALS_BY_MONTH,
    SEED,
    SERVICES,
    SEXES,
    Service,
)
from pipeline.sample.truths import AFFINITY, PLANTED, ROMA_OF_OTHER_WHITE

_SECOND_SERVICE = 0.26
_REFERRED_AGAIN = 0.13
_DAY = dt.timedelta(days=1)
_WAITING_ENDS_BY = dt.date(2011, 8, 31)
_STREAM = 8
_RELIGION = {
    "christian": 0.42, "muslim": 0.13, "hindu": 0.03, "sikh": 0.02, "jewish": 0.01, "buddhist": 0.01,
    "no_religion": 0.24, "other": 0.01, "not_stated": 0.13,
}  # fmt: skip
_LEARNING_DIFFICULTY = {"yes": 0.11, "no": 0.85, "not_known": 0.04}
_LOOKED_AFTER = {"yes": 0.06, "no": 0.92, "not_known": 0.02}


@dataclass(frozen=True)
class Child:
    """An invented child; `ethnicity` is the true code, whatever providers record.

    `roma` marks a few of those whom only the Census of 2021 counts separately.
    """

    child_id: str
    birth: dt.date
    sex: str
    ethnicity: str
    group: str
    disability: str
    area: str
    religion: str = ""
    learning_difficulty: str = ""
    looked_after: str = ""
    roma: bool = False

    def age_on(self, day: dt.date) -> int:
        """Return the age in whole years."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


@dataclass(frozen=True)
class Referral:
    """A referral of a child to a service, to receive it or to be followed while waiting."""

    child: Child
    service: Service
    arm: str
    day: dt.date
    episode_id: str = ""
    need: int = 0


def pick(rng: np.random.Generator, values: Sequence[str], weights: Sequence[float]) -> str:
    """Draw one of `values` by weight."""
    shares = np.cumsum(np.asarray(weights, dtype=float))
    return values[int(np.searchsorted(shares, rng.random() * shares[-1], side="right"))]


def _referral_day(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    """Draw a day between `first` and `last`, with months weighted by season."""
    highest = max(REFERRALS_BY_MONTH.values())
    while True:
        day = first + _DAY * int(rng.integers(0, (last - first).days + 1))
        if rng.random() * highest < REFERRALS_BY_MONTH[day.month]:
            return day


@cache
def _slots() -> tuple[tuple[Service, str, float], ...]:
    """Return every service and arm with its expected number of children over its whole time."""
    treated = [
        (service, "treated", service.intake * (LAST_DAY - service.start).days / 365.25)
        for service in SERVICES
    ]
    waiting = [
        (service, "comparison", float(service.comparison)) for service in SERVICES if service.comparison
    ]
    return (*treated, *waiting)


def _refer(rng: np.random.Generator, group: str, arms: Sequence[str]) -> tuple[Service, str, dt.date]:
    slots = _slots()
    weights = [
        size * AFFINITY.get(service.service_id, {}).get(group, 1.0) * (arm in arms)
        for service, arm, size in slots
    ]
    number = pick(rng, [str(at) for at in range(len(slots))], weights)
    service, arm, _ = slots[int(number)]
    last = _WAITING_ENDS_BY if arm == "comparison" else LAST_DAY
    return service, arm, _referral_day(rng, service.start, last)


def _born(rng: np.random.Generator, service: Service, referred: dt.date) -> dt.date:
    youngest, oldest = service.ages
    return referred - _DAY * int(rng.integers(youngest * 366, (oldest + 1) * 365))


def _first_referrals(rng: np.random.Generator, children: int) -> Iterator[Referral]:
    numbers = rng.permutation(np.arange(10_000, 10_000 + 3 * children))[:children]
    group_of = load_classification(str(DATASET["ethnic_classification"]), Path()).by_code
    for number in numbers:
        ethnicity = pick(rng, tuple(ETHNIC_PERCENT), tuple(ETHNIC_PERCENT.values()))
        group = group_of[ethnicity].broad_group
        service, arm, day = _refer(rng, group, ("treated", "comparison"))
        child = Child(
            child_id=f"C{number}",
            birth=_born(rng, service, day),
            sex=pick(rng, tuple(SEXES), tuple(SEXES.values())),
            ethnicity=ethnicity,
            group=group,
            disability=pick(rng, tuple(DISABLED), tuple(DISABLED.values())),
            area=pick(rng, tuple(AREAS), tuple(AREAS.values())),
        )
        yield Referral(child, service, arm, day)


def _further_referrals(rng: np.random.Generator, first: Referral) -> Iterator[Referral]:
    """Yield a second service for some children, and the same again for some whose time in it has ended."""
    if first.arm == "treated" and rng.random() < _SECOND_SERVICE:
        service, arm, day = _refer(rng, first.child.group, ("treated",))
        fits = service.ages[0] <= first.child.age_on(day) <= service.ages[1]
        if fits and service is not first.service:
            yield Referral(first.child, service, arm, day)
    if first.arm == "treated" and rng.random() < _REFERRED_AGAIN:
        day = first.day + _DAY * int(rng.integers(430, 600))
        if day <= LAST_DAY:
            yield replace(first, day=day)


def make_referrals(rng: np.random.Generator, children: int = CHILDREN) -> tuple[Referral, ...]:
    """Return all referrals of so many children in three years by date, numbered by each provider."""
    referrals = []
    for first in _first_referrals(rng, children):
        referrals += [first, *_further_referrals(rng, first)]
    seen = dict.fromkeys(INITIALS, 0)
    numbered = []
    for referral in sorted(referrals, key=lambda each: (each.day, each.child.child_id)):
        provider = referral.service.provider_id
        seen[provider] += 1
        numbered.append(replace(referral, episode_id=f"{INITIALS[provider]}{seen[provider]:04d}"))
    return tuple(numbered)


def _draw(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    return pick(rng, tuple(shares), tuple(shares.values()))


def _describe_child(rng: np.random.Generator, child: Child) -> Child:
    religion, difficulty, looked_after = (
        _draw(rng, shares) for shares in (_RELIGION, _LEARNING_DIFFICULTY, _LOOKED_AFTER)
    )
    roma = bool(rng.random() < ROMA_OF_OTHER_WHITE) and child.ethnicity == "WOTH"
    return replace(
        child, religion=religion, learning_difficulty=difficulty, looked_after=looked_after, roma=roma
    )


def describe(referrals: Sequence[Referral]) -> tuple[Referral, ...]:
    """Return the referrals with the level of need at each, and the same characteristics in all of a child's."""
    rng = np.random.Generator(np.random.PCG64([SEED, _STREAM]))
    by_need = PLANTED["percent_by_need"]
    children: dict[str, Child] = {}
    described = []
    for referral in referrals:
        child = referral.child
        if child.child_id not in children:
            children[child.child_id] = _describe_child(rng, child)
        shares = by_need.get(child.group, by_need["elsewhere"])
        need = 1 + int(np.searchsorted(np.cumsum(shares), 100 * rng.random(), side="right"))
        described.append(replace(referral, child=children[child.child_id], need=need))
    return tuple(described)
