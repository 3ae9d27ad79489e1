"""Many comparisons at once, and the p-values they need where a method gives intervals only."""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipeline.stats.results import Counts, NotEstimable, Result

Key = TypeVar("Key", bound=Hashable)

_HALVINGS = 20


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values, in the order given: those at or below q hold the false discovery rate at q.

    Benjamini and Hochberg (1995), step-up, over the whole declared family. ValueError for a value that is
    missing or outside 0 to 1.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("p_values hold a value that is missing or outside 0 to 1, expected p-values")
    falling = np.argsort(p)[::-1]
    ranks = np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[falling] = np.minimum.accumulate(np.minimum(p[falling] * p.size / ranks, 1.0))
    return adjusted


def adjust_by_name(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """The adjusted p-values of one family, each under the name that it is given under.

    >>> adjust_by_name({"Asian": 0.01, "Black": 0.04})
    {'Asian': 0.02, 'Black': 0.04}
    """
    return dict(zip(p_values, benjamini_hochberg([*p_values.values()]).tolist(), strict=True))


def chance_of_signals(signals: int, series: int, rate: float) -> float:
    """The chance of at least so many false signals among series of which each gives one at `rate`, independently.

    ValueError unless signals are a part of the series and the rate is a share.

    >>> round(chance_of_signals(2, 10, 0.03), 4)
    0.0345
    """
    Counts(signals, series)
    if not 0 <= rate <= 1:
        raise ValueError(f"rate is {rate!r}, expected a share between 0 and 1")
    return float(special.betainc(signals, series - signals + 1, rate)) if signals else 1.0


def p_value_by_inversion(interval_at: Callable[[float], Result], null: float) -> float | NotEstimable:
    """1 - the confidence level at which the interval just touches `null`: the p-value that agrees with it.

    `interval_at` gives the interval of a confidence level; a higher level must never give a narrower one.
    Found by halving, rounded up to a multiple of 2^-20 (about 1e-6), which is the smallest value there is.

    >>> from pipeline.stats.results import Counts
    >>> from pipeline.stats.proportions.two_groups import koopman_ratio
    >>> p = p_value_by_inversion(lambda level: koopman_ratio(Counts(16, 16), Counts(60, 72), level), null=1)
    >>> round(p, 4)
    0.0789
    """
    missed, held = 0.0, 1.0
    for _ in range(_HALVINGS):
        level = (missed + held) / 2
        interval = interval_at(level)
        if isinstance(interval, NotEstimable):
            return interval
        if interval.contains(null):
            held = level
        else:
            missed = level
    return 1 - missed
