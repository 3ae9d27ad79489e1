"""Two groups compared within strata of like people, and the gaps of the strata put together."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.confidence import normal_quantile
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result

Floats = NDArray[np.float64]


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

    @classmethod
    def of(cls, pairs: Iterable[tuple[Counts, Counts]]) -> "Strata":
        """The same from (group, reference) of each stratum."""
        rows = [(a.events, a.total, b.events, b.total) for a, b in pairs]
        return cls(*np.array(rows, dtype=np.float64).reshape(-1, 4).T)

    def compared(self) -> tuple[Counts, Counts]:
        """Group and reference in the strata that hold both: the people a stratified gap speaks of.

        >>> Strata([3, 2], [10, 4], [5, 0], [10, 0]).compared()
        (Counts(events=3, total=10), Counts(events=5, total=10))
        """
        both = (self.total > 0) & (self.reference_total > 0)
        return (
            Counts(int(self.events[both].sum()), int(self.total[both].sum())),
            Counts(int(self.reference_events[both].sum()), int(self.reference_total[both].sum())),
        )


def mantel_haenszel_difference(strata: Strata, confidence_level: float = 0.95) -> Result:
    """The risk difference common to all strata, group - reference; null value 0.

    Mantel-Haenszel: sum of w d over sum of w, d the difference in a stratum of n and m people, w = nm / (n + m).
    Interval by Klingenberg (2014): all differences D with (estimate - D)^2 <= z^2 (D P + Q) / W^2, where
    (D P + Q) / W^2 is Sato's (1989) variance were D the truth, W the sum of w, and P and Q sums over strata of
    (n^2 y - m^2 x + nm(m - n)/2) / (n + m)^2 and (x(m - y) + y(n - x)) / (2(n + m)), x and y the events. It
    holds for a few large and for many small strata, and where one group is at 0 or 100 %. Limits are cut at
    -1 and 1. Strata without one of the groups weigh nothing (`Strata.compared`). Not estimable where in every
    stratum all people have the one outcome: the interval would have no width on one side.

    >>> gap = mantel_haenszel_difference(Strata([21, 14, 11], [41, 31, 23], [2, 12, 9], [12, 34, 16]))
    >>> round(gap.value, 6), round(gap.lower, 4), round(gap.upper, 4)
    (0.114863, -0.0517, 0.2728)
    """
    z = normal_quantile(confidence_level)
    both = (strata.total > 0) & (strata.reference_total > 0)
    if not both.any():
        return NotEstimable("no stratum holds people of both groups")
    x, n = strata.events[both], strata.total[both]
    y, m = strata.reference_events[both], strata.reference_total[both]
    people = n + m
    weight = float((n * m / people).sum())
    p = float(((n**2 * y - m**2 * x + n * m * (m - n) / 2) / people**2).sum()) / weight**2
    q = float(((x * (m - y) + y * (n - x)) / (2 * people)).sum()) / weight**2
    if q == 0:
        return NotEstimable("in every stratum all people of both groups have the same outcome")
    difference = float(((x * m - y * n) / people).sum()) / weight
    middle = difference + z**2 * p / 2
    reach = math.sqrt(max(middle**2 - difference**2 + z**2 * q, 0.0))
    return Estimate(
        value=difference,
        lower=max(middle - reach, -1.0),
        upper=min(middle + reach, 1.0),
        confidence_level=confidence_level,
        method="Mantel-Haenszel, Klingenberg",
        unit="proportion",
    )


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
