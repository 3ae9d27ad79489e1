"""Counts of a measure by ethnic group at both levels of the classification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.analysis.group_counts import Tally, join, sum_by
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import NOT_KNOWN

_KEYS = ["ethnic_group", "ethnicity"]


@dataclass(frozen=True)
class GroupTallies:
    """A tally for each (broad group, code) that has any rows; 'Not known' is no group."""

    cells: Mapping[tuple[str, str], Tally]

    @property
    def unknown(self) -> Tally:
        """Rows whose ethnic group is not known."""
        return join(tally for (broad, _), tally in self.cells.items() if broad == NOT_KNOWN)

    @property
    def known(self) -> Tally:
        """Rows whose ethnic group is known."""
        return join(tally for _, tally in self._known())

    @property
    def unknown_share(self) -> float:
        """Share of the denominator (or of child-years) whose ethnic group is not known; 0 where there is none."""
        weights = [(tally.total or tally.child_years) for tally in (self.unknown, self.known)]
        return weights[0] / sum(weights) if sum(weights) else 0.0

    def _known(self) -> Iterator[tuple[tuple[str, str], Tally]]:
        return ((cell, tally) for cell, tally in self.cells.items() if cell[0] != NOT_KNOWN)

    def of(self, group: str) -> Tally:
        """A broad group's or a code's tally."""
        return join(tally for cell, tally in self._known() if group in cell)

    def against(self, group: str, comparator: str) -> Tally:
        """The comparator's: the named group's, or everyone else's of known ethnicity; never the group's own."""
        others = ((cell, tally) for cell, tally in self._known() if group not in cell)
        chosen = (tally for cell, tally in others if comparator == EVERYONE_ELSE or comparator in cell)
        return join(chosen)


NOBODY_KNOWN = GroupTallies({})


def count_groups(measures: pd.DataFrame) -> GroupTallies:
    """The rows of a tidy measures table added up by ethnic group."""
    return GroupTallies(sum_by(measures, _KEYS))


def join_groups(parts: Iterable[GroupTallies]) -> GroupTallies:
    """The tallies of several parts together."""
    found: dict[tuple[str, str], Tally] = {}
    for part in parts:
        for cell, tally in part.cells.items():
            found[cell] = found[cell] + tally if cell in found else tally
    return GroupTallies(found)


def count_groups_by(measures: pd.DataFrame, part: str) -> dict[str, GroupTallies]:
    """The same of each value of a column, in their order."""
    found: dict[str, dict[tuple[str, str], Tally]] = {}
    for (name, broad, code), tally in sum_by(measures, [part, *_KEYS]).items():
        found.setdefault(str(name), {})[broad, code] = tally
    return {name: GroupTallies(cells) for name, cells in found.items()}
