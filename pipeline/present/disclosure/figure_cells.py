"""Tallies as published cells: a share, a rate or a gap, each by its own column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.analysis.equality.target_figures import CountedFigure, Represented, TargetFigure
from pipeline.analysis.group_counts import difference, level, ratio
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import Cell, Number, Row, Words
from pipeline.present.disclosure.estimates import Worked, interval_cell, shown_numbers
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.results import NotEstimable

_PER_CENT = 100
_ITSELF = NotEstimable("the group the others are compared with")


def level_cells(key: str, tally: Tally, measure: MeasureFacts, confidence_level: float) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the level of one group."""
    return {key: level(tally, measure.unit, confidence_level), f"{key}_kind": level_kind(key, measure)}


def level_kind(key: str, measure: MeasureFacts, label: str = "") -> Worked:
    """The column of a level: in per cent, or in events per 100 child-years."""
    percent = measure.unit == "percent"
    return Worked(key, label, 0, suffix="%", scale=_PER_CENT) if percent else Worked(key, label, 1)


def difference_kind(key: str, measure: MeasureFacts) -> Worked:
    """The column of a difference: in points of per cent, or in events per 100 child-years."""
    percent = measure.unit == "percent"
    return Worked(key, "", 0 if percent else 1, sign=True, scale=_PER_CENT if percent else 1)


def gap_cells(
    key: str, group: Tally, reference: Tally | None, measure: MeasureFacts, confidence_level: float
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the difference to the comparator; none where there is no comparator."""
    found = difference(group, reference, measure.unit, confidence_level) if reference else _ITSELF
    return {key: found, f"{key}_kind": difference_kind(key, measure)}


def ratio_cells(
    group: Tally, reference: Tally | None, measure: MeasureFacts, confidence_level: float, key: str = "ratio"
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the ratio to the comparator; none where there is no comparator."""
    found = ratio(group, reference, measure.unit, confidence_level) if reference else _ITSELF
    return {key: found, f"{key}_kind": Worked(key, "", 2)}


@dataclass(frozen=True)
class Read(Number):
    """A target's figure with its interval, in the words of its unit; the row holds a reading, or words in its place."""

    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
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
