"""Where a function of one number crosses 0."""

from collections.abc import Callable

from scipy.optimize import brentq

_SECANTS = 12


def find_crossing(
    excess: Callable[[float], float], inside: float, short: float, end: float, tolerance: float
) -> float:
    """The number between `inside` and `end` at which `excess` gets from `short`, below 0, to 0, within `tolerance`.

    Meant for functions that grow about as fast as the number goes and bend little: secants then take half of the steps
    of Brent's method, which is used where they leave the two ends or do not close in. They stop where the last two
    steps multiplied, which is about as far as the next secant may be out, are within the tolerance. ValueError where
    `excess` is below 0 at the end too.

    >>> round(find_crossing(lambda x: x - 0.1 * x * x - 2, 0.0, -2.0, 4.0, 1e-12), 9)
    2.763932023
    """
    low, high = sorted((inside, end))
    before, value_before = inside, short
    at = min(max(inside + (abs(short) if end > inside else -abs(short)), low), high)
    for _ in range(_SECANTS):
        value = excess(at)
        if value == value_before:
            break
        step = -value * (at - before) / (value - value_before)
        if not low <= at + step <= high:
            break
        if abs(step * (at - before)) <= tolerance:
            return at + step
        before, value_before, at = at, value, at + step
    return float(brentq(excess, inside, end, xtol=tolerance))
