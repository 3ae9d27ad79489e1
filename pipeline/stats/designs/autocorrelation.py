"""Whether the figures of a series still lean on one another after a model has been fitted."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from pipeline.stats.inputs import complete_numbers
from pipeline.stats.results import NotEstimable, PValue

_NOTHING_LEFT = 1e-12


def check_autocorrelation(residuals: ArrayLike, times: ArrayLike, lags: int) -> PValue | NotEstimable:
    """Ljung and Box's test (1978) of a regression's residuals, Q = n(n + 2) sum r_k^2 / m_k, chi-square with `lags`.

    m_k is how many pairs of points lie k units of `times` apart: n - k without a gap. Not estimable with fewer than
    twice as many points as lags, where some distance has no pair, or where nothing varies. ValueError for a missing
    value.

    >>> check = check_autocorrelation([1, -1, 1, -1, 1, -1, 1, -1], range(8), lags=2)
    >>> round(check.value, 4)
    0.0003
    """
    values, at = complete_numbers("residuals", residuals), complete_numbers("times", times)
    if values.shape != at.shape:
        raise ValueError("residuals and times differ in number, expected one time for each residual")
    if lags < 1 or values.size < 2 * lags:
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
    p_value = float(special.chdtrc(lags, statistic))
    return PValue(p_value, "Ljung-Box", f"no autocorrelation up to {lags} points apart")
