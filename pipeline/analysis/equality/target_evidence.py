"""What the data say of a target in a stretch of months: a level or a gap, whatever the target is about."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import pandas as pd

from pipeline.analysis.equality.representation import share_of
from pipeline.analysis.equality.target_figures import (
    CountedFigure,
    MeanFigure,
    Represented,
    Scored,
    TargetFigure,
)
from pipeline.contract.context import Context, Definition, Direction, MeasureFacts, Target
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.plans import CHANGE_IN_SCORE, POPULATION, REPRESENTATION
from pipeline.protect.cells import Cells, Mask, fingerprint_rows, has, in_comparator, in_group
from pipeline.protect.rounding import EXACT, Disclosure, Least, People
from pipeline.protect.tally import with_effect
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import NotEstimable


@dataclass(frozen=True, eq=False)
class _CellEvidence(ABC):
    """What is read out of cells, whoever they count."""

    cells: Cells
    measure: MeasureFacts
    target: Target

    @abstractmethod
    def read(self, first: int, last: int) -> TargetFigure:
        """The target's figures in those months."""

    def as_it_is(self, first: int, last: int) -> TargetFigure:
        """The same not rounded."""
        return replace(self, cells=self.cells.exact()).read(first, last)

    def unknown_share(self, first: int, last: int) -> float:
        """Of the rows, the time or the children that the cells count."""
        return _share_unknown(self.cells.in_months(first, last))

    def fingerprint(self, first: int, last: int) -> str:
        """Of the cells."""
        return self.cells.in_months(first, last).fingerprint()


@dataclass(frozen=True, eq=False)
class CountedEvidence(_CellEvidence):
    """The cells of one measure."""

    @cached_property
    def _sides(self) -> tuple[Cells, Cells | None]:
        group, comparator = self.target.ethnic_group, self.target.comparator
        own = self.cells.of_group(group)
        return own, None if comparator is None else self.cells.of_comparator(group, comparator)

    def read(self, first: int, last: int) -> CountedFigure:
        """The group's tally in those months, and its comparator's."""
        own, other = self._sides
        tally = own.between(first, last).add_up()
        reference = None if other is None else other.between(first, last)
        if reference is None:
            return CountedFigure(tally, None, self.measure.unit)
        if self.target.comparator == EVERYONE_ELSE:
            known = self.cells.known().between(first, last).add_up()
            return CountedFigure(tally, known.without(tally, reference.sum()), self.measure.unit)
        return CountedFigure(tally, reference.add_up(), self.measure.unit)


@dataclass(frozen=True, eq=False)
class ReachedEvidence(_CellEvidence):
    """The children newly reached, and the population that their group is compared with (see `Represented`).

    `effect` is the design effect of the group's share: siblings come together.
    """

    population_share: Between | NotEstimable | None
    effect: float = 1.0

    def read(self, first: int, last: int) -> Represented:
        """The group's children out of those whose group is known."""
        inside = self.cells.in_months(first, last).known()
        group = inside.of_group(self.target.ethnic_group).sum().among(inside.sum())
        return Represented(with_effect(group.tally(inside.rule), self.effect), self.population_share)


@dataclass(frozen=True, eq=False)
class ScoredEvidence:
    """The children with both scores on a scale, dated by their review (never published)."""

    rows: pd.DataFrame
    measure: MeasureFacts
    target: Target
    rule: Disclosure

    def _inside(self, first: int, last: int) -> pd.DataFrame:
        return self.rows[self.rows["month"].between(first, last)]

    def read(self, first: int, last: int) -> Scored:
        """The mean improvements of the group and of its comparator."""
        rows, group, comparator = self._inside(first, last), self.target.ethnic_group, self.target.comparator
        own = self._mean(rows, in_group(rows, group))
        if comparator is None:
            return Scored(own, None)
        return Scored(own, self._mean(rows, in_comparator(rows, group, comparator)))

    def as_it_is(self, first: int, last: int) -> Scored:
        """The same, of few too."""
        return replace(self, rule=EXACT).read(first, last)

    def _mean(self, rows: pd.DataFrame, holds: Mask) -> MeanFigure:
        own = rows[holds]
        children = People.count(own["child"])
        improvements = tuple(own["improvement"].astype("float64"))
        clusters = tuple(own["child"].astype("int64"))
        few = not Least(1, self.rule).is_met(children)
        return MeanFigure(children.shown(self.rule), improvements, clusters, few)

    def unknown_share(self, first: int, last: int) -> float:
        """Of the pairs of scores."""
        rows = self._inside(first, last)
        return float(has(rows, "ethnic_group", NOT_KNOWN).mean()) if len(rows) else 0.0

    def fingerprint(self, first: int, last: int) -> str:
        """Of how many there are and what they add up to."""
        return fingerprint_rows(self._inside(first, last))


Evidence: TypeAlias = CountedEvidence | ReachedEvidence | ScoredEvidence
"""What speaks of one target, month by month."""


def _share_unknown(cells: Cells) -> float:
    whole, unknown = cells.add_up(), cells.where("ethnic_group", NOT_KNOWN).add_up()
    weights = [float(tally.total or tally.child_years) for tally in (unknown, whole)]
    return min(weights[0] / weights[1], 1.0) if weights[1] else 0.0


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of the services that a target is set for; `population` is of the area (see docs/data.md).

    `effect` is the design effect of the target's group among the children newly reached.
    """

    measures: Cells
    newcomers: Cells
    scores: pd.DataFrame
    population: pd.DataFrame
    effect: float = 1.0


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
    """What speaks of a target, by its kind."""
    measure = measure_of(target, context)
    if target.kind == REPRESENTATION:
        newcomers = tables.newcomers.where("service_id", target.service_id or "")
        asked = target.comparator == POPULATION
        share = population_share(tables.population, target.ethnic_group) if asked else None
        return ReachedEvidence(newcomers, measure, target, share, tables.effect)
    if target.kind == CHANGE_IN_SCORE:
        rows = _score_rows(tables.scores, str(target.measure_id))
        return ScoredEvidence(rows, measure, target, tables.measures.rule)
    return CountedEvidence(tables.measures.of_measure(measure), measure, target)


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
