"""How each contract stands, from protected counts: standards, returns, children reached, referrals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.months import Window
from pipeline.analysis.performance.contracts import (
    ContractWord,
    Delivery,
    Timeliness,
    count_returns,
    judge_contract,
    judge_delivery,
)
from pipeline.contract.agreements import Standard, returns_of
from pipeline.contract.services import ServiceFacts
from pipeline.present.disclosure.estimates import protected_rate
from pipeline.present.page import Page
from pipeline.present.performance.reach import contract_window, effect_of

Numbers = NDArray[np.int64]

_MONTHS = 12


@dataclass(frozen=True)
class ContractLine:
    """One line of what was delivered: how many, against how many agreed (None where nothing was).

    `effect` is the design effect of the count: siblings come together, and a child is referred again.
    """

    what: str
    period: str
    count: int
    agreed: float | None
    effect: float = 1.0

    @property
    def per_100(self) -> tuple[int, float, float]:
        """As a rate against what was agreed."""
        return self.count, self.agreed or 0.0, self.effect


@dataclass(frozen=True)
class Contract:
    """How one service's contract stands; the last line of `reached` is of all its time."""

    service: ServiceFacts
    standards: tuple[Standard, ...]
    returns: Timeliness
    reached: tuple[ContractLine, ...]
    referred: ContractLine
    volume: Delivery
    referrals: Delivery
    word: ContractWord


@cache
def _newcomers(page: Page) -> dict[str, tuple[Numbers, Numbers]]:
    """Of each service the months, and the children newly reached in each."""
    rows = page.slice.newcomers
    services, months, children = (rows[name].to_numpy() for name in ("service_id", "month", "children"))
    return {
        service_id: (months[own], children[own])
        for service_id in set(services.tolist())
        for own in [services == service_id]
    }


def _newly_reached(page: Page, service: ServiceFacts, windows: Sequence[Window]) -> list[int]:
    """Children newly reached by a service in each window."""
    nobody = np.zeros(0, dtype=np.int64)
    months, children = _newcomers(page).get(service.service_id, (nobody, nobody))
    return [int(children[(months >= window.first) & (months <= window.last)].sum()) for window in windows]


@cache
def _referred(page: Page) -> Counter[str]:
    """Episodes referred to each service."""
    rows, found = page.slice.journey, Counter[str]()
    for service_id, episodes in zip(rows["service_id"].tolist(), rows["referred"].tolist(), strict=True):
        found[service_id] += int(episodes)
    return found


def _years(whole: Window) -> Iterator[Window]:
    for first in range(whole.first, whole.last + 1, _MONTHS):
        yield Window(first, min(first + _MONTHS - 1, whole.last))


def _agreed(a_year: int | None, window: Window) -> float | None:
    return None if a_year is None else a_year * window.months / _MONTHS


def judge_line(page: Page, line: ContractLine) -> Delivery:
    """From the protected count, so that the word says no more than the figure beside it."""
    return judge_delivery(
        protected_rate(line.count, line.agreed or 0.0, page.door.rule, page.confidence_level, line.effect)
    )


@cache
def list_contracts(page: Page) -> tuple[Contract, ...]:
    """How the contract of each service on this page stands."""
    return tuple(_contract(page, service) for service in page.slice.context.services)


def _contract(page: Page, service: ServiceFacts) -> Contract:
    context, whole = page.slice.context, contract_window(page, service)
    standards = tuple(each for each in context.standards if each.service_id == service.service_id)
    returns = count_returns(returns_of(context.returns, service, context.services))
    volume = service.commissioned_volume
    windows = [*_years(whole), whole] if whole.months > _MONTHS else [whole]
    reached = tuple(
        ContractLine(
            "Children newly reached",
            str(window),
            number,
            _agreed(volume, window),
            effect_of(page, "reached", service.service_id),
        )
        for window, number in zip(windows, _newly_reached(page, service, windows), strict=True)
    )
    episodes = _referred(page)[service.service_id]
    expected = _agreed(service.expected_referrals, whole)
    effect = effect_of(page, "referred", service.service_id)
    referred = ContractLine("Referrals", str(whole), episodes, expected, effect)
    delivered = judge_line(page, reached[-1])
    return Contract(
        service,
        standards,
        returns,
        reached,
        referred,
        delivered,
        judge_line(page, referred),
        judge_contract([each.met for each in standards], returns, delivered),
    )


def words_of(delivery: Delivery, planned: str) -> str:
    """'more than commissioned'; the word by itself where it compares nothing."""
    return f"{delivery} than {planned}" if delivery in ("more", "fewer") else delivery
