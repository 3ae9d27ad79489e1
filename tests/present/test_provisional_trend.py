"""A trend says which of its periods are provisional, and each service's page knows whose returns are missing."""

from dataclasses import replace

import pytest
from small_slice import SERVICE, make_page, with_facts, words

from pipeline.contract.services import ReturnFacts
from pipeline.measures.facts import context_of
from pipeline.present.performance.catalogue import show_trend


def test_a_trend_says_which_of_its_periods_are_provisional() -> None:
    page = make_page(groups={"Black": (10, 30), "White": (20, 40)})
    late = with_facts(page, returns=(ReturnFacts("harbour", "2011-q1", "missing"),) * 2)
    assert "Jan–Mar 2011 is provisional: 2 returns are missing" in words(show_trend(late, "completed", 13))
    assert "provisional" not in words(show_trend(page, "completed", 13))


@pytest.mark.parametrize(("provider_id", "periods"), [("harbour", ["2010-q1"]), (None, ["2010-q2"])])
def test_a_services_missing_returns_are_those_of_who_delivers_it(
    provider_id: str | None, periods: list[str]
) -> None:
    """Of a service that several deliver: those of providers that have no service of their own."""
    service = replace(SERVICE, service_id="S02", provider_id=provider_id)
    missing = (ReturnFacts("harbour", "2010-q1", "missing"), ReturnFacts("umoja", "2010-q2", "missing"))
    whole = replace(make_page().slice.context, service=None, services=(SERVICE, service), returns=missing)
    assert [each.period for each in context_of(whole, service).missing_returns] == periods
