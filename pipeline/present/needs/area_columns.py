"""Columns of published figures about areas: as they were published, and what stands where one was withheld."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.analysis.needs.areas import Rounded
from pipeline.present.disclosure.columns import Cell, Number, Row, symbol_cell
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.rounding import format_number, round_half_up
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure
from pipeline.stats.results import Estimate

_SMALL_NUMBER = "c"


@dataclass(frozen=True)
class Published(Number):
    """A figure that others have published, in the file with its limits; a forecast shows these too.

    Where there is none the row's `<key>_marker` says why.
    """

    decimals: int

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        found: Rounded | Estimate | None = row[self.key]
        if found is None:
            withheld = row.get(f"{self.key}_marker") == _SMALL_NUMBER
            return symbol_cell(self.key, HIDDEN if withheld else NOT_AVAILABLE)
        numbers = found.value, found.lower, found.upper
        value, *limits = (format_number(number, self.decimals) for number in numbers)
        text = (
            say("interval", value=value, lower=limits[0], upper=limits[1])
            if isinstance(found, Estimate)
            else value
        )
        names = (self.key, f"{self.key}_lower", f"{self.key}_upper")
        told = (round_half_up(number, self.decimals + 2) for number in numbers)
        return Cell(text, dict(zip(names, told, strict=True)))
