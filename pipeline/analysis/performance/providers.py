"""One service beside the others on one measure: adjusted for whom it served, drawn to the rest, never ranked bare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.analysis.group_counts import PER_CHILD_YEARS, Protect, Tally
from pipeline.contract.context import MeasureFacts
from pipeline.stats.monitoring.funnel import Funnel, Kind, Observed, PlacedUnit, fit_funnel
from pipeline.stats.results import Counts, Estimate, NotEstimable, Result
from pipeline.stats.scores.ranks import RankInterval, rank_intervals
from pipeline.stats.shrinkage import fit_beta_binomial, shrunk_rate

PlaceVerdict = Literal["above", "below", "not distinguishable", "too few to say"]
_LEAST_EXPECTED = 5.0
_COUNTED = ("events", "total", "child_years", "expected", "variance")
_NOT_COMPARED = NotEstimable("too few children to compare")


@dataclass(frozen=True)
class ServicePlace:
    """A service among the others, as far as it may be shown: `shown` are protected counts, None where hidden.

    `expected` is the share, or the rate per 100 child-years, that children like its own have over all services.
    `placed` is where the protected counts lie in the funnel of protected counts; `shrunk` its adjusted share drawn to
    the others', from which `places` are told. The verdict needs exact and protected counts to agree.
    """

    service_id: str
    tally: Tally
    shown: Tally | None
    expected: float | None
    placed: PlacedUnit | None
    shrunk: Result
    places: RankInterval | None
    verdict: PlaceVerdict


@dataclass(frozen=True)
class Comparison:
    """All services on one measure, in the order of the register; `funnel` is that of the protected counts."""

    measure: MeasureFacts
    funnel: Funnel | NotEstimable
    places: tuple[ServicePlace, ...]

    def of(self, service_id: str) -> ServicePlace | None:
        """A service's place; None where it has nothing to do with the measure."""
        return next((place for place in self.places if place.service_id == service_id), None)


@dataclass(frozen=True)
class _Peer:
    service_id: str
    tally: Tally
    shown: Tally | None
    expected: float
    variance: float

    @property
    def expected_level(self) -> float:
        """As a share, or per 100 child-years."""
        if self.tally.total:
            return self.expected / self.tally.total
        return PER_CHILD_YEARS * self.expected / self.tally.child_years

    def exact(self) -> Observed:
        return Observed(self.tally.events, self.expected, self.variance)

    def protected(self) -> Observed:
        """The same of the protected counts; what is expected grows and shrinks with the protected total."""
        assert self.shown is not None
        factor = self.shown.total / self.tally.total if self.tally.total else 1.0
        return Observed(self.shown.events, self.expected * factor, self.variance * factor)


def compare_services(
    peers: pd.DataFrame,
    measure: MeasureFacts,
    order: Sequence[str],
    minimum: int,
    protect: Protect,
    confidence_level: float,
    about: str = "",
) -> Comparison:
    """Every service's place in the funnel of those with at least `minimum` children and counts that may be shown.

    Of a rate, those with at least five events to expect and a count of events that may be shown. Where it stands in a
    ranking is told of the service that it is `about`, else of each.
    """
    found = _peers(peers, measure.measure_id, order, protect)
    compared = [peer for peer in found if _is_compared(peer, minimum)]
    kind: Kind = "share" if measure.unit == "percent" else "rate"
    exact = _funnel([peer.exact() for peer in compared], _centre([peer.tally for peer in compared]), kind)
    protected = [peer.protected() for peer in compared]
    shown = _funnel(protected, _centre([peer.shown for peer in compared if peer.shown]), kind)
    if isinstance(exact, NotEstimable) or isinstance(shown, NotEstimable):
        reason = exact if isinstance(exact, NotEstimable) else shown
        assert isinstance(reason, NotEstimable)
        return Comparison(measure, reason, tuple(_left_out(peer) for peer in found))
    told = [place for place, peer in enumerate(compared) if about in ("", peer.service_id)]
    placed = _place(compared, (exact, shown), told, confidence_level)
    return Comparison(measure, shown, tuple(placed.get(peer.service_id, _left_out(peer)) for peer in found))


def _place(
    compared: Sequence[_Peer], funnels: tuple[Funnel, Funnel], told: Sequence[int], confidence_level: float
) -> dict[str, ServicePlace]:
    """Those compared by service, in the funnels of exact and of protected counts."""
    exact, shown = funnels
    shrunk = _shrunk(shown, confidence_level)
    ranks = _ranks(shrunk, told, confidence_level)
    return {
        peer.service_id: ServicePlace(
            peer.service_id,
            peer.tally,
            peer.shown,
            peer.expected_level,
            after,
            result,
            places,
            _agreed(before, after),
        )
        for peer, before, after, result, places in zip(
            compared, exact.units, shown.units, shrunk, ranks, strict=True
        )
    }


def _peers(peers: pd.DataFrame, measure_id: str, order: Sequence[str], protect: Protect) -> list[_Peer]:
    (own,) = np.nonzero((peers["measure_id"] == measure_id).to_numpy())
    columns = (peers[name].to_numpy()[own].tolist() for name in ("peer", *_COUNTED))
    by_service = {service_id: counted for service_id, *counted in zip(*columns, strict=True)}
    found = []
    for service_id in order:
        if service_id in by_service:
            events, total, years, expected, variance = by_service[service_id]
            tally = Tally(events, total, years)
            found.append(_Peer(service_id, tally, tally.protected(protect), expected, variance))
    return found


def _is_compared(peer: _Peer, minimum: int) -> bool:
    if peer.shown is None:
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


def _agreed(exact: PlacedUnit, shown: PlacedUnit) -> PlaceVerdict:
    same = exact.distinguishable == shown.distinguishable
    return shown.distinguishable if same else "not distinguishable"


def _left_out(peer: _Peer) -> ServicePlace:
    return ServicePlace(
        peer.service_id, peer.tally, peer.shown, None, None, _NOT_COMPARED, None, "too few to say"
    )
