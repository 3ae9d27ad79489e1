"""Change of the same people between baseline and review."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.one_group import mean_interval
from pipeline.stats.results import Estimate, NotEstimable, Result


@dataclass(frozen=True)
class PairedChange:
    """`mean_change` is review - baseline over `n` pairs, `effect_size` that in baseline SDs; null value 0.

    The interval of the effect size takes the SD as known.
    """

    n: int
    mean_change: Result
    effect_size: Result


def paired_change(
    baseline: ArrayLike,
    review: ArrayLike,
    confidence_level: float = 0.95,
    *,
    all_baselines: ArrayLike | None = None,
    unit: str = "points",
) -> PairedChange:
    """Mean change with a t interval, and its effect size, from complete pairs.

    `all_baselines` holds the baseline of every episode, with a review or without, so that drop-out does not
    change the yardstick; without it the pairs' own baselines serve. ValueError for missing values or unequal
    lengths.

    >>> change = paired_change([10, 12, 14, 16], [13, 13, 18, 20])
    >>> change.n, change.mean_change.value, round(change.effect_size.value, 4)
    (4, 3.0, 1.1619)
    """
    before, after = _scores("baseline", baseline), _scores("review", review)
    if before.size != after.size:
        raise ValueError("baseline and review differ in length, expected one review for each baseline")
    yardstick = before if all_baselines is None else _scores("all_baselines", all_baselines)
    changes = after - before
    mean = float(changes.mean()) if changes.size else 0.0
    return paired_change_from_moments(
        changes.size, mean, _sd(changes) or 0.0, confidence_level, baseline_sd=_sd(yardstick), unit=unit
    )


def paired_change_from_moments(
    n: int,
    mean: float,
    sd: float,
    confidence_level: float = 0.95,
    *,
    baseline_sd: float | None = None,
    unit: str = "points",
) -> PairedChange:
    """As `paired_change`, from the number of pairs and the mean and SD of their changes.

    >>> change = paired_change_from_moments(25, mean=2.0, sd=5.0, baseline_sd=4.0)
    >>> round(change.mean_change.lower, 4), change.effect_size.value
    (-0.0639, 0.5)
    """
    mean_change = mean_interval(n, mean, sd, confidence_level, unit=unit)
    return PairedChange(n, mean_change, effect_size(mean_change, baseline_sd))


def effect_size(change: Result, baseline_sd: float | None) -> Result:
    """A change as a multiple of the SD of all baselines, which is taken as known; null value 0.

    >>> mean = Estimate(2.0, 1.0, 3.0, 0.95, "Student t", "points")
    >>> effect_size(mean, baseline_sd=4.0).value
    0.5
    """
    if isinstance(change, NotEstimable):
        return change
    if baseline_sd is None or not baseline_sd > 0:
        return NotEstimable("the spread of the baselines is unknown or nil")
    return Estimate(
        value=change.value / baseline_sd,
        lower=change.lower / baseline_sd,
        upper=change.upper / baseline_sd,
        confidence_level=change.confidence_level,
        method="Student t, over the SD of all baselines",
        unit="baseline SDs",
    )


def _scores(name: str, values: ArrayLike) -> NDArray[np.float64]:
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 1 or not np.isfinite(scores).all():
        raise ValueError(f"{name} holds a missing or infinite score, expected one list of complete scores")
    return scores


def _sd(scores: NDArray[np.float64]) -> float | None:
    return float(scores.std(ddof=1)) if scores.size > 1 and np.ptp(scores) > 0 else None
