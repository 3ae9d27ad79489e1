"""What the data say of a target in a stretch of months: a level or a gap, whatever the target is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import pandas as pd

from pipeline.analysis.equality.representation import against, share_of
from pipeline.analysis.group_counts import (
    Mask,
    Protect,
    Tally,
    add_up_where,
    between_months,
    difference,
    has,
    in_comparator,
    in_group,
    in_months,
    level,
    looked_at,
    of_measure,
)
from pipeline.contract.context import Context, Definition, Direction, MeasureFacts, Target, Unit
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.register import CHANGE_IN_SCORE, POPULATION, REPRESENTATION
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.proportions.two_groups import independent_difference
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.scores.clustered import clustered_mean


class TargetFigure(Protocol):
    """The figures of a target in some months."""

    @property
    def size(self) -> int:
        """How many the smaller of the compared groups holds."""

    def result(self, confidence_level: float) -> Result:
        """The group's level, or its gap to the comparator, in the measure's own unit (shares, not %)."""

    def protected(self, protect: Protect) -> TargetFigure | None:
        """The same from counts as they may be shown; None where one of them is hidden."""


@dataclass(frozen=True)
class CountedFigure:
    """A percentage or a rate of the group, against that of its comparator where it has one."""

    group: Tally
    reference: Tally | None
    unit: Unit

    @property
    def size(self) -> int:
        """The smaller denominator; for rates the smaller number of events."""
        return min(self.group.size, self.reference.size if self.reference else self.group.size)

    def result(self, confidence_level: float) -> Result:
        """Wilson or Byar for a level; Newcombe or square-and-add for a gap."""
        if self.reference is None:
            return level(self.group, self.unit, confidence_level)
        return difference(self.group, self.reference, self.unit, confidence_level)

    def protected(self, protect: Protect) -> CountedFigure | None:
        """From protected counts."""
        own = self.group.protected(protect)
        other = self.reference.protected(protect) if self.reference else None
        if own is None or (self.reference is not None and other is None):
            return None
        return replace(self, group=own, reference=other)


@dataclass(frozen=True)
class Represented:
    """The group among the children newly reached, against its share of the population where that is asked for.

    The population is counted whole, so only the children reached carry uncertainty. `population_share` is None where no
    comparison is asked for, and NotEstimable where one is but the population does not tell the group: then there is
    no figure, least of all the level in the gap's place.
    """

    group: Tally
    population_share: Between | NotEstimable | None

    @property
    def size(self) -> int:
        """Children newly reached whose group is known."""
        return self.group.total

    def result(self, confidence_level: float) -> Result:
        """The share (Wilson), less the population's where that is asked for."""
        if self.population_share is None:
            return level(self.group, "percent", confidence_level)
        if isinstance(self.population_share, NotEstimable):
            return self.population_share
        return against(self.group, self.population_share, confidence_level)

    def protected(self, protect: Protect) -> Represented | None:
        """From protected counts."""
        own = self.group.protected(protect)
        return None if own is None else replace(self, group=own)


@dataclass(frozen=True)
class MeanFigure:
    """Children with both scores, and their improvements, child by child (never published)."""

    children: int
    improvements: tuple[float, ...]
    clusters: tuple[int, ...]

    def result(self, confidence_level: float) -> Result:
        """The mean, children with several scores being one cluster."""
        if not self.improvements:
            return NotEstimable("nobody with both scores")
        return clustered_mean(self.improvements, self.clusters, confidence_level)


@dataclass(frozen=True)
class Scored:
    """The mean change of the group on a scale, above 0 being better, against that of its comparator."""

    group: MeanFigure
    reference: MeanFigure | None

    @property
    def size(self) -> int:
        """Children with both scores in the smaller group."""
        return min(self.group.children, self.reference.children if self.reference else self.group.children)

    def result(self, confidence_level: float) -> Result:
        """A clustered mean, or the difference of two by square-and-add."""
        own = self.group.result(confidence_level)
        if self.reference is None:
            return own
        return independent_difference(own, self.reference.result(confidence_level))

    def protected(self, protect: Protect) -> Scored | None:
        """The same, unless it rests on few children."""
        means = (self.group, *((self.reference,) if self.reference else ()))
        return self if all(protect(mean.children) for mean in means) else None


