"""The planted truths as `tests/sample/truths.yaml`, which tests read and the pipeline must find by itself."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.sample.borough import ETHNIC_PERCENT, SEED, contract_year
from pipeline.sample.faults import Planted
from pipeline.sample.journeys import Journey, SampleOutcome
from pipeline.sample.planted_contracts import describe_agreed
from pipeline.sample.planted_curves import TURNS
from pipeline.sample.planted_plans import plan_truths
from pipeline.sample.planted_register import TARGETS
from pipeline.sample.returns import Return, standing
from pipeline.sample.sendings import LATE, MENDED, MISSPELT, NIL, REPLACED, SAID
from pipeline.sample.services import SERVICES, Service
from pipeline.sample.truths import (
    ACHIEVED,
    AIMS,
    CODED_BY,
    COMPLETED,
    COURSES,
    ISA_AGREED,
    LOOKED_AFTER,
    LOOKED_AFTER_RATE,
    LOOKED_AFTER_RATIO,
    LOOKED_AFTER_YEARS,
    MISSING_RETURNS,
    NEED_PERCENT,
    NEED_PERCENT_ELSEWHERE,
    NEVER_SENT,
    NEVER_SENT_BY,
    PLAN_RATIO,
    PLANS_ELSEWHERE,
    PLANS_PER_CHILD_YEAR,
    POSITIVE,
    POSITIVE_BY_DISABILITY,
    STARTED,
    TOOK_PART,
    VERDICTS,
    WAIT_SCALE,
    Aim,
    Chance,
    in_time_chance,
)

Truth = dict[str, Any]
_CHANCES = {
    "started": STARTED,
    "isa_agreed": ISA_AGREED,
    "completed_of_starters": COMPLETED,
    "outcome_achieved": ACHIEVED,
    "positive_feedback": POSITIVE,
    "took_part": TOOK_PART,
}


def _works(aim: Aim) -> str:
    effects = {gain - (aim.comparison_gain or 0.0) for gain in (aim.gain, *aim.gain_by_group.values())}
    if effects == {0.0}:
        return "no"
    return "for some" if 0.0 in effects else "yes"


def _aim(aim: Aim) -> Truth:
    waiting = aim.comparison_gain
    return {
        "outcome": aim.outcome,
        "scale": aim.scale,
        "gain": aim.gain,
        "gain_by_group": dict(aim.gain_by_group),
        "comparison_gain": waiting,
        "effect_against_comparison": None if waiting is None else aim.gain - waiting,
        "works": _works(aim),
    }


def _pairs(outcomes: Sequence[Mapping[str, str]], arm_of: Mapping[str, str], arm: str) -> Counter[str]:
    """Rows with both scores, by outcome's name, of the episodes in that arm."""
    return Counter(
        row["outcome"]
        for row in outcomes
        if arm_of.get(row["episode_id"]) == arm and row["baseline_score"] and row["review_score"]
    )


