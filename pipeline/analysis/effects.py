"""Children in a service against a comparison group: effects, and what they did to gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.analysis.change import (
    ALL_GROUPS,
    ChangeVerdict,
    assess_changes,
    baseline_spread,
    by_group,
    count_children,
    judge_change,
    paired_rows,
)
from pipeline.analysis.gap_changes import GapVerdict
from pipeline.analysis.tally import reference_rows
from pipeline.stats.comparison import adjusted_difference, difference_in_effects
from pipeline.stats.paired import effect_size
from pipeline.stats.results import NotEstimable, Result

EvidenceStrength = Literal["descriptive", "before and after", "comparison group", "randomised comparison"]


@dataclass(frozen=True)
class Effect:
    """Treated less comparison, turned so that above 0 is better for the children in the service."""

    scale: str
    ethnic_group: str
    treated: int
    comparison: int
    at_review: Result
    given_start: Result
    verdict: ChangeVerdict


@dataclass(frozen=True)
class Finding:
    """What a service's scores show: its size in standard deviations of the starting scores, and by what design.

    `size` is the number of children with both scores that it rests on, on the smaller side of a comparison.
    """

    scale: str
    size: int
    estimate: Result
    verdict: ChangeVerdict
    strength: EvidenceStrength


@dataclass(frozen=True)
class GapEffect:
    """A group's distance to its comparator at review, in each arm, and what the service did to it."""

    scale: str
    ethnic_group: str
    size: int
    treated_gap: Result
    comparison_gap: Result
    moved: Result


def _design(rows: pd.DataFrame) -> tuple[np.ndarray | None, np.ndarray]:
    """Strata and clusters: providers by review year where there are several, else children as clusters."""
    if rows["provider_id"].nunique() < 2:
        return None, rows["child"].to_numpy()
    years = pd.to_datetime(rows["review_date"]).dt.year.astype(str)
    return (rows["provider_id"] + " " + years).to_numpy(), rows["provider_id"].to_numpy()


