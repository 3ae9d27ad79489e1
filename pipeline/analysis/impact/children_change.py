"""What changed child by child: reliable change, goals attained, and who has no second score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.analysis.impact.change import (
    baseline_spread,
    by_group,
    count_children,
    describe_values,
    paired_rows,
    rows_where,
    rows_with,
)
from pipeline.analysis.scope import Scope
from pipeline.contract.context import ScaleFacts
from pipeline.protect.cells import has
from pipeline.protect.rounding import Disclosure, Least, People
from pipeline.protect.tally import Sum
from pipeline.stats.multiple_testing import benjamini_hochberg
from pipeline.stats.proportions.paired_shares import mcnemar_mid_p
from pipeline.stats.proportions.two_groups import difference_of_means
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.scores.paired import clustered_mean
from pipeline.stats.scores.reliable_change import goal_attainment, reliably_better

_SCORES = ("baseline_score", "review_score")


@dataclass(frozen=True)
class ReliableShares:
    """Children of a group by reliable change, and of those who began short of the cut-off, who ended reliably past it.

    `past_cutoff` is None where the scale has no cut-off.
    """

    ethnic_group: str
    children: People
    better: Sum
    same: Sum
    worse: Sum
    past_cutoff: Sum | None


Moved = Literal["more", "fewer", "not clear"]


@dataclass(frozen=True)
class Crossing:
    """Children who crossed the cut-off one way and the other, out of how many; as few as rounding makes them worth."""

    gained: float
    lost: float
    total: float


@dataclass(frozen=True)
class CutoffShares:
    """Children of a group at or past the cut-off with their first score and with their last; `crossed` either way.

    `moved` follows from the three as they are shown, held to the false discovery rate of all groups on the scale.
    """

    ethnic_group: str
    start: Sum
    end: Sum
    crossed: People
    moved: Moved


@dataclass(frozen=True)
class GoalsAttained:
    """How many of a group have goals reviewed, and the mean of their goal attainment T (50: as expected)."""

    ethnic_group: str
    children: People
    attained: Result


@dataclass(frozen=True)
class Unmatched:
    """Children with a first score, those of them with a second, and how the others began (above 0 is better).

    `size` is the smaller of the two groups that are compared at the start.
    """

    ethnic_group: str
    started: People
    matched: Sum
    size: People
    start_difference: Result


def treated_on(scores: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Rows of the children in the service, on one scale."""
    return rows_where(scores, has(scores, "arm", "treated") & has(scores, "scale", scale))


def spread_of(scores: pd.DataFrame, scale: ScaleFacts) -> float:
    """The SD that goes with the reliability: the norm group's where it is given, else that of all first scores here."""
    return scale.norm_sd or baseline_spread(treated_on(scores, scale.scale))


def _last_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """One pair of scores a child: the one reviewed last."""
    ordered = paired_rows(rows).sort_values(["child", "review_date"], kind="stable")
    return ordered.drop_duplicates("child", keep="last")


def _past_cutoff(pairs: pd.DataFrame, scale: ScaleFacts, better: NDArray[np.bool_]) -> Sum | None:
    if scale.clinical_cutoff is None:
        return None
    start, end = ((pairs[name] - scale.clinical_cutoff) * pairs["sign"] for name in _SCORES)
    short = start < 0
    return _part(pairs, short & (end >= 0) & better, short)


def _part(rows: pd.DataFrame, part: ArrayLike, whole: ArrayLike | None = None) -> Sum:
    """Some of the children, out of those or of all."""
    among = rows if whole is None else rows[np.asarray(whole)]
    return Sum.of_people(rows.loc[np.asarray(part), "child"]).among(Sum.of_people(among["child"]))


def _reliable(
    pairs: pd.DataFrame, scale: ScaleFacts, spread: float, reliability: float, group: str
) -> ReliableShares:
    improvements = pairs["improvement"].to_numpy()
    better, worse = (reliably_better(turned, spread, reliability) for turned in (improvements, -improvements))
    same = _part(pairs, ~better & ~worse)
    past_cutoff = _past_cutoff(pairs, scale, better)
    return ReliableShares(
        group, count_children(pairs), _part(pairs, better), same, _part(pairs, worse), past_cutoff
    )


def assess_reliable(
    scores: pd.DataFrame, scale: ScaleFacts, groups: Sequence[str]
) -> tuple[ReliableShares, ...]:
    """Reliable change of all children and of each ethnic group; none without a reliability or a spread."""
    spread, reliability = spread_of(scores, scale), scale.reliability
    if reliability is None or not spread > 0:
        return ()
    pairs = _last_pairs(treated_on(scores, scale.scale))
    return tuple(
        _reliable(rows, scale, spread, reliability, group) for group, rows in by_group(pairs, groups)
    )


