"""What changed for the children in a service: scores before and after, and against a comparison group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.contract.open_words import CannotTell, NoChange, TooFew
from pipeline.protect.cells import has
from pipeline.protect.rounding import Least, People
from pipeline.stats.results import Estimate, NotEstimable, Result
from pipeline.stats.scores.paired import clustered_mean, effect_size

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Floats = NDArray[np.float64]
Told = TypeVar("Told", bound="DataclassInstance")

ALL_GROUPS = "All children"
_SCORES = ("baseline_score", "review_score")
ChangeVerdict = Literal["better", "worse", NoChange, CannotTell, TooFew]


@dataclass(frozen=True)
class ScoreChange:
    """Improvement (more is better) from baseline to review, of the children who have both scores."""

    scale: str
    ethnic_group: str
    with_baseline: People
    with_both: People
    baseline_mean: float
    review_mean: float
    change: Result
    effect_size: Result
    verdict: ChangeVerdict


def judge_change(change: Result, overall: Result | None = None) -> ChangeVerdict:
    """Better or worse only when the interval excludes 0.

    A group's interval that holds both 0 and what was clearly found for all children (`overall`) cannot tell
    between the two; one that leaves `overall` out shows no clear change where others changed.
    """
    if isinstance(change, NotEstimable):
        return "too few to say"
    if change.contains(0.0):
        if isinstance(overall, Estimate) and not overall.contains(0.0) and change.contains(overall.value):
            return "cannot tell yet"
        return "no clear change"
    return "better" if change.value > 0 else "worse"


def judge_against(effect: Result, null: float, higher_is_better: bool) -> ChangeVerdict:
    """The same of any effect, in the direction that is better; every interval is judged alone."""
    if isinstance(effect, NotEstimable):
        return "too few to say"
    if effect.contains(null):
        return "no clear change"
    return "better" if (effect.value > null) == higher_is_better else "worse"


def rows_where(rows: pd.DataFrame, holds: ArrayLike) -> pd.DataFrame:
    """The rows for which it holds: the table itself where that is every row, as it often is of scores."""
    chosen = np.asarray(holds, dtype=bool)
    return rows if chosen.all() else rows[chosen]


def rows_with(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Rows in which none of the columns is missing."""
    return rows_where(rows, ~np.logical_or.reduce([pd.isna(rows[name].to_numpy()) for name in columns]))


def paired_rows(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows with both scores."""
    return rows_with(scores, *_SCORES)


def by_scale(scores: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each scale, in the order of their names."""
    names = sorted(scores["scale"].unique())
    return [(str(name), rows_where(scores, has(scores, "scale", str(name)))) for name in names]


def count_children(rows: pd.DataFrame) -> People:
    """Different children among the rows."""
    return People.count(rows["child"])


def describe_values(values: Floats) -> tuple[int, float, float]:
    """How many, their mean, and their standard deviation; not a number where there are too few."""
    mean = float(values.mean()) if values.size else float("nan")
    return values.size, mean, float(values.std(ddof=1)) if values.size > 1 else float("nan")


def spread_of_starts(starts: Floats) -> float:
    """Standard deviation of starting scores, those that are missing left out; 0 where there is none."""
    number, _, spread = describe_values(starts[~np.isnan(starts)])
    return spread if number > 1 else 0.0


def baseline_spread(scores: pd.DataFrame) -> float:
    """Standard deviation of the starting scores, with a review or without; 0 where there is none."""
    return spread_of_starts(scores["baseline_score"].to_numpy(dtype=np.float64))


def _change(scores: pd.DataFrame, scale: str, group: str, minimum: Least, confidence: float) -> ScoreChange:
    starts = rows_with(scores, "baseline_score")
    pairs = rows_with(starts, "review_score")
    with_baseline, with_both = count_children(starts), count_children(pairs)
    change: Result = NotEstimable(f"fewer than {minimum} children with both scores")
    if minimum.is_met(with_both):
        change = clustered_mean(pairs["improvement"], pairs["child"], confidence)
    (_, baseline_mean, _), (_, review_mean, _) = (
        describe_values(pairs[name].to_numpy(dtype=np.float64)) for name in _SCORES
    )
    return ScoreChange(
        scale=scale,
        ethnic_group=group,
        with_baseline=with_baseline,
        with_both=with_both,
        baseline_mean=baseline_mean,
        review_mean=review_mean,
        change=change,
        effect_size=effect_size(
            minimum.tell(change, with_both), baseline_spread(starts), with_baseline.shown(minimum.rule)
        ),
        verdict=judge_change(change),
    )


def by_group(scores: pd.DataFrame, groups: Sequence[str]) -> list[tuple[str, pd.DataFrame]]:
    """All rows, then the rows of each group that has any."""
    each = [(group, scores[has(scores, "ethnic_group", group)]) for group in groups]
    return [(ALL_GROUPS, scores), *((group, rows) for group, rows in each if len(rows))]


def assess_changes(
    scores: pd.DataFrame, groups: Sequence[str], minimum_pairs: Least, confidence_level: float
) -> tuple[ScoreChange, ...]:
    """Before and after, by scale, for all children in the service and for each ethnic group."""
    treated = rows_where(scores, has(scores, "arm", "treated"))
    return tuple(
        change
        for scale, scaled in by_scale(treated)
        for change in judge_against_overall(
            [
                _change(rows, scale, group, minimum_pairs, confidence_level)
                for group, rows in by_group(scaled, groups)
            ],
            lambda change: change.change,
        )
    )


def judge_against_overall(found: Sequence[Told], estimate_of: Callable[[Told], Result]) -> list[Told]:
    """The same, each group's verdict told beside the first, which is of all children."""
    overall, *groups = found
    beside = estimate_of(overall)
    return [overall, *(replace(each, verdict=judge_change(estimate_of(each), beside)) for each in groups)]
