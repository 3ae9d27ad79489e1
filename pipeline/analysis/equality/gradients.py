"""Inequality along what is ordered: a line through the levels of a measure from the least to the most deprived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.analysis.equality.gaps import GapWord, p_value_at_zero, side_of
from pipeline.analysis.group_counts import FEW, level
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import MeasureFacts
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.protect.cells import Cells
from pipeline.protect.tally import NOBODY, Tally, join
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.proportions.gradient import relative_index, slope_index
from pipeline.stats.results import Estimate, Result

_ALONG = "deprivation"
"""Fifths, 1 the most deprived."""
_FEWEST_LEVELS = 3


@dataclass(frozen=True)
class Gradient:
    """One measure by its levels from the least to the most deprived; the word is about the most deprived."""

    measure: MeasureFacts
    levels: tuple[Tally, ...]
    word: GapWord

    def slope(self, confidence_level: float) -> Result:
        """The most deprived end of the line less the least deprived end; null value 0."""
        return FEW if self.few else slope_index(*self._along(confidence_level))

    def ratio(self, confidence_level: float) -> Result:
        """The most deprived end of the line over the least deprived end; null value 1."""
        return FEW if self.few else relative_index(*self._along(confidence_level))

    @property
    def few(self) -> bool:
        """Whether any level holds so few that no figure of it may be shown."""
        return any(tally.few for tally in self.levels)

    def _along(self, confidence_level: float) -> tuple[list[Estimate], list[float]]:
        percent = self.measure.unit == "percent"
        sizes = [float(tally.total if percent else tally.child_years) for tally in self.levels]
        there = [tally for tally, size in zip(self.levels, sizes, strict=True) if size]
        found = [level(tally, self.measure.unit, confidence_level) for tally in there]
        return [each for each in found if isinstance(each, Estimate)], [size for size in sizes if size]

    def side(self, confidence_level: float) -> GapWord:
        """Where the most deprived stand, in the measure's own direction, by the slope's interval alone."""
        return side_of(self.slope(confidence_level), self.measure.direction)


def assess_gradients(
    rows: Cells, measures: Sequence[MeasureFacts], rules: JudgementRules
) -> tuple[Gradient, ...]:
    """Every measure of `characteristics.parquet` by deprivation, where that is recorded; all of them are one family."""
    ordered = rows.where("characteristic", _ALONG)
    tallies = [ordered.where("measure_id", each.measure_id).tally_by("level") for each in measures]
    found = [
        _begin(*each, rules) for each in zip(measures, tallies, strict=True) if each[1].keys() - {NOT_KNOWN}
    ]
    judged = [gradient for gradient in found if gradient.word == "not clear"]
    adjusted = adjust_by_name({each.measure: p_value_at_zero(each.slope) for each in judged})
    return tuple(
        replace(each, word=each.side(rules.confidence_level))
        if adjusted.get(each.measure, 1.0) <= rules.false_discovery_rate
        else each
        for each in found
    )


def _begin(measure: MeasureFacts, tallies: dict[str, Tally], rules: JudgementRules) -> Gradient:
    """The levels in order, and why nothing can be said of them, if so."""
    levels = tuple(tallies[name] for name in sorted(tallies.keys() - {NOT_KNOWN}, reverse=True))
    word: GapWord = "not clear"
    if sum(tally.worth >= rules.minimum_total for tally in levels) < _FEWEST_LEVELS:
        word = "too few to say"
    elif tallies.get(NOT_KNOWN, NOBODY).size > rules.maximum_unknown * join(tallies.values()).size:
        word = "cannot tell yet"
    return Gradient(measure, levels, word)
