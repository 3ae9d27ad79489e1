"""Whether a contract was kept: standards, returns in time, and what was delivered against what was agreed."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.contract.open_words import NoDifference, NotAgreed, TooFew
from pipeline.contract.services import Met, ReturnFacts, Standard
from pipeline.stats.results import NotEstimable, Result

AS_AGREED = 100.0
Delivery = Literal["more", "fewer", NoDifference, TooFew, NotAgreed]
ContractWord = Literal["met", "met as far as checked", "partly met", "not met", "not checked"]


def judge_delivery(per_100_agreed: Result | None) -> Delivery:
    """What was delivered for each 100 agreed: more or fewer only where the whole interval lies on that side.

    None where the count is too small to be shown; not estimable where nothing was agreed.
    """
    if per_100_agreed is None:
        return "too few to say"
    if isinstance(per_100_agreed, NotEstimable):
        return "not agreed"
    if per_100_agreed.lower > AS_AGREED:
        return "more"
    return "fewer" if per_100_agreed.upper < AS_AGREED else "no clear difference"


@dataclass(frozen=True)
class Timeliness:
    """Returns in the time of a contract, and the periods of those that are missing or came late.

    `undated` counts those that are in without the day on which they came.
    """

    due: int
    missing: tuple[str, ...]
    late: tuple[str, ...]
    undated: int


def count_returns(returns: Sequence[ReturnFacts]) -> Timeliness:
    """How returns came; one that was late and sent again counts as late."""
    return Timeliness(
        due=len(returns),
        missing=tuple(each.period for each in returns if each.status == "missing"),
        late=tuple(each.period for each in returns if each.late and each.status != "missing"),
        undated=sum(each.late is None and each.status != "missing" for each in returns),
    )


def count_standards(standards: Iterable[Standard]) -> dict[Met, int]:
    """How many standards stand at each finding, all four named."""
    counted = Counter(each.met for each in standards)
    return {met: counted[met] for met in ("yes", "partly", "no", "not_checked")}


def is_overdue(standard: Standard, complete_to: dt.date) -> bool:
    """Whether the next check was due before the data end."""
    return standard.next_check is not None and standard.next_check <= complete_to


def judge_contract(found: Collection[Met], returns: Timeliness, volume: Delivery) -> ContractWord:
    """One word for the first tier: never better than the worst that was found, and silent where nothing was checked."""
    if "no" in found:
        return "not met"
    if "partly" in found or returns.missing or returns.late or volume == "fewer":
        return "partly met"
    if not set(found) - {"not_checked"}:
        return "not checked"
    return "met as far as checked" if "not_checked" in found else "met"
