"""Counts of a measure by ethnic group at both levels of the classification."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.protect.cells import Cells
from pipeline.protect.room import leave_room
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Sum, Tally, add_sums

_KEYS = ["ethnic_group", "ethnicity"]


@dataclass(frozen=True)
class GroupTallies:
    """What was counted of each (broad group, code) that has any rows, rounded when asked for; 'Not known' is none."""

    sums: Mapping[tuple[str, str], Sum]
    rule: Disclosure = EXACT

    @property
    def unknown(self) -> Tally:
        """Rows whose ethnic group is not known."""
        return self._add(sums for (broad, _), sums in self.sums.items() if broad == NOT_KNOWN)

    @property
    def known(self) -> Tally:
        """Rows whose ethnic group is known."""
        return self._add(sums for _, sums in self._known())

    @property
    def unknown_share(self) -> float:
        """Share of the denominator (or of child-years) whose ethnic group is not known; 0 where there is none."""
        weights = [(tally.total or tally.child_years) for tally in (self.unknown, self.known)]
        return weights[0] / sum(weights) if sum(weights) else 0.0

    def _add(self, sums: Iterable[Sum]) -> Tally:
        return add_sums(sums).tally(self.rule)

    def _known(self) -> Iterator[tuple[tuple[str, str], Sum]]:
        return ((cell, sums) for cell, sums in self.sums.items() if cell[0] != NOT_KNOWN)

    @cached_property
    def _withheld(self) -> frozenset[str]:
        """The codes that with their group would tell how many these are; '' where all groups would with their whole."""
        broad: dict[str, dict[str, Tally]] = {}
        for (group, code), sums in self.sums.items():
            broad.setdefault(group, {})[code] = self._add([sums])
        shown = {
            group: self._add(sums for (own, _), sums in self.sums.items() if own == group) for group in broad
        }
        withheld = {
            code
            for group, codes in broad.items()
            if not leave_room(shown[group], [*codes.values()])
            for code in codes
            if code != group
        }
        if not leave_room(self._add(self.sums.values()), [*shown.values()]):
            withheld.add("")
        return frozenset(withheld)

    def _withholds(self, group: str) -> bool:
        """Whether nothing is said of a group or code, as too little room is left beside the others and their whole."""
        return not self._withheld.isdisjoint({"", group})

    def of(self, group: str) -> Tally:
        """A broad group's or a code's tally."""
        own = self._add(sums for cell, sums in self._known() if group in cell)
        return replace(own, withheld=self._withholds(group))

    def against(self, group: str, comparator: str) -> Tally:
        """The comparator's: the named group's, or everyone else's of known ethnicity; never the group's own."""
        others = [(cell, sums) for cell, sums in self._known() if group not in cell]
        if comparator == EVERYONE_ELSE:
            rest = self.known.without(self.of(group), add_sums(sums for _, sums in others))
        else:
            rest = self._add(sums for cell, sums in others if comparator in cell)
        return replace(rest, withheld=self._withholds(group))


NOBODY_KNOWN = GroupTallies({})


def count_groups(measures: Cells) -> GroupTallies:
    """The cells of a tidy measures table added up by ethnic group."""
    return GroupTallies(measures.sums_by(_KEYS), measures.rule)


def join_groups(parts: Iterable[GroupTallies]) -> GroupTallies:
    """The tallies of several parts together."""
    found: dict[tuple[str, str], Sum] = {}
    rule = EXACT
    for part in parts:
        rule = part.rule
        for cell, sums in part.sums.items():
            found[cell] = found[cell] + sums if cell in found else sums
    return GroupTallies(found, rule)


def count_groups_by(measures: Cells, part: str) -> dict[str, GroupTallies]:
    """The same of each value of a column, in their order."""
    found: dict[str, dict[tuple[str, str], Sum]] = {}
    for (name, broad, code), sums in measures.sums_by([part, *_KEYS]).items():
        found.setdefault(str(name), {})[broad, code] = sums
    return {name: GroupTallies(cells, measures.rule) for name, cells in found.items()}
