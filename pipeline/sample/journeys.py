"""Simulate a referred child: waiting, starting, agreeing, being reviewed, leaving, and giving feedback."""

import datetime as dt
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np

from pipeline.sample.borough import CHILDREN, SCALE_BY_NAME, SampleScale, contract_year, new_generator
from pipeline.sample.goals import with_goals
from pipeline.sample.people import Referral, describe, make_referrals, pick
from pipeline.sample.truths import (
    ACHIEVED_FOLLOWS_SCORE,
    AIMS,
    CHANCES,
    ETHNICITY_MISSING,
    ETHNICITY_MISSING_AT,
    PLANTED,
    WAIT_AT_LEAST,
    WAIT_GAMMA,
    Aim,
    wait_days,
)

_BASELINE_TAKEN = 0.93
_REVIEWED = {"completed": 0.92, "dropped_out": 0.12, "moved_away": 0.12}
_SECOND_AIM = 0.40
_PLAN_ALREADY = 0.18
_ASKED = 0.62
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Episode:
    """A child's time in a service, with its eventual dates; `ethnicity` as the provider recorded it."""

    referral: Referral
    ethnicity: str
    start: dt.date | None
    end: dt.date
    end_reason: str
    isa: dt.date | None = None
    plan_start: dt.date | None = None
    plan_end: dt.date | None = None


@dataclass(frozen=True)
class SampleOutcome:
    """One aim for one child; `chance` is the planted probability of being judged achieved."""

    aim: Aim
    baseline_score: int | None
    baseline_date: dt.date | None
    review_score: int | None
    review_date: dt.date | None
    goal: int | None
    achieved: str
    chance: float


@dataclass(frozen=True)
class SampleFeedback:
    """One answer of one person; anonymous answers name no episode."""

    day: dt.date
    who: str
    positive: str
    took_part: str
    anonymous: bool


@dataclass(frozen=True)
class Journey:
    """An episode with its outcomes and feedback."""

    episode: Episode
    outcomes: tuple[SampleOutcome, ...]
    feedback: tuple[SampleFeedback, ...]


def _days(rng: np.random.Generator, low: int, high: int) -> dt.timedelta:
    """Draw a number of days from `low` to `high`, both included."""
    return dt.timedelta(days=int(rng.integers(low, high + 1)))


def _happens(
    rng: np.random.Generator, what: str, referral: Referral, day: dt.date, added: float = 0.0
) -> bool:
    chance, service = CHANCES[what], referral.service.service_id
    likely = chance.of(service, referral.child.group, contract_year(day)) + chance.added(service, day)
    return bool(rng.random() < likely + added)


def _recorded_ethnicity(rng: np.random.Generator, referral: Referral) -> str:
    missing = ETHNICITY_MISSING_AT.get(referral.service.provider_id, ETHNICITY_MISSING)
    if rng.random() >= missing:
        return referral.child.ethnicity
    return pick(rng, ("", "NSTA", "NOBT", "REFU"), (0.35, 0.30, 0.20, 0.15))


def _leave(rng: np.random.Generator, referral: Referral, start: dt.date) -> tuple[dt.date, str]:
    """Draw the day of the last session and the reason for leaving."""
    planned = dt.timedelta(days=int(np.clip(rng.normal(175, 40), 84, 300)))
    if _happens(rng, "completed_of_starters", referral, start + planned):
        return start + planned, "completed"
    stayed = planned * float(rng.uniform(0.2, 0.9))
    reason = pick(rng, ("dropped_out", "moved_away"), (0.85, 0.15))
    return start + dt.timedelta(days=max(14, stayed.days)), reason


def _with_plans(rng: np.random.Generator, episode: Episode, start: dt.date) -> Episode:
    """Return the episode with a child protection plan begun in it, ended in it, both or (mostly) neither."""
    service = episode.referral.service.service_id
    rates = PLANTED["plans_per_child_year"]
    rate = rates.get(service, rates["elsewhere"])
    rate *= PLANTED["plan_rate_ratio_by_group"].get(episode.referral.child.group, 1.0)
    until = dt.timedelta(days=int(rng.exponential(365.25 / rate)))
    if start + until < episode.end:
        return replace(episode, plan_start=start + until)
    if service in rates and rng.random() < _PLAN_ALREADY:
        return replace(episode, plan_end=start + _days(rng, 1, (episode.end - start).days))
    return episode


def _receive(rng: np.random.Generator, referral: Referral) -> Episode:
    ethnicity = _recorded_ethnicity(rng, referral)
    if not _happens(rng, "started", referral, referral.day):
        end = referral.day + _days(rng, 15, 70)
        reason = pick(rng, ("dropped_out", "moved_away", "other"), (0.6, 0.1, 0.3))
        return Episode(referral, ethnicity, None, end, reason)
    start = referral.day + dt.timedelta(days=WAIT_AT_LEAST + int(rng.gamma(*WAIT_GAMMA)))
    end, reason = _leave(rng, referral, start)
    isa = start + _days(rng, 5, 30)
    agreed = _happens(rng, "isa_agreed", referral, start) and isa <= end
    return _with_plans(rng, Episode(referral, ethnicity, start, end, reason, isa if agreed else None), start)


