"""Gaps between ethnic groups among like children, and what adjusting does to a finding."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.group_counts import PER_CHILD_YEARS
from pipeline.analysis.groups import NOBODY_KNOWN, GroupTallies
from pipeline.contract.context import Unit
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.record_keys import KEYS
from pipeline.protect.parts import as_shown
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import NOBODY, Sum, Tally
from pipeline.stats.proportions.stratified import Strata, mantel_haenszel_differences
from pipeline.stats.proportions.stratified_rates import RateStrata, mantel_haenszel_rate_difference
from pipeline.stats.proportions.stratified_ratio import (
    mantel_haenszel_odds_ratio,
    mantel_haenszel_rate_ratio,
    same_odds_ratio,
    same_rate_ratio,
)
from pipeline.stats.results import NotEstimable, PValue, Result

Floats = NDArray[np.float64]
_COUNTS = ("events", "total", "child_years", *KEYS)


@dataclass(frozen=True, eq=False)
class AdjustedGap:
    """A gap among like children: what a group and its comparator have in each stratum (a column), a row a count.

    `sides` are the two over all strata, as they are shown. Who has a counterpart is counted by `rule`.
    """

    own: Floats
    other: Floats
    unit: Unit
    sides: tuple[Tally, Tally] = (NOBODY, NOBODY)
    rule: Disclosure = EXACT

    @property
    def effects(self) -> tuple[float, float]:
        """The design effects of the two, with what rounding adds."""
        return self.sides[0].effect, self.sides[1].effect

    @cached_property
    def told(self) -> tuple[Floats, Floats]:
        """Events, totals and child-years in each stratum, of the two: in the parts that they are, of what is shown.

        With one stratum, or two, the true numbers could be worked out from a gap, a ratio and their limits.
        """
        return as_shown(self.own, self.sides[0]), as_shown(self.other, self.sides[1])

    @cached_property
    def compared(self) -> Tally:
        """Those of the group who have a counterpart."""
        return _with_counterpart(self.own, self.other).tally(self.rule)

    @cached_property
    def reference(self) -> Tally:
        """Those of the comparator who have one."""
        return _with_counterpart(self.other, self.own).tally(self.rule)

    @property
    def fewest(self) -> int:
        """Children (of a rate: events) with a counterpart on the smaller side."""
        return min(self.compared.size, self.reference.size)


def stratified_differences(gaps: Sequence[AdjustedGap], confidence_level: float) -> list[Result]:
    """Mantel-Haenszel over strata, of each gap: in percentage points as a share, or per 100 child-years."""
    shares = [place for place, gap in enumerate(gaps) if gap.unit == "percent"]
    of_shares = [_strata(*gaps[place].told, gaps[place].effects) for place in shares]
    found = dict(zip(shares, mantel_haenszel_differences(of_shares, confidence_level), strict=True))
    return [
        found[place] if place in found else _rate_difference(gap, confidence_level)
        for place, gap in enumerate(gaps)
    ]


def stratified_ratio(gap: AdjustedGap, confidence_level: float) -> tuple[Result, PValue | NotEstimable]:
    """Mantel-Haenszel over strata as a ratio, of odds or of rates; and whether it is the same in all of them.

    The latter, of which words alone are told, is judged by strata as they are.
    """
    if gap.unit == "percent":
        told, strata = _strata(*gap.told, gap.effects), _strata(gap.own, gap.other, gap.effects)
        return mantel_haenszel_odds_ratio(told, confidence_level), same_odds_ratio(strata)
    over_time = _rate_strata(gap.own, gap.other, gap.effects)
    ratio = mantel_haenszel_rate_ratio(_rate_strata(*gap.told, gap.effects), confidence_level)
    return ratio, same_rate_ratio(over_time)


def _rate_difference(gap: AdjustedGap, confidence_level: float) -> Result:
    strata = _rate_strata(*gap.told, gap.effects)
    return mantel_haenszel_rate_difference(strata, PER_CHILD_YEARS, confidence_level)


def _strata(own: Floats, other: Floats, effects: tuple[float, float]) -> Strata:
    return Strata(*own[:2], *other[:2], effects=effects)


def _rate_strata(own: Floats, other: Floats, effects: tuple[float, float]) -> RateStrata:
    (events, _, years), (other_events, _, other_years) = own[:3], other[:3]
    return RateStrata(events, years, other_events, other_years, effects=effects)


def _with_counterpart(own: Floats, other: Floats) -> Sum:
    """Those in strata that hold somebody of the other side: a total, or time for a rate."""
    both = own[:, other[1:3].any(axis=0) & own[1:3].any(axis=0)].sum(axis=1)
    events, total, years, events_key, size_key = both.tolist()
    return Sum(events, total, years, 0.0, int(events_key), int(size_key))


@dataclass(frozen=True, eq=False)
class StratumCounts:
    """Events, totals and child-years of measures by broad group, a column a stratum.

    `services` says of each which strata are its own; no stratum is of two services.
    """

    measures: Mapping[str, int]
    groups: Sequence[str]
    services: Mapping[str, NDArray[np.bool_]]
    counts: Floats

    def by_group(self, measure_id: str, services: Collection[str] = ()) -> dict[str, Floats]:
        """Those of one measure, of each group: of some services, or of all where none is named."""
        place = self.measures.get(measure_id)
        if place is None:
            return {}
        counts = self.counts[place]
        if services:
            none = np.zeros(counts.shape[-1], dtype=bool)
            own = [strata for name, strata in self.services.items() if name in services]
            counts = counts[:, :, np.logical_or.reduce([none, *own])]
        return dict(zip(self.groups, counts, strict=True))


def count_strata(strata: pd.DataFrame) -> StratumCounts:
    """Every count of `strata.parquet`, added up once for all the gaps that rest on them."""
    keys = ("measure_id", "ethnic_group", "stratum", "service_id")
    places, names = zip(*(pd.factorize(strata[key], sort=True) for key in keys), strict=True)
    measures, groups, numbers, services = names
    shape = [len(measures), len(groups), len(numbers)]
    cell = np.ravel_multi_index(places[:3], shape) if len(strata) else places[0]
    counts = [
        np.bincount(cell, weights=strata[key], minlength=math.prod(shape)).reshape(shape) for key in _COUNTS
    ]
    service = np.empty(len(numbers), dtype=np.intp)
    service[places[2]] = places[3]
    return StratumCounts(
        measures={str(name): place for place, name in enumerate(measures)},
        groups=[str(name) for name in groups],
        services={str(name): service == place for place, name in enumerate(services)},
        counts=np.stack(counts, axis=2),
    )


def adjust_gaps(
    counts: Mapping[str, Floats],
    groups: Sequence[str],
    comparator: str,
    unit: Unit,
    tallies: GroupTallies = NOBODY_KNOWN,
) -> dict[str, AdjustedGap]:
    """One measure's gaps within strata, by group; `counts` are those of `StratumCounts.by_group`, broad groups only.

    `tallies` are the same without strata, as they are shown.
    """
    nobody = np.zeros_like(next(iter(counts.values()), np.zeros((len(_COUNTS), 0))))

    def within(names: Iterable[str]) -> Floats:
        """Some groups together in every stratum."""
        return sum((counts[name] for name in names if name in counts), start=nobody)

    found = {}
    for group in groups:
        others = [
            name for name in counts if name not in (group, NOT_KNOWN) and comparator in (EVERYONE_ELSE, name)
        ]
        sides = tallies.of(group), tallies.against(group, comparator)
        found[group] = AdjustedGap(within([group]), within(others), unit, sides, tallies.rule)
    return found


def judge_adjusted(crude: Result, adjusted: Result) -> Literal["same", "gone", "new", "none", "open"]:
    """What adjusting does to a finding: it stays, is no longer clear, shows only now, or there is none either way."""
    if isinstance(crude, NotEstimable) or isinstance(adjusted, NotEstimable):
        return "open"
    before, after = not crude.contains(0.0), not adjusted.contains(0.0)
    if before and after and np.sign(crude.value) != np.sign(adjusted.value):
        return "new"
    match before, after:
        case True, True:
            return "same"
        case True, False:
            return "gone"
        case False, True:
            return "new"
        case _:
            return "none"
