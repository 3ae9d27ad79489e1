"""A service, or an area, beside the others on one measure: adjusted for who its children are, never ranked bare."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.analysis.group_counts import PER_CHILD_YEARS
from pipeline.analysis.scope import Scope
from pipeline.contract.context import MeasureFacts
from pipeline.contract.record_keys import KEYS
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.monitoring.funnel import Funnel, Kind, Observed, PlacedUnit, fit_funnel
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result
from pipeline.stats.scores.ranks import RankInterval, rank_intervals
from pipeline.stats.shrinkage import fit_beta_binomial, shrunk_rate

PlaceVerdict = Literal["above", "below", "not distinguishable", "too few to say"]
PeerKind = Literal["service", "area"]
_LEAST_EXPECTED = 5.0
_COUNTED = ("events", "total", "child_years", *KEYS, "expected", "variance")
_NOT_COMPARED = NotEstimable("too few children to compare")


@dataclass(frozen=True)
class ServicePlace:
    """A service (`name` is its number) or an area among the others.

    `expected` is the share, or the rate per 100 child-years, that children like its own have over all services.
    `placed` is where its counts lie in the funnel; `shrunk` its adjusted share drawn to the others', from
    which `places` are told.
    """

    name: str
    tally: Tally
    expected: float | None
    placed: PlacedUnit | None
    shrunk: Result
    places: RankInterval | None
    verdict: PlaceVerdict


@dataclass(frozen=True)
class Comparison:
    """All services on one measure in the order of the register, or all areas in theirs."""

    measure: MeasureFacts
    funnel: Funnel | NotEstimable
    places: tuple[ServicePlace, ...]

    def of(self, name: str) -> ServicePlace | None:
        """A service's place; None where it has nothing to do with the measure."""
        return next((place for place in self.places if place.name == name), None)


@dataclass(frozen=True)
class _Peer:
    name: str
    tally: Tally
    expected: float
    variance: float

    @property
    def expected_level(self) -> float:
        """As a share, or per 100 child-years."""
        if self.tally.total:
            return self.expected / self.tally.total
        return PER_CHILD_YEARS * self.expected / self.tally.child_years

    def observed(self) -> Observed:
        """As a funnel takes it."""
        return Observed(self.tally.events, self.expected, self.variance + self.tally.rule.variance)


def compare_services(
    peers: pd.DataFrame,
    measure: MeasureFacts,
    order: Sequence[str],
    minimum: int,
    rule: Disclosure,
    confidence_level: float,
    about: str = "",
) -> Comparison:
    """Every service's place in the funnel of those with at least `minimum` children.

    Of a rate, those with at least five events to expect. Where it stands in a ranking is told of the service that it is
    `about`, else of each.
    """
    found = _peers(peers, measure.measure_id, order, rule)
    compared = [peer for peer in found if _is_compared(peer, minimum)]
    kind: Kind = "share" if measure.unit == "percent" else "rate"
    funnel = _funnel([peer.observed() for peer in compared], _centre([peer.tally for peer in compared]), kind)
    if isinstance(funnel, NotEstimable):
        return Comparison(measure, funnel, tuple(_left_out(peer) for peer in found))
    told = [place for place, peer in enumerate(compared) if about in ("", peer.name)]
    placed = _place(compared, funnel, told, confidence_level)
    return Comparison(measure, funnel, tuple(placed.get(peer.name, _left_out(peer)) for peer in found))


def _place(
    compared: Sequence[_Peer], funnel: Funnel, told: Sequence[int], confidence_level: float
) -> dict[str, ServicePlace]:
    """Those compared by service, in the funnel."""
    shrunk = _shrunk(funnel, confidence_level)
    ranks = _ranks(shrunk, told, confidence_level)
    listed = zip(compared, funnel.units, shrunk, ranks, strict=True)
    return {
        peer.name: ServicePlace(
            peer.name, peer.tally, peer.expected_level, unit, result, places, unit.distinguishable
        )
        for peer, unit, result, places in listed
    }


