"""What one person's scores tell: change beyond error of measurement, and several goals as one figure."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.inputs import LARGEST, check_number, complete_numbers

CRITICAL = 1.96
"""The paper's own: a change beyond it is error of measurement alone once in twenty times."""
_TINY = 1e-9
RHO = 0.3
"""The correlation between goals that the paper assumes."""
AS_EXPECTED = 50.0


def difference_error(sd: float, reliability: float) -> float:
    """The standard error of the difference of two scores of one person: SD sqrt(2) sqrt(1 - r).

    `sd` is the spread of scores in the group that the reliability was found in. ValueError for an SD that is not above
    0, or a reliability outside 0 to below 1.

    >>> round(difference_error(7.5, 0.8), 2)
    4.74
    """
    sd = check_number("sd", sd, lowest=1 / LARGEST)
    if not 0 <= reliability < 1:
        raise ValueError(f"reliability is {reliability!r}, expected 0 to below 1")
    return sd * math.sqrt(2) * math.sqrt(1 - reliability)


def reliable_change_index(changes: ArrayLike, sd: float, reliability: float) -> NDArray[np.float64]:
    """Changes as multiples of their standard error; 0 is no change. One is a list of one. ValueError if missing.

    >>> reliable_change_index(47.5 - 32.5, 7.5, 0.8).round(2).tolist()
    [3.16]
    """
    return complete_numbers("changes", np.atleast_1d(changes)) / difference_error(sd, reliability)


def smallest_reliable_change(sd: float, reliability: float) -> float:
    """The change beyond which one person's score changed by more than error of measurement."""
    return CRITICAL * difference_error(sd, reliability)


def reliably_better(improvements: ArrayLike, sd: float, reliability: float) -> NDArray[np.bool_]:
    """Of each improvement (more is better) whether its index is larger than 1.96; at 1.96 exactly it is not.

    >>> reliably_better([15, 9], 7.5, 0.8).tolist()
    [True, False]
    """
    better: NDArray[np.bool_] = reliable_change_index(improvements, sd, reliability) > CRITICAL * (1 + _TINY)
    return better


def goal_attainment(scores: ArrayLike) -> float:
    """T = 50 + 10 sum(x) / sqrt((1 - rho) n + rho n^2) of n goals; 50 is what was expected of all of them together.

    Goals weigh alike. ValueError for no goal, or a missing score.

    >>> round(goal_attainment([1, 0, 2]), 2)
    63.69
    """
    attained = complete_numbers("scores", scores)
    if not attained.size:
        raise ValueError("scores hold no goal, expected one complete score a goal")
    spread = math.sqrt((1 - RHO) * attained.size + RHO * attained.size**2)
    return AS_EXPECTED + 10 * float(attained.sum()) / spread
