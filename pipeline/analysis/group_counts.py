"""What counts say: a level, a gap between two groups."""

from pipeline.contract.context import Unit
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.one_group import event_rate, wilson_interval
from pipeline.stats.proportions.two_groups import (
    independent_difference,
    koopman_ratio,
    newcombe_difference,
    rate_ratio,
)
from pipeline.stats.results import NotEstimable, Result

PER_CHILD_YEARS = 100
FEW = NotEstimable("the figure rests on a small number of children")
"""Why there is no figure where so few people stand behind it that it would tell of them."""


def level(tally: Tally, unit: Unit, confidence_level: float) -> Result:
    """A proportion (Wilson) or events per 100 child-years (Byar, exact below 10); FEW where few stand behind it."""
    if tally.few:
        return FEW
    if unit == "percent":
        return wilson_interval(tally.counts(), confidence_level)
    if tally.child_years == 0:
        return NotEstimable("no time spent in the service")
    return event_rate(
        tally.events, tally.child_years, PER_CHILD_YEARS, confidence_level, tally.design_effect, tally.off_by
    )


def difference(group: Tally, reference: Tally, unit: Unit, confidence_level: float) -> Result:
    """Group less reference: Newcombe for proportions, square-and-add of Byar intervals for rates; null 0."""
    if group.few or reference.few:
        return FEW
    if unit == "percent":
        return newcombe_difference(group.counts(), reference.counts(), confidence_level)
    return independent_difference(
        level(group, unit, confidence_level), level(reference, unit, confidence_level)
    )


def ratio(group: Tally, reference: Tally, unit: Unit, confidence_level: float) -> Result:
    """Group over reference: Koopman for proportions, for rates the score interval; null 1."""
    if group.few or reference.few:
        return FEW
    if unit == "percent":
        return koopman_ratio(group.counts(), reference.counts(), confidence_level)
    rates = (group.events, group.child_years, reference.events, reference.child_years)
    return rate_ratio(*rates, confidence_level, (group.effect, reference.effect))
