"""Where functions of one number cross 0, many at once: scipy knows one at a time."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]
_SECANTS = 12


def find_crossings(
    excess: Callable[[Floats], Floats], inside: Floats, short: Floats, end: Floats, tolerance: float
) -> Floats:
    """The numbers between `inside` and `end` at which each gets from `short`, below 0, to 0, within `tolerance`.

    `excess` gives the values of all for a number each. Meant for functions that grow about as fast as the number goes
    and bend little: secants then take half of the steps of Brent's method, which is used where they leave the two ends
    or do not close in. They stop where the last two steps multiplied, which is about as far as the next secant may be
    out, are within the tolerance. ValueError where one is below 0 at the end too.

    >>> root = find_crossings(lambda x: x * x - [2.0, 9.0], np.ones(2), np.array([-1.0, -8.0]), np.full(2, 4.0), 1e-12)
    >>> root.round(9).tolist()
    [1.414213562, 3.0]
    """
    low, high = np.minimum(inside, end), np.maximum(inside, end)
    before, value_before = inside, short
    at = np.clip(inside + np.copysign(short, end - inside), low, high)
    found = np.where(inside == end, inside, np.nan)
    for _ in range(_SECANTS):
        value = excess(at)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = -value * (at - before) / (value - value_before)
        moves = np.isnan(found) & (low <= at + step) & (at + step <= high)
        found = np.where(moves & (np.abs(step * (at - before)) <= tolerance), at + step, found)
        moves &= np.isnan(found)
        if not moves.any():
            break
        before, value_before = np.where(moves, at, before), np.where(moves, value, value_before)
        at = np.where(moves, at + step, at)
    for place in np.flatnonzero(np.isnan(found)):

        def excess_there(number: float, place: int = int(place)) -> float:
            return float(excess(np.where(np.arange(len(at)) == place, number, at))[place])

        found[place] = brentq(excess_there, inside[place], end[place], xtol=tolerance)
    return found
