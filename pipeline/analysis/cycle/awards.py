"""Who gets the money: bids and awards by kind of bidder, with the gap statistics of race equality."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.equality.gaps import p_value_at_zero
from pipeline.analysis.finding_columns import Row, estimate_columns
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.proportions.two_groups import newcombe_difference
from pipeline.stats.results import Counts, Estimate, Result

Bid = Mapping[str, Any]
KINDS: Mapping[str, Sequence[str]] = {
    "bme_led": ("yes",),
    "size": ("small", "medium", "large"),
    "sector": ("voluntary", "community", "private", "public"),
    "role": ("alone", "lead"),
}
"""By what bidders are told apart, and in which order."""
AwardVerdict = Literal["wins less often", "wins more often", "cannot tell yet", "too few to say"]
_PARTNER = "partner"


def has_won(bid: Bid) -> bool:
    """Whether a bid won: a place on a framework may be won without a pound promised."""
    return bool(bid["awarded"] > 0 or bid["won"] == "yes")


def group_tenders(bids: Sequence[Bid]) -> dict[str, list[Bid]]:
    """Return the bids for each tender; a consortium's bid is its leader's, so partners are not among them."""
    found: dict[str, list[Bid]] = {}
    for bid in bids:
        if bid["role"] != _PARTNER:
            found.setdefault(bid["tender"], []).append(bid)
    return found


def list_contested(bids: Sequence[Bid]) -> list[Bid]:
    """Return the bids between which somebody chose: two or more for a tender that was let."""
    tenders = group_tenders(bids).values()
    return [bid for own in tenders if len(own) > 1 and any(map(has_won, own)) for bid in own]


@dataclass(frozen=True)
class _Comparison:
    """One kind of bidder against everyone else of whom it is known; `without` bids it is not known of."""

    by: str
    group: str
    own: Counts
    rest: Counts
    without: int
    verdict: AwardVerdict = "cannot tell yet"

    def gap(self, confidence_level: float) -> Result:
        """The share of bids won less that of everyone else."""
        return newcombe_difference(self.own, self.rest, confidence_level)

    def is_judged(self, rules: CycleRules) -> bool:
        """Whether there are bids enough on either side."""
        return min(self.own.total, self.rest.total) >= rules.minimum_bids

    def side(self, confidence_level: float, rules: CycleRules) -> AwardVerdict:
        """The verdict by the interval alone; none where of too many bids the kind is not known."""
        gap, whole = self.gap(confidence_level), self.own.total + self.rest.total + self.without
        if not isinstance(gap, Estimate) or self.without > rules.maximum_unknown * whole:
            return "cannot tell yet"
        if gap.upper < 0:
            return "wins less often"
        return "wins more often" if gap.lower > 0 else "cannot tell yet"


def _count(bids: Sequence[Bid]) -> Counts:
    return Counts(sum(map(has_won, bids)), len(bids))


def _compare(bids: Sequence[Bid]) -> Iterator[_Comparison]:
    for by, groups in KINDS.items():
        known = [bid for bid in bids if bid[by] is not None]
        for group in groups:
            own = [bid for bid in known if bid[by] == group]
            if own:
                rest = [bid for bid in known if bid[by] != group]
                yield _Comparison(by, group, _count(own), _count(rest), len(bids) - len(known))


def _judge(found: Sequence[_Comparison], confidence_level: float, rules: CycleRules) -> Iterator[_Comparison]:
    """Judge what is compared together: false discoveries are held over all that have bids enough."""
    adjusted = adjust_by_name({each: p_value_at_zero(each.gap) for each in found if each.is_judged(rules)})
    for each in found:
        if each not in adjusted:
            yield replace(each, verdict="too few to say")
        elif adjusted[each] <= rules.false_discovery_rate:
            yield replace(each, verdict=each.side(confidence_level, rules))
        else:
            yield each


def compare_awards(bids: Sequence[Bid], confidence_level: float, rules: CycleRules) -> Iterator[Row]:
    """Yield a row a kind of bidder (columns of `awards`): its share of bids that won less that of everyone else.

    First over all the time, then by year of closing where there are several.
    """
    years = sorted({bid["closed_on"].year for bid in bids})
    for year in ("", *years) if len(years) > 1 else ("",):
        own = [bid for bid in bids if year in ("", bid["closed_on"].year)]
        for found in _judge([*_compare(list_contested(own))], confidence_level, rules):
            paid = [bid for bid in own if bid[found.by] == found.group]
            yield {
                "year": f"{year}",
                "by": found.by,
                "group": found.group,
                "bids": found.own.total,
                "won": found.own.events,
                "not_known": found.without,
                "share_won": found.own.rate,
                "share_won_elsewhere": found.rest.rate if found.rest.total else None,
                "asked": int(sum(bid["asked"] for bid in paid)),
                "awarded": int(sum(bid["awarded"] for bid in paid)),
                **estimate_columns(found.gap(confidence_level)),
                "verdict": found.verdict,
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
    """Yield a row a year of closing (columns of `award_years`); a winner is new who has won in no year before."""
    known: set[str] = set()
    for year in sorted({bid["closed_on"].year for bid in bids}):
        own = [bid for bid in bids if bid["closed_on"].year == year]
        tenders = group_tenders(own).values()
        won: dict[str, float] = {}
        for bid in filter(has_won, own):
            won[bid["bidder"]] = won.get(bid["bidder"], 0.0) + bid["awarded"]
        whole = sum(won.values())
        yield {
            "year": f"{year}",
            "tenders": len(tenders),
            "not_let": sum(not any(map(has_won, each)) for each in tenders),
            "one_bid": sum(len(each) == 1 for each in tenders),
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
