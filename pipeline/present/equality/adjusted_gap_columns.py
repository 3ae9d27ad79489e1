"""Gaps among like children as published cells: worked out within strata of service, age, sex, area and need."""

from functools import cache
from typing import Any

from pipeline.analysis.equality.adjusted_gaps import (
    AdjustedGap,
    StratumCounts,
    adjust_gaps,
    count_strata,
    judge_adjusted,
    stratified_differences,
    stratified_ratio,
)
from pipeline.analysis.equality.gaps import GroupGap
from pipeline.analysis.group_counts import FEW
from pipeline.analysis.groups import GroupTallies, count_groups_by, join_groups
from pipeline.analysis.scope import measure_rows
from pipeline.contract.context import MeasureFacts
from pipeline.contract.tables import load_table
from pipeline.present.disclosure.estimates import Measured
from pipeline.present.page import Page, join_words
from pipeline.present.sentences import say
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.results import PValue, Result

_PER_CENT = 100
Services = frozenset[str]
Parts = tuple[Services, ...]
ALL: Services = frozenset()
WHOLE: Parts = (ALL,)


@cache
def _strata(page: Page) -> StratumCounts:
    return count_strata(page.slice.strata)


@cache
def _by_service(page: Page, measure: MeasureFacts, *, alone: bool) -> dict[str, GroupTallies]:
    """What each service counted by group, looked at `alone` or together with others."""
    rows = page.slice.measures.of_measure(measure) if alone else measure_rows(page, measure)
    return count_groups_by(rows, "service_id")


def _tallies(page: Page, measure: MeasureFacts, services: Services) -> GroupTallies:
    """What some services counted by group, or all of the page where none is named."""
    by_service = _by_service(page, measure, alone=len(services) == 1)
    return join_groups(groups for name, groups in by_service.items() if not services or name in services)


@cache
def _adjusted(page: Page, parts: Parts) -> dict[tuple[str, Services, str], tuple[AdjustedGap, Result]]:
    """Every measure's gap of every broad group in each part among like children, all worked out at once.

    With its difference, which is FEW where few have a counterpart, for it would not be shown.
    """
    context = page.context
    groups, comparator = context.dataset.known_groups, context.dataset.comparator
    gaps = {
        (measure.measure_id, services, group): gap
        for measure in context.measures
        for services in parts
        for group, gap in adjust_gaps(
            _strata(page).by_group(measure.measure_id, services),
            groups,
            comparator,
            measure.unit,
            _tallies(page, measure, services),
        ).items()
    }
    shown = {key: gap for key, gap in gaps.items() if gap.fewest > page.rule.hide_up_to}
    found = stratified_differences(list(shown.values()), page.confidence_level)
    differences = dict(zip(shown, found, strict=True))
    return {key: (gap, differences.get(key, FEW)) for key, gap in gaps.items()}


def alike_words(page: Page, measure: MeasureFacts, gap: GroupGap) -> str:
    """What a gap is among like children; that it cannot be told where few have a counterpart."""
    return _words(gap, _adjusted(page, WHOLE)[measure.measure_id, ALL, gap.ethnic_group][1])


def _words(gap: GroupGap, difference: Result) -> str:
    return say(
        "adjusted open" if difference == FEW else f"adjusted {judge_adjusted(gap.difference, difference)}"
    )


def alike_cells(
    page: Page, measure: MeasureFacts, gap: GroupGap, services: Services = ALL, parts: Parts = WHOLE
) -> dict[str, Any]:
    """Row entries: the `adjusted` difference for a `Chosen` column, `what` adjusting does, how many are `compared`.

    In some `services`, which are one of the `parts` that the page tells apart; in all of the page where none is named.
    """
    alike, difference = _adjusted(page, parts)[measure.measure_id, services, gap.ethnic_group]
    decimals, scale = (0, _PER_CENT) if measure.unit == "percent" else (1, 1)
    return {
        "size": alike.fewest,
        "compared": alike.compared.size,
        "adjusted": difference,
        "adjusted_kind": Measured("adjusted", "", "size", decimals, scale=scale),
        "what": _words(gap, difference),
    }


@cache
def _ratios(page: Page) -> dict[tuple[str, str], tuple[Result, str]]:
    """Each measure's and group's ratio over all of the page, and whether it is the same in all strata, in words.

    Where few have a counterpart there is none. All that are tested are one family.
    """
    gaps = {
        (measure_id, group): gap
        for (measure_id, _, group), (gap, difference) in _adjusted(page, WHOLE).items()
        if difference != FEW
    }
    found = {key: stratified_ratio(gap, page.confidence_level) for key, gap in gaps.items()}
    adjusted = adjust_by_name({key: p.value for key, (_, p) in found.items() if isinstance(p, PValue)})
    told = {
        key: "uneven" if value <= 1 - page.confidence_level else "even" for key, value in adjusted.items()
    }
    return {key: (ratio, say(f"strata {told.get(key, 'open')}")) for key, (ratio, _) in found.items()}


def alike_ratio_cells(page: Page, measure: MeasureFacts, gap: GroupGap) -> dict[str, Any]:
    """Row entries beside `alike_cells`: the `adjusted_ratio`, and the words `in_strata`."""
    ratio, words = _ratios(page).get((measure.measure_id, gap.ethnic_group), (FEW, say("strata open")))
    return {"adjusted_ratio": ratio, "in_strata": words}


def alike_in(page: Page) -> str:
    """What like children are alike in: 'service, age and area'."""
    names = [load_table("episodes").field(name).title.lower() for name in page.slice.adjusted_for]
    return join_words([say("alike service"), *names])


def alike_note(page: Page) -> str:
    """The same as a note below a table."""
    return say("check note", covariates=alike_in(page))
