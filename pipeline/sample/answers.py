"""Write the planted truths to `tests/sample/truths.yaml`, which tests read and the pipeline must recover."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.sample.borough import ETHNIC_PERCENT, FIRST_DAY, SEED, SERVICES, Service, contract_year
from pipeline.sample.faults import Planted
from pipeline.sample.journeys import Journey, SampleOutcome
from pipeline.sample.returns import Return, standing
from pipeline.sample.sendings import LATE, MENDED, MISSPELT, NIL, REPLACED
from pipeline.sample.truths import (
    AIMS,
    CHANCES,
    CHANGED_FROM,
    GOALS_ATTAINED,
    GOALS_IN,
    PLANTED,
    WAIT_SCALE,
    Aim,
    in_time_chance,
)

Truth = dict[str, Any]
_TOLD_LAST = (
    *("plan_changed_since_frozen", "looked_after", "referred_by_area", "benchmarks"),
    *("never_sent", "never_sent_by", "coded_by", "missing_returns"),
)


def _works(aim: Aim) -> str:
    effects = {gain - (aim.comparison_gain or 0.0) for gain in (aim.gain, *aim.gain_by_group.values())}
    if effects == {0.0}:
        return "no"
    return "for some" if 0.0 in effects else "yes"


def _aim(aim: Aim) -> Truth:
    waiting = aim.comparison_gain
    effect = None if waiting is None else aim.gain - waiting
    return {**asdict(aim), "effect_against_comparison": effect, "works": _works(aim)}


def _pairs(outcomes: Sequence[Mapping[str, str]], arm_of: Mapping[str, str], arm: str) -> Counter[str]:
    """Count rows with both scores, by outcome's name, for the episodes in an arm."""
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
    return {
        "aims": [
            {**_aim(aim), "pairs": treated[aim.outcome], "comparison_pairs": waiting[aim.outcome]}
            for aim in AIMS[service.service_id]
        ],
        "episodes": len(mine),
        "late_start": service.start.isoformat() if service.start > FIRST_DAY else None,
    }


def _mean_chance(outcomes: Iterable[SampleOutcome]) -> float:
    chances = [outcome.chance for outcome in outcomes]
    return sum(chances) / len(chances)


def _achieved_gap(journeys: Sequence[Journey], group: str, year: int, until: dt.date) -> float:
    """Return the planted gap to everyone else in percentage points, over the mix of services reviewed."""
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
    """Return the planted gap to everyone else in percentage points, over the needs of those who started."""
    chances: dict[bool, list[float]] = {True: [], False: []}
    for journey in journeys:
        child, episode = journey.episode.referral.child, journey.episode
        if episode.start and episode.ethnicity == child.ethnicity:
            chances[child.group == group].append(in_time_chance(episode.referral.need))
    inside, outside = (sum(chances[each]) / len(chances[each]) for each in (True, False))
    return round(100 * (inside - outside), 1)


def _waiting(journeys: Sequence[Journey]) -> Truth:
    """Return a gap that need alone explains: within each level of need there is none."""
    groups = [group for group in PLANTED["percent_by_need"] if group != "elsewhere"]
    return {
        "measure": "started_in_time",
        "percent_by_need": PLANTED["percent_by_need"],
        "in_time_by_need": {need: round(in_time_chance(need), 3) for need in WAIT_SCALE},
        "crude_gap": {group: _in_time_gap(journeys, group) for group in groups},
        "gap_at_equal_need": dict.fromkeys(groups, 0.0),
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


def _as_planted(*names: str) -> Truth:
    return {name: PLANTED[name] for name in names}


def make_truths(
    journeys: Sequence[Journey], returns: Sequence[Return], planted: Sequence[Planted], until: dt.date
) -> Truth:
    """Return everything planted and its counts in the rows returned; `returns` are those before faults."""
    tables = standing(returns)
    groups = ("Asian", "Black", "Mixed", "White", "Other")
    return {
        "about": f"Planted truths of data/raw/sample, seed {SEED}; written by python -m pipeline.sample.",
        "counts": _counts(tables, returns),
        "ethnic_percent": dict(ETHNIC_PERCENT),
        "services": {service.service_id: _service(service, tables) for service in SERVICES},
        "chances": {name: asdict(chance) for name, chance in CHANCES.items()},
        **_as_planted("positive_feedback_shift_by_disability"),
        "waiting": _waiting(journeys),
        **_as_planted("plans_per_child_year", "plan_rate_ratio_by_group"),
        "achieved_gap_by_year": {
            group: [_achieved_gap(journeys, group, year, until) for year in range(3)] for group in groups
        },
        **_as_planted("targets", "curves", "cycle"),
        "changed_from": CHANGED_FROM.isoformat(),
        **_as_planted(*_TOLD_LAST),
        "late_returns": ["/".join(key) for key in LATE],
        "replaced_return": "/".join(REPLACED[:2]),
        "nil_return": "/".join(NIL[:2]),
        **_as_planted("contracts"),
        "mean_of_goals": {GOALS_IN: round(sum(goal * share for goal, share in GOALS_ATTAINED.items()), 2)},
        "corrections": {MISSPELT.correction_id: "applied", MENDED.correction_id: "expired"},
        "faults": [_fault(each) for each in planted],
    }
