"""What changed child by child: reliable change, goals attained, and who has no second score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.group_counts import has
from pipeline.analysis.impact.change import (
    baseline_spread,
    by_group,
    describe_values,
    paired_rows,
    rows_where,
    rows_with,
)
from pipeline.contract.context import ScaleFacts
from pipeline.stats.multiple_testing import benjamini_hochberg
from pipeline.stats.proportions.paired_shares import mcnemar_mid_p
from pipeline.stats.proportions.two_groups import difference_of_means
from pipeline.stats.results import Counts, NotEstimable, Result
from pipeline.stats.scores.clustered import clustered_mean
from pipeline.stats.scores.goal_attainment import goal_attainment
from pipeline.stats.scores.reliable_change import ReliableChange, count_reliable, reliably_better

_SCORES = ("baseline_score", "review_score")


@dataclass(frozen=True)
class ReliableShares:
    """Children of a group by reliable change, and of those who began short of the cut-off, who ended reliably past it.

    `past_cutoff` is None where the scale has no cut-off.
    """

    ethnic_group: str
    change: ReliableChange
    past_cutoff: Counts | None


@dataclass(frozen=True)
class CutoffShares:
    """Children of a group at or past the cut-off with their first score and with their last; `crossed` either way.

    `moved` is held to the false discovery rate of all groups on the scale.
    """

    ethnic_group: str
    start: Counts
    end: Counts
    crossed: int
    moved: Literal["more", "fewer", "not clear"]


@dataclass(frozen=True)
class GoalsAttained:
    """How many of a group have goals reviewed, and the mean of their goal attainment T (50: as expected)."""

    ethnic_group: str
    children: int
    attained: Result


@dataclass(frozen=True)
class Unmatched:
    """Children with a first score, those of them with a second, and how the others began (above 0 is better)."""

    ethnic_group: str
    matched: Counts
    start_difference: Result

    @property
    def size(self) -> int:
        """The smaller of the two groups that are compared at the start."""
        return min(self.matched.events, self.matched.total - self.matched.events)


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


def _past_cutoff(pairs: pd.DataFrame, scale: ScaleFacts, better: NDArray[np.bool_]) -> Counts | None:
    if scale.clinical_cutoff is None:
        return None
    start, end = ((pairs[name] - scale.clinical_cutoff) * pairs["sign"] for name in _SCORES)
    short = start < 0
    return Counts(int((short & (end >= 0) & better).sum()), int(short.sum()))


def _reliable(
    pairs: pd.DataFrame, scale: ScaleFacts, spread: float, reliability: float, group: str
) -> ReliableShares:
    improvements = pairs["improvement"].to_numpy()
    better = reliably_better(improvements, spread, reliability)
    return ReliableShares(
        group, count_reliable(improvements, spread, reliability), _past_cutoff(pairs, scale, better)
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
    scores: pd.DataFrame, scale: ScaleFacts, groups: Sequence[str], minimum: int, confidence_level: float
) -> tuple[CutoffShares, ...]:
    """Of the same children, who was at or past the cut-off before and after; of groups that are not too few."""
    if scale.clinical_cutoff is None:
        return ()
    pairs = _last_pairs(treated_on(scores, scale.scale))
    cutoff = scale.clinical_cutoff
    past = {name: ((pairs[name] - cutoff) * pairs["sign"] >= 0).to_numpy() for name in _SCORES}
    told = pairs.assign(before=past["baseline_score"], after=past["review_score"])
    crossing = [
        (group, rows["before"].to_numpy(), rows["after"].to_numpy())
        for group, rows in by_group(told, groups)
        if len(rows) >= minimum
    ]
    gained = [int((after & ~before).sum()) for _, before, after in crossing]
    lost = [int((before & ~after).sum()) for _, before, after in crossing]
    chances = [mcnemar_mid_p(*moved).value for moved in zip(gained, lost, strict=True)]
    return tuple(
        CutoffShares(
            group,
            Counts(int(before.sum()), before.size),
            Counts(int(after.sum()), after.size),
            more + fewer,
            "not clear" if chance > 1 - confidence_level else "more" if more > fewer else "fewer",
        )
        for (group, before, after), more, fewer, chance in zip(
            crossing, gained, lost, benjamini_hochberg(chances), strict=True
        )
    )


def assess_goals(
    scores: pd.DataFrame, scale: str, groups: Sequence[str], minimum: int, confidence_level: float
) -> tuple[GoalsAttained, ...]:
    """Each child's goals reviewed as one T, and the mean of these by group; goals weigh alike."""
    reviewed = rows_with(treated_on(scores, scale), "review_score")
    return tuple(_goals(rows, group, minimum, confidence_level) for group, rows in by_group(reviewed, groups))


def _goals(rows: pd.DataFrame, group: str, minimum: int, confidence_level: float) -> GoalsAttained:
    attained = rows.groupby("child")["review_score"].agg(goal_attainment)
    if len(attained) < minimum:
        few = NotEstimable(f"fewer than {minimum} children with goals reviewed")
        return GoalsAttained(group, len(attained), few)
    return GoalsAttained(group, len(attained), clustered_mean(attained, attained.index, confidence_level))


def assess_unmatched(
    scores: pd.DataFrame, scale: str, groups: Sequence[str], minimum: int, confidence_level: float
) -> tuple[Unmatched, ...]:
    """Who has a second score, of all children and of each group, and how those without one began."""
    started = rows_with(treated_on(scores, scale), "baseline_score")
    return tuple(
        compare_unmatched(rows, group, minimum, confidence_level) for group, rows in by_group(started, groups)
    )


def compare_unmatched(rows: pd.DataFrame, group: str, minimum: int, confidence_level: float) -> Unmatched:
    """Of children with a first score, those with a second one, and how the others began."""
    child, reviewed = rows["child"].to_numpy(), ~np.isnan(rows["review_score"].to_numpy(dtype=np.float64))
    with_review, everyone = pd.unique(child[reviewed]), pd.unique(child)
    found = Unmatched(
        group,
        Counts(with_review.size, everyone.size),
        NotEstimable(f"fewer than {minimum} children on one side"),
    )
    if found.size < minimum:
        return found
    starts = (rows["baseline_score"] * rows["sign"]).to_numpy(dtype=np.float64)
    lost, kept = (describe_values(starts[side]) for side in (~pd.Index(child).isin(with_review), reviewed))
    return replace(found, start_difference=difference_of_means(*lost, *kept, confidence_level))
