"""Gaps among like children as published cells: worked out within strata of service, age, sex, area and need."""

from __future__ import annotations

from functools import cache
from typing import Any

from pipeline.analysis.adjusted_gaps import (
    AdjustedGap,
    StratumCounts,
    adjust_gaps,
    count_strata,
    judge_adjusted,
)
from pipeline.analysis.gaps import GroupGap
from pipeline.contract.context import MeasureFacts
from pipeline.contract.tables import load_table
from pipeline.present.columns import Column, Hidden
from pipeline.present.estimates import Measured
from pipeline.present.page import Page, join_words
from pipeline.present.sentences import say

_PER_CENT = 100


@cache
def _strata(page: Page) -> StratumCounts:
    return count_strata(page.slice.strata)


@cache
def _adjusted(page: Page, measure: MeasureFacts, services: frozenset[str]) -> dict[str, AdjustedGap]:
    """Every broad group's gap of one measure among like children, in some services; in all of the page where none."""
    dataset = page.slice.context.dataset
    counts = _strata(page).by_group(measure.measure_id, services)
    return adjust_gaps(counts, dataset.known_groups, dataset.comparator, measure.unit, page.confidence_level)


def alike_words(
    page: Page, measure: MeasureFacts, gap: GroupGap, services: frozenset[str] = frozenset()
) -> str:
    """What a gap is among like children; that it cannot be told where few have a counterpart."""
    adjusted = _adjusted(page, measure, services)[gap.ethnic_group]
    if not page.door.protect(adjusted.fewest):
        return say("adjusted open")
    return say(f"adjusted {judge_adjusted(gap.difference, adjusted.difference)}")


def alike_cells(
    page: Page, measure: MeasureFacts, gap: GroupGap, services: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Row entries: the `adjusted` difference for a `Chosen` column, `what` adjusting does, how many are `compared`."""
    adjusted, percent = _adjusted(page, measure, services)[gap.ethnic_group], measure.unit == "percent"
    kind: Column = Measured("adjusted", "", "size", 0 if percent else 1, scale=_PER_CENT if percent else 1)
    few = page.door.protect(adjusted.fewest) is None
    return {
        "size": adjusted.fewest,
        "compared": adjusted.compared.size,
        "adjusted": None if few else adjusted.difference,
        "adjusted_kind": Hidden("adjusted", "") if few else kind,
        "what": alike_words(page, measure, gap, services),
    }


def alike_note(page: Page) -> str:
    """What like children are alike in."""
    names = [load_table("episodes").field(name).title.lower() for name in page.slice.adjusted_for]
    return say("check note", covariates=join_words(["service", *names]))
