"""Two groups compared within strata of like people, and the gaps of the strata put together."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.confidence import normal_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result
from pipeline.stats.roots import find_crossing

Floats = NDArray[np.float64]

_STEP, _TINY = 1e-9, 1e-300


@dataclass(frozen=True, eq=False)
class Strata:
    """Events and people of `group` and of `reference`, one number a stratum; no person may be in both.

    Whole numbers of one length with 0 <= events <= total, else ValueError; a message holds no count.

    >>> Strata([3, 0], [10, 4], [5, 1], [10, 8]).reference_total.tolist()
    [10.0, 8.0]
    """

    events: Floats
    total: Floats
    reference_events: Floats
    reference_total: Floats

    def __init__(
        self, events: ArrayLike, total: ArrayLike, reference_events: ArrayLike, reference_total: ArrayLike
    ) -> None:
        columns = {
            "events": events,
            "total": total,
            "reference_events": reference_events,
            "reference_total": reference_total,
        }
        for name, values in columns.items():
            object.__setattr__(self, name, _whole_numbers(name, values))
        if len({getattr(self, name).shape for name in columns}) > 1:
            raise ValueError("events and totals differ in length, expected one of each for every stratum")
        if (self.events > self.total).any() or (self.reference_events > self.reference_total).any():
            raise ValueError("events exceed the total, expected events to be a part of the total")


def mantel_haenszel_difference(strata: Strata, confidence_level: float = 0.95) -> Result:
    """The risk difference common to all strata, group - reference; null value 0.

    Mantel-Haenszel: sum of w d over sum of w, d the difference in a stratum of n and m people, w = nm / (n + m).
    Interval by inverting the stratified score test (Miettinen and Nurminen 1985): all differences D with
    (estimate - D)^2 <= z^2 V(D), V(D) the sum of w^2 (p(1 - p)/n + q(1 - q)/m) N / (N - 1) over (sum of w)^2,
    N = n + m, p and q the likeliest rates in a stratum whose difference is D. It holds for small strata, and
    where one or both groups are at 0 or 100 %; it contains 0 exactly when the Cochran-Mantel-Haenszel test,
    without continuity correction, does not reject. Strata without one of the groups weigh nothing.

    >>> gap = mantel_haenszel_difference(Strata([21, 14, 11], [41, 31, 23], [2, 12, 9], [12, 34, 16]))
    >>> round(gap.value, 6), round(gap.lower, 4), round(gap.upper, 4)
    (0.114863, -0.0506, 0.2709)
    """
    z = normal_quantile(confidence_level)
    both = (strata.total > 0) & (strata.reference_total > 0)
    if not both.any():
        return NotEstimable("no stratum holds people of both groups")
    test = _ScoreTest(
        strata.events[both], strata.total[both], strata.reference_events[both], strata.reference_total[both]
    )
    return Estimate(
        value=test.difference,
        lower=test.limit(-1.0, z),
        upper=test.limit(1.0, z),
        confidence_level=confidence_level,
        method="Mantel-Haenszel, Miettinen-Nurminen score",
        unit="proportion",
    )


class _ScoreTest:
    """The test of one difference in all strata: events `x` of `n` in the group, `y` of `m` in the reference."""

    def __init__(self, x: Floats, n: Floats, y: Floats, m: Floats) -> None:
        people = n + m
        weight = n * m / people / (n * m / people).sum()
        inflation = weight**2 * people / (people - 1)
        self.difference = float((weight * (x / n - y / m)).sum())
        self._shares = inflation / n, inflation / m
        # The likelihood's derivative is a cubic in the reference rate; these make up its coefficients.
        self._events, self._reference = (x + y) / people, (n + 2 * m) / people
        self._y, self._m = y / people, m / people

    def variance(self, difference: float) -> float:
        """Of the estimate, were `difference` the truth."""
        q = self.constrained_reference_rate(difference)
        p = q + difference
        group, reference = self._shares
        return float(group @ (p * (1 - p)) + reference @ (q * (1 - q)))

    def constrained_reference_rate(self, difference: float) -> Floats:
        """The likeliest reference rate of each stratum if the difference held (Miettinen and Nurminen 1985)."""
        b = (self._reference * difference - 1 - self._events) / 3
        c = ((self._m * difference - 1 - 2 * self._y) * difference + self._events) / 3
        square = b * b
        turn = b * (square - 1.5 * c) + self._y * (difference * (1 - difference) / 2)
        reach = np.sqrt(np.maximum(square - c, 0.0))
        # Where there is no reach the angle does not matter.
        cosine = np.minimum(np.abs(turn) / np.maximum(reach * reach * reach, _TINY), 1.0)
        angle = (math.pi + np.arccos(cosine)) / 3
        root: Floats = 2 * np.copysign(reach, turn) * np.cos(angle) - b
        return np.minimum(np.maximum(root, max(0.0, -difference)), min(1.0, 1 - difference))

    def limit(self, end: float, z: float) -> float:
        """The difference towards `end`, -1 or 1, where the test begins to reject at `z`."""

        def excess(difference: float) -> float:
            return abs(difference - self.difference) - z * math.sqrt(max(self.variance(difference), 0.0))

        # Where all people of each stratum have one outcome the variance is 0 at the estimate, and only there.
        start = self.difference + _STEP * (end - self.difference)
        if abs(end - self.difference) < _STEP:
            return self.difference
        short = excess(start)
        if short >= 0:
            return self.difference
        return find_crossing(excess, start, short, end, _STEP)


def _whole_numbers(name: str, values: ArrayLike) -> Floats:
    numbers = np.array(values, dtype=np.float64)
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers != np.floor(numbers)).any():
        raise ValueError(
            f"{name} hold a value that is not a whole number, expected one list of whole numbers"
        )
    if (numbers < 0).any():
        raise ValueError(f"{name} hold a negative value, expected 0 or more")
    numbers.flags.writeable = False
    return numbers