def _turned(rows: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    sign = rows["sign"]
    return (rows["review_score"] * sign).to_numpy(), pd.DataFrame({"start": rows["baseline_score"] * sign})


def _difference(rows: pd.DataFrame, flag: pd.Series, adjust: bool, confidence: float) -> Result:
    outcome, start = _turned(rows)
    strata, clusters = _design(rows)
    return adjusted_difference(
        outcome, flag.to_numpy(), start if adjust else None, strata, clusters, confidence
    )


def _effect(rows: pd.DataFrame, scale: str, group: str, minimum: int, confidence: float) -> Effect:
    reviewed = rows.dropna(subset=["review_score", "provider_id"])
    pairs = paired_rows(reviewed)
    flags = pairs["arm"] == "treated"
    sizes = count_children(pairs[flags]), count_children(pairs[~flags])
    at_review: Result = NotEstimable(
        f"fewer than {minimum} children with both scores in one of the two groups"
    )
    given_start = at_review
    if min(sizes) >= minimum:
        at_review = _difference(reviewed, reviewed["arm"] == "treated", False, confidence)
        given_start = _difference(pairs, flags, True, confidence)
    return Effect(scale, group, *sizes, at_review, given_start, judge_change(given_start))


def assess_effects(
    scores: pd.DataFrame, groups: Sequence[str], minimum_pairs: int, confidence_level: float
) -> tuple[Effect, ...]:
    """Treated against comparison, by scale, over all and for each ethnic group; empty without a comparison arm.

    `given_start` holds the starting score fixed (the effect of this stretch of the service); `at_review` does
    not (it includes what was there before). Strata and clusters are providers where there are several.
    """
    if not (scores["arm"] == "comparison").any():
        return ()
    return tuple(
        effect
        for scale, scaled in scores.groupby("scale", sort=True)
        for effect in _judge_groups(
            [
                _effect(rows, str(scale), group, minimum_pairs, confidence_level)
                for group, rows in by_group(scaled, groups)
            ]
        )
    )


def _judge_groups(effects: Sequence[Effect]) -> list[Effect]:
    """The same effects, each group's judged beside the first, which is of all children."""
    overall, *groups = effects
    judged = (
        replace(group, verdict=judge_change(group.given_start, overall.given_start)) for group in groups
    )
    return [overall, *judged]


def _gap_effect(
    rows: pd.DataFrame, scale: str, group: str, comparator: str, minimum: int, confidence: float
) -> GapEffect:
    both = pd.concat([rows[rows["ethnic_group"] == group], reference_rows(rows, group, comparator)])
    in_group = both["ethnic_group"] == group
    arms = {arm: both["arm"] == arm for arm in ("treated", "comparison")}
    sizes = [count_children(both[mask & side]) for mask in arms.values() for side in (in_group, ~in_group)]
    if min(sizes) < minimum:
        few = NotEstimable(f"fewer than {minimum} children with both scores in one of the groups")
        return GapEffect(scale, group, min(sizes), few, few, few)
    gaps = [_difference(both[mask], in_group[mask], False, confidence) for mask in arms.values()]
    outcome, start = _turned(both)
    strata, clusters = _design(both)
    moved = difference_in_effects(
        outcome, arms["treated"].to_numpy(), in_group.to_numpy(), start, strata, clusters, confidence
    )
    return GapEffect(scale, group, min(sizes), gaps[0], gaps[1], moved)


def assess_gap_effects(
    scores: pd.DataFrame, groups: Sequence[str], comparator: str, minimum_pairs: int, confidence_level: float
) -> tuple[GapEffect, ...]:
    """What the service did to each group's distance to the comparator; empty without a comparison arm."""
    if not (scores["arm"] == "comparison").any():
        return ()
    pairs = paired_rows(scores).dropna(subset=["provider_id"])
    return tuple(
        _gap_effect(rows, str(scale), group, comparator, minimum_pairs, confidence_level)
        for scale, rows in pairs.groupby("scale", sort=True)
        for group in groups
        if group != comparator
    )


def judge_moved(effect: GapEffect) -> GapVerdict:
    """Whether the service narrowed a gap: only when the interval of what it did excludes 0.

    A group that is behind in the comparison arm and gains more than its comparator has its gap narrowed.
    """
    moved, before = effect.moved, effect.comparison_gap
    if isinstance(moved, NotEstimable) or isinstance(before, NotEstimable):
        return "cannot tell yet"
    if moved.contains(0.0):
        return "no clear change"
    return "narrowing" if (moved.value > 0) == (before.value < 0) else "widening"


def find_strongest(
    scores: pd.DataFrame, scale: str, contract_type: str, minimum_pairs: int, confidence_level: float
) -> Finding:
    """What one service's scores on one scale show, by the strongest design they carry (after the Maryland scale).

    A comparison with enough children on both sides goes before a change in the service alone, which may have
    other causes; a trial's comparison is randomised.
    """
    scaled = scores[scores["scale"] == scale]
    treated = scaled[scaled["arm"] == "treated"]
    spread = baseline_spread(scaled)
    effect = _effect(scaled, scale, ALL_GROUPS, minimum_pairs, confidence_level)
    if effect.verdict != "too few to say":
        strength: EvidenceStrength = (
            "randomised comparison" if contract_type == "trial" else "comparison group"
        )
        size = effect_size(effect.given_start, spread)
        return Finding(scale, min(effect.treated, effect.comparison), size, effect.verdict, strength)
    (change, *_) = assess_changes(treated, (), minimum_pairs, confidence_level) or (None,)
    if change is None or isinstance(change.change, NotEstimable):
        few = NotEstimable(f"fewer than {minimum_pairs} children with both scores")
        return Finding(scale, change.with_both if change else 0, few, "too few to say", "descriptive")
    return Finding(scale, change.with_both, change.effect_size, change.verdict, "before and after")
