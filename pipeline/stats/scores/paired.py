"""A mean of several values a person, and a change as a multiple of how the same people differed at the start."""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.stats.inputs import check_number, complete_numbers, normal_quantile, t_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

_TOO_FEW = 3
"""An SD from three values or fewer may be anything; with three taken off, limits hold from 13 values on."""


def effect_size(change: Result, baseline_sd: float, baselines: int | None = None) -> Result:
    """A change as a multiple of the SD of all baselines; null value 0.

    The SD is estimated from so many `baselines`, known where there is no number. The limits are those d at which
    change - d SD lies as far from 0 as chance brings it, with (d SD)^2 / (2 (baselines - 3)) for the SD's own variance
    (after Fieller 1954): the interval holds 0 exactly where that of the change does.

    >>> mean = Estimate(2.0, 1.0, 3.0, 0.95, "Student t", "points")
    >>> effect_size(mean, baseline_sd=4.0).lower
    0.25
    >>> told = effect_size(mean, 4.0, baselines=50)
    >>> round(told.lower, 3), told.value, round(told.upper, 3)
    (0.245, 0.5, 0.797)
    """
    if isinstance(change, NotEstimable):
        return change
    if not check_number("baseline_sd", baseline_sd, 0) > 0:
        return NotEstimable("the spread of the baselines is unknown or nil")
    own = 0.0 if baselines is None else _share_of_the_sd(baselines, change.confidence_level)
    if own >= 1:
        return NotEstimable("too few baselines to know their spread")
    value = change.value / baseline_sd
    below, above = (value - change.lower / baseline_sd, change.upper / baseline_sd - value)
    lower = (value - math.sqrt(own * value**2 + (1 - own) * below**2)) / (1 - own)
    upper = (value + math.sqrt(own * value**2 + (1 - own) * above**2)) / (1 - own)
    method = "Student t, over the SD of all baselines"
    return Estimate(value, lower, upper, change.confidence_level, method, "baseline SDs")


def _share_of_the_sd(baselines: int, confidence_level: float) -> float:
    """How far an SD from so many values may be off, squared, as a share of itself; 1 or more where nothing is known."""
    if baselines <= _TOO_FEW:
        return 1.0
    return normal_quantile(confidence_level) ** 2 / (2 * (baselines - _TOO_FEW))


def clustered_mean(
    values: ArrayLike, clusters: ArrayLike, confidence_level: float = 0.95, *, unit: str = "points"
) -> Result:
    """The mean with a cluster-robust interval; null value 0 when the values are changes.

    Variance G/(G-1) x sum over clusters of (sum of residuals)^2 / n^2 (CR1 of a regression on an intercept,
    its (n-1)/(n-k) being 1), t with G - 1 degrees of freedom. With one value a cluster it is the t interval.
    Not estimable below two clusters or without spread. ValueError for missing values or unequal lengths.

    >>> interval = clustered_mean([1.0, 2.0, 3.0, 6.0], ["a", "b", "c", "d"])
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (-0.4374, 6.4374)
    """
    numbers = complete_numbers("values", values)
    codes, labels = pd.factorize(np.asarray(clusters))
    if codes.size != numbers.size or (codes < 0).any():
        raise ValueError("clusters are missing or of unequal length, expected one cluster a value")
    groups = len(labels)
    if groups < 2:
        return NotEstimable("fewer than two clusters")
    residuals = np.bincount(codes, weights=numbers - numbers.mean(), minlength=groups)
    error = math.sqrt(groups / (groups - 1) * float(residuals @ residuals)) / numbers.size
    if math.isclose(error, 0.0, abs_tol=1e-12):
        return NotEstimable("all values are the same, so there is no spread to judge by")
    mean = float(numbers.mean())
    reach = t_quantile(confidence_level, groups - 1) * error
    return Estimate(mean, mean - reach, mean + reach, confidence_level, "Student t, clustered", unit)
