"""Whether the figures of a series still lean on one another after a model has been fitted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from pipeline.stats.inputs import complete_numbers
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
    residuals: ArrayLike, lags: int, fitted: int = 0, *, times: ArrayLike | None = None
) -> AutocorrelationCheck | NotEstimable:
    """Durbin-Watson and Ljung-Box (1978), Q = n(n + 2) sum r_k^2 / m_k, chi-square with `lags` - `fitted`.

    `fitted` is the number of autoregressive coefficients in the model, 0 for a regression. m_k is how many pairs of
    points lie k units of `times` apart: n - k without a gap. Not estimable with fewer than twice as many points as
    lags, where some distance has no pair, or where nothing varies. ValueError for a missing value.

    >>> check = check_autocorrelation([1, -1, 1, -1, 1, -1, 1, -1], lags=2)
    >>> round(check.durbin_watson, 4), check.passes()
    (3.5, False)
    """
    values = complete_numbers("residuals", residuals)
    at = np.arange(values.size) if times is None else complete_numbers("times", times)
    if values.shape != at.shape:
        raise ValueError("residuals and times differ in number, expected one time for each residual")
    if lags <= fitted or values.size < 2 * lags:
        return NotEstimable("too few points to see whether they lean on one another")
    n, centred = values.size, values - values.mean()
    squares, spread = float(values @ values), float(centred @ centred)
    if spread <= _NOTHING_LEFT * max(squares, 1.0):
        return NotEstimable("the figures do not vary beyond what the model explains")
    apart = np.subtract.outer(at, at)
    pairs = [apart == lag for lag in range(1, lags + 1)]
    number = np.array([pair.sum() for pair in pairs])
    if not number.all():
        return NotEstimable("too many gaps to see whether points lean on one another")
    own = np.array([centred @ pair @ centred for pair in pairs]) / spread
    statistic = n * (n + 2) * float((own**2 / number).sum())
    p_value = float(special.chdtrc(lags - fitted, statistic))
    steps = np.subtract.outer(values, values)[pairs[0]]
    durbin_watson = float(steps @ steps) / squares
    null = f"no autocorrelation up to {lags} points apart"
    return AutocorrelationCheck(durbin_watson, PValue(p_value, "Ljung-Box", null))
