"""A service beside others: what each changed from before a day to after it, and the one against the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analysis.group_counts import PER_CHILD_YEARS
from pipeline.contract.context import Unit
from pipeline.protect.cells import Cells
from pipeline.protect.tally import Tally, join
from pipeline.stats.designs.single_case import single_case_difference
from pipeline.stats.results import Result

_PER_CENT = 100
_UNITS: dict[Unit, str] = {
    "percent": "percentage points",
    "per_100_child_years": "per 100 child-years",
    "points": "points",
}
Moved = tuple[float, float]
"""How far a unit moved, and the sampling variance of that."""


@dataclass(frozen=True)
class Side:
    """One service before the day and after it."""

    service_id: str
    before: Tally
    after: Tally

    @property
    def size(self) -> int:
        """How many the smaller of the two rests on."""
        return min(self.before.size, self.after.size)

    @property
    def fewest(self) -> int:
        """The smallest number that a figure of it rests on, events counted too; 0 where there was no event."""
        counts = [number for side in (self.before, self.after) for number in (side.events, side.size)]
        return min((number for number in counts if number), default=0)

    def moved(self, unit: Unit) -> Moved:
        """The change in percentage points or per 100 child-years."""
        (level, spread), (base, base_spread) = level_of(self.after, unit), level_of(self.before, unit)
        return level - base, spread + base_spread


def level_of(tally: Tally, unit: Unit) -> Moved:
    """A level and its sampling variance, which is not nil where nobody or everybody had the event."""
    if unit == "percent":
        smoothed = (tally.events + 0.5) / (tally.total + 1)
        variance = tally.effect * smoothed * (1 - smoothed) / tally.total
        return _PER_CENT * tally.events / tally.total, _PER_CENT**2 * variance
    scale = PER_CHILD_YEARS / tally.child_years
    return scale * tally.events, scale**2 * tally.effect * max(tally.events, 0.5)


def put_side(measures: Cells, service_id: str, first: int, start: int, last: int) -> Side:
    """The rows of one measure in one service, before the month `start` and from it on."""
    own = measures.where("service_id", service_id)
    halves = (own.between(*ends) for ends in ((first, start - 1), (start, last)))
    return Side(service_id, *(half.add_up() for half in halves))


def compare_sides(own: Side, others: Sequence[Side], unit: Unit, confidence_level: float) -> Result:
    """How much more the service moved than the others did on average (`single_case_difference`)."""
    return compare_moves(
        own.moved(unit), [other.moved(unit) for other in others], confidence_level, _UNITS[unit]
    )


def compare_moves(
    own: Moved, others: Sequence[Moved], confidence_level: float, unit: str = "points"
) -> Result:
    """The same from moves as they are."""
    moves, variances = ([each[place] for each in others] for place in (0, 1))
    return single_case_difference(*own, moves, variances, confidence_level, unit=unit)


def chance_of_rank(own: Moved, others: Sequence[Moved]) -> float:
    """Randomisation inference: in how many of the services, each taken for the one in turn, the move stands out so.

    A service stands out by its distance to the mean of all others. With k others it is never less than 1 in k + 1.
    """
    moves = np.array([own[0], *(move for move, _ in others)])
    apart = np.abs(moves - moves.mean())
    return float((apart >= apart[0] - 1e-12).mean())


def slope_of(measures: Cells, service_id: str, window: Sequence[int], unit: Unit) -> Moved | None:
    """The change a month of one service's level over these months, and its sampling variance.

    A straight line through months weighted by how many they rest on; None where fewer than three months hold anybody.
    """
    own = measures.where("service_id", service_id)
    by_month = {month: each for (month,), each in own.sum_by(["month"]).items() if _weight(each, unit) > 0}
    told = [(month, by_month[month]) for month in window if month in by_month]
    if len(told) < 3:
        return None
    time = np.array([month for month, _ in told], dtype=np.float64)
    weight = np.array([_weight(tally, unit) for _, tally in told])
    level = np.array([level_of(tally, unit)[0] for _, tally in told])
    pooled = join(tally for _, tally in told)
    spread = level_of(pooled, unit)[1] * weight.sum()
    centred = time - np.average(time, weights=weight)
    leverage = float((weight * centred**2).sum())
    return float((weight * centred * level).sum()) / leverage, float(spread) / leverage


def _weight(tally: Tally, unit: Unit) -> float:
    return float(tally.total) if unit == "percent" else tally.child_years


def split_sides(
    measures: Cells, services: Sequence[str], months: tuple[int, int, int], minimum: int
) -> tuple[list[Side], list[str]]:
    """The sides that rest on enough in both halves, and the services that do not."""
    sides = [put_side(measures, service, *months) for service in services]
    return (
        [side for side in sides if side.size >= minimum],
        [side.service_id for side in sides if side.size < minimum],
    )
