"""Everything that is planted: what services change and for whom, gaps and their course, and what is missing.

Only the generator reads this module; tests read `tests/sample/truths.yaml`, which the generator writes from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, exp

Years = tuple[float, float, float]
CHANGED_FROM = dt.date(2010, 10, 1)


@dataclass(frozen=True)
class Aim:
    """An outcome wanted of a service, and the true mean improvement in points of its scale.

    Improvements are positive where the child is better off, whichever way the scale runs.
    """

    outcome: str
    scale: str
    gain: float
    gain_by_group: Mapping[str, float] = field(default_factory=dict)
    comparison_gain: float | None = None

    def gain_of(self, group: str) -> float:
        """True mean improvement of treated children of that broad group."""
        return self.gain_by_group.get(group, self.gain)


@dataclass(frozen=True)
class Chance:
    """A probability: a base, a shift by service, and a shift by broad group in each contract year.

    `in_service` gives a service its own shifts by group, which stand in place of the general ones; `from_change` is
    added in a service from `CHANGED_FROM` on.
    """

    base: float
    by_group: Mapping[str, Years] = field(default_factory=dict)
    by_service: Mapping[str, float] = field(default_factory=dict)
    in_service: Mapping[str, Mapping[str, Years]] = field(default_factory=dict)
    from_change: Mapping[str, float] = field(default_factory=dict)

    def of(self, service_id: str, group: str, year: int) -> float:
        """The probability for a child of that group in that service and contract year (0, 1 or 2)."""
        shifts = self.in_service.get(service_id, self.by_group)
        return self.base + self.by_service.get(service_id, 0.0) + shifts.get(group, (0.0, 0.0, 0.0))[year]

    def added(self, service_id: str, day: dt.date) -> float:
        """What a change in the service adds on that day."""
        return self.from_change.get(service_id, 0.0) if day >= CHANGED_FROM else 0.0


AIMS: Mapping[str, tuple[Aim, ...]] = {
    "S01": (
        Aim("fewer difficulties at home", "difficulties", 4.0, comparison_gain=1.0),
        Aim("emotional wellbeing", "wellbeing", 2.0),
    ),
    "S02": (Aim("safer family life", "family_star", 1.2),),
    "S03": (Aim("confident parenting", "family_star", 1.0, comparison_gain=1.0),),
    "S04": (
        Aim("child's wellbeing", "wellbeing", 3.0),
        Aim("confident parenting", "family_star", 0.8),
    ),
    "S05": (Aim("young carer's wellbeing", "wellbeing", 3.0, comparison_gain=0.5),),
    "S06": (Aim("emotional wellbeing", "wellbeing", 3.0, gain_by_group={"Black": 0.0}),),
    "S07": (Aim("fewer difficulties", "difficulties", 0.0),),
    "S08": (Aim("healthy living", "wellbeing", 2.0),),
    "S09": (Aim("young carer's wellbeing", "wellbeing", 1.5),),
    "S10": (Aim("confident parenting", "family_star", 0.8),),
    "S11": (Aim("emotional wellbeing", "wellbeing", 2.5),),
    "S12": (
        Aim("fewer difficulties at home", "difficulties", 3.0),
        Aim("safer family life", "family_star", 1.0),
    ),
    "S13": (Aim("confident parenting", "family_star", 1.0),),
    "S14": (Aim("healthy eating", "wellbeing", 0.0),),
    "S15": (Aim("healthy living", "wellbeing", 1.0),),
    "S16": (Aim("young carer's wellbeing", "wellbeing", 1.5),),
    "S17": (Aim("fewer difficulties", "difficulties", 3.0),),
    "S18": (Aim("confident parenting", "family_star", 1.0),),
    "S19": (Aim("healthy eating", "wellbeing", 1.0),),
    "S20": (Aim("young carer's wellbeing", "wellbeing", 2.0),),
}
"""S03 improves as much without the service as with it; S06 works, but not for Black children."""

STARTED = Chance(0.90, {"Asian": (-0.15, -0.15, -0.15)})
ISA_AGREED = Chance(0.90)
COMPLETED = Chance(0.80, {"Black": (-0.03, -0.12, -0.22)}, {"S10": -0.08})
ACHIEVED = Chance(
    0.66,
    {"Black": (-0.24, -0.12, -0.01)},
    {"S04": 0.05, "S07": -0.08, "S11": 0.05, "S14": -0.06, "S17": 0.04},
    {"S06": {"Black": (-0.25, -0.25, -0.25)}},
)
POSITIVE = Chance(
    0.86, {"Black": (0.02, 0.02, 0.02)}, {"S12": 0.04, "S10": -0.05}, from_change={"S08": -0.60}
)
POSITIVE_BY_DISABILITY: Mapping[str, float] = {"yes": -0.20}
PLANNING_SEATS = 0.20
"""From the third contract year on families have a seat in every service's planning: for all groups alike (curve C1)."""
TOOK_PART = Chance(
    0.30,
    {
        "Black": (-0.12, 0.04, 0.22 + PLANNING_SEATS),
        **dict.fromkeys(("Asian", "Mixed", "White", "Other"), (0.0, 0.0, PLANNING_SEATS)),
    },
    from_change={"S05": 0.35},
)

ACHIEVED_FOLLOWS_SCORE = 0.5
"""Correlation between the latent judgement 'achieved' and a child's change beyond the mean; leaves rates as planted."""