def _peers(peers: pd.DataFrame, measure_id: str, order: Sequence[str], rule: Disclosure) -> list[_Peer]:
    """What each service counted, rounded; what is expected grows and shrinks with what it is out of."""
    (own,) = np.nonzero((peers["measure_id"] == measure_id).to_numpy())
    columns = (peers[column].to_numpy()[own].tolist() for column in ("peer", *_COUNTED))
    by_name = {name: counted for name, *counted in zip(*columns, strict=True)}
    found = []
    for name in order:
        if name in by_name:
            events, total, years, events_key, size_key, expected, variance = by_name[name]
            tally = Sum(events, total, years, 0.0, events_key, size_key).tally(rule)
            grown = tally.total / total if total else tally.child_years / years
            if grown:
                found.append(_Peer(name, tally, expected * grown, variance * grown))
    return found


def _is_compared(peer: _Peer, minimum: int) -> bool:
    if peer.tally.few:
        return False
    return peer.tally.total >= minimum if peer.tally.total else peer.expected >= _LEAST_EXPECTED


def _centre(tallies: Sequence[Tally]) -> float:
    events = sum(tally.events for tally in tallies)
    total = sum(tally.total for tally in tallies)
    years = sum(tally.child_years for tally in tallies)
    if total:
        return events / total
    return PER_CHILD_YEARS * events / years if years else 0.0


def _funnel(observed: Sequence[Observed], centre: float, kind: Kind) -> Funnel | NotEstimable:
    """What is expected is scaled so that as much is expected in all as came out."""
    events, expected = sum(unit.events for unit in observed), sum(unit.expected for unit in observed)
    if not events:
        return NotEstimable("nobody has the event, so services cannot differ by it")
    factor = events / expected
    scaled = [Observed(unit.events, unit.expected * factor, unit.variance * factor) for unit in observed]
    return fit_funnel(scaled, centre, kind)


def _shrunk(funnel: Funnel, confidence_level: float) -> list[Result]:
    """Adjusted shares, as if of so many like children, each drawn to the rest; rates are not drawn."""
    if funnel.kind == "rate":
        return [NotEstimable("rates are not drawn to one another") for _ in funnel.units]
    counts = [_as_counts(unit) for unit in funnel.units]
    prior = fit_beta_binomial(counts)
    if isinstance(prior, NotEstimable):
        return [prior for _ in counts]
    return [shrunk_rate(each, prior, confidence_level) for each in counts]


def _as_counts(unit: PlacedUnit) -> Counts:
    size = max(1, math.floor(unit.size + 0.5))
    return Counts(min(math.floor(unit.value * size + 0.5), size), size)


def _ranks(
    shrunk: Sequence[Result], told: Sequence[int], confidence_level: float
) -> Sequence[RankInterval | None]:
    """Of those told their places, of the others None."""
    shares = [result for result in shrunk if isinstance(result, Estimate)]
    found: list[RankInterval | None] = [None] * len(shrunk)
    if len(shares) == len(shrunk):
        for place, interval in zip(told, rank_intervals(shares, confidence_level, told), strict=True):
            found[place] = interval
    return found


def _left_out(peer: _Peer) -> ServicePlace:
    return ServicePlace(peer.name, peer.tally, None, None, _NOT_COMPARED, None, "too few to say")


@cache
def comparisons(scope: Scope, minimum: int, kind: PeerKind = "service") -> tuple[Comparison, ...]:
    """Every measure of the catalogue that any service, or area, has something to do with."""
    context, peers = scope.context, scope.slice.peers
    if peers is None:
        return ()
    peers = peers[peers["kind"] == kind]
    listed = [service.service_id for service in context.services] if kind == "service" else []
    order = list(dict.fromkeys([*listed, *sorted(peers["peer"].unique())]))
    found = (
        compare_services(peers, measure, order, minimum, scope.rule, scope.confidence_level, scope.own)
        for measure in context.measures
    )
    return tuple(comparison for comparison in found if comparison.places)
