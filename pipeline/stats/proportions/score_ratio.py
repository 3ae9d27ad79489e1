"""Limits for the ratio of two proportions, by inverting the score test."""

import math
from dataclasses import dataclass

from scipy.optimize import brentq

from pipeline.stats.results import Counts

_STEP, _TOLERANCE = 2.0, 1e-13


@dataclass(frozen=True)
class ScoreTestOfRatio:
    """The score test of "rate of `group` = ratio x rate of `reference`" (Koopman 1984).

    Both totals must be above 0, and at least one event must have happened, else ValueError; a ratio is above 0.

    >>> round(ScoreTestOfRatio(Counts(7, 34), Counts(1, 34)).statistic(1.0), 4)
    2.2583
    """

    group: Counts
    reference: Counts

    def __post_init__(self) -> None:
        if not (self.group.total and self.reference.total and self.group.events + self.reference.events):
            raise ValueError("nobody or no event, expected people in both groups and an event in one")

    def statistic(self, ratio: float) -> float:
        """The signed score statistic, standard normal at the true ratio; it falls as `ratio` grows."""
        difference = self.group.rate - ratio * self.reference.rate
        if difference == 0:
            return 0.0
        reference_rate = self.constrained_reference_rate(ratio)
        group_rate = min(ratio * reference_rate, 1.0)
        variance = (
            group_rate * (1 - group_rate) / self.group.effective_total
            + ratio**2 * reference_rate * (1 - reference_rate) / self.reference.effective_total
        )
        return difference / math.sqrt(variance)

    def constrained_reference_rate(self, ratio: float) -> float:
        """The likeliest rate of the reference group if the ratio held: the smaller root of a quadratic.

        Miettinen and Nurminen (1985), in the form that loses no digits when `ratio` is tiny.
        """
        group, reference = self.group, self.reference
        total, other_total = group.effective_total, reference.effective_total
        events, other_events = group.effective_events, reference.effective_events
        a = ratio * (total + other_total)
        b = ratio * total + events + other_total + ratio * other_events
        c = events + other_events
        root = 2 * c / (b + math.sqrt(max(b**2 - 4 * a * c, 0.0)))
        return min(root, 1.0, 1 / ratio)

    def lower_limit(self, z: float) -> float:
        """The smallest ratio that the test does not reject at `z`; 0 when the group has no events."""
        if self.group.events == 0:
            return 0.0
        above = self._first_ratio_below(z)
        below = above / _STEP
        while self.statistic(below) <= z:
            below /= _STEP

        def excess(log_ratio: float) -> float:
            return self.statistic(math.exp(log_ratio)) - z

        return math.exp(brentq(excess, math.log(below), math.log(above), xtol=_TOLERANCE))

    def upper_limit(self, z: float) -> float:
        """The largest ratio that the test does not reject; infinite when the reference has no events."""
        swapped = ScoreTestOfRatio(self.reference, self.group).lower_limit(z)
        return 1 / swapped if swapped > 0 else math.inf

    def _first_ratio_below(self, z: float) -> float:
        if self.reference.events > 0:
            return self.group.rate / self.reference.rate
        ratio = 1.0
        while self.statistic(ratio) > z:
            ratio *= _STEP
        return ratio