NEED_PERCENT: Mapping[str, tuple[float, ...]] = {"Mixed": (40, 36, 16, 8)}
NEED_PERCENT_ELSEWHERE = (20.0, 30.0, 30.0, 20.0)
"""Levels of need 1 (universal) to 4 (specialist) at referral, by broad group."""

WAIT_GAMMA = (2.0, 7.0)
WAIT_SCALE: Mapping[int, float] = {1: 2.2, 2: 1.5, 3: 0.9, 4: 0.5}
WAIT_AT_LEAST = 3
IN_TIME = 28
ROMA_OF_OTHER_WHITE = 0.15


def wait_days(drawn: int, need: int) -> int:
    """Days from referral to start: the drawn ones, stretched by the level of need and by nothing else."""
    return WAIT_AT_LEAST + int((drawn - WAIT_AT_LEAST) * WAIT_SCALE[need])


def in_time_chance(need: int) -> float:
    """The probability that a child of that need who starts does so in time: the gamma distribution of shape 2."""
    scaled = ceil((IN_TIME - WAIT_AT_LEAST + 1) / WAIT_SCALE[need]) / WAIT_GAMMA[1]
    return 1 - (1 + scaled) * exp(-scaled)


GOALS_IN = "S09"
GOALS_ATTAINED: Mapping[int, float] = {-2: 0.04, -1: 0.14, 0: 0.37, 1: 0.28, 2: 0.17}
"""The service whose children have goals of their own, three each, and how these end: on average 0.4 above expected."""

PLANS_PER_CHILD_YEAR: Mapping[str, float] = {"S01": 0.14, "S02": 0.18, "S12": 0.12, "S17": 0.14}
PLANS_ELSEWHERE = 0.02
PLAN_RATIO: Mapping[str, float] = {"Mixed": 2.0}

LOOKED_AFTER = "children looked after"
LOOKED_AFTER_YEARS = (2009, 2010, 2011)
LOOKED_AFTER_RATE = 0.0055
LOOKED_AFTER_RATIO: Mapping[str, float] = {"Mixed": 2.0, "Black": 1.5}
"""How much likelier children of that group are to be looked after than those of any other, whose rate the first is."""

AFFINITY: Mapping[str, Mapping[str, float]] = {
    "S06": {"Black": 2.0},
    "S11": {"Black": 2.0},
    "S12": {"Black": 2.2},
    "S13": {"Asian": 4.0},
}
"""How much likelier a child of that group is to be referred there than another child."""

ETHNICITY_MISSING = 0.042
ETHNICITY_MISSING_AT: Mapping[str, float] = {"riverside_play": 0.26, "good_table": 0.26}
NEVER_SENT = ("family_id", "sexual_orientation", "risk_of_offending")
NEVER_SENT_BY: Mapping[str, tuple[str, ...]] = {
    "good_table": ("need", "religion"),
    "riverside_play": ("religion", "learning_difficulty", "looked_after"),
    "withy_hall": ("deprivation",),
}
"""Optional columns that no provider's returns have a column for, and those that a few small ones leave out."""

CODED_BY: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "harbour_street": ("ons_2001", (0, 1)),
    "kestrel_sports": ("ons_2021", (2,)),
}
"""Providers whose ethnic groups are another census's in these contract years."""


def unsent_columns(provider_id: str) -> frozenset[str]:
    """The columns that are in no return of a provider."""
    return frozenset((*NEVER_SENT, *NEVER_SENT_BY.get(provider_id, ())))


def coded_in(provider_id: str, year: int) -> str:
    """The census whose ethnic groups a provider's returns of that contract year are in."""
    census, years = CODED_BY.get(provider_id, ("", ()))
    return census if year in years else "ons_2011"


MISSING_RETURNS: tuple[tuple[str, str], ...] = (("riverside_play", "2010-q3"), ("ubuntu_youth", "2011-q2"))

VERDICTS: Mapping[str, tuple[str, ...]] = {
    "T01": ("on track", "cannot tell yet"),
    "T02": ("met", "cannot tell yet"),
    "T03": ("not met",),
    "T04": ("off track",),
    "T05": ("too few to say", "cannot tell yet"),
    "T06": ("baseline forming",),
    "T07": ("met", "cannot tell yet"),
    "T08": ("not met", "cannot tell yet"),
    "T09": ("off track", "cannot tell yet", "too few to say"),
    "T10": ("met",),
    "T11": ("met",),
    "T12": ("not met", "cannot tell yet"),
    "T13": ("met", "cannot tell yet"),
}
"""Verdicts that are right for each target, given what is planted and how many children there are."""

COURSES: Mapping[str, str] = {
    "T01": "narrows from about -24 to about -5 points",
    "T02": "about 88 per cent, and less in S08 from October 2010 on: over the target",
    "T03": "stays at about -15 points",
    "T04": "widens from about -3 to about -20 points",
    "T05": "no gap, but very few children",
    "T06": "no gap, service under six months old",
    "T07": "no gap to White children throughout; everyone else holds the Black children who start behind",
    "T08": "stays at about -25 points",
    "T09": "about twice everyone else's rate throughout",
    "T10": "turns from about -12 to about +22 points",
    "T11": "reached as they live in the area",
    "T12": "no gain for Black children where others gain 3 points",
    "T13": "narrows as for all Black children, to about -1 point in the last year but for S06",
}
