"""How each contract stands: standards, returns, children reached, referrals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.analysis.group_counts import level
from pipeline.analysis.months import Window
from pipeline.analysis.performance.contracts import (
    ContractWord,
    Delivery,
    Timeliness,
    count_returns,
    judge_contract,
    judge_delivery,
)
from pipeline.analysis.performance.reach import STARTED_OR_NOT, contract_window, effect_of, tally_started
from pipeline.analysis.scope import Scope
from pipeline.contract.services import ServiceFacts, Standard, returns_of
from pipeline.protect.room import counts_leave_room
from pipeline.protect.rounding import Disclosure, ShownCount
from pipeline.protect.tally import Tally

_MONTHS = 12


@dataclass(frozen=True)
class ContractLine:
    """One line of what was delivered: how many, against how many agreed (None where nothing was).

    `effect` is the design effect of the count: siblings come together, and a child is referred again. It was put
    together from so many `roundings` by the `rule`.
    """

    what: str
    window: Window
    count: ShownCount
    agreed: float | None
    effect: float
    rule: Disclosure
    roundings: int = 1

    @property
    def per_100(self) -> Tally:
        """As a rate against what was agreed, which is known exactly; blank where few were reached."""
        agreed = self.agreed or 0.0
        return Tally(self.count, 0, agreed, (self.effect - 1) * agreed, self.rule, self.roundings)


@dataclass(frozen=True)
class Contract:
    """How one service's contract stands; the last line of `reached` is of all its time.

    The lines before it are its years, left out where beside all they would tell how many children they are of.
    """

    service: ServiceFacts
    standards: tuple[Standard, ...]
    returns: Timeliness
    reached: tuple[ContractLine, ...]
    referred: ContractLine
    volume: Delivery
    referrals: Delivery
    word: ContractWord
    years_left_out: bool


def _newly_reached(scope: Scope, service: ServiceFacts, window: Window) -> ShownCount:
    """Children newly reached by a service in some months."""
    own = scope.slice.newcomers.where("service_id", service.service_id)
    return own.in_months(window.first, window.last).count()


def _years(whole: Window) -> Iterator[Window]:
    for first in range(whole.first, whole.last + 1, _MONTHS):
        yield Window(first, min(first + _MONTHS - 1, whole.last))


def _agreed(a_year: int | None, window: Window) -> float | None:
    return None if a_year is None else a_year * window.months / _MONTHS


def _without_telling(scope: Scope, lines: Sequence[ContractLine]) -> tuple[ContractLine, ...]:
    """The lines of all years and of the whole; of the whole alone where the years leave each other too few values."""
    *years, whole = lines
    told = counts_leave_room(whole.count, [each.count for each in years], scope.rule) or not years
    return (*lines,) if told else (whole,)


def judge_line(scope: Scope, line: ContractLine) -> Delivery:
    """From the rate against what was agreed."""
    return judge_delivery(level(line.per_100, "per_100_child_years", scope.confidence_level))


@cache
def list_contracts(scope: Scope) -> tuple[Contract, ...]:
    """How the contract of each service that is looked at stands."""
    return tuple(_contract(scope, service) for service in scope.context.services)


def _referrals(scope: Scope, service: ServiceFacts, window: Window) -> ContractLine:
    return ContractLine(
        "Referrals",
        window,
        ShownCount(tally_started(scope, service.service_id).total),
        _agreed(service.expected_referrals, window),
        effect_of(scope, "referred", service.service_id),
        scope.rule,
        STARTED_OR_NOT,
    )


def _contract(scope: Scope, service: ServiceFacts) -> Contract:
    context, whole = scope.context, contract_window(scope, service)
    standards = tuple(each for each in context.standards if each.service_id == service.service_id)
    returns = count_returns(returns_of(context.returns, service, context.services))
    volume = service.commissioned_volume
    windows = [*_years(whole), whole] if whole.months > _MONTHS else [whole]
    effect = effect_of(scope, "reached", service.service_id)
    lines = [
        ContractLine(
            "Children newly reached",
            window,
            _newly_reached(scope, service, window),
            _agreed(volume, window),
            effect,
            scope.rule,
        )
        for window in windows
    ]
    reached = _without_telling(scope, lines)
    referred = _referrals(scope, service, whole)
    delivered = judge_line(scope, reached[-1])
    return Contract(
        service,
        standards,
        returns,
        reached,
        referred,
        delivered,
        judge_line(scope, referred),
        judge_contract([each.met for each in standards], returns, delivered),
        len(reached) < len(lines),
    )
