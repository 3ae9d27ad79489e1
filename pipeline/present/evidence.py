"""Tallies as published cells: a share, a rate or a gap, each by its own protected column."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.tally import Tally
from pipeline.contract.context import MeasureFacts
from pipeline.present.columns import Column
from pipeline.present.estimates import Contrast, Rate, RateContrast, Share

UNIT_WORDS = {"percent": "%", "per_100_child_years": " per 100 child-years"}


def level_cells(key: str, tally: Tally, measure: MeasureFacts, confidence_level: float) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the level of one group."""
    if measure.unit == "percent":
        share: Column = Share(key, "", confidence_level)
        return {key: tally.counts(), f"{key}_kind": share}
    return {key: (tally.events, tally.child_years), f"{key}_kind": Rate(key, "", confidence_level)}


def gap_cells(
    key: str, group: Tally, reference: Tally, measure: MeasureFacts, confidence_level: float
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the difference between a group and its comparator."""
    if measure.unit == "percent":
        contrast = Contrast(key, "", "difference", confidence_level)
        return {key: (group.counts(), reference.counts()), f"{key}_kind": contrast}
    rates = ((group.events, group.child_years), (reference.events, reference.child_years))
    return {key: rates, f"{key}_kind": RateContrast(key, "", confidence_level)}


def evidence_cells(
    key: str, group: Tally, reference: Tally | None, measure: MeasureFacts, confidence_level: float
) -> dict[str, Any]:
    """A level where there is no comparator, a gap where there is one."""
    if reference is None:
        return level_cells(key, group, measure, confidence_level)
    return gap_cells(key, group, reference, measure, confidence_level)
