"""Regression of one series on a design: a mean, a rate or a share, with errors that may follow one another."""

import math
from collections.abc import Callable
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
    """Coefficients (k,) on the scale of the model (log of a rate, logit of a share) and their covariances (k, k).

    Of several covariances the one that gives the wider interval counts. `residuals` (n,) are Pearson's, which for a
    mean are the plain ones; `freedom` is n - k.
    """

    coefficients: Floats
    covariances: tuple[Floats, ...]
    residuals: Floats
    freedom: int
    family: Family
    method: str

    def combine(self, weights: Floats, confidence_level: float, unit: str) -> Result:
        """A weighted sum of coefficients with its t interval: of a mean as it is, else as the ratio it stands for."""
        value = float(weights @ self.coefficients)
        error = math.sqrt(max(float(weights @ covariance @ weights) for covariance in self.covariances))
        reach = t_quantile(confidence_level, self.freedom) * error
        lower, upper = value - reach, value + reach
        if self.family != "mean":
            if max(abs(lower), abs(upper)) > _MOST_LOG_RATIO:
                return NotEstimable("too few events to tell a ratio from nothing or from any size")
            value, lower, upper = math.exp(value), math.exp(lower), math.exp(upper)
        return Estimate(value, lower, upper, confidence_level, self.method, unit)

    def level_at(self, design: Floats) -> Floats:
        """The fitted mean, rate or share for the rows of a design."""
        return level_of(design @ self.coefficients, self.family)


Errors = Callable[[Floats, Floats], tuple[Floats, ...]]


def fit_series(series: Series, design: Floats, errors: Errors, method: str) -> FittedSeries | NotEstimable:
    """Least squares for a mean, quasi-Poisson with offset for a rate, quasi-binomial for a share.

    `errors` takes the weighted design (n, k) and Pearson's residuals (n,) to covariances of the coefficients.
    """
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
    residuals = raw / np.sqrt(variance)
    covariances = errors(design * np.sqrt(variance)[:, None], residuals)
    return FittedSeries(coefficients, covariances, residuals, n - k, series.family, method)


def independent_errors(design: Floats, residuals: Floats, *, floor: float = 0.0) -> tuple[Floats, ...]:
    """Every point by itself: dispersion (Pearson's chi-square over n - k, at least `floor`) x (X'X)^-1.

    >>> independent_errors(np.ones((4, 1)), np.array([1.0, -1.0, 1.0, -1.0]))[0].round(4).tolist()
    [[0.3333]]
    """
    n, k = design.shape
    dispersion = max(float(residuals @ residuals) / (n - k), floor)
    return (dispersion * np.linalg.inv(design.T @ design),)


def newey_west_errors(
    design: Floats, residuals: Floats, *, times: Floats, lags: int, small_sample: bool, floor: float = 0.0
) -> tuple[Floats, ...]:
    """Newey and West (1987), Bartlett weights 1 - j/(lags + 1) of points j apart, times n/(n - k) if `small_sample`.

    On short series these are too small (80 % coverage instead of 95 with 20 points that are independent), so those
    of independent points stand beside them.
    """
    n, k = design.shape
    scores = design * residuals[:, None]
    weights = np.maximum(1 - _distances(times) / (lags + 1), 0.0)
    bread = np.linalg.inv(design.T @ design)
    factor = n / (n - k) if small_sample else 1.0
    return (
        factor * bread @ scores.T @ weights @ scores @ bread,
        *independent_errors(design, residuals, floor=floor),
    )


def autoregressive_errors(
    design: Floats, residuals: Floats, *, times: Floats, floor: float = 0.0
) -> tuple[Floats, ...]:
    """Each point leaning on the one before (AR(1)), by how much being averaged over what the residuals allow.

    (X'X)^-1 X'RX (X'X)^-1 with R of each autocorrelation from 0 to 0.95, weighted by its restricted likelihood
    (Harville 1977), which allows for the k coefficients that are fitted. Over a gap of d units of time a point leans on
    the one before by the autocorrelation to the power d.
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
        covariances.append(max(squares / (n - k), floor) * bread @ middle @ bread)
    weights = np.exp(np.array(likelihoods) - max(likelihoods))
    return (np.tensordot(weights / weights.sum(), np.array(covariances), axes=1),)


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
    return NotEstimable("too few events for a level and a slope on either side")


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
