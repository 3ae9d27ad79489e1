"""What changed child by child: reliable change, goals attained, and who has no second score."""

from __future__ import annotations

from pipeline.analysis.impact.change import count_children, rows_with
from pipeline.analysis.impact.children_change import (
    ReliableShares,
    assess_cutoff,
    assess_goals,
    list_reliable,
    list_unmatched,
    spread_of,
    treated_on,
)
from pipeline.contract.context import ScaleFacts
from pipeline.present.disclosure.columns import Column, Count, Text
from pipeline.present.disclosure.estimates import Measured, Share
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.impact.paired_shift import PairedShift
from pipeline.present.page import Page, paragraph
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure, Least
from pipeline.protect.tally import share_out
from pipeline.stats.results import Counts, NotEstimable
from pipeline.stats.scores.reliable_change import smallest_reliable_change

GOALS = "goal_attainment"


def _share_out(found: ReliableShares, rule: Disclosure) -> dict[str, Counts]:
    names = ("better", "same", "worse")
    told = share_out([getattr(found, name) for name in names], rule)
    return {name: tally.counts() for name, tally in zip(names, told, strict=True)}


def reliable_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Shares of children reliably better, the same and worse, of groups that are not too few."""
    least = Least(minimum, page.door.rule)
    rows = [
        {
            "group": each.ethnic_group,
            "children": each.children,
            **_share_out(each, page.door.rule),
            "past_cutoff": each.past_cutoff,
        }
        for each in list_reliable(page, scale.scale)
        if least.is_met(each.children)
    ]
    level = page.confidence_level
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Count("children", "With both scores"),
        Share("better", "Reliably better", level),
        Share("same", "No reliable change", level),
        Share("worse", "Reliably worse", level),
    ]
    if scale.clinical_cutoff is not None:
        label = f"Better and past {format_number(scale.clinical_cutoff)}, of those short of it at the start"
        columns.append(Share("past_cutoff", label, level))
    spread = spread_of(page.slice.scores, scale)
    note = say(
        "reliable note",
        points=format_number(smallest_reliable_change(spread, float(scale.reliability or 0)), 1),
        reliability=format_number(float(scale.reliability or 0), 2),
        sd=format_number(spread, 1),
        whose="the norm group" if scale.norm_sd else "all first scores here",
        minimum=minimum,
    )
    title = f"{scale.title}: change of each child"
    return page.table(f"reliable_{scale.scale}", title, columns, rows, note=note)


def _show_reliable(page: Page, scale: ScaleFacts, minimum: int) -> str:
    if scale.reliability is None:
        return paragraph(say("reliable unknown"))
    started = rows_with(treated_on(page.slice.scores, scale.scale), "baseline_score")
    if not Least(minimum, page.door.rule).is_met(count_children(started)):
        return paragraph(say("reliable few"))
    table = reliable_table(page, scale, minimum)
    if not table.cells:
        return paragraph(say("reliable few"))
    return page.format(table)


def cutoff_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Shares of the same children at or past the cut-off before and after; empty where the scale has none."""
    groups = page.slice.context.dataset.groups
    level, least = page.confidence_level, Least(minimum, page.door.rule)
    rows = [
        {
            "group": each.ethnic_group,
            "moved": each.moved,
            "children": each.start.whole.count(page.door.rule),
            "start": each.start,
            "end": each.end,
            "shift": (each.start, each.end, each.crossed),
        }
        for each in assess_cutoff(page.slice.scores, scale, groups, least, level)
    ]
    past = f"At or past {format_number(scale.clinical_cutoff or 0)}"
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Text("moved", "Past it afterwards, beyond chance"),
        Count("children", "With both scores"),
        Share("start", f"{past} at the start", level),
        Share("end", f"{past} at review", level),
        PairedShift("shift", "Change, percentage points", level),
    ]
    note = say("cutoff note", minimum=minimum)
    return page.table(
        f"cutoff_{scale.scale}", f"{scale.title}: children past the cut-off", columns, rows, note=note
    )


def goals_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Goal attainment by group."""
    groups, least = page.slice.context.dataset.groups, Least(minimum, page.door.rule)
    rows = [
        {"group": each.ethnic_group, "children": each.children, "attained": each.attained}
        for each in assess_goals(page.slice.scores, scale.scale, groups, least, page.confidence_level)
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Count("children", "With goals reviewed"),
        Measured("attained", "Goal attainment T at review", "children", sign=False),
    ]
    title = f"{scale.title}: goals attained"
    return page.table(f"goals_{scale.scale}", title, columns, rows, note=say("goals note"))


def unmatched_table(page: Page, scale: ScaleFacts, minimum: int) -> PublishedTable:
    """Who has a second score, and how the others began."""
    least = Least(minimum, page.door.rule)
    rows = [
        {
            "group": each.ethnic_group,
            "started": each.started,
            "matched": each.matched,
            "start_difference": each.start_difference,
            "size": each.size,
        }
        for each in list_unmatched(page, scale.scale, minimum)
        if least.is_met(each.started)
    ]
    columns: list[Column] = [
        Text("group", "Ethnic group"),
        Count("started", "With a first score"),
        Share("matched", "Of them with a second", page.confidence_level),
        Measured("start_difference", "Start of those without, against those with", "size"),
    ]
    title = f"{scale.title}: children without a second score"
    return page.table(
        f"unmatched_{scale.scale}", title, columns, rows, note=say("unmatched note", minimum=minimum)
    )


def describe_unmatched(page: Page, scale: str, minimum: int) -> str:
    """Whether the children without a second score began otherwise than those with one."""
    found = list_unmatched(page, scale, minimum)
    if not found or not Least(minimum, page.door.rule).is_met(found[0].size):
        return say("unmatched few")
    if isinstance(found[0].start_difference, NotEstimable):
        return say("unmatched open", reason=found[0].start_difference.reason)
    difference = found[0].start_difference
    if difference.contains(0.0):
        return say("unmatched alike")
    return say("unmatched apart", side="better" if difference.value > 0 else "worse")


def show_child_by_child(page: Page, scale_name: str, minimum: int) -> str:
    """What stands below the mean change on one scale: change child by child, and who is not in it."""
    scale = page.slice.context.scale(scale_name)
    changed = (
        page.format(goals_table(page, scale, minimum))
        if scale.kind == GOALS
        else _show_reliable(page, scale, minimum)
    )
    past, table = cutoff_table(page, scale, minimum), unmatched_table(page, scale, minimum)
    parts = [changed, page.format(past) if past.cells else ""]
    parts += [
        paragraph(describe_unmatched(page, scale_name, minimum)),
        page.format(table) if table.cells else "",
    ]
    return "\n\n".join(part for part in parts if part)
