"""Between which ends each of many unknown numbers lies, given the ends of each and of sums of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_FAR = 1e6
_DRAWS = 4
_CLOSE = 1e-6


class ContradictionError(ValueError):
    """No numbers at all hold to these sums."""


@dataclass(frozen=True)
class Sums:
    """Rows of `weights` (rows x numbers), of which each weighted sum lies between `lower` and `upper`."""

    weights: sparse.csr_matrix
    lower: Floats
    upper: Floats


def find_ranges(ends: Floats, sums: Sums, wide: float, asked: npt.NDArray[np.bool_]) -> Floats:
    """Return for each number (row) the least and the most it may be, as far as they are less than `wide` apart.

    A pair at least `wide` apart says only that: it is what linear programmes (HiGHS) found on their way, each giving
    numbers that hold to everything. Those that are `asked` for and not yet seen that far apart get programmes of
    their own, with only what hangs together with them. ContradictionError where nothing holds to everything.

    >>> ends = np.array([[0.0, 5.0], [4.0, 9.0]])
    >>> of_both = Sums(weigh([([0, 1], [])], 2), np.array([13.0]), np.array([14.0]))
    >>> find_ranges(ends, of_both, 3, np.array([True, True])).tolist()
    [[4.0, 5.0], [8.0, 9.0]]
    """
    seen = np.column_stack([np.full(len(ends), np.inf), np.full(len(ends), -np.inf)])
    programme = _programme(np.clip(ends, -_FAR, _FAR), sums)

    def look(goal: Floats) -> None:
        found = linprog(goal, **programme, method="highs")
        if found.x is None:
            raise ContradictionError("no numbers hold to all of these sums")
        point = np.asarray(found.x)
        seen[:, 0], seen[:, 1] = np.minimum(seen[:, 0], point), np.maximum(seen[:, 1], point)

    look(np.zeros(len(ends)))
    random = np.random.default_rng(0)
    for draw in range(_DRAWS):
        near = asked & (seen[:, 1] - seen[:, 0] < wide - _CLOSE)
        signs = random.choice([-1.0, 1.0], len(ends)) if draw > 1 else np.ones(len(ends))
        for direction in (1.0, -1.0) if near.any() else ():
            look(np.where(near, direction * signs, 0.0))
    near = asked & (seen[:, 1] - seen[:, 0] < wide - _CLOSE)
    # Numbers hang together where a sum holds both.
    _, piece = sparse.csgraph.connected_components(abs(sums.weights.T) @ abs(sums.weights), directed=False)
    for own in np.unique(piece[near]):
        places = np.flatnonzero(piece == own)
        seen[places] = _look_closely(ends[places], _of_places(sums, places), seen[places], wide, near[places])
    return seen


def _of_places(sums: Sums, places: Places) -> Sums:
    """The sums of these numbers and of no others."""
    weights = sums.weights[:, places]
    rows = np.flatnonzero(np.diff(weights.indptr))
    return Sums(weights[rows], sums.lower[rows], sums.upper[rows])


def _look_closely(ends: Floats, sums: Sums, seen: Floats, wide: float, near: npt.NDArray[np.bool_]) -> Floats:
    """A programme for either end of each number that is asked for, while it may be less than `wide`."""
    programme = _programme(np.clip(ends, -_FAR, _FAR), sums)
    for place in np.flatnonzero(near):
        for direction in (1.0, -1.0):
            if seen[place, 1] - seen[place, 0] < wide - _CLOSE:
                goal = np.zeros(len(ends))
                goal[place] = direction
                point = np.asarray(linprog(goal, **programme, method="highs").x)
                seen = np.column_stack([np.minimum(seen[:, 0], point), np.maximum(seen[:, 1], point)])
    return seen


def _programme(ends: Floats, sums: Sums) -> dict[str, Any]:
    equal = np.isclose(sums.lower, sums.upper)
    above, below = ~equal & np.isfinite(sums.lower), ~equal & np.isfinite(sums.upper)
    weights = sparse.vstack([sums.weights[below], -sums.weights[above]]).tocsr()
    limits = np.concatenate([sums.upper[below], -sums.lower[above]])
    return {
        "A_eq": sums.weights[equal] if equal.any() else None,
        "b_eq": sums.lower[equal] if equal.any() else None,
        "A_ub": weights if len(limits) else None,
        "b_ub": limits if len(limits) else None,
        "bounds": ends,
    }


def weigh(rows: Sequence[tuple[Sequence[int], Sequence[int]]], numbers: int) -> sparse.csr_matrix:
    """Return the weights of sums: of each row the places that are added, and those that are taken away.

    >>> weigh([([0], [1, 2])], 3).toarray().tolist()
    [[1.0, -1.0, -1.0]]
    """
    at = [
        (row, place, sign)
        for row, (added, taken) in enumerate(rows)
        for sign, places in ((1.0, added), (-1.0, taken))
        for place in places
    ]
    row, place, sign = zip(*at, strict=True) if at else ((), (), ())
    return sparse.csr_matrix((sign, (row, place)), shape=(len(rows), numbers))
