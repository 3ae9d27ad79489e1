"""What a gap could be if people whose group is unknown, but whose outcome is not, had been counted with theirs.

Worst cases and plain cases, without a model (Manski 1990's bounds, for a missing group instead of a missing
outcome): they say how far the unknown people could move a gap, not how far they do.
"""

from dataclasses import dataclass

from pipeline.stats.inputs import complete_numbers
from pipeline.stats.results import Counts, NotEstimable

_NOBODY = NotEstimable("nobody in one of the two groups")
_TINY = 1e-12


@dataclass(frozen=True)
class Bounds:
    """Differences of proportions, group - reference, each under one idea of who the unknown people are; null 0.

    `known` leaves them out. `all_in_group` and `all_in_reference` put every one of them on one side.
    `in_proportion` splits them as the known people are split, both parts having the unknown people's common
    rate. No division of them between the two whatever gives less than `lowest` or more than `highest`.
    """

    known: float
    all_in_group: float
    all_in_reference: float
    in_proportion: float
    lowest: float
    highest: float


def bounds(group: Counts, reference: Counts, unknown: Counts) -> Bounds | NotEstimable:
    """The gap with the unknown people on either side, split in proportion, and at its most extreme.

    >>> gaps = bounds(Counts(30, 60), Counts(60, 100), unknown=Counts(10, 20))
    >>> round(gaps.known, 4), round(gaps.in_proportion, 4)
    (-0.1, -0.0889)
    >>> round(gaps.lowest, 4), round(gaps.highest, 4)
    (-0.2078, 0.026)
    """
    if group.total == 0 or reference.total == 0:
        return _NOBODY
    with_event, without = Counts(unknown.events, unknown.events), Counts(0, unknown.total - unknown.events)
    known_people = group.total + reference.total
    known = group.rate - reference.rate
    return Bounds(
        known=known,
        all_in_group=_joined(group, unknown).rate - reference.rate,
        all_in_reference=group.rate - _joined(reference, unknown).rate,
        in_proportion=known * known_people / (known_people + unknown.total),
        lowest=_joined(group, without).rate - _joined(reference, with_event).rate,
        highest=_joined(group, with_event).rate - _joined(reference, without).rate,
    )


@dataclass(frozen=True)
class RateBounds:
    """Differences of rates, group - reference, under the first ideas of `Bounds`; null 0.

    How much of the unknown people's time goes with their events is not known, so there is no lowest and no highest.
    """

    all_in_group: float
    all_in_reference: float
    in_proportion: float


Over = tuple[float, float]


def rate_bounds(group: Over, reference: Over, unknown: Over) -> RateBounds | NotEstimable:
    """The gap in events over time with the unknown people on either side, or split as the time of the known is.

    Each is (events, time). Not estimable without time in one of the two groups. ValueError for what is negative or no
    number.

    >>> gaps = rate_bounds((10, 100.0), (10, 200.0), unknown=(5, 50.0))
    >>> round(gaps.all_in_group, 4), round(gaps.all_in_reference, 4), round(gaps.in_proportion, 4)
    (0.05, 0.04, 0.0429)
    """
    group, reference, unknown = (
        complete_numbers("events or time", over, lowest=0).tolist() for over in (group, reference, unknown)
    )
    if not (group[1] > 0 and reference[1] > 0):
        return _NOBODY
    share = group[1] / (group[1] + reference[1])
    parts = (_rate(group, unknown, share), _rate(reference, unknown, 1 - share))
    return RateBounds(
        all_in_group=_rate(group, unknown, 1.0) - _rate(reference),
        all_in_reference=_rate(group) - _rate(reference, unknown, 1.0),
        in_proportion=parts[0] - parts[1],
    )


def _rate(known: Over, unknown: Over = (0, 0.0), share: float = 0.0) -> float:
    """Events over time of known people and of that share of the unknown."""
    return (known[0] + share * unknown[0]) / (known[1] + share * unknown[1])


def tipping_point(group: Counts, reference: Counts, unknown: Counts) -> float | NotEstimable:
    """How unequal the unknown people would have to be for the gap to vanish: group's rate less reference's.

    The unknown people are split as the known ones are, and their rate all together stays what it is. Then the
    gap is (known people x known gap + unknown people x their gap) over all people, so that their gap would have
    to be -(known people / unknown people) x known gap. Not estimable without a gap, without unknown people, or
    where that would need a rate of theirs below 0 or above 1: then, so split, they cannot reverse the finding.

    >>> round(tipping_point(Counts(30, 60), Counts(55, 100), unknown=Counts(10, 20)), 4)
    0.4
    """
    if group.total == 0 or reference.total == 0:
        return _NOBODY
    if unknown.total == 0:
        return NotEstimable("nobody's group is unknown")
    if group.events * reference.total == reference.events * group.total:
        return NotEstimable("the known people show no gap")
    known_people = group.total + reference.total
    share = group.total / known_people
    needed = -known_people / unknown.total * (group.rate - reference.rate)
    rates = unknown.rate + (1 - share) * needed, unknown.rate - share * needed
    if min(rates) < -_TINY or max(rates) > 1 + _TINY:
        return NotEstimable("however unequal the unknown people are, they cannot close the gap")
    return needed


def _joined(a: Counts, b: Counts) -> Counts:
    return Counts(a.events + b.events, a.total + b.total)