@dataclass(frozen=True, eq=False)
class Evidence:
    """The rows that one target's figures come from, all with month, ethnic_group (broad) and ethnicity (code)."""

    rows: pd.DataFrame
    measure: MeasureFacts
    target: Target
    population_share: Between | NotEstimable | None

    @cached_property
    def _own(self) -> Mask:
        """Which rows are of the target's group."""
        return in_group(self.rows, self.target.ethnic_group)

    @cached_property
    def _compared(self) -> Mask | None:
        """Which rows are of its comparator; None where it has none."""
        group, comparator = self.target.ethnic_group, self.target.comparator
        return None if comparator is None else in_comparator(self.rows, group, comparator)

    def between(self, first: int, last: int) -> pd.DataFrame:
        """The rows of the months from `first` to `last`, both included."""
        return between_months(self.rows, first, last)

    def read(self, first: int, last: int) -> TargetFigure:
        """The target's figures in those months."""
        rows, inside = looked_at(self.rows, last - first + 1), in_months(self.rows, first, last)
        own = inside & self._own
        if self.target.kind == REPRESENTATION:
            known = inside & ~has(rows, "ethnic_group", NOT_KNOWN)
            reached, whole = (int(rows["children"].to_numpy()[side].sum()) for side in (own, known))
            effect = rows["effect"].to_numpy()[own].max(initial=1.0) if "effect" in rows else 1.0
            return Represented(Tally(reached, whole, 0.0, (effect - 1) * whole), self.population_share)
        compared = None if self._compared is None else inside & self._compared
        if self.target.kind == CHANGE_IN_SCORE:
            return Scored(_mean(rows[own]), None if compared is None else _mean(rows[compared]))
        reference = None if compared is None else add_up_where(rows, compared)
        return CountedFigure(add_up_where(rows, own), reference, self.measure.unit)

    def unknown_share(self, first: int, last: int) -> float:
        """Share of the denominator in those months whose ethnic group is not known; 0 where there is none."""
        rows = self.between(first, last)
        if self.target.kind == CHANGE_IN_SCORE:
            weights = pd.Series(1.0, index=rows.index)
        elif self.target.kind == REPRESENTATION:
            weights = rows["children"]
        else:
            weights = rows["total"] if rows["total"].sum() else rows["child_years"]
        whole = float(weights.sum())
        return float(weights[rows["ethnic_group"] == NOT_KNOWN].sum()) / whole if whole else 0.0


def _mean(rows: pd.DataFrame) -> MeanFigure:
    improvements = tuple(rows["improvement"].astype("float64"))
    return MeanFigure(int(rows["child"].nunique()), improvements, tuple(rows["child"].astype("int64")))


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of the services that a target is set for; `population` is of the area (see docs/design.md)."""

    measures: pd.DataFrame
    newcomers: pd.DataFrame
    scores: pd.DataFrame
    population: pd.DataFrame


def measure_of(target: Target, context: Context) -> MeasureFacts:
    """What a target is about, as pages name it: a measure of the catalogue, a share, or a change on a scale."""
    always = (Definition(1, context.commissioned_from),)
    if target.kind == REPRESENTATION:
        direction: Direction = "higher" if target.direction == "at_least" else "lower"
        return MeasureFacts("newly_reached", "Children newly reached", "percent", direction, always)
    if target.kind == CHANGE_IN_SCORE:
        title = f"{context.scale_title(str(target.measure_id))}: mean change"
        return MeasureFacts(f"change_{target.measure_id}", title, "points", "higher", always)
    return context.measure(str(target.measure_id))


def gather_evidence(target: Target, tables: Tables, context: Context) -> Evidence:
    """The rows that speak of a target."""
    measure = measure_of(target, context)
    if target.kind == REPRESENTATION:
        rows = tables.newcomers[tables.newcomers["service_id"] == (target.service_id or "")]
    elif target.kind == CHANGE_IN_SCORE:
        rows = _score_rows(tables.scores, str(target.measure_id))
    else:
        rows = of_measure(tables.measures, measure)
    asked = target.comparator == POPULATION
    share = population_share(tables.population, target.ethnic_group) if asked else None
    return Evidence(rows, measure, target, share)


def _score_rows(scores: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Treated children's pairs of scores, dated by their review."""
    pairs = scores[(scores["scale"] == scale) & (scores["arm"] == "treated")]
    pairs = pairs.dropna(subset=["improvement", "review_date"])
    reviewed = pd.to_datetime(pairs["review_date"]).dt
    return pairs.assign(month=reviewed.year * 12 + reviewed.month - 1)


def population_share(population: pd.DataFrame, group: str) -> Between | NotEstimable:
    """The group's share of the area's population, the one counted first; NotEstimable where that does not tell it."""
    first = (
        population[population["counted"] == population["counted"].iloc[0]] if len(population) else population
    )
    known = first[first["ethnic_group"] != NOT_KNOWN]
    own = in_group(known, group)
    if not own.any() or known["population"].isna().any():
        return NotEstimable("the population of this group is not known")
    return share_of(known, own)
