"""A group's gap as a row of a published table, worked out from counts as they are shown; and the columns of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.analysis.equality.gaps import GroupGap
from pipeline.analysis.group_counts import FEW
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import (
    Cell,
    Number,
    Row,
    bare_symbol,
)
from pipeline.present.disclosure.estimates import gap_cells, level_cells, ratio_cells
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE, format_number, round_for_file
from pipeline.present.page import Page
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.missing_group_bounds import Bounds, RateBounds, bounds, rate_bounds, tipping_point
from pipeline.stats.proportions.two_groups import koopman_ratio
from pipeline.stats.results import Counts, NotEstimable, Result
from pipeline.stats.shrinkage import fit_beta_binomial, fit_gamma_poisson, shrunk_event_rate, shrunk_rate

COMPARATOR = "compared with"
OPEN = slice(0, 6)
"""The columns of a table of gaps that a page has room for; the file has the others too."""
Named = tuple[str, str]
_PER_CENT = 100
_NONE = NotEstimable("no ratio")


def gap_row(page: Page, measure: MeasureFacts, gap: GroupGap, words: Mapping[Named, str]) -> dict[str, Any]:
    """Level, difference and ratios of one group; `words` are those for differences, by measure and group."""
    own, others, confidence = gap.tally, gap.reference, page.confidence_level
    return {
        "measure": measure.title,
        "group": page.dataset.name_of(gap.ethnic_group),
        "word": words.get((measure.measure_id, gap.ethnic_group), COMPARATOR),
        "total": HIDDEN if own.withheld else own.size,
        "short": shortfall(gap, measure),
        "ratio_not": adverse_ratio(gap, measure, confidence),
        **level_cells("level", own, measure, confidence),
        **gap_cells("gap", own, others, measure, confidence),
        **ratio_cells(own, others, measure, confidence),
    }


def shortfall(gap: GroupGap, measure: MeasureFacts) -> Result:
    """How many more of the group would have the better outcome at the comparator's rate; below 0: fewer.

    The group's size, or of a rate its child-years, times the difference, with its interval.
    """
    size = gap.tally.total if measure.unit == "percent" else gap.tally.child_years / _PER_CENT
    times = -size if measure.direction == "higher" else size
    return gap.difference.map(lambda number: times * number, "people or events")


def adverse_ratio(gap: GroupGap, measure: MeasureFacts, confidence: float) -> Result:
    """The ratio of the shares without the event (Koopman); none of a rate."""
    if gap.reference is None or measure.unit != "percent":
        return _NONE
    if gap.tally.few or gap.reference.few:
        return FEW
    sides = (gap.tally.counts(), gap.reference.counts())
    group, reference = (Counts(each.total - each.events, each.total, each.effect) for each in sides)
    return koopman_ratio(group, reference, confidence)


def draw_together(groups: Sequence[Tally], measure: MeasureFacts, confidence: float) -> list[Result]:
    """Each group's share, or rate per 100 child-years, drawn towards those of the others: a posterior mean."""
    known = [each for each in groups if not each.few]
    if measure.unit == "percent":
        shares = fit_beta_binomial([each.counts() for each in known if each.total])
        if isinstance(shares, NotEstimable):
            return [shares] * len(groups)
        return [FEW if each.few else shrunk_rate(each.counts(), shares, confidence) for each in groups]
    rates = fit_gamma_poisson([each.effective_rate for each in known])
    if isinstance(rates, NotEstimable):
        return [rates] * len(groups)
    return [
        FEW if each.few else shrunk_event_rate(*each.effective_rate, rates, _PER_CENT, confidence)
        for each in groups
    ]


def if_unknown(gap: GroupGap, unknown: Tally, measure: MeasureFacts) -> Bounds | RateBounds | NotEstimable:
    """The difference under each idea of who the children of unknown group are."""
    assert gap.reference is not None
    if gap.tally.few or gap.reference.few:
        return FEW
    tallies = (gap.tally, gap.reference, unknown)
    if measure.unit == "percent":
        return bounds(*(each.counts() for each in tallies))
    return rate_bounds(*((float(each.events), each.child_years) for each in tallies))


@dataclass(frozen=True)
class IfUnknown(Number):
    """The difference under one idea of who the children of unknown group are; the row holds `if_unknown` of it.

    In points, or with a decimal per 100 child-years.
    """

    idea: str
    decimals: int = 0

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        found = row["if_unknown"]
        if isinstance(found, NotEstimable):
            return bare_symbol(self.key, HIDDEN if found == FEW else NOT_AVAILABLE)
        value = getattr(found, self.idea) * _PER_CENT
        text = format_number(value, self.decimals, sign=True)
        return Cell(text, {self.key: round_for_file(value, self.decimals + 1)})


def what_would_undo(gap: GroupGap, unknown: Tally) -> str:
    """How unequal the unknown would have to be, in points, to undo a clear difference of shares, in words."""
    assert gap.reference is not None
    if gap.tally.few or gap.reference.few:
        return HIDDEN
    if unknown.total == 0:
        return say("unknown none")
    if isinstance(gap.difference, NotEstimable) or gap.difference.contains(0.0):
        return say("unknown level")
    needed = tipping_point(*(each.counts() for each in (gap.tally, gap.reference, unknown)))
    if isinstance(needed, NotEstimable):
        return say("unknown holds")
    return say("unknown tips", points=format_number(abs(needed) * _PER_CENT))


def count_heading(measure: MeasureFacts) -> str:
    """What a group's size is: how many a share is out of, or how much was counted."""
    return say("equality out of") if measure.unit == "percent" else say("equality counted")