def _service(service: Service, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Truth:
    mine = [row for row in tables["episodes"] if row["service_id"] == service.service_id]
    arm_of = {row["episode_id"]: row["arm"] or "treated" for row in mine}
    treated = _pairs(tables["outcomes"], arm_of, "treated")
    waiting = _pairs(tables["outcomes"], arm_of, "comparison")
    aims = AIMS[service.service_id]
    return {
        "aims": [
            {**_aim(aim), "pairs": treated[aim.outcome], "comparison_pairs": waiting[aim.outcome]}
            for aim in aims
        ],
        "episodes": len(mine),
        "late_start": service.start.isoformat() if service.start > SERVICES[0].start else None,
    }


def _chance(chance: Chance) -> Truth:
    return {
        "base": chance.base,
        "shift_by_group_and_year": {group: list(years) for group, years in chance.by_group.items()},
        "shift_by_service": dict(chance.by_service),
        "shift_by_group_in_service": {
            service: {group: list(years) for group, years in groups.items()}
            for service, groups in chance.in_service.items()
        },
        "shift_from_change": dict(chance.from_change),
    }


def _mean_chance(outcomes: Iterable[SampleOutcome]) -> float:
    chances = [outcome.chance for outcome in outcomes]
    return sum(chances) / len(chances)


def _achieved_gap(journeys: Sequence[Journey], group: str, year: int, until: dt.date) -> float:
    """Planted gap to everyone else in percentage points, over the mix of services actually reviewed."""
    judged = [
        (journey.episode.referral.child.group == group, outcome)
        for journey in journeys
        if journey.episode.ethnicity == journey.episode.referral.child.ethnicity
        for outcome in journey.outcomes
        if outcome.achieved
        and outcome.review_date
        and outcome.review_date <= until
        and contract_year(outcome.review_date) == year
    ]
    inside = _mean_chance(outcome for is_in, outcome in judged if is_in)
    outside = _mean_chance(outcome for is_in, outcome in judged if not is_in)
    return round(100 * (inside - outside), 1)


def _in_time_gap(journeys: Sequence[Journey], group: str) -> float:
    """Planted gap to everyone else in percentage points, over the needs of those who started."""
    chances: dict[bool, list[float]] = {True: [], False: []}
    for journey in journeys:
        child, episode = journey.episode.referral.child, journey.episode
        if episode.start and episode.ethnicity == child.ethnicity:
            chances[child.group == group].append(in_time_chance(episode.referral.need))
    inside, outside = (sum(chances[each]) / len(chances[each]) for each in (True, False))
    return round(100 * (inside - outside), 1)


def _waiting(journeys: Sequence[Journey]) -> Truth:
    """A gap that need alone explains: by need there is none."""
    return {
        "measure": "started_in_time",
        "percent_by_need": {
            **{group: list(shares) for group, shares in NEED_PERCENT.items()},
            "elsewhere": list(NEED_PERCENT_ELSEWHERE),
        },
        "in_time_by_need": {need: round(in_time_chance(need), 3) for need in WAIT_SCALE},
        "crude_gap": {group: _in_time_gap(journeys, group) for group in NEED_PERCENT},
        "gap_at_equal_need": dict.fromkeys(NEED_PERCENT, 0.0),
    }


def _looked_after() -> Truth:
    rates = {"rate": LOOKED_AFTER_RATE, "ratio": dict(LOOKED_AFTER_RATIO)}
    return {"counted": LOOKED_AFTER, "years": list(LOOKED_AFTER_YEARS), **rates}


def _sending() -> Truth:
    return {
        "never_sent": list(NEVER_SENT),
        "never_sent_by": {provider: list(columns) for provider, columns in NEVER_SENT_BY.items()},
        "coded_by": {
            provider: {"census": census, "years": list(years), "says_so": census in SAID}
            for provider, (census, years) in CODED_BY.items()
        },
    }


def _fault(planted: Planted) -> Truth:
    return {
        "kind": planted.fault.kind,
        "file": planted.file,
        "row": planted.row,
        "column": planted.fault.column or None,
        "repeats_row": planted.made_from if planted.fault.repeats else None,
        "fate": "set_aside",
        "sound_again_in_a_later_return": planted.fault.table != "feedback",
    }


def _counts(tables: Mapping[str, Sequence[Mapping[str, str]]], returns: Sequence[Return]) -> Truth:
    return {
        "returns": len(returns),
        "children": len({row["child_id"] for row in tables["episodes"]}),
        "episodes": len(tables["episodes"]),
        "outcomes": len(tables["outcomes"]),
        "feedback_before_faults": len(tables["feedback"]),
        "ethnicity_not_known": sum(
            row["ethnicity"] in ("", "NSTA", "REFU", "NOBT") for row in tables["episodes"]
        ),
    }


def _judged() -> Truth:
    """What may be said of each target and each curve."""
    courses = {
        target.target_id: (COURSES[target.target_id], VERDICTS[target.target_id]) for target in TARGETS
    }
    return {
        name: {
            key: {"course": course, "verdicts": list(verdicts)} for key, (course, verdicts) in told.items()
        }
        for name, told in (("targets", courses), ("curves", TURNS))
    }


def make_truths(
    journeys: Sequence[Journey], returns: Sequence[Return], planted: Sequence[Planted], until: dt.date
) -> Truth:
    """All that is planted, and what it comes to in the rows returned; `returns` are those before faults."""
    tables = standing(returns)
    groups = ("Asian", "Black", "Mixed", "White", "Other")
    return {
        "about": f"Planted truths of data/raw/sample, seed {SEED}; written by python -m pipeline.sample.",
        "counts": _counts(tables, returns),
        "ethnic_percent": dict(ETHNIC_PERCENT),
        "services": {service.service_id: _service(service, tables) for service in SERVICES},
        "chances": {name: _chance(chance) for name, chance in _CHANCES.items()},
        "positive_feedback_shift_by_disability": dict(POSITIVE_BY_DISABILITY),
        "waiting": _waiting(journeys),
        "plans_per_child_year": {**PLANS_PER_CHILD_YEAR, "elsewhere": PLANS_ELSEWHERE},
        "plan_rate_ratio_by_group": dict(PLAN_RATIO),
        "achieved_gap_by_year": {
            group: [_achieved_gap(journeys, group, year, until) for year in range(3)] for group in groups
        },
        **_judged(),
        **plan_truths(),
        "looked_after": _looked_after(),
        **_sending(),
        "missing_returns": [f"{provider}/{period}" for provider, period in MISSING_RETURNS],
        "late_returns": ["/".join(key) for key in LATE],
        "replaced_return": "/".join(REPLACED[:2]),
        "nil_return": "/".join(NIL[:2]),
        **describe_agreed(),
        "corrections": {MISSPELT.correction_id: "applied", MENDED.correction_id: "expired"},
        "faults": [_fault(each) for each in planted],
    }
