"""Who was reached: children counted, and the way from referral to outcome."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from pipeline.analysis.months import Window, month_number
from pipeline.analysis.scope import Scope
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.services import ServiceFacts
from pipeline.protect.rounding import ShownCount
from pipeline.protect.tally import Sum, Tally, add_sums, round_effect, share_out, with_effect, within_shown
from pipeline.protect.waits import QUARTILES

_MONTHS_IN_YEAR = 12
STARTED_OR_NOT = 2
"""Of how many rounded numbers that of referrals is put together."""
_POUNDS = 10
STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")
RESULTS = ("isa_completed", "achieved_fully", "achieved_partly")


@cache
def sum_children(scope: Scope, service_id: str, ethnic_group: str = "") -> Sum:
    """Children reached, each once, over all services or all ethnic groups where none is named; for `Sum.tally`."""
    return scope.slice.children.where("service_id", service_id).where("ethnic_group", ethnic_group).sum()


def count_children(scope: Scope, service_id: str) -> ShownCount:
    """Those of all groups as a number that may be shown."""
    return sum_children(scope, service_id).count(scope.rule)


@cache
def _effects(scope: Scope) -> dict[tuple[str, str], float]:
    told = scope.slice.together
    keys = zip(told["service_id"].tolist(), told["what"].tolist(), strict=True)
    return dict(zip(keys, told["effect"].tolist(), strict=True))


def effect_of(scope: Scope, what: str, service_id: str | None = None) -> float:
    """The design effect of a count or share of `measures/together.py`, of this page's service where none is named."""
    effect = _effects(scope).get((scope.own if service_id is None else service_id, what), 1.0)
    return round_effect(effect, scope.rule)


@dataclass(frozen=True)
class Reached:
    """Children of one ethnic group: how many, out of those whose group is known, and the group's share of the area.

    `share` is None of those whose group is not known, `area` of groups that the population does not tell.
    """

    ethnic_group: str
    children: ShownCount
    share: Tally | None
    area: float | None


def tally_started(scope: Scope, service_id: str = "") -> Tally:
    """Return the episodes that started out of those referred: the total of who did and who did not, as shown."""
    journey = scope.slice.journey.where("service_id", service_id) if service_id else scope.slice.journey
    started, referred = (journey.where("step", step).sum() for step in ("started", "referred"))
    return started.among(referred).tally(scope.rule)


@dataclass(frozen=True)
class Step:
    """Episodes that took a step of the journey, out of those referred and of those that took the step before.

    `of_before` is None of the first step, and where more took it than the one before. Shares are of the numbers of
    episodes as shown; one that is rounded to more than the step before, of which it is a part, is shown as that.
    """

    step: str
    episodes: ShownCount
    of_referred: Tally
    of_before: Tally | None


@dataclass(frozen=True)
class Wait:
    """The days that a step took, and who took it within `days` of all who could be followed so long."""

    step: str
    taken: ShownCount
    lower_quartile: float
    median: float
    upper_quartile: float
    days: int
    within: Tally
    waiting: ShownCount


def _share(scope: Scope, part: Sum, whole: Sum, what: str) -> Tally:
    """A part of people out of the whole, with the design effect of such shares."""
    return with_effect(part.among(whole).tally(scope.rule), effect_of(scope, what))


@cache
def list_reached(scope: Scope) -> tuple[Reached, ...]:
    """Return the children reached by ethnic group, in the dataset's order."""
    groups = scope.dataset.groups
    sums = {group: sum_children(scope, scope.own, group) for group in groups}
    known = add_sums(found for group, found in sums.items() if group != NOT_KNOWN)
    area = _population_shares(scope)
    return tuple(
        Reached(
            group,
            sums[group].count(scope.rule),
            None if group == NOT_KNOWN else _share(scope, sums[group], known, f"reached {group}"),
            area.get(group),
        )
        for group in groups
    )


