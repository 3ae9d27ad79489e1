"""What the impact page says of a contract: standards, returns, volumes, and money only beside what it changed."""

import datetime as dt
from dataclasses import replace

import pytest
from small_slice import SERVICE, make_page, make_scores, with_facts, words

from pipeline.analysis.performance.contract_lines import list_contracts
from pipeline.contract.services import ReturnFacts, ServiceFacts, Standard
from pipeline.present.page import Page
from pipeline.present.performance.contracts import show_contract
from pipeline.protect.rounding import ShownCount

MINIMUM = 10
DUE = dt.date(2011, 3, 31)


def with_contract(
    page: Page, standards: tuple[Standard, ...] = (), returns: tuple[ReturnFacts, ...] = ()
) -> Page:
    return with_facts(page, standards=standards, returns=returns)


def over_all(page: Page) -> Page:
    return with_facts(page, service=None)


def test_returns_that_are_missing_or_late_are_named() -> None:
    returns = (
        ReturnFacts("harbour", "2009-q2", "received"),
        ReturnFacts("harbour", "2009-q3", "late", late=True),
        ReturnFacts("harbour", "2009-q4", "missing"),
        ReturnFacts("another", "2009-q4", "missing"),
    )
    said = words(show_contract(with_contract(make_page(), returns=returns), MINIMUM))
    assert "Returns due in the time of the contract: 3. Missing: 2009-q4. Late: 2009-q3." in said
    assert "Arrived, without a recorded date: 1." in said
    assert "2009-q3 no date agreed not recorded late" in said


@pytest.mark.parametrize(
    ("children", "volume", "word"),
    [
        # 60 a year over two years are 120; the small slice has all children in the last month.
        (200, 60, "more than commissioned"),
        (120, 60, "no clear difference"),
        (60, 60, "fewer than commissioned"),
        (6, 60, "fewer than commissioned"),
        (60, None, "not agreed"),
    ],
)
def test_volume_is_judged_from_what_is_shown(children: int, volume: int | None, word: str) -> None:
    page = make_page(children, service=replace(SERVICE, commissioned_volume=volume))
    assert f"{word} Referrals" in words(show_contract(page, MINIMUM))


def test_nothing_small_is_shown_of_what_was_delivered() -> None:
    assert " 6 " not in words(show_contract(make_page(6), MINIMUM))


def test_referrals_are_set_against_those_expected() -> None:
    page = make_page(42, service=replace(SERVICE, expected_referrals=60))
    assert "Referrals April 2009 to March 2011 40 120 33.3 (22.7 to 46.2) fewer than expected" in words(
        show_contract(page, MINIMUM)
    )


def test_money_stands_beside_what_changed_or_not_at_all() -> None:
    page = make_page(42, scores=make_scores(30, 3))
    said = words(show_contract(page, MINIMUM))
    # 85,000 pounds a year over two years, for 40 children as shown.
    assert "About £4,250 was agreed for each child reached (£170,000 over 24 months)" in said
    assert "What changed for them: Wellbeing: better (before and after)." in said
    for silent in (
        make_page(6),
        make_page(42, service=replace(SERVICE, annual_value=None)),
    ):
        assert "£" not in words(show_contract(silent, MINIMUM))


def test_months_after_a_contract_s_end_are_not_paid_for() -> None:
    ended: ServiceFacts = replace(SERVICE, end=dt.date(2010, 3, 31))
    (contract,) = list_contracts(make_page(42, service=ended))
    assert contract.reached[-1].agreed == 60
    assert str(contract.reached[-1].window) == "April 2009 to March 2010"


def test_over_all_services_who_gave_more_than_it_is_paid_for_is_named() -> None:
    said = words(show_contract(over_all(make_page(200)), MINIMUM))
    assert said.startswith("Young carers reached clearly more children than commissioned.")
    assert "S01 Young carers not checked none recorded 0 missing, 0 late, of 0 200 120" in said
    assert words(show_contract(over_all(make_page(120)), MINIMUM)).startswith(
        "No service clearly reached more or fewer children than commissioned."
    )


@pytest.mark.parametrize(
    ("years", "whole", "lines"),
    [
        ((20, 20), 40, 3),
        ((5, 5), 0, 3),  # one and one at least, and four at most: three values each
        ((5, 10), 5, 3),
        ((20, 20), 50, 3),
        ((20, 20), 55, 1),  # 24 and 24 are not 51
        ((20, 20), 25, 1),
    ],
)
def test_years_that_would_tell_beside_the_whole_are_left_out(
    monkeypatch: pytest.MonkeyPatch, years: tuple[int, int], whole: int, lines: int
) -> None:
    counts = iter((*years, whole))
    monkeypatch.setattr(
        "pipeline.analysis.performance.contract_lines._newly_reached", lambda *_: ShownCount(next(counts))
    )
    page = make_page()
    (contract,) = list_contracts(page)
    assert len(contract.reached) == lines
    assert ("Single years are not shown" in words(show_contract(page, MINIMUM))) is (lines == 1)
    assert contract.reached[-1].count == whole
