"""Goals agreed individually with the children of one service, each scored from -2 to 2: goal attainment scaling."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.sample.borough import SEED
from pipeline.sample.truths import GOALS_ATTAINED, GOALS_IN, Aim

if TYPE_CHECKING:
    from pipeline.sample.journeys import Journey

GOALS_FROM = dt.date(2010, 4, 1)
_AT_THE_START = -1
_NAMES = ("goal at home", "goal at school", "goal with friends")


def with_goals(journey: Journey) -> Journey:
    """Return the journey with its goals, where its agreement is late enough to have any; no random draw changes."""
    episode = journey.episode
    if episode.referral.service.service_id != GOALS_IN or not journey.outcomes or not episode.isa:
        return journey
    if episode.isa < GOALS_FROM:
        return journey
    first = journey.outcomes[0]
    rng = np.random.default_rng([SEED, int(episode.referral.episode_id[2:])])
    levels, chances = zip(*GOALS_ATTAINED.items(), strict=True)
    goals = tuple(
        replace(
            first,
            aim=Aim(name, "own_goals", 0.0),
            baseline_score=None if first.baseline_score is None else _AT_THE_START,
            review_score=None if first.review_score is None else int(level),
            goal=None if first.goal is None else 0,
            achieved="",
        )
        for name, level in zip(_NAMES, rng.choice(levels, size=len(_NAMES), p=chances), strict=True)
    )
    return replace(journey, outcomes=(*journey.outcomes, *goals))
