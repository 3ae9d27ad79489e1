"""Whether the figures of a series still lean on one another after a model has been fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from pipeline.stats.results import NotEstimable, PValue

_NOTHING_LEFT = 1e-12


@dataclass(frozen=True)
class AutocorrelationCheck:
    """Durbin and Watson's d (2: none, towards 0: each point leans on the last) and the Ljung-Box test."""

    durbin_watson: float
    ljung_box: PValue

    def passes(self, significance: float = 0.05) -> bool:
        """Whether the test finds no autocorrelation at this level; not finding any does not prove none."""
        return self.ljung_box.value > significance


def check_autocorrelation(
    residuals: ArrayLike, lags: int, fitted: int = 0
) -> AutocorrelationCheck | NotEstimable:
    """Durbin-Watson and Ljung-Box (1978), Q = n(n + 2) sum r_k^2 / (n - k), chi-square with `lags` - `fitted`.

    `fitted` is the number of autoregressive coefficients in the model, 0 for a regression. Not estimable with fewer
    than twice as many points as lags.

    >>> check = check_autocorrelation([1, -1, 1, -1, 1, -1, 1, -1], lags=2)
    >>> round(check.durbin_watson, 4), check.passes()
    (3.5, False)
    """
    values = np.asarray(residuals, dtype=np.float64)
    if lags <= fitted or values.size < 2 * lags:
        return NotEstimable("too few points to see whether they lean on one another")
    squares = float(values @ values)
    if squares <= _NOTHING_LEFT:
        return NotEstimable("the figures do not vary beyond what the model explains")
    n, centred = values.size, values - values.mean()
    places = np.arange(1, lags + 1)
    own = np.array([centred[lag:] @ centred[:-lag] for lag in places]) / (centred @ centred)
    statistic = n * (n + 2) * float((own**2 / (n - places)).sum())
    p_value = float(special.chdtrc(lags - fitted, statistic))
    durbin_watson = float(np.diff(values) @ np.diff(values)) / squares
    null = f"no autocorrelation up to {lags} points apart"
    return AutocorrelationCheck(durbin_watson, PValue(p_value, "Ljung-Box", null))
