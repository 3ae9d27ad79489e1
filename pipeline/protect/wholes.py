"""What is shown of people leaves room beside everything that is shown of parts of them, however they are cut.

Tables that each leave room by themselves may leave none together: of four who had not started, shown as 0, a group, a
level within another group and those of unknown group may each show somebody. So all cells that are shown beside one
another are put together first, from the smallest to the largest. Where what is shown of parts would tell them beside
their whole, the whole is moved to the next multiple, which is off by no more than rounding may be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import groupby, product
from operator import itemgetter
from typing import Any

import pandas as pd

from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.protect.levels import LEVEL
from pipeline.protect.room import hold_between
from pipeline.protect.rounding import MONTHS, Counted, Disclosure, counted, round_count

CROSSED = ("sex", "deprivation")
"""Characteristics that ethnic groups are crossed with, over all services: in one of them too few are left."""
_KNOWN = "Known"
_MEASURE = ("measure_id", "version")
_SERVICE = "service_id"
_MAKE_UP = ("period", "ethnicity")
"""Columns whose values make up a whole; of others, those known do, and with the unknown they make up all."""
_NUMBERS = ["events", "total", "child_years", "events_key", "size_key"]
_CUTS = ((), ("ethnic_group",), ("ethnic_group", "ethnicity"), ("period",))
_CLOSE = 0.1
Name = frozenset[tuple[str, object]]
Cell = tuple[str, Name, list[Any]]
"""Its service (blank over all), its name, and what it counts."""
Pair = tuple[Counted, Counted]
Ends = tuple[float, float]
Levels = tuple[pd.DataFrame, pd.DataFrame]
"""Rows by characteristic, with levels of few taken together in each service, and over all."""


@dataclass(frozen=True)
class Wholes:
    """People, by each way the parts that they are cut into, and those that are not shown as their key alone says.

    The same people are one, whatever tables call them, so that all ways in which they are cut come together.
    """

    rule: Disclosure
    ways: dict[Counted, dict[object, list[Counted]]] = field(default_factory=lambda: defaultdict(dict))
    held: dict[Counted, int] = field(default_factory=dict)
    _ends: dict[Counted, Ends] = field(default_factory=dict)

    def cut(self, whole: Counted, way: object, *parts: Counted) -> None:
        """Parts of a whole by one way of cutting it; what is left out of a way is nobody's."""
        for part in parts:
            if part != whole:
                self.ways[whole].setdefault(way, []).append(part)

    def find_ends(self, whole: Counted) -> Ends:
        """Return between which ends these lie by all that is shown of them and of their parts."""
        if whole not in self._ends:
            shown, off = round_count(*whole, self.rule), self.rule.off_by
            lows, highs = [0.0], [float(shown + off + self.rule.round_to)]
            for parts in self.ways.get(whole, {}).values():
                low, high = map(sum, zip(*map(self.find_ends, parts), strict=True))
                lows.append(low)
                if sum(part[0] for part in parts) > whole[0] - _CLOSE:
                    highs.append(high)
            held = hold_between(shown, max(lows), min(highs), self.rule)
            if held != shown:
                self.held[whole] = held
            self._ends[whole] = max(held - off, *lows), min(held + off, *highs)
        return self._ends[whole]


def _list_cells(rows: pd.DataFrame, cut: Sequence[str]) -> Iterator[Cell]:
    """Every cell, service by service; also those of any known group or level together, but for codes within a group."""
    columns = (*_MEASURE, *cut)
    for (service, *values), *numbers in (
        rows.groupby([_SERVICE, *columns])[_NUMBERS].sum().itertuples(name=None)
    ):
        named = dict(zip(columns, values, strict=True))
        if "level" in named:
            named[named.pop("characteristic")] = named.pop("level")
        together = [
            [(column, value)]
            if "ethnicity" in named or column in (*_MEASURE, *_MAKE_UP) or value == NOT_KNOWN
            else [(column, value), (column, _KNOWN)]
            for column, value in named.items()
        ]
        for pairs in product(*together):
            yield service, frozenset(pairs), numbers


def _list_by_service(measures: pd.DataFrame, levels: pd.DataFrame) -> Iterator[tuple[str, Iterator[Cell]]]:
    """All cells of each service. It shows no crossings, but where all are in it, what is shown over all is its own."""
    crossed = levels[levels["characteristic"].isin(CROSSED)]
    cuts = [_list_cells(measures, cut) for cut in _CUTS]
    cuts += [_list_cells(levels, LEVEL), _list_cells(crossed, (*LEVEL, "ethnic_group"))]
    return groupby(merge(*cuts, key=itemgetter(0)), key=itemgetter(0))


def _list_wholes(name: Name) -> Iterator[tuple[str, Name]]:
    """What a cell is a part of, by the column that tells it from the other parts."""
    for column, value in name:
        rest = name - {(column, value)}
        makes_up = column in _MAKE_UP or value in (_KNOWN, NOT_KNOWN)
        if column not in _MEASURE:
            yield column, rest if makes_up else rest | {(column, _KNOWN)}


def _people(events: int, total: int, years: float, events_key: int, size_key: int) -> Pair:
    """Those with the event, and those without; of a rate their time."""
    others = (total - events, size_key - events_key) if total else (years * MONTHS, size_key)
    return counted(events, events_key), counted(*others)


def _hold(found: Wholes, cells: Iterable[Cell], beside: Mapping[Name, Sequence[Pair]]) -> dict[Name, Pair]:
    """Hold all cells of one place; `beside` are the same of each service. Return who is in them, by name."""
    summed: dict[Name, list[Any]] = {}
    for _, name, numbers in cells:
        before = summed.get(name, [0] * len(numbers))
        summed[name] = [one + more for one, more in zip(before, numbers, strict=True)]
    people = {name: _people(*numbers) for name, numbers in summed.items()}
    for name, pair in people.items():
        for column, whole in _list_wholes(name):
            for of, part in zip(people.get(whole, ()), pair, strict=False):
                found.cut(of, (whole, column), part)
        for own in beside.get(name, ()):
            for of, part in zip(pair, own, strict=True):
                found.cut(of, (name, _SERVICE), part)
        # A measure may be out of those who have the event of another one.
        _, total, _, _, key = summed[name]
        if total:
            found.cut(counted(total, key), name, *pair)
    for pair in people.values():
        for each in pair:
            found.find_ends(each)
    found.ways.clear()
    return people


def hold_wholes(
    measures: pd.DataFrame, levels: Levels, versions: Mapping[str, int], rule: Disclosure
) -> tuple[Disclosure, dict[str, Disclosure]]:
    """Return the rule over all services, and that of each: with what is shown of wholes that their parts would tell.

    Of `levels` only the latest of the `versions` is counted. Each service is held by itself first, so that what is
    shown of it depends on no other one, and then all beside what is shown of each.
    """
    found, beside, own = Wholes(rule), defaultdict[Name, list[Pair]](list), {}
    of_each, of_all = (each.assign(version=each["measure_id"].map(versions)) for each in levels)
    for service, cells in _list_by_service(measures, of_each):
        people = _hold(found, cells, {})
        there = {each for pair in people.values() for each in pair} & found.held.keys()
        own[service] = replace(rule, held={each: found.held[each] for each in there})
        for name, pair in people.items():
            beside[name].append(pair)
    for _, cells in _list_by_service(*(each.assign(**{_SERVICE: ""}) for each in (measures, of_all))):
        _hold(found, cells, beside)
    return replace(rule, held=found.held), own
