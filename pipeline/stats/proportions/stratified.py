"""Two groups compared within strata of like people, and the gaps of the strata put together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipeline.stats.inputs import Floats, complete_numbers, normal_quantile
from pipeline.stats.proportions.roots import find_crossings
from pipeline.stats.results import Estimate, NotEstimable, Result

_STEP, _TINY = 1e-9, 1e-300
_PAIR = 2.0


@dataclass(frozen=True, eq=False)
class Strata:
    """Events and people of `group` and of `reference`, one number a stratum; no person may be in both.

    `effects` are the design effects of the two: how many times as much the variances of their shares are as those of
    independent people. Finite and of one length, with 0 <= events <= total, else ValueError; a message holds no
    count. Whole numbers, or numbers of people who are weighted.

    >>> Strata([3, 0], [10, 4], [5, 1], [10, 8]).reference_total.tolist()
    [10.0, 8.0]
    """

    events: Floats
    total: Floats
    reference_events: Floats
    reference_total: Floats
    effects: tuple[float, float]

    def __init__(
        self,
        events: ArrayLike,
        total: ArrayLike,
        reference_events: ArrayLike,
        reference_total: ArrayLike,
        *,
        effects: tuple[float, float] = (1.0, 1.0),
    ) -> None:
        object.__setattr__(self, "effects", effects)
        names = ("events", "total", "reference_events", "reference_total")
        for name, values in zip(names, (events, total, reference_events, reference_total), strict=True):
            object.__setattr__(self, name, complete_numbers(name, values, lowest=0))
        if len({getattr(self, name).shape for name in names}) > 1:
            raise ValueError("events and totals differ in length, expected one of each for every stratum")
        if (self.events > self.total).any() or (self.reference_events > self.reference_total).any():
            raise ValueError("events exceed the total, expected events to be a part of the total")


def mantel_haenszel_difference(strata: Strata, confidence_level: float = 0.95) -> Result:
    """The risk difference common to all strata, group - reference; null value 0.

    Mantel-Haenszel: sum of w d over sum of w, d the difference in a stratum of n and m people, w = nm / (n + m).
    Interval by inverting the stratified score test (Miettinen and Nurminen 1985): all differences D with
    (estimate - D)^2 <= z^2 V(D), V(D) the sum of w^2 (p(1 - p)/n + q(1 - q)/m) N / (N - 1) over (sum of w)^2,
    N = n + m, p and q the likeliest rates in a stratum whose difference is D; p(1 - p) and q(1 - q) times the design
    effects of the two. It holds for small strata, and
    where one or both groups are at 0 or 100 %; it contains 0 exactly when the Cochran-Mantel-Haenszel test,
    without continuity correction, does not reject. Strata without one of the groups weigh nothing.

    >>> gap = mantel_haenszel_difference(Strata([21, 14, 11], [41, 31, 23], [2, 12, 9], [12, 34, 16]))
    >>> round(gap.value, 6), round(gap.lower, 4), round(gap.upper, 4)
    (0.114863, -0.0506, 0.2709)
    """
    (found,) = mantel_haenszel_differences([strata], confidence_level)
    return found


def mantel_haenszel_differences(many: Sequence[Strata], confidence_level: float = 0.95) -> list[Result]:
    """`mantel_haenszel_difference` of each, worked out side by side: of hundreds in a third of the time."""
    columns = [(each.events, each.total, each.reference_events, each.reference_total) for each in many]
    both = [(total > 0) & (reference > 0) for _, total, _, reference in columns]
    told = [place for place, strata in enumerate(both) if strata.any()]
    found: list[Result] = [NotEstimable("no stratum holds people of both groups")] * len(many)
    if not told:
        return found
    test = _ScoreTests(
        [[column[both[place]] for column in columns[place]] for place in told],
        [many[place].effects for place in told],
    )
    z = normal_quantile(confidence_level)
    values = zip(test.differences, test.limits(-1.0, z), test.limits(1.0, z), strict=True)
    method = "Mantel-Haenszel, Miettinen-Nurminen score"
    for place, limits in zip(told, values, strict=True):
        value, lower, upper = map(float, limits)
        found[place] = Estimate(value, lower, upper, confidence_level, method, "proportion")
    return found


class _ScoreTests:
    """Tests of one difference in all strata of each of many: events x of n in the group, y of m in the reference.

    `parts` are these columns of each; none may be without strata. `effects` are the two design effects of each.
    """

    def __init__(self, parts: Sequence[Sequence[Floats]], effects: Sequence[tuple[float, float]]) -> None:
        sizes = [len(part[0]) for part in parts]
        self._starts, self._of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(parts)), sizes)
        x, n, y, m = (np.concatenate(column) for column in zip(*parts, strict=True))
        people = n + m
        weight = n * m / people
        weight /= self._sum(weight)[self._of]
        # At least two people stand in a stratum that holds both groups; weighted, they may be fewer.
        inflation = weight**2 * np.where(people > _PAIR, people / np.maximum(people - 1, 1), _PAIR)
        # By rounding of floats their sum may be a trifle beyond 1.
        self.differences = np.clip(self._sum(weight * (x / n - y / m)), -1.0, 1.0)
        effect, other_effect = np.array(effects)[self._of].T
        self._shares = inflation * effect / n, inflation * other_effect / m
        # The likelihood's derivative is a cubic in the reference rate; these make up its coefficients.
        self._events, self._reference = (x + y) / people, (n + 2 * m) / people
        self._y, self._m = y / people, m / people

    def _sum(self, values: Floats) -> Floats:
        """Over the strata of each."""
        return np.add.reduceat(values, self._starts)

    def variances(self, differences: Floats) -> Floats:
        """Of the estimates, were `differences` the truth."""
        there = differences[self._of]
        q = self.constrained_reference_rates(there)
        p = q + there
        group, reference = self._shares
        return self._sum(group * (p * (1 - p)) + reference * (q * (1 - q)))

    def constrained_reference_rates(self, difference: Floats) -> Floats:
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
        return np.minimum(np.maximum(root, np.maximum(0.0, -difference)), np.minimum(1.0, 1 - difference))

    def limits(self, end: float, z: float) -> Floats:
        """The differences towards `end`, -1 or 1, where the tests begin to reject at `z`."""

        def excess(differences: Floats) -> Floats:
            spread = np.sqrt(np.maximum(self.variances(differences), 0.0))
            return np.abs(differences - self.differences) - z * spread

        # Where all people of each stratum have one outcome the variance is 0 at the estimate, and only there.
        start = self.differences + _STEP * (end - self.differences)
        short = excess(start)
        at_once = (np.abs(end - self.differences) < _STEP) | (short >= 0)
        ends = np.where(at_once, start, end)
        found = find_crossings(excess, start, np.where(at_once, 0.0, short), ends, _STEP)
        return np.where(at_once, self.differences, found)
