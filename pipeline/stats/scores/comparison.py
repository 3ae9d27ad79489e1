"""Treated against comparison, adjusted: least squares within strata, with robust standard errors."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.inputs import Floats, complete_numbers, t_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

Flags = NDArray[np.bool_]
Codes = NDArray[np.intp]

_NOTHING_LEFT = 1e-9


def adjusted_difference(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: pd.DataFrame | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    confidence_level: float = 0.95,
    *,
    unit: str = "points",
) -> Result:
    """Mean outcome of treated less comparison, holding covariates and stratum fixed; null value 0.

    Ordinary least squares on `treated` (0 or 1) and numeric covariates with one intercept a stratum. With
    `clusters` the variance is CR1, factor G/(G-1) x (N-1)/(N-K), and t has G - 1 degrees of freedom; without,
    HC1, factor N/(N-K), and N - K. K counts treatment, independent covariates and every stratum, as if the
    strata were dummy columns. CR1 is too sure of itself below some ten clusters. ValueError for missing
    values, unequal lengths or covariates that are not numbers.

    >>> result = adjusted_difference([3, 5, 8, 2, 4, 6], [1, 1, 1, 0, 0, 0], strata=list("abcabc"))
    >>> round(result.value, 4), round(result.lower, 4), round(result.upper, 4)
    (1.3333, -0.1009, 2.7676)
    """
    rows = _rows(outcome, covariates, strata, clusters)
    flag = _flags("treated", treated, rows)
    cells = {"treated people": flag, "comparison people": ~flag}
    return _missing_cell(rows, cells) or _coefficient(rows, flag.astype(float), confidence_level, unit)


def difference_in_effects(
    outcome: ArrayLike,
    treated: ArrayLike,
    group_flag: ArrayLike,
    covariates: pd.DataFrame | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> Result:
    """Effect of treatment on the flagged group less its effect on everyone else; null value 0.

    The coefficient of treated x flag beside treated and flag: by how much treatment moved the gap between the
    flagged group and the rest. Otherwise as `adjusted_difference`.

    >>> treated, flag = [0, 0, 1, 1, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1]
    >>> round(difference_in_effects([1, 2, 4, 6, 1, 3, 5, 5], treated, flag).value, 4)
    -0.5
    """
    rows = _rows(outcome, covariates, strata, clusters)
    flag, group = _flags("treated", treated, rows), _flags("group_flag", group_flag, rows)
    cells = {
        "treated people in the group": flag & group,
        "comparison people in the group": ~flag & group,
        "treated people outside the group": flag & ~group,
        "comparison people outside the group": ~flag & ~group,
    }
    with_main_effects = replace(rows, controls=np.column_stack([rows.controls, flag, group]))
    interaction = (flag & group).astype(float)
    return _missing_cell(rows, cells) or _coefficient(
        with_main_effects, interaction, confidence_level, "points"
    )


@dataclass(frozen=True)
class _Rows:
    """n complete rows: `outcome` (n,), `controls` (n, k), codes of stratum and cluster (n,)."""

    outcome: Floats
    controls: Floats
    strata: Codes
    clusters: Codes | None


def _rows(
    outcome: ArrayLike, covariates: pd.DataFrame | None, strata: ArrayLike | None, clusters: ArrayLike | None
) -> _Rows:
    values = complete_numbers("outcomes", outcome)
    n = values.size
    return _Rows(
        outcome=values,
        controls=np.empty((n, 0)) if covariates is None else _numbers(covariates, n),
        strata=np.zeros(n, dtype=np.intp) if strata is None else _codes("strata", strata, n),
        clusters=None if clusters is None else _codes("clusters", clusters, n),
    )


def _numbers(covariates: pd.DataFrame, n: int) -> Floats:
    for name, column in covariates.items():
        if not pd.api.types.is_numeric_dtype(column):
            raise ValueError(f"covariate {name!r} is {column.dtype}, expected numbers")
    _check_length("covariates", len(covariates), n)
    columns = [complete_numbers(f"values of covariate {name!r}", covariates[name]) for name in covariates]
    return np.column_stack([np.empty((n, 0)), *columns])


def _codes(name: str, labels: ArrayLike, n: int) -> Codes:
    codes, _ = pd.factorize(np.asarray(labels))
    _check_length(name, codes.size, n)
    if (codes < 0).any():
        raise ValueError(f"{name} hold a missing label, expected one for every row")
    return codes


def _flags(name: str, values: ArrayLike, rows: _Rows) -> Flags:
    flags = pd.Series(values).to_numpy(dtype=np.float64, na_value=np.nan)
    _check_length(name, flags.size, rows.outcome.size)
    if not np.isin(flags, (0, 1)).all():
        raise ValueError(f"{name} holds a value other than 0 and 1 (or false and true)")
    return flags.astype(bool)


def _check_length(name: str, length: int, n: int) -> None:
    if length != n:
        raise ValueError(f"{name} and outcome differ in length, expected one value of each for every row")


def _missing_cell(rows: _Rows, cells: dict[str, Flags]) -> NotEstimable | None:
    if rows.clusters is not None and np.unique(rows.clusters).size < 2:
        return NotEstimable("fewer than two clusters, so differences between clusters are unknown")
    for name, cell in cells.items():
        if not cell.any():
            return NotEstimable(f"there are no {name}")
        if rows.clusters is not None and np.unique(rows.clusters[cell]).size < 2:
            return NotEstimable(f"all {name} are in one cluster")
    return None


def _coefficient(rows: _Rows, regressor: Floats, confidence_level: float, unit: str) -> Result:
    """The coefficient of what controls and strata leave of `regressor` (Frisch, Waugh and Lovell)."""
    basis = _basis(rows)
    within = _demeaned(regressor, rows.strata)
    purged = within - basis @ (basis.T @ within)
    if np.linalg.norm(purged) <= _NOTHING_LEFT * np.linalg.norm(regressor):
        return NotEstimable("strata or covariates leave no treated and comparison people to compare")
    if rows.clusters is not None and np.unique(rows.clusters[np.abs(within) > _NOTHING_LEFT]).size < 2:
        return NotEstimable("only one cluster has treated and comparison people to compare")
    degrees_left = rows.outcome.size - np.unique(rows.strata).size - basis.shape[1] - 1
    if degrees_left < 1:
        return NotEstimable("too few people for so many strata and covariates")
    outcome = _demeaned(rows.outcome, rows.strata)
    effect = float(purged @ outcome / (purged @ purged))
    residual = outcome - basis @ (basis.T @ outcome) - effect * purged
    if np.linalg.norm(residual) <= _NOTHING_LEFT * np.linalg.norm(rows.outcome):
        return NotEstimable("the outcome does not vary beyond what the model explains")
    variance, degrees_of_freedom = _robust_variance(purged * residual, rows.clusters, degrees_left)
    standard_error = math.sqrt(variance) / float(purged @ purged)
    half_width = t_quantile(confidence_level, degrees_of_freedom) * standard_error
    method = "least squares, HC1" if rows.clusters is None else "least squares, cluster-robust CR1"
    return Estimate(effect, effect - half_width, effect + half_width, confidence_level, method, unit)


def _robust_variance(scores: Floats, clusters: Codes | None, degrees_left: int) -> tuple[float, int]:
    """Variance of the summed scores, with the degrees of freedom of its t."""
    n = scores.size
    if clusters is None:
        return float(scores @ scores) * n / degrees_left, degrees_left
    sums = np.bincount(clusters, weights=scores)
    groups = sums.size
    return float(sums @ sums) * groups / (groups - 1) * (n - 1) / degrees_left, groups - 1


def _basis(rows: _Rows) -> Floats:
    """Orthonormal columns that span what the strata leave of the controls."""
    within = np.empty_like(rows.controls)
    for place, control in enumerate(rows.controls.T):
        within[:, place] = _demeaned(control, rows.strata)
    lengths = np.linalg.norm(within, axis=0)
    kept = lengths > _NOTHING_LEFT * np.linalg.norm(rows.controls, axis=0)
    left, sizes, _ = np.linalg.svd(within[:, kept] / lengths[kept], full_matrices=False)
    return left[:, sizes > _NOTHING_LEFT]


def _demeaned(values: Floats, strata: Codes) -> Floats:
    means = np.bincount(strata, weights=values) / np.bincount(strata)
    demeaned: Floats = values - means[strata]
    return demeaned
