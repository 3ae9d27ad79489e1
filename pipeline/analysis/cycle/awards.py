"""Who gets the money: bids and awards by kind of bidder, with the gap statistics of race equality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pipeline.analysis.finding_columns import Row, estimate_columns
from pipeline.stats.proportions.two_groups import newcombe_difference
from pipeline.stats.results import Counts, Estimate, Result

Bid = Mapping[str, Any]
KINDS: Mapping[str, Sequence[str]] = {
    "bme_led": ("yes",),
    "size": ("small", "medium", "large"),
    "sector": ("voluntary", "community", "private", "public"),
    "role": ("alone", "lead", "partner"),
}
"""By what bidders are told apart, and in which order."""
AwardVerdict = Literal["wins less often", "wins more often", "cannot tell yet", "too few to say"]


def _counted(bids: Sequence[Bid]) -> Counts:
    return Counts(sum(bid["awarded"] > 0 for bid in bids), len(bids))


def _judge(gap: Result, minimum_bids: int, *sides: Counts) -> AwardVerdict:
    if min(side.total for side in sides) < minimum_bids or not isinstance(gap, Estimate):
        return "too few to say"
    if gap.upper < 0:
        return "wins less often"
    return "wins more often" if gap.lower > 0 else "cannot tell yet"


def compare_awards(bids: Sequence[Bid], confidence_level: float, minimum_bids: int) -> Iterator[Row]:
    """Yield a row a kind of bidder (columns of AWARDS): its share of bids that won less that of everyone else."""
    for by, groups in KINDS.items():
        for group in groups:
            own = [bid for bid in bids if bid[by] == group]
            rest = [bid for bid in bids if bid[by] != group]
            if not own:
                continue
            sides = _counted(own), _counted(rest)
            gap = newcombe_difference(*sides, confidence_level)
            yield {
                "by": by,
                "group": group,
                "bids": sides[0].total,
                "won": sides[0].events,
                "share_won": sides[0].rate,
                "share_won_elsewhere": sides[1].rate if rest else None,
                "asked": int(sum(bid["asked"] for bid in own)),
                "awarded": int(sum(bid["awarded"] for bid in own)),
                **estimate_columns(gap),
                "verdict": _judge(gap, minimum_bids, *sides),
            }


def effective_number(values: Sequence[float]) -> float | None:
    """How many equally large shares are as concentrated as these: 1 over Herfindahl and Hirschman's index.

    None where there is no money.

    >>> effective_number([50.0, 50.0]), effective_number([100.0, 0.0])
    (2.0, 1.0)
    """
    whole = sum(values)
    return 1 / sum((value / whole) ** 2 for value in values) if whole else None


def follow_awards(bids: Sequence[Bid]) -> Iterator[Row]:
    """Yield a row a year of closing (columns of AWARD_YEARS); a winner is new who has won in no year before."""
    known: set[str] = set()
    for year in sorted({bid["closed_on"].year for bid in bids}):
        own = [bid for bid in bids if bid["closed_on"].year == year]
        won: dict[str, float] = {}
        for bid in own:
            if bid["awarded"] > 0:
                won[bid["bidder"]] = won.get(bid["bidder"], 0.0) + bid["awarded"]
        whole = sum(won.values())
        yield {
            "year": f"{year}",
            "bids": len(own),
            "winners": len(won),
            "new_winners": len(won.keys() - known),
            "awarded": int(whole),
            "share_small": _share(own, whole, "size", "small"),
            "share_bme_led": _share(own, whole, "bme_led", "yes"),
            "effective_winners": effective_number([*won.values()]),
        }
        known |= won.keys()


def _share(bids: Sequence[Bid], whole: float, by: str, group: str) -> float | None:
    return sum(bid["awarded"] for bid in bids if bid[by] == group) / whole if whole else None
