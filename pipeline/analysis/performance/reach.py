"""Who was reached: children counted, and the way from referral to outcome."""

from __future__ import annotations

from functools import cache

from pipeline.analysis.months import Window, month_number
from pipeline.analysis.scope import Scope
from pipeline.contract.services import ServiceFacts
from pipeline.protect.rounding import ShownCount
from pipeline.protect.tally import Sum

_MONTHS_IN_YEAR = 12


@cache
def sum_children(scope: Scope, service_id: str, ethnic_group: str = "") -> Sum:
    """Children reached, each once, over all services or all ethnic groups where none is named; for `Sum.tally`."""
    return scope.slice.children.where("service_id", service_id).where("ethnic_group", ethnic_group).sum()


def count_children(scope: Scope, service_id: str, ethnic_group: str = "") -> ShownCount:
    """The same as a number that may be shown."""
    return sum_children(scope, service_id, ethnic_group).count(scope.rule)


@cache
def _effects(scope: Scope) -> dict[tuple[str, str], float]:
    told = scope.slice.together
    keys = zip(told["service_id"].tolist(), told["what"].tolist(), strict=True)
    return dict(zip(keys, told["effect"].tolist(), strict=True))


def effect_of(scope: Scope, what: str, service_id: str | None = None) -> float:
    """The design effect of a count or share of `measures/together.py`, of this page's service where none is named."""
    own = scope.service.service_id if scope.service else ""
    return _effects(scope).get((own if service_id is None else service_id, what), 1.0)


def _population_shares(scope: Scope) -> dict[str, float]:
    """Each group's share of the area's population; groups in need stand beside it in the same table."""
    people, counted = scope.slice.population, scope.slice.context.dataset.population_counted
    population = people[people["counted"] == counted].groupby("ethnic_group")["population"].sum()
    whole = float(population.sum())
    return {str(group): float(count) / whole for group, count in population.items()} if whole else {}


def contract_window(scope: Scope, service: ServiceFacts) -> Window:
    """The months of a service's contract for which the data are complete."""
    last = scope.whole.last
    if service.end is not None:
        last = min(last, month_number(service.end))
    return Window(month_number(service.start), last)


def commissioned_children(service: ServiceFacts, scope: Scope) -> float | None:
    """Children the contract has paid for so far: the volume a year, over its months with data."""
    if service.commissioned_volume is None:
        return None
    return service.commissioned_volume * contract_window(scope, service).months / _MONTHS_IN_YEAR
