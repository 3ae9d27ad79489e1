"""Children in a service against a comparison group: effects, and what they did to gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from pipeline.analysis.equality.gap_changes import GapVerdict
from pipeline.analysis.impact.change import (
    ChangeVerdict,
    by_group,
    by_scale,
    judge_against_overall,
    judge_change,
    paired_rows,
    rows_with,
)
from pipeline.analysis.scope import Scope
from pipeline.protect.cells import has, in_comparator
from pipeline.protect.rounding import Least, People
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.scores.comparison import adjusted_difference, difference_in_effects

_COLUMNS = {"ethnicity": "ethnic_group"}


@dataclass(frozen=True)
class Effect:
    """Treated less comparison, turned so that above 0 is better for the children in the service."""

    scale: str
    ethnic_group: str
    treated: People
    comparison: People
    at_review: Result
    given_start: Result
    verdict: ChangeVerdict


@dataclass(frozen=True)
class GapEffect:
    """A group's distance to its comparator at review, in each arm, and what the service did to it."""

    scale: str
    ethnic_group: str
    size: int
    treated_gap: Result
    comparison_gap: Result
    moved: Result


def stratify(rows: pd.DataFrame) -> tuple[np.ndarray | None, np.ndarray]:
    """Strata and clusters: providers by review year where there are several, else children as clusters."""
    if rows["provider_id"].nunique() < 2:
        return None, rows["child"].to_numpy()
    years = pd.to_datetime(rows["review_date"]).dt.year.astype(str)
    return (rows["provider_id"] + " " + years).to_numpy(), rows["provider_id"].to_numpy()


def adjust_for_covariates(
    rows: pd.DataFrame, covariate_names: Sequence[str] = ()
) -> tuple[np.ndarray, pd.DataFrame]:
    """The outcome, more being better, and what is held fixed: the starting score, each level of a characteristic."""
    start = pd.DataFrame({"start": rows["baseline_score"] * rows["sign"]})
    levels = [
        pd.get_dummies(rows[_COLUMNS.get(name, name)], prefix=name, dtype=float) for name in covariate_names
    ]
    return _outcome(rows), pd.concat([start, *levels], axis="columns") if levels else start


def _outcome(rows: pd.DataFrame) -> np.ndarray:
    return (rows["review_score"] * rows["sign"]).to_numpy()


def compare_arms(
    rows: pd.DataFrame,
    scale: str,
    group: str,
    minimum: Least,
    confidence: float,
    covariate_names: Sequence[str] = (),
) -> Effect:
    """Treated against comparison among these rows of one scale, `covariate_names` beside the starting score."""
    reviewed = rows_with(rows, "review_score", "provider_id")
    pairs = rows_with(reviewed, "baseline_score")
    flags, child = has(pairs, "arm", "treated"), pairs["child"].to_numpy()
    sizes = People.count(child[flags]), People.count(child[~flags])
    at_review: Result = NotEstimable(
        f"fewer than {minimum} children with both scores in one of the two groups"
    )
    given_start = at_review
    if all(map(minimum.is_met, sizes)):
        at_review = adjusted_difference(
            _outcome(reviewed), has(reviewed, "arm", "treated"), None, *stratify(reviewed), confidence
        )
        outcome, start = adjust_for_covariates(pairs, covariate_names)
        given_start = adjusted_difference(outcome, flags, start, *stratify(pairs), confidence)
    return Effect(scale, group, *sizes, at_review, given_start, judge_change(given_start))


def assess_effects(
    scores: pd.DataFrame,
    groups: Sequence[str],
    minimum_pairs: Least,
    confidence_level: float,
    covariate_names: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> tuple[Effect, ...]:
    """Treated against comparison, by scale, over all and for each ethnic group; empty without a comparison arm.

    `given_start` holds the starting score fixed (the effect of this stretch of the service); `at_review` does
    not (it includes what was there before). Strata and clusters are providers where there are several.
    `covariate_names` has, by scale, the characteristics that its plan declares.
    """
    if not has(scores, "arm", "comparison").any():
        return ()
    return tuple(
        effect
        for scale, scaled in by_scale(scores)
        for effect in judge_against_overall(
            [
                compare_arms(
                    rows, scale, group, minimum_pairs, confidence_level, covariate_names.get(scale, ())
                )
                for group, rows in by_group(scaled, groups)
            ],
            lambda effect: effect.given_start,
        )
    )


def _gap_effect(
    rows: pd.DataFrame, scale: str, group: str, comparator: str, minimum: Least, confidence: float
) -> GapEffect:
    sides = has(rows, "ethnic_group", group), in_comparator(rows, group, comparator)
    child, treated = rows["child"].to_numpy(), has(rows, "arm", "treated")
    sizes = [People.count(child[arm & side]) for arm in (treated, ~treated) for side in sides]
    if not all(map(minimum.is_met, sizes)):
        few = NotEstimable(f"fewer than {minimum} children with both scores in one of the groups")
        return GapEffect(scale, group, min(sizes), few, few, few)
    both = pd.concat([rows[side] for side in sides])
    in_group, in_service = has(both, "ethnic_group", group), has(both, "arm", "treated")
    (outcome, start), (strata, clusters) = adjust_for_covariates(both), stratify(both)
    gaps = [
        adjusted_difference(_outcome(rows), in_group[arm], None, *stratify(rows), confidence)
        for arm in (in_service, ~in_service)
        for rows in [both[arm]]
    ]
    moved = difference_in_effects(outcome, in_service, in_group, start, strata, clusters, confidence)
    return GapEffect(scale, group, min(sizes), gaps[0], gaps[1], moved)


def assess_gap_effects(
    scores: pd.DataFrame,
    groups: Sequence[str],
    comparator: str,
    minimum_pairs: Least,
    confidence_level: float,
) -> tuple[GapEffect, ...]:
    """What the service did to each group's distance to the comparator; empty without a comparison arm."""
    if not has(scores, "arm", "comparison").any():
        return ()
    pairs = rows_with(paired_rows(scores), "provider_id")
    return tuple(
        _gap_effect(rows, scale, group, comparator, minimum_pairs, confidence_level)
        for scale, rows in by_scale(pairs)
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


@cache
def list_gap_effects(scope: Scope, minimum_pairs: int) -> tuple[GapEffect, ...]:
    """What the service did to each group's gap, by scale."""
    dataset = scope.dataset
    return assess_gap_effects(
        scope.slice.scores,
        dataset.known_groups,
        dataset.comparator,
        Least(minimum_pairs, scope.rule),
        scope.confidence_level,
    )


@cache
def list_yearly_gap_effects(scope: Scope, minimum_pairs: int) -> tuple[tuple[str, GapEffect], ...]:
    """The same of each year of review by itself; none where all reviews fall into one."""
    dataset, scores = scope.dataset, scope.slice.scores
    years = pd.to_datetime(scores["review_date"]).dt.year
    if years.nunique() < 2:
        return ()
    least = Least(minimum_pairs, scope.rule)
    return tuple(
        (f"reviews of {year:.0f}", effect)
        for year, rows in scores.groupby(years, sort=True)
        for effect in assess_gap_effects(
            rows, dataset.known_groups, dataset.comparator, least, scope.confidence_level
        )
    )
