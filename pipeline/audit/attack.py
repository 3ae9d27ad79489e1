"""What anybody could work out from the published tables, and what to do about it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.audit.cells import MONTHS, Cell, Known, Reader, Tables
from pipeline.audit.relations import Relation, list_relations
from pipeline.protect.rounding import Disclosure
from pipeline.stats.sum_ranges import ContradictionError, Sums, find_ranges, weigh

LEAST_VALUES = 3
"""A count of which fewer than so many values are possible is told; so is time known to fewer child-months."""
_CLOSE = 1e-6
_MENDS = {
    "a share that is of no rounded counts": "work it out from the rounded counts",
    "a count that is not rounded": "let it leave by pipeline/protect",
    "numbers that cannot all be true": "round each of them by who is counted, in one place",
    "nobody, or everybody": "leave out the row, or merge the group with another",
    "one or two values are possible": "leave out the row, or merge the group with another",
    "time is told": "leave out the rate of this group",
}


@dataclass(frozen=True, order=True)
class Leak:
    """A place in a table that tells too much, and how, never what; of `few` people perhaps, or of anybody's time."""

    table: str
    place: str
    why: str
    few: bool = True

    @property
    def mend(self) -> str:
        """The cheapest mend."""
        return _MENDS[self.why]


def find_leaks(releases: Mapping[str, Tables], rule: Disclosure, main: str) -> list[Leak]:
    """Return what the tables of the releases tell together; '' names the one that is to go out.

    `main` is the measure whose course over time stands on every page.
    """
    known = Known()
    for name, tables in releases.items():
        Reader(known, rule, main, name).read(tables)
    blocks: dict[tuple[str, str], list[Relation]] = defaultdict(list)
    for relation in list_relations(known):
        cell = (*relation.wholes, *relation.parts)[0]
        blocks[cell.place if relation.places == 1 else "", cell.what].append(relation)
    leaks = {Leak(*fault) for fault in known.faults}
    for block in blocks.values():
        leaks |= _attack(known, block, rule.hide_up_to)
    return sorted(leaks)


def _attack(known: Known, relations: Sequence[Relation], few: int) -> set[Leak]:
    cells = list(dict.fromkeys(cell for each in relations for cell in (*each.wholes, *each.parts)))
    places = {cell: place for place, cell in enumerate(cells)}
    ends = np.array([known.ends.get(cell, (0.0, math.inf)) for cell in cells])
    rows = [([places[c] for c in each.wholes], [places[c] for c in each.parts]) for each in relations]
    lower, upper = (np.array([getattr(each, name) for each in relations]) for name in ("least", "most"))
    asked = np.array([cell in known.tables for cell in cells])
    try:
        ranges = find_ranges(ends, Sums(weigh(rows, len(cells)), lower, upper), LEAST_VALUES, asked)
    except ContradictionError:
        first = next(cell for cell in cells if cell in known.tables)
        return {Leak(known.tables[first], str(first), "numbers that cannot all be true")}
    return {
        Leak(known.tables[cell], str(cell), why, cell.role == MONTHS or least <= few)
        for cell, (least, most), own in zip(cells, ranges, asked, strict=True)
        if own and (why := _judge(cell, float(least), float(most)))
    }


def _judge(cell: Cell, least: float, most: float) -> str:
    if cell.role == MONTHS:
        return "time is told" if most - least < LEAST_VALUES - _CLOSE else ""
    possible = math.floor(most + _CLOSE) - math.ceil(least - _CLOSE) + 1
    if possible >= LEAST_VALUES:
        return ""
    return "nobody, or everybody" if most < 1 - _CLOSE else "one or two values are possible"
