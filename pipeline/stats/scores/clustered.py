"""A mean of values that come in clusters, such as several scores of one person."""

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.stats.confidence import t_quantile
from pipeline.stats.inputs import complete_numbers
from pipeline.stats.results import Estimate, NotEstimable, Result


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