@cache
def list_steps(scope: Scope) -> tuple[Step, ...]:
    """Return the steps of the journey that the dataset tells of, in their order."""
    journey, rule = scope.slice.journey, scope.rule
    steps = [step for step in STEPS if step in scope.context.steps]
    sums = {step: journey.where("step", step).sum() for step in {"referred", *steps}}
    shown = {step: found.count(rule) for step, found in sums.items()}
    started = tally_started(scope)
    shown["referred"] = ShownCount(started.total)
    parts = {step: before for before, step in pairwise(steps) if sums[step].total <= sums[before].total}
    for step in steps:
        shown[step] = min(shown[step], shown[parts.get(step, "referred")])

    def share(step: str, whole: str) -> Tally:
        roundings = STARTED_OR_NOT if whole == "referred" else 1
        among = within_shown(shown[step], shown[whole], rule, roundings)
        return with_effect(
            started if (step, whole) == ("started", "referred") else among, effect_of(scope, step)
        )

    return tuple(
        Step(step, shown[step], share(step, "referred"), share(step, parts[step]) if step in parts else None)
        for step in steps
    )


@cache
def list_waits(scope: Scope) -> tuple[Wait, ...]:
    """Return how long each step of the journey took."""
    waits = scope.slice.waits
    own = waits[waits["service_id"] == scope.own].to_dict("records")
    return tuple(_wait(scope, row) for row in own if row["step"] in scope.context.steps)


def _wait(scope: Scope, row: Mapping[Hashable, Any]) -> Wait:
    within = Tally(row["within"], row["followed"], 0.0, rule=scope.rule)
    within = with_effect(within, effect_of(scope, f"wait {row['step']}"))
    lower, middle, upper = (row[name] for name in QUARTILES)
    taken, waiting = ShownCount(row["taken"]), ShownCount(row["waiting"])
    return Wait(row["step"], taken, lower, middle, upper, row["days"], within, waiting)


def list_results(scope: Scope) -> Iterator[tuple[str, Tally]]:
    """Yield what agreements and outcomes came to, where there are any."""
    completed, fully, partly = (scope.slice.results.where("result", result).sum() for result in RESULTS)
    achieved = share_out((fully, partly, fully.rest(partly)), scope.rule)
    for result, tally in zip(RESULTS, (completed.tally(scope.rule), *achieved), strict=False):
        if tally.total:
            yield result, with_effect(tally, effect_of(scope, result))


def _population_shares(scope: Scope) -> dict[str, float]:
    """Each group's share of the area's population; groups in need stand beside it in the same table."""
    people, counted = scope.slice.population, scope.dataset.population_counted
    population = people[people["counted"] == counted].groupby("ethnic_group")["population"].sum()
    whole = float(population.sum())
    return {str(group): float(count) / whole for group, count in population.items()} if whole else {}


def contract_window(scope: Scope, service: ServiceFacts) -> Window:
    """The months of a service's contract for which the data are complete."""
    return paid_months(service, scope.whole.last)


def paid_months(service: ServiceFacts, last: int) -> Window:
    """The months of a service's contract up to a month."""
    end = last if service.end is None else min(last, month_number(service.end))
    return Window(month_number(service.start), end)


def agreed_value(service: ServiceFacts, window: Window) -> float | None:
    """Pounds agreed for these months; None where no value is given or there is no month."""
    if service.annual_value is None or not window.months:
        return None
    return service.annual_value * window.months / _MONTHS_IN_YEAR


def contract_columns(scope: Scope, service: ServiceFacts) -> dict[str, float | int | None]:
    """What a contract paid so far, is worth a year, and pounds a child reached to the nearest ten: columns of REACH."""
    value, children = (
        agreed_value(service, contract_window(scope, service)),
        count_children(scope, service.service_id),
    )
    told, a_year = value is not None and children > scope.rule.hide_up_to, service.annual_value
    return {
        "commissioned": commissioned_children(service, scope),
        "agreed": None if value is None else int(value + 0.5),
        "cost_child": int((value or 0) / children / _POUNDS + 0.5) * _POUNDS if told else None,
        "annual_value": None if a_year is None else int(a_year + 0.5),
    }


def commissioned_children(service: ServiceFacts, scope: Scope) -> float | None:
    """Children the contract has paid for so far: the volume a year, over its months with data."""
    if service.commissioned_volume is None:
        return None
    return service.commissioned_volume * contract_window(scope, service).months / _MONTHS_IN_YEAR
