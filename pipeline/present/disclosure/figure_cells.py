"""Tallies as published cells: a share, a rate or a gap, each by its own column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pipeline.analysis.equality.target_figures import CountedFigure, Represented, TargetFigure
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import Cell, Column, Row, Words
from pipeline.present.disclosure.estimates import (
    Contrast,
    Rate,
    RateContrast,
    RateRatio,
    Share,
    interval_cell,
    shown_numbers,
)
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.results import NotEstimable

UNIT_WORDS = {"percent": "%", "per_100_child_years": " per 100 child-years", "points": " points"}
_PER_CENT = 100


def level_cells(key: str, tally: Tally, measure: MeasureFacts, confidence_level: float) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the level of one group."""
    if measure.unit == "percent":
        share: Column = Share(key, "", confidence_level)
        return {key: tally.counts(), f"{key}_kind": share}
    return {key: tally, f"{key}_kind": Rate(key, "", confidence_level)}


def gap_cells(
    key: str, group: Tally, reference: Tally, measure: MeasureFacts, confidence_level: float
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the difference between a group and its comparator."""
    if measure.unit == "percent":
        contrast = Contrast(key, "", "difference", confidence_level)
        return {key: (group.counts(), reference.counts()), f"{key}_kind": contrast}
    rates = (group, reference)
    return {key: rates, f"{key}_kind": RateContrast(key, "", confidence_level)}


def ratio_cells(
    group: Tally, reference: Tally | None, measure: MeasureFacts, confidence_level: float, key: str = "ratio"
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the ratio to the comparator; none where there is no comparator."""
    if reference is not None and measure.unit != "percent":
        rates = (group, reference)
        return {key: rates, f"{key}_kind": RateRatio(key, "", confidence_level)}
    pair = None if reference is None else (group.counts(), reference.counts())
    return {key: pair, f"{key}_kind": Contrast(key, "", "ratio", confidence_level)}


@dataclass(frozen=True)
class Read:
    """A target's figure with its interval, in the words of its unit; the row holds a reading, or words in its place."""

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The figure and its interval."""
        reading: TargetFigure | str = row[self.key]
        if isinstance(reading, str):
            return Words(self.key, self.label).cell(row, rule)
        return interval_cell(self.key, reading.result(self.confidence_level), *_format(reading))


def figure_numbers(reading: TargetFigure, confidence_level: float) -> tuple[float, float, float] | None:
    """Return a target's figure and its limits in the digits in which files have them; None where there is none."""
    found = reading.result(confidence_level)
    if isinstance(found, NotEstimable):
        return None
    decimals, _, _, scale = _format(reading)
    return shown_numbers(found, decimals, scale)


def _format(reading: TargetFigure) -> tuple[int, bool, str, float]:
    """Decimals, whether a plus is shown, suffix and scale."""
    match reading:
        case CountedFigure(reference=None, unit="percent") | Represented(population_share=None):
            return 0, False, "%", _PER_CENT
        case Represented() | CountedFigure(unit="percent"):
            return 0, True, "", _PER_CENT
        case CountedFigure(reference=None):
            return 1, False, "", 1
        case _:
            return 1, True, "", 1
