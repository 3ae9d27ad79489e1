"""A published column: how far a share of the same children moved."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.present.disclosure.columns import Cell, Number, Row, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.protection import HIDDEN
from pipeline.protect.rounding import Disclosure
from pipeline.stats.proportions.paired_shares import paired_difference


@dataclass(frozen=True)
class PairedShift(Number):
    """By how many percentage points a share of the same children moved; the row holds both shares and who crossed over.

    Who gained and who lost follow from the three as they are shown; the interval is Tango's.
    """

    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        before, after, crossed = row[self.key]
        start, end = before.tally(rule), after.tally(rule)
        if start.few or end.few:
            return symbol_cell(self.key, HIDDEN)
        more = max(-start.total, min(end.events - start.events, start.total))
        over = min(max(crossed.shown(rule), abs(more)), start.total)
        result = paired_difference((over + more) / 2, (over - more) / 2, start.total, self.confidence_level)
        return interval_cell(self.key, result, 0, True, scale=100)
