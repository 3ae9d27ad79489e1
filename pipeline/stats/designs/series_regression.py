"""Regression of one series on a design: a mean, a rate or a share, with errors that may follow one another."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from pipeline.stats.inputs import Floats, t_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

Family = Literal["mean", "rate", "share"]

_NOTHING_LEFT = 1e-9
_MOST_STEPS = 50
_SETTLED = 1e-10
_MOST_LOG_RATIO = 30.0
_WORST_CONDITION = 1e8
_TOO_FEW_EVENTS = NotEstimable("too few events for a level and a slope on either side")
# Autocorrelation of one point with the next, before the series is looked at all equally likely.
_AUTOCORRELATIONS = np.linspace(0.0, 0.95, 20)


@dataclass(frozen=True, eq=False)
class Series:
    """n figures in the order of time; both arrays are (n,).

    `outcome` is a number of events, or a mean times its size; `size` is the exposure (child-years), the total, or what
    a mean weighs: 1 where all weigh alike.
    """

    outcome: Floats
    size: Floats
    family: Family


@dataclass(frozen=True, eq=False)
class FittedSeries:
    """Coefficients (k,) on the scale of the model (log of a rate, logit of a share) and their `covariance` (k, k).

    `residuals` (n,) are Pearson's; `freedom` is n - k.
    """

    coefficients: Floats
    covariance: Floats
    residuals: Floats
    freedom: int
    family: Family
    method: str

    def ratio(self, place: int, confidence_level: float, unit: str) -> Result:
        """What one coefficient makes of a rate or of odds, as a ratio with its t interval."""
        value = float(self.coefficients[place])
        reach = t_quantile(confidence_level, self.freedom) * math.sqrt(float(self.covariance[place, place]))
        lower, upper = value - reach, value + reach
        if max(abs(lower), abs(upper)) > _MOST_LOG_RATIO:
            return NotEstimable("too few events to tell a ratio from nothing or from any size")
        value, lower, upper = math.exp(value), math.exp(lower), math.exp(upper)
        return Estimate(value, lower, upper, confidence_level, self.method, unit)

    def level_at(self, design: Floats) -> Floats:
        """The fitted rate or share for the rows of a design."""
        return level_of(design @ self.coefficients, self.family)


def fit_series(series: Series, design: Floats, times: Floats, method: str) -> FittedSeries | NotEstimable:
    """Quasi-Poisson with offset for a rate, quasi-binomial for a share, with the errors of points at these times."""
    n, k = design.shape
    if n <= k or np.linalg.matrix_rank(design) < k:
        return NotEstimable("too few points to tell level, slope and season apart")
    coefficients = fit_coefficients(series, design)
    if isinstance(coefficients, NotEstimable):
        return coefficients
    mean, variance = moments_of(series, design @ coefficients)
    raw = series.outcome - mean
    if np.linalg.norm(raw) <= _NOTHING_LEFT * np.linalg.norm(series.outcome):
        return NotEstimable("the figures do not vary beyond what the model explains")
    weighted, residuals = design * np.sqrt(variance)[:, None], raw / np.sqrt(variance)
    if np.linalg.cond(weighted) > _WORST_CONDITION:
        return _TOO_FEW_EVENTS
    covariance = autoregressive_errors(weighted, residuals, times)
    return FittedSeries(coefficients, covariance, residuals, n - k, series.family, method)


def autoregressive_errors(design: Floats, residuals: Floats, times: Floats) -> Floats:
    """Each point leaning on the one before (AR(1)), by how much being averaged over what the residuals allow.

    (X'X)^-1 X'RX (X'X)^-1 with R of each autocorrelation from 0 to 0.95, weighted by its restricted likelihood
    (Harville 1977), which allows for the k coefficients that are fitted; the dispersion is never below 1. Over a gap of
    d units of time a point leans on the one before by the autocorrelation to the power d. The design (n, k) is
    weighted, the residuals (n,) are Pearson's.
    """
    n, k = design.shape
    bread, apart = np.linalg.inv(design.T @ design), _distances(times)
    likelihoods, covariances = [], []
    for autocorrelation in _AUTOCORRELATIONS:
        decay = autocorrelation ** np.diff(times)
        x, y = _whitened(design, decay), _whitened(residuals, decay)
        left = y - x @ _least_squares(x, y)
        squares = float(left @ left)
        logs = float(np.log1p(-(decay**2)).sum()) + np.linalg.slogdet(x.T @ x)[1]
        likelihoods.append(-0.5 * (logs + (n - k) * math.log(squares)))
        middle = design.T @ autocorrelation**apart @ design
        covariances.append(max(squares / (n - k), 1.0) * bread @ middle @ bread)
    weights = np.exp(np.array(likelihoods) - max(likelihoods))
    return np.asarray(np.tensordot(weights / weights.sum(), np.array(covariances), axes=1))


def _distances(times: Floats) -> Floats:
    """How far apart in time any two points are."""
    return np.abs(np.subtract.outer(times, times))


def _whitened(values: Floats, decay: Floats) -> Floats:
    """Prais and Winsten's transformation, after which neighbours are independent and all vary alike."""
    changed, shape = values.copy(), (-1, *[1] * (values.ndim - 1))
    kept = decay.reshape(shape)
    changed[1:] = (values[1:] - kept * values[:-1]) / np.sqrt(1 - kept**2)
    return changed


def fit_coefficients(series: Series, design: Floats, held: Floats | None = None) -> Floats | NotEstimable:
    """Least squares, weights the sizes; for events by iterated weighted least squares.

    Rows of `held` (m, k) are what is believed before of the coefficients: each weighted sum is about 0, give or take 1.

    >>> doubled = Series(np.array([5.0, 10.0]), np.array([10.0, 10.0]), "rate")
    >>> np.exp(fit_coefficients(doubled, np.array([[1.0, 0.0], [1.0, 1.0]]))).round(3).tolist()
    [0.5, 2.0]
    """
    before = np.empty((0, design.shape[1])) if held is None else held
    if series.family == "mean":
        root = np.sqrt(series.size)
        return _least_squares(design * root[:, None], series.outcome / root)
    index = link_of((series.outcome + 0.5) / (series.size + 1.0), series.family)
    coefficients = _least_squares(design, index)
    for _ in range(_MOST_STEPS):
        mean, variance = moments_of(series, design @ coefficients)
        if not np.isfinite(variance).all() or (variance <= 0).any():
            break
        root = np.sqrt(variance)
        with np.errstate(over="ignore"):
            rows = np.vstack([design * root[:, None], before])
        if not np.isfinite(rows).all():
            break
        step = _least_squares(rows, np.concatenate([(series.outcome - mean) / root, -before @ coefficients]))
        coefficients = coefficients + step
        if np.abs(step).max() < _SETTLED:
            return coefficients
    return _TOO_FEW_EVENTS


def _least_squares(design: Floats, outcome: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(design, outcome, rcond=None)[0], dtype=np.float64)


def moments_of(series: Series, index: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of each outcome under the model, where `index` is its linear predictor; dispersion 1."""
    level = level_of(index, series.family)
    with np.errstate(over="ignore"):  # an endless mean is found by whoever asks
        mean = level * series.size
    if series.family == "mean":
        return mean, series.size
    return mean, mean if series.family == "rate" else mean * (1 - level)


def link_of(level: Floats, family: Family) -> Floats:
    """The linear predictor of a level: itself, its logarithm or its logit."""
    if family == "mean":
        return level
    linked: Floats = np.log(level) if family == "rate" else special.logit(level)
    return linked


def level_of(index: Floats, family: Family) -> Floats:
    """The level of a linear predictor."""
    if family == "mean":
        return index
    level: Floats = np.exp(np.minimum(index, 700.0)) if family == "rate" else special.expit(index)
    return level
