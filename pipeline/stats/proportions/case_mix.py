"""What was to be expected from whom a unit served: indirect standardisation by a logistic model."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.inputs import Floats, complete_numbers
from pipeline.stats.results import NotEstimable

_MOST_STEPS = 50
_SETTLED = 1e-8
_PRIOR = 1e-3
_WORST_CONDITION = 1e15


def expected_shares(events: ArrayLike, total: ArrayLike, levels: ArrayLike) -> Floats | NotEstimable:
    """For each cell (n,) the share that people of its levels have over all units, characteristic by characteristic.

    `levels` (n, k) are the places of the cell's levels of each of k characteristics. Logistic regression with main
    effects, so that few people at a crossing of levels do not set their own yardstick; a penalty of a thousandth
    of an event keeps levels with no events finite. Over all cells as many are expected as came out. ValueError where
    events are no part of the total.

    >>> expected_shares([2, 8, 3, 7], [10, 10, 10, 10], [[0], [1], [0], [1]]).round(2).tolist()
    [0.25, 0.75, 0.25, 0.75]
    """
    y, n = complete_numbers("events", events, lowest=0), complete_numbers("total", total, lowest=0)
    places = np.asarray(levels)
    if not y.size == n.size == len(places) or (y > n).any():
        raise ValueError("events, total or levels do not fit, expected events out of a total for each cell")
    if y.sum() == 0 or y.sum() == n.sum():
        return NotEstimable("nobody or everybody has the event, so services cannot differ by it")
    design = _dummies(places, n.size)
    penalty = np.full(design.shape[1], _PRIOR)
    penalty[0] = 0.0
    coefficients = np.zeros(design.shape[1])
    coefficients[0] = np.log(y.sum() / (n - y).sum())
    for _ in range(_MOST_STEPS):
        share = _logistic(design @ coefficients)
        information = (design * (n * share * (1 - share))[:, None]).T @ design + np.diag(penalty)
        if np.linalg.cond(information) > _WORST_CONDITION:
            break
        step = np.linalg.solve(information, design.T @ (y - n * share) - penalty * coefficients)
        coefficients = coefficients + step
        if np.abs(step).max() < _SETTLED:
            return _logistic(design @ coefficients)
    return NotEstimable("the cells are too unequal to say what was to be expected of each")


def _logistic(x: Floats) -> Floats:
    """The share whose log odds are x. Written out, as all of scipy would be loaded for it, and no number overflows."""
    return np.asarray(np.exp(-np.logaddexp(0, -x)), dtype=np.float64)


def _dummies(places: NDArray[np.int64], cells: int) -> Floats:
    """An intercept, and one column for every level of a characteristic but its first."""
    columns = [np.ones(cells)]
    for characteristic in places.T if places.size else []:
        columns += [(characteristic == level).astype(float) for level in np.unique(characteristic)[1:]]
    return np.column_stack(columns)
