"""What anybody could work out from the published tables, and what to do about it."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.audit.alone import COUNTED, UNFOUNDED, UNREAD, UNROUNDED, find_alone
from pipeline.audit.cells import MONTHS, Cell, Known, Links, Reader, Relation
from pipeline.audit.figures import BLANK, DIGITS, LIMITS, find_by_figures
from pipeline.audit.frames import read_frames
from pipeline.audit.rates import find_wrong_rates
from pipeline.audit.relations import list_relations
from pipeline.audit.tables import NO_SHARE, Tables
from pipeline.audit.texts import STRAY, WORDS
from pipeline.protect.rounding import Disclosure
from pipeline.stats.sum_ranges import ContradictionError, Sums, find_ranges, weigh

_CLOSE = 1e-6
FEW = "fewer values are possible than the rule leaves"
SINGLED_OUT = "the records of only a few children changed since"
_MENDS = {
    NO_SHARE: "work it out from the rounded counts",
    UNROUNDED: "let it leave by pipeline/protect",
    UNREAD: "say in pipeline/contract/page_tables.yaml how it is read",
    COUNTED: "show it by `Count`, and say in pipeline/contract/page_tables.yaml what it counts",
    "numbers that cannot all be true": "round each of them by who is counted, in one place",
    "nobody, or everybody": "leave out the row, or merge the group with another",
    FEW: "leave out the row, or merge the group with another",
    "time is told": "leave out the rate of this group",
    UNFOUNDED: "judge by the numbers that are shown",
    BLANK: "judge by the number that is shown whether it may be (`rests_on_enough`)",
    DIGITS: "round it to the digits of `mean_decimals`",
    LIMITS: "work them out from the numbers that are shown",
    WORDS: "say it by a rounded count",
    STRAY: "show it by `page.table`, or not at all",
    SINGLED_OUT: "put what was sent again aside until more has changed there",
}


@dataclass(frozen=True, order=True)
class Leak:
    """A place in a table that tells too much, and how, never what."""

    table: str
    place: str
    why: str

    @property
    def fix(self) -> str:
        """The cheapest fix."""
        return _MENDS[self.why]


def find_leaks(
    releases: Mapping[str, Tables], rule: Disclosure, main: str, links: Links | None = None
) -> list[Leak]:
    """Return what the tables of the releases tell together; '' names the one that is to go out.

    `main` is the measure whose course over time stands on every page.
    """
    known = Known(rule.least_values, links or Links())
    for name, tables in releases.items():
        reader = Reader(known, rule, main, name)
        reader.read(tables)
        read_frames(reader, tables)
    blocks: dict[tuple[str, str], list[Relation]] = defaultdict(list)
    for relation in list_relations(known):
        cell = (*relation.wholes, *relation.parts)[0]
        blocks[cell.place if relation.places == 1 else "", cell.what].append(relation)
    by_place: dict[str, list[list[Relation]]] = defaultdict(list)
    for (place, _), block in blocks.items():
        by_place[place].append(block)
    now = releases[""]
    alone = (*find_alone(now, rule), *find_wrong_rates(now), *find_by_figures(now, rule))
    leaks = {Leak(*found) for found in (*known.faults, *alone)}
    for own in by_place.values():
        leaks |= _attack_all(known, own)
    return sorted(leaks)


def _attack_all(known: Known, blocks: Sequence[Sequence[Relation]]) -> set[Leak]:
    """All blocks of a page at once; without what is known of growth where that contradicts the rest.

    Then a correction took somebody away, and of no count of the page is it known that it grew. Where numbers contradict
    each other all the same, each block by itself tells which.
    """
    relations = list(chain.from_iterable(blocks))
    for tried in (relations, _without_growth(relations)):
        with suppress(ContradictionError):
            return _attack(known, tried) if tried else set()
    return set().union(*(_attack_block(known, block) for block in blocks))


def _without_growth(relations: Sequence[Relation]) -> list[Relation]:
    return [each for each in relations if each.releases == 1]


def _attack_block(known: Known, block: Sequence[Relation]) -> set[Leak]:
    try:
        return _attack(known, own) if (own := _without_growth(block)) else set()
    except ContradictionError:
        first = next(cell for each in block for cell in (*each.wholes, *each.parts) if cell in known.tables)
        return {Leak(known.tables[first], str(first), "numbers that cannot all be true")}


def _attack(known: Known, relations: Sequence[Relation]) -> set[Leak]:
    cells = list(dict.fromkeys(cell for each in relations for cell in (*each.wholes, *each.parts)))
    places = {cell: place for place, cell in enumerate(cells)}
    ends = np.array([known.ends.get(cell, (0.0, math.inf)) for cell in cells])
    rows = [([places[c] for c in each.wholes], [places[c] for c in each.parts]) for each in relations]
    lower, upper = (np.array([getattr(each, name) for each in relations]) for name in ("least", "most"))
    asked = np.array([cell in known.tables for cell in cells])
    ranges = find_ranges(ends, Sums(weigh(rows, len(cells)), lower, upper), known.least_values, asked)
    return {
        Leak(known.tables[cell], str(cell), why)
        for cell, (least, most), own in zip(cells, ranges, asked, strict=True)
        if own and (why := _judge(cell, float(least), float(most), known.least_values))
    }


def _judge(cell: Cell, least: float, most: float, values: int) -> str:
    if cell.role == MONTHS:
        return "time is told" if most - least < values - _CLOSE else ""
    possible = math.floor(most + _CLOSE) - math.ceil(least - _CLOSE) + 1
    if possible >= values:
        return ""
    return "nobody, or everybody" if most < 1 - _CLOSE else FEW
