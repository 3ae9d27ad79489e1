"""Who is reached against who lives in the area and who is in need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from pipeline.analysis.equality.gaps import p_value_at_zero
from pipeline.analysis.group_counts import level
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.open_words import CannotTell, NoDifference
from pipeline.protect.cells import Mask, has
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Sum, Tally, add_sums, with_effect
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.proportions.rounded import Between, less_known, rounded_share
from pipeline.stats.results import NotEstimable, Result

ShareWord = Literal["more than their share", "less than their share", NoDifference, CannotTell]


@dataclass(frozen=True)
class PopulationSource:
    """A population that services could reach: whom its figures count, in which year, and each group's share.

    `withheld` are the groups of which the source gives no number: shares are of the others alone.
    """

    counted: str
    year: int
    shares: dict[str, Between]
    withheld: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether every share is known exactly, none of the figures having been rounded."""
        return all(share.exact for share in self.shares.values())


@dataclass(frozen=True)
class Representation:
    """A group's share of the children reached against its share of one source."""

    ethnic_group: str
    source: PopulationSource
    reached: Tally
    share: Between
    word: ShareWord


def list_sources(population: pd.DataFrame) -> tuple[PopulationSource, ...]:
    """Every population given, the area's first; shares are of those whose group and number are known."""
    found = []
    for key, rows in population.groupby(["counted", "year"], sort=False):
        counted, year = str(key[0]), int(str(key[1]))
        withheld = rows[rows["population"].isna() & (rows["ethnic_group"] != NOT_KNOWN)]["ethnic_group"]
        told = rows[~rows["ethnic_group"].isin([*withheld, NOT_KNOWN])]
        groups = list(dict.fromkeys(map(str, told["ethnic_group"])))
        shares = {group: share_of(told, has(told, "ethnic_group", group)) for group in groups}
        known = {group: share for group, share in shares.items() if isinstance(share, Between)}
        found.append(PopulationSource(counted, year, known, tuple(dict.fromkeys(map(str, withheld)))))
    return tuple(found)


def share_of(rows: pd.DataFrame, own: Mask) -> Between | NotEstimable:
    """The share that some rows hold of all people, as far as figures that were rounded tell it."""
    sums = [float(rows[name][side].sum()) for name in ("population", "off_by") for side in (own, ~own)]
    return rounded_share(*sums)


def against(reached: Tally, share: Between, confidence_level: float) -> Result:
    """The share reached less a share that carries no chance: a Wilson interval moved, wider by what rounding hides."""
    return less_known(level(reached, "percent", confidence_level), share)


def _word(result: Result, adjusted: float, rules: JudgementRules) -> ShareWord:
    if isinstance(result, NotEstimable):
        return "cannot tell yet"
    if adjusted > rules.false_discovery_rate or result.contains(0.0):
        return "no clear difference"
    return "more than their share" if result.value > 0 else "less than their share"


def _p_value(reached: Tally, share: Between) -> float:
    """The level at which the interval of the share reached just holds the other share."""
    return p_value_at_zero(lambda level: against(reached, share, level))


def compare_source(
    reached: Mapping[str, Sum],
    groups: Sequence[str],
    source: PopulationSource,
    rules: JudgementRules,
    rule: Disclosure,
    effects: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Representation, ...]:
    """Every group that the source tells apart, among the children of those groups; all are looked at together.

    `reached` are the children of each group. `effects` are the design effects of groups' shares, where siblings come
    together.
    """
    told = [group for group in groups if group in source.shares]
    of_group = {group: reached.get(group, Sum()) for group in told}
    whole = add_sums(of_group.values())
    tallies = {
        group: with_effect(own.among(whole).tally(rule), effects.get(group, 1.0))
        for group, own in of_group.items()
    }
    adjusted = adjust_by_name({group: _p_value(tallies[group], source.shares[group]) for group in told})
    found = []
    for group, value in adjusted.items():
        result = against(tallies[group], source.shares[group], rules.confidence_level)
        few = tallies[group].total < rules.minimum_total
        word: ShareWord = "cannot tell yet" if few else _word(result, value, rules)
        found.append(Representation(group, source, tallies[group], source.shares[group], word))
    return tuple(found)
