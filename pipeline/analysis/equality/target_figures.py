"""The figures of a target in some months: a level or a gap, of counts, of the children reached, or of scores."""

from dataclasses import dataclass
from typing import TypeAlias

from pipeline.analysis.equality.representation import against
from pipeline.analysis.group_counts import FEW, difference, level
from pipeline.contract.context import Unit
from pipeline.protect.rounding import ShownCount
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.proportions.two_groups import independent_difference
from pipeline.stats.results import NotEstimable, Result
from pipeline.stats.scores.paired import clustered_mean


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


@dataclass(frozen=True)
class MeanFigure:
    """Children with both scores, and their improvements, child by child (never published)."""

    children: ShownCount
    improvements: tuple[float, ...]
    clusters: tuple[int, ...]
    few: bool = False

    def result(self, confidence_level: float) -> Result:
        """The mean, children with several scores being one cluster; FEW where few stand behind it."""
        if not self.improvements:
            return NotEstimable("nobody with both scores")
        return FEW if self.few else clustered_mean(self.improvements, self.clusters, confidence_level)


@dataclass(frozen=True)
class Scored:
    """The mean change of the group on a scale, above 0 being better, against that of its comparator."""

    group: MeanFigure
    reference: MeanFigure | None

    @property
    def size(self) -> ShownCount:
        """Children with both scores in the smaller group."""
        return min(self.group.children, self.reference.children if self.reference else self.group.children)

    def result(self, confidence_level: float) -> Result:
        """A clustered mean, or the difference of two by square-and-add."""
        own = self.group.result(confidence_level)
        if self.reference is None:
            return own
        return independent_difference(own, self.reference.result(confidence_level))


TargetFigure: TypeAlias = CountedFigure | Represented | Scored
"""The figures of a target in some months; `result` is its level, or its gap to the comparator."""
