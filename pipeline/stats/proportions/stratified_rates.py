"""Two groups' rates over time compared within strata of like people, and the gaps of the strata put together."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from pipeline.stats.inputs import Floats, complete_numbers, normal_quantile
from pipeline.stats.results import Estimate, NotEstimable, Result

_STEP = 1e-9
_COLUMNS = ("events", "time", "reference_events", "reference_time")


@dataclass(frozen=True, eq=False)
class RateStrata:
    """Events and person-time of `group` and of `reference`, one number a stratum; no person may be in both.

    `effects` are how many times as much as Poisson counts the events of the two vary. Finite, 0 or more and of one
    length, else ValueError; a message holds no number.

    >>> RateStrata([3, 0], [1.5, 2.0], [5, 1], [4.0, 0.5]).time.tolist()
    [1.5, 2.0]
    """

    events: Floats
    time: Floats
    reference_events: Floats
    reference_time: Floats
    effects: tuple[float, float]

    def __init__(
        self,
        events: ArrayLike,
        time: ArrayLike,
        reference_events: ArrayLike,
        reference_time: ArrayLike,
        *,
        effects: tuple[float, float] = (1.0, 1.0),
    ) -> None:
        object.__setattr__(self, "effects", effects)
        for name, values in zip(_COLUMNS, (events, time, reference_events, reference_time), strict=True):
            object.__setattr__(self, name, complete_numbers(name, values, lowest=0))
        if len({getattr(self, name).shape for name in _COLUMNS}) > 1:
            raise ValueError("events and time differ in length, expected one of each for every stratum")


def mantel_haenszel_rate_difference(
    strata: RateStrata, per: float = 1.0, confidence_level: float = 0.95
) -> Result:
    """The rate difference common to all strata, group - reference, events for each `per` of time; null value 0.

    Mantel-Haenszel: sum of w d over sum of w, d the difference of the rates in a stratum of times t and u,
    w = tu / (t + u) (Rothman, Greenland and Lash 2008, chapter 15). Interval by inverting the score test: all
    differences D with (estimate - D)^2 <= z^2 V(D), V(D) the sum of w^2 (p/t + q/u) over (sum of w)^2, p and q
    the likeliest Poisson rates in a stratum whose difference is D, each times the effect of its group. It holds where
    one group has no events, and contains 0 exactly when the Mantel-Haenszel test for person-time does not reject.
    Strata in which one of the two spent no time weigh nothing. Not estimable without events in the others.

    >>> smokers, others = [32, 104, 206, 186, 102], [2, 12, 28, 28, 31]
    >>> years, other_years = [52407, 43248, 28612, 12663, 5317], [18790, 10673, 5710, 2585, 1462]
    >>> gap = mantel_haenszel_rate_difference(RateStrata(smokers, years, others, other_years), per=10_000)
    >>> round(gap.value, 2)
    11.44
    """
    z = normal_quantile(confidence_level)
    both = (strata.time > 0) & (strata.reference_time > 0)
    if not both.any():
        return NotEstimable("in no stratum did people of both groups spend time")
    if not (strata.events[both].any() or strata.reference_events[both].any()):
        return NotEstimable("no events in strata that hold people of both groups")
    x, t, y, u = (getattr(strata, name)[both] for name in _COLUMNS)
    test = _ScoreTest(x, t, y, u, strata.effects)
    lower, upper = (per * test.limit(side, z) for side in (-1.0, 1.0))
    method, unit = "Mantel-Haenszel, score", f"per {per:g} of time"
    return Estimate(per * test.difference, lower, upper, confidence_level, method, unit)


class _ScoreTest:
    """The test of one difference in all strata: `x` events in time `t` of the group, `y` in `u` of the reference."""

    def __init__(self, x: Floats, t: Floats, y: Floats, u: Floats, effects: tuple[float, float]) -> None:
        weight = t * u / (t + u) / (t * u / (t + u)).sum()
        self.difference = float((weight * (x / t - y / u)).sum())
        self._shares = effects[0] * weight**2 / t, effects[1] * weight**2 / u
        self._x, self._y = x, y
        self._events, self._time = x + y, t + u

    def variance(self, difference: float) -> float:
        """Of the estimate, were `difference` the truth."""
        moved = self._time * difference
        if difference >= 0:
            q = self._likeliest(self._events - moved, self._y * difference)
            p = q + difference
        else:
            p = self._likeliest(self._events + moved, -self._x * difference)
            q = p - difference
        group, reference = self._shares
        return float(group @ p + reference @ q)

    def _likeliest(self, linear: Floats, constant: Floats) -> Floats:
        """The lower of the two rates of each stratum: the likelihood's derivative is a quadratic in it."""
        rate: Floats = (linear + np.sqrt(linear**2 + 4 * self._time * constant)) / (2 * self._time)
        return rate

    def limit(self, side: float, z: float) -> float:
        """The difference to one `side`, -1 or 1, where the test begins to reject at `z`."""

        def excess(difference: float) -> float:
            return abs(difference - self.difference) - z * math.sqrt(max(self.variance(difference), 0.0))

        step = side * max(z * math.sqrt(self.variance(self.difference)), _STEP)
        far = self.difference + step
        while excess(far) < 0:
            step *= 2
            far = self.difference + step
        return float(brentq(excess, self.difference, far, xtol=_STEP * abs(step)))