def _wait(rng: np.random.Generator, referral: Referral) -> Episode:
    """Return the episode of a comparison child: scored twice some months apart, without the service."""
    end = referral.day + _days(rng, 140, 210)
    return Episode(referral, _recorded_ethnicity(rng, referral), None, end, "other")


def _on_scale(scale: SampleScale, score: float) -> int:
    return int(np.clip(np.rint(score), scale.minimum, scale.maximum))


def _score(rng: np.random.Generator, aim: Aim, gain: float, chance: float) -> tuple[int, int, int, str]:
    """Draw baseline, review, goal and judgement; the judgement depends on the change, at a rate of `chance`."""
    scale = SCALE_BY_NAME[aim.scale]
    better = 1 if scale.direction == "higher" else -1
    before = rng.normal(scale.mean, scale.spread)
    luck, judged = rng.normal(), rng.normal()
    after = before + better * (gain + scale.noise * luck)
    latent = ACHIEVED_FOLLOWS_SCORE * luck + (1 - ACHIEVED_FOLLOWS_SCORE**2) ** 0.5 * judged
    rank = 1 - _NORMAL.cdf(latent)
    achieved = "fully" if rank < 0.6 * chance else "partly" if rank < chance else "no"
    goal = _on_scale(scale, before + better * scale.goal)
    return _on_scale(scale, before), _on_scale(scale, after), goal, achieved


def _pursue(rng: np.random.Generator, episode: Episode, aim: Aim, gain: float) -> SampleOutcome:
    referral = episode.referral
    agreed = episode.isa or referral.day
    taken = agreed + _days(rng, 0, 12)
    has_baseline = rng.random() < _BASELINE_TAKEN and taken < episode.end
    reviewed = episode.end - _days(rng, 0, 24)
    likely = _REVIEWED.get(episode.end_reason, 0.85)
    has_review = rng.random() < likely and reviewed > taken + dt.timedelta(days=28)
    chance = CHANCES["outcome_achieved"].of(
        referral.service.service_id, referral.child.group, contract_year(reviewed)
    )
    before, after, goal, achieved = _score(rng, aim, gain, chance)
    treated = referral.arm == "treated"
    return SampleOutcome(
        aim=aim,
        baseline_score=before if has_baseline else None,
        baseline_date=taken if has_baseline else None,
        review_score=after if has_review else None,
        review_date=reviewed if has_review else None,
        goal=goal if has_baseline and treated else None,
        achieved=achieved if has_review and treated else "",
        chance=chance,
    )


def _outcomes(rng: np.random.Generator, episode: Episode) -> tuple[SampleOutcome, ...]:
    first, *more = AIMS[episode.referral.service.service_id]
    if episode.referral.arm == "comparison":
        return (_pursue(rng, episode, first, first.comparison_gain or 0.0),)
    if episode.isa is None:
        return ()
    aims = [first, *(aim for aim in more if rng.random() < _SECOND_AIM)]
    group = episode.referral.child.group
    return tuple(_pursue(rng, episode, aim, aim.gain_of(group)) for aim in aims)


def _answers(rng: np.random.Generator, episode: Episode) -> tuple[SampleFeedback, ...]:
    if episode.start is None or rng.random() >= _ASKED:
        return ()
    day = episode.end - dt.timedelta(
        days=int(rng.integers(0, max(1, (episode.end - episode.start).days // 2)))
    )
    who = pick(rng, ("child", "parent", "other_family", "practitioner"), (0.45, 0.40, 0.08, 0.07))
    disabled = PLANTED["positive_feedback_shift_by_disability"].get(episode.referral.child.disability, 0.0)
    positive = "yes" if _happens(rng, "positive_feedback", episode.referral, day, disabled) else "no"
    took_part = "yes" if _happens(rng, "took_part", episode.referral, day) else "no"
    unanswered, anonymous = rng.random() < 0.05, bool(rng.random() < 0.12)
    return (SampleFeedback(day, who, positive, "" if unanswered else took_part, anonymous),)


def follow(rng: np.random.Generator, referral: Referral) -> Journey:
    """Simulate the whole journey from `referral`, also beyond the last day of the data."""
    episode = _receive(rng, referral) if referral.arm == "treated" else _wait(rng, referral)
    journey = Journey(episode, _outcomes(rng, episode), _answers(rng, episode))
    if episode.start is None:
        return journey
    drawn = (episode.start - referral.day).days
    return _move(journey, dt.timedelta(days=wait_days(drawn, referral.need) - drawn))


def _move(journey: Journey, by: dt.timedelta) -> Journey:
    """Shift all dates after the referral by the same time, without another random draw."""

    def moved(thing: Any, *dates: str) -> Any:
        days = {name: getattr(thing, name) for name in dates}
        return replace(thing, **{name: day and day + by for name, day in days.items()})

    return Journey(
        moved(journey.episode, "start", "end", "isa", "plan_start", "plan_end"),
        tuple(moved(outcome, "baseline_date", "review_date") for outcome in journey.outcomes),
        tuple(moved(answer, "day") for answer in journey.feedback),
    )


def make_journeys(rng: np.random.Generator | None = None, children: int = CHILDREN) -> tuple[Journey, ...]:
    """Return every journey of the sample, always the same; or of another borough, by its generator and size."""
    rng = rng or new_generator()
    return tuple(with_goals(follow(rng, referral)) for referral in describe(make_referrals(rng, children)))
