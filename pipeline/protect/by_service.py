"""What a cell over several services holds of each: one array, as it is added up often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.protect.room import hold_sum
from pipeline.protect.rounding import MONTHS, Disclosure, ShownCount, round_count

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.float64]
EVENTS, TOTAL, _KEYS = 0, 1, 2


@dataclass(frozen=True, eq=False)
class ByService:
    """A row a service: `counts` of events and of what they are out of, with the sums of the record keys of both."""

    counts: npt.NDArray[np.int64]
    years: npt.NDArray[np.float64]

    def plus(self, other: ByService) -> ByService:
        """Return both together."""
        return ByService(self.counts + other.counts, self.years + other.years)

    def minus(self, part: ByService) -> ByService:
        """Return these without those, who are among them."""
        return ByService(self.counts - part.counts, np.maximum(self.years - part.years, 0.0))

    def whole(self) -> ByService:
        """Return whom the events are out of, as a total alone."""
        return ByService(self.counts * np.array([0, 1, 0, 1]), np.zeros_like(self.years))

    def rest(self, part: ByService) -> ByService:
        """Return, as events, those out of the same total who are neither events here nor in that part."""
        counts = self.counts.copy()
        counts[:, ::2] = self.counts[:, 1::2] - self.counts[:, ::2] - part.counts[:, ::2]
        return ByService(counts, self.years)

    def among(self, whole: ByService) -> ByService:
        """Return these people, as events, out of those."""
        counts = whole.counts.copy()
        counts[:, ::2] = self.counts[:, 1::2]
        return ByService(counts, np.zeros_like(self.years))

    def hold(self, shown: float, which: int, rule: Disclosure) -> ShownCount:
        """Return the events or the total of all as shown, held by what is shown of each service."""
        return ShownCount(self._hold(shown, self.counts[:, which], self.counts[:, which + _KEYS], rule))

    def hold_years(self, shown: float, rule: Disclosure) -> float:
        """Return the time of all as shown, held alike."""
        return self._hold(shown * MONTHS, self.years * MONTHS, self.counts[:, TOTAL + _KEYS], rule) / MONTHS

    @staticmethod
    def _hold(shown: float, counts: Numbers, keys: npt.NDArray[np.int64], rule: Disclosure) -> float:
        # What is shown of parts is no further from them than this, so a nearer sum is never held.
        if rule.exact or abs(shown - counts.sum()) <= rule.off_by - rule.least_values + 1:
            return shown
        each = [round_count(*own, rule) for own in zip(counts.tolist(), keys.tolist(), strict=True)]
        return hold_sum(shown, each, rule)


NOBODYS = ByService(np.zeros((1, 2 * _KEYS), np.int64), np.zeros(1))
"""Nobody in any service, however many there are."""
