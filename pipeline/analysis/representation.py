"""Who is reached against who lives in the area and who is in need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.analysis.gaps import p_value_at_zero
from pipeline.analysis.policy import JudgementRules
from pipeline.analysis.tally import Tally, level
from pipeline.contract.ethnicity import NOT_KNOWN
from pipeline.stats.many import benjamini_hochberg
from pipeline.stats.results import Estimate, NotEstimable, Result

ShareWord = Literal[
    "more than their share", "less than their share", "no clear difference", "cannot tell yet"
]


@dataclass(frozen=True)
class Source:
    """A population that services could reach: whom its figures count, in which year, and each group's share.

    `withheld` are the groups of which the source gives no number: shares are of the others alone.
    """

    counted: str
    year: int
    shares: dict[str, float]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Representation:
    """A group's share of the children reached against its share of one source."""

    ethnic_group: str
    source: Source
    reached: Tally
    share: float
    word: ShareWord


def list_sources(population: pd.DataFrame) -> tuple[Source, ...]:
    """Every population given, the area's first; shares are of those whose group and number are known."""
    found = []
    for key, rows in population.groupby(["counted", "year"], sort=False):
        counted, year = str(key[0]), int(str(key[1]))
        withheld = rows[rows["population"].isna() & (rows["ethnic_group"] != NOT_KNOWN)]["ethnic_group"]
        told = rows[~rows["ethnic_group"].isin([*withheld, NOT_KNOWN])]
        known = told.groupby("ethnic_group", sort=False)["population"].sum()
        whole = float(known.sum())
        shares = {str(group): float(number) / whole for group, number in known.items()} if whole else {}
        found.append(Source(counted, year, shares, tuple(dict.fromkeys(map(str, withheld)))))
    return tuple(found)


def against(reached: Tally, share: float, confidence_level: float) -> Result:
    """The share reached less a share that is known exactly: a Wilson interval moved."""
    own = level(reached, "percent", confidence_level)
    if isinstance(own, NotEstimable):
        return own
    moved = (own.value - share, own.lower - share, own.upper - share)
    return Estimate(*moved, confidence_level, "Wilson score less a constant", "proportion")


def _word(result: Result, adjusted: float, rules: JudgementRules) -> ShareWord:
    if isinstance(result, NotEstimable):
        return "cannot tell yet"
    if adjusted > rules.false_discovery_rate or result.contains(0.0):
        return "no clear difference"
    return "more than their share" if result.value > 0 else "less than their share"


def _p_value(reached: Tally, share: float) -> float:
    """The level at which the interval of the share reached just holds the other share."""
    return p_value_at_zero(lambda level: against(reached, share, level))


def compare_source(
    reached: dict[str, int], groups: Sequence[str], source: Source, rules: JudgementRules
) -> tuple[Representation, ...]:
    """Every group that the source tells apart, among the children of those groups; all are looked at together."""
    told = [group for group in groups if group in source.shares]
    whole = sum(reached.get(group, 0) for group in told)
    tallies = {group: Tally(reached.get(group, 0), whole, 0.0) for group in told}

    p_values = [_p_value(tallies[group], source.shares[group]) for group in told]
    adjusted = benjamini_hochberg(p_values).tolist() if told else []
    found = []
    for group, value in zip(told, adjusted, strict=True):
        shown = tallies[group].protected(rules.protect)
        result = against(tallies[group], source.shares[group], rules.confidence_level)
        word = _word(result, value, rules)
        published = against(shown, source.shares[group], rules.confidence_level) if shown else None
        if whole < rules.minimum_total or published is None:
            word = "cannot tell yet"
        elif _word(published, value, rules) != word:
            word = "no clear difference"
        found.append(Representation(group, source, tallies[group], source.shares[group], word))
    return tuple(found)
