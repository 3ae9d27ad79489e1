"""A published column: how far a share of the same children moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.present.disclosure.columns import Cell, Row, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.protection import HIDDEN, protect_count, protect_counts
from pipeline.settings import Disclosure
from pipeline.stats.proportions.paired_shares import paired_difference


@dataclass(frozen=True)
class PairedShift:
    """By how many percentage points a share of the same children moved; the row holds both shares and who crossed over.

    All three are protected first, so that who gained and who lost follow from what is shown.
    """

    key: str
    label: str
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The later share less the earlier one, with Tango's interval."""
        start, end, crossed = row[self.key]
        before, after = protect_counts(start, rule), protect_counts(end, rule)
        over = protect_count(crossed, rule)
        if before is None or after is None or over is None:
            return symbol_cell(self.key, HIDDEN)
        more = after.events - before.events
        over = min(max(over, abs(more)), before.total)
        result = paired_difference((over + more) / 2, (over - more) / 2, before.total, self.confidence_level)
        return interval_cell(self.key, result, 0, True, scale=100)
