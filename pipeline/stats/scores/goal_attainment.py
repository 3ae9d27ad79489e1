"""Goals of one person, scored from -2 to 2, as one figure: goal attainment scaling (Kiresuk and Sherman 1968)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from pipeline.stats.inputs import complete_numbers

RHO = 0.3
"""The correlation between goals that the paper assumes."""
AS_EXPECTED = 50.0


def goal_attainment(scores: ArrayLike, weights: ArrayLike | None = None, rho: float = RHO) -> float:
    """T = 50 + 10 sum(wx) / sqrt((1 - rho) sum(w^2) + rho (sum w)^2); 50 is what was expected of all goals together.

    Goals weigh alike where no weights are given. ValueError for no goal, a missing score, or a weight not above 0.

    >>> round(goal_attainment([1, 0, 2]), 2)
    63.69
    """
    attained = complete_numbers("scores", scores)
    weighed = np.ones_like(attained) if weights is None else complete_numbers("weights", weights)
    if not attained.size:
        raise ValueError("scores hold no goal, expected one complete score a goal")
    if weighed.shape != attained.shape or not (weighed > 0).all():
        raise ValueError("expected one weight above 0 for each goal")
    if not 0 <= rho < 1:
        raise ValueError(f"rho is {rho!r}, expected 0 to below 1")
    spread = math.sqrt((1 - rho) * float((weighed**2).sum()) + rho * float(weighed.sum()) ** 2)
    return AS_EXPECTED + 10 * float((weighed * attained).sum()) / spread
