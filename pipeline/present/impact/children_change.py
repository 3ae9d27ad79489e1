"""What changed child by child: reliable change, goals attained, and who has no second score."""

from dataclasses import dataclass

from pipeline.analysis.impact.change import count_children, rows_with
from pipeline.analysis.impact.children_change import (
    ReliableShares,
    assess_cutoff,
    assess_goals,
    cross,
    list_reliable,
    list_unmatched,
    spread_of,
    treated_on,
)
from pipeline.contract.context import ScaleFacts
from pipeline.present.disclosure.columns import Cell, Number, Row, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.rounding import HIDDEN, format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Page, paragraph, stack
from pipeline.present.sentences import retell, say
from pipeline.protect.rounding import Disclosure, Least
from pipeline.protect.tally import Tally, share_out
from pipeline.stats.proportions.paired_shares import paired_difference
from pipeline.stats.results import NotEstimable
from pipeline.stats.scores.reliable_change import smallest_reliable_change

GOALS = "goal_attainment"


def _share_out(found: ReliableShares, rule: Disclosure) -> dict[str, Tally]:
    told = share_out([found.better, found.same, found.worse], rule)
    return dict(zip(("better", "same", "worse"), told, strict=True))


def reliable_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Shares of children reliably better, the same and worse, of groups that are not too few."""
    least = Least(minimum, page.rule)
    rows = [
        {**vars(each), "group": each.ethnic_group, **_share_out(each, page.rule)}
        for each in list_reliable(page, scale.scale)
        if least.is_met(each.children)
    ]
    spread = spread_of(page.slice.scores, scale)
    told = {
        "title": scale.title,
        "clinical_cutoff": format_number(scale.clinical_cutoff or 0),
        "points": format_number(smallest_reliable_change(spread, float(scale.reliability or 0)), 1),
        "reliability": format_number(float(scale.reliability or 0), 2),
        "sd": format_number(spread, 1),
        "whose": say("reliable norm group" if scale.norm_sd else "reliable first scores"),
        "minimum": minimum,
    }
    without = ["past_cutoff"] if scale.clinical_cutoff is None else []
    return page.table("reliable", rows, of=scale.scale, told=told, without=without)


def _show_reliable(page: Page, scale: ScaleFacts, minimum: int) -> str:
    if scale.reliability is None:
        return paragraph(say("reliable unknown"))
    started = rows_with(treated_on(page.slice.scores, scale.scale), "baseline_score")
    if not Least(minimum, page.rule).is_met(count_children(started)):
        return paragraph(say("reliable few"))
    table = reliable_table(page, scale, minimum)
    return page.format(table) if table.cells else paragraph(say("reliable few"))


def cutoff_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Shares of the same children at or past the cut-off before and after; empty where the scale has none."""
    groups = page.dataset.groups
    level, least = page.confidence_level, Least(minimum, page.rule)
    rows = [
        {
            **vars(each),
            "group": each.ethnic_group,
            "children": each.start.whole.count(page.rule),
            "shift": (each.start, each.end, each.crossed),
        }
        for each in assess_cutoff(page.slice.scores, scale, groups, least, level)
    ]
    past = say("impact at or past", value=format_number(scale.clinical_cutoff or 0))
    told = {"title": scale.title, "minimum": minimum, "past": past}
    return page.table("cutoff", rows, of=scale.scale, told=told)


def goals_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Goal attainment by group."""
    groups, least = page.dataset.groups, Least(minimum, page.rule)
    rows = [
        {**vars(each), "group": each.ethnic_group}
        for each in assess_goals(page.slice.scores, scale.scale, groups, least, page.confidence_level)
    ]
    return page.table("goals", rows, of=scale.scale, told={"title": scale.title})


def unmatched_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Who has a second score, and how the others began."""
    least = Least(minimum, page.rule)
    rows = [
        {**vars(each), "group": each.ethnic_group}
        for each in list_unmatched(page, scale.scale, minimum)
        if least.is_met(each.started)
    ]
    return page.table("unmatched", rows, of=scale.scale, told={"title": scale.title, "minimum": minimum})


def describe_unmatched(page: Page, scale: str, minimum: int) -> str:
    """Whether the children without a second score began otherwise than those with one."""
    found = list_unmatched(page, scale, minimum)
    if not found or not Least(minimum, page.rule).is_met(found[0].size):
        return say("unmatched few")
    if isinstance(found[0].start_difference, NotEstimable):
        return say("unmatched open", reason=retell(found[0].start_difference.reason))
    difference = found[0].start_difference
    if difference.contains(0.0):
        return say("unmatched alike")
    return say("unmatched better" if difference.value > 0 else "unmatched worse")


def show_child_by_child(page: Page, scale_name: str, minimum: int) -> str:
    """What stands below the mean change on one scale: change child by child, and who is not in it."""
    scale = page.context.scale(scale_name)
    goals = scale.kind == GOALS
    return stack(
        page.format(goals_table(page, scale, minimum)) if goals else _show_reliable(page, scale, minimum),
        page.show(cutoff_table(page, scale, minimum)),
        paragraph(describe_unmatched(page, scale_name, minimum)),
        page.show(unmatched_table(page, scale, minimum)),
    )


@dataclass(frozen=True)
class PairedShift(Number):
    """By how many percentage points a share of the same children moved; the row holds both shares and who crossed over.

    The interval is Tango's.
    """

    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        before, after, crossed = row[self.key]
        if before.tally(rule).few or after.tally(rule).few:
            return symbol_cell(self.key, HIDDEN)
        crossing = cross(before, after, crossed, rule)
        result = paired_difference(crossing.gained, crossing.lost, crossing.total, self.confidence_level)
        return interval_cell(self.key, result, 0, True, scale=100)