def assess_cutoff(
    scores: pd.DataFrame, scale: ScaleFacts, groups: Sequence[str], minimum: Least, confidence_level: float
) -> tuple[CutoffShares, ...]:
    """Of the same children, who was at or past the cut-off before and after; of groups that are not too few."""
    if scale.clinical_cutoff is None:
        return ()
    pairs = _last_pairs(treated_on(scores, scale.scale))
    cutoff = scale.clinical_cutoff
    past = {name: ((pairs[name] - cutoff) * pairs["sign"] >= 0).to_numpy() for name in _SCORES}
    told = pairs.assign(before=past["baseline_score"], after=past["review_score"])
    crossing = [
        (group, rows) for group, rows in by_group(told, groups) if minimum.is_met(count_children(rows))
    ]
    sides = [
        (
            _part(rows, rows["before"]),
            _part(rows, rows["after"]),
            People.count(rows.loc[rows["before"] != rows["after"], "child"]),
        )
        for _, rows in crossing
    ]
    moved = [cross(*three, minimum.rule) for three in sides]
    chances = benjamini_hochberg([mcnemar_mid_p(each.gained, each.lost).value for each in moved])
    words: list[Moved] = [
        "not clear" if chance > 1 - confidence_level else "more" if each.gained > each.lost else "fewer"
        for each, chance in zip(moved, chances, strict=True)
    ]
    named = zip(crossing, sides, words, strict=True)
    return tuple(CutoffShares(group, *three, word) for (group, _), three, word in named)


def cross(start: Sum, end: Sum, crossed: People, rule: Disclosure) -> Crossing:
    """Who gained and who lost follow from the three as they are shown."""
    before, after = start.tally(rule), end.tally(rule)
    more = max(-before.total, min(after.events - before.events, before.total))
    over = min(max(crossed.shown(rule), abs(more)), before.total)
    # The difference of the two shares is of as many roundings as there are shares.
    effect = 1 + 2 * rule.variance / over if over else 1.0
    return Crossing((over + more) / 2 / effect, (over - more) / 2 / effect, before.total / effect)


def assess_goals(
    scores: pd.DataFrame, scale: str, groups: Sequence[str], minimum: Least, confidence_level: float
) -> tuple[GoalsAttained, ...]:
    """Each child's goals reviewed as one T, and the mean of these by group; goals weigh alike."""
    reviewed = rows_with(treated_on(scores, scale), "review_score")
    return tuple(_goals(rows, group, minimum, confidence_level) for group, rows in by_group(reviewed, groups))


def _goals(rows: pd.DataFrame, group: str, minimum: Least, confidence_level: float) -> GoalsAttained:
    attained, children = rows.groupby("child")["review_score"].agg(goal_attainment), count_children(rows)
    if not minimum.is_met(children):
        return GoalsAttained(
            group, children, NotEstimable(f"fewer than {minimum} children with goals reviewed")
        )
    return GoalsAttained(group, children, clustered_mean(attained, attained.index, confidence_level))


def assess_unmatched(
    scores: pd.DataFrame, scale: str, groups: Sequence[str], minimum: Least, confidence_level: float
) -> tuple[Unmatched, ...]:
    """Who has a second score, of all children and of each group, and how those without one began."""
    started = rows_with(treated_on(scores, scale), "baseline_score")
    return tuple(
        compare_unmatched(rows, group, minimum, confidence_level) for group, rows in by_group(started, groups)
    )


def compare_unmatched(rows: pd.DataFrame, group: str, minimum: Least, confidence_level: float) -> Unmatched:
    """Of children with a first score, those with a second one, and how the others began."""
    child, reviewed = rows["child"].to_numpy(), ~np.isnan(rows["review_score"].to_numpy(dtype=np.float64))
    with_review = pd.unique(child[reviewed])
    alone = ~pd.Index(child).isin(with_review)
    sides = People.count(child[alone]), People.count(with_review)
    few = NotEstimable(f"fewer than {minimum} children on one side")
    found = Unmatched(group, count_children(rows), _part(rows, reviewed), min(sides), few)
    if not all(map(minimum.is_met, sides)):
        return found
    starts = (rows["baseline_score"] * rows["sign"]).to_numpy(dtype=np.float64)
    lost, kept = (describe_values(starts[side]) for side in (alone, reviewed))
    return replace(found, start_difference=difference_of_means(*lost, *kept, confidence_level))


@cache
def list_reliable(scope: Scope, scale: str) -> tuple[ReliableShares, ...]:
    """Reliable change on one scale, by group."""
    return assess_reliable(scope.slice.scores, scope.context.scale(scale), scope.dataset.groups)


@cache
def list_unmatched(scope: Scope, scale: str, minimum: int) -> tuple[Unmatched, ...]:
    """Who has a second score on one scale, by group."""
    groups = scope.dataset.groups
    least = Least(minimum, scope.rule)
    return assess_unmatched(scope.slice.scores, scale, groups, least, scope.confidence_level)
