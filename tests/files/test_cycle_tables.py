"""Tables on planning and letting: each fault is told with its row, column and fix."""

import datetime as dt
from typing import Any

import pytest

from pipeline.files.commissioner.cycle_tables import (
    check_ages,
    check_areas,
    check_bids,
    check_cited,
    check_criteria,
    check_indicators,
    check_levels,
)


def test_a_service_may_cite_a_priority_that_is_there_or_none() -> None:
    services: list[dict[str, Any]] = [
        {"row": 2, "priority_id": "R1", "also_for": None},
        {"row": 3, "priority_id": None, "also_for": None},
        {"row": 4, "priority_id": "R9", "also_for": None},
    ]
    (fault,) = check_cited(services, [{"priority_id": "R1"}])
    assert (fault.row, fault.column) == (4, "priority_id")
    assert "'R9' is not a priority of priorities.csv" in fault.said


def test_the_bids_of_a_tender_close_on_one_day() -> None:
    days = (dt.date(2010, 3, 31), dt.date(2010, 3, 31), dt.date(2010, 4, 1))
    rows = [{**BID, "row": row, "closed_on": day} for row, day in enumerate(days, 2)]
    (fault,) = check_bids(rows)
    assert (fault.row, fault.column) == (4, "closed_on")
    assert "closed on 2010-03-31 in the first row" in fault.said


def cited(priority: str | None, others: str | None) -> list[str]:
    services = [{"row": 2, "priority_id": priority, "also_for": others}]
    return [
        f"{each.column}: {each.said}"
        for each in check_cited(services, [{"priority_id": "R1"}, {"priority_id": "R2"}])
    ]


@pytest.mark.parametrize("written", ["R1; R2", "R1, R2", "R1 and R2", "R1/R2"])
def test_a_service_with_two_priorities_is_told_where_to_write_the_second(written: str) -> None:
    (said,) = cited(written, None)
    assert said.endswith("name R1, for which it is bought, here, and R2 in also_for.")


def test_other_priorities_are_looked_up_one_by_one() -> None:
    assert cited("R1", "R2; R1") == []
    (said,) = cited("R1", "R2; R3")
    assert said.startswith("also_for: 'R3' is not a priority of priorities.csv")


BID = {
    "row": 2, "tender": "Lot 2", "closed_on": dt.date(2010, 3, 31), "bidder": "B", "role": "alone", "awarded": 0.0,
    "won": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "column", "said"),
    [
        ({"role": "partner"}, "role", "nobody leads a consortium for 'Lot 2'; add the leader's row"),
        ({"won": "no", "awarded": 5.0}, "won", "a bid that did not win is awarded nothing"),
    ],
)
def test_a_bid_that_contradicts_itself_is_told(told: dict[str, Any], column: str, said: str) -> None:
    (fault,) = check_bids([{**BID, **told}])
    assert fault.column == column
    assert said in fault.said


def test_a_partner_with_a_leader_and_a_place_won_without_a_sum_are_sound() -> None:
    rows = [{**BID, "role": "lead", "won": "yes"}, {**BID, "role": "partner"}, {**BID, "won": "no"}]
    assert [*check_bids(rows)] == []


def test_the_older_age_is_not_below_the_younger() -> None:
    ages = [(5, 11), (11, 5), (None, 5), (0, None), (7, 7)]
    (fault,) = check_ages([{"row": 2, "age_from": low, "age_to": high} for low, high in ages])
    assert fault.said == "5 is below 11 in age_from; give the older age here."


def test_a_service_is_offered_in_areas_that_are_there() -> None:
    services: list[dict[str, Any]] = [{"row": 2, "areas": "tilling; Quay"}, {"row": 3, "areas": None}]
    (fault,) = check_areas(
        services, [{"area": "Tilling", "title": None}, {"area": "W05", "title": "Quayside"}]
    )
    assert fault.said.startswith("'Quay' is not an area of areas.csv")
    assert [*check_areas(services, [])] == []


def test_a_need_is_followed_by_an_indicator_that_is_there() -> None:
    rows: list[dict[str, Any]] = [{"row": 2, "indicator_id": "looked_aftr"}, {"row": 3, "indicator_id": None}]
    (fault,) = check_indicators(rows, [{"indicator_id": "looked_after"}])
    assert fault.said == "'looked_aftr' is not an indicator of benchmarks.csv; did you mean 'looked_after'?"


@pytest.mark.parametrize(
    ("criterion", "at_least", "said"),
    [
        ("evidence", None, "needs a number"),
        ("children", None, "needs a number"),
        ("contract", 1.0, "leave this blank"),
        ("evidence", 6.0, "a rung from 1 to 5"),
    ],
)
def test_a_criterion_has_its_number_or_none(criterion: str, at_least: Any, said: str) -> None:
    (fault,) = check_criteria([{"row": 2, "criterion": criterion, "at_least": at_least}])
    assert said in fault.said


def test_criteria_that_are_whole_are_without_fault() -> None:
    rows = [
        {"row": 2, "criterion": "evidence", "at_least": 5.0},
        {"row": 3, "criterion": "children", "at_least": 60.0},
        {"row": 4, "criterion": "equality", "at_least": None},
    ]
    assert [*check_criteria(rows)] == []


@pytest.mark.parametrize(
    ("characteristic", "level", "said"),
    [
        ("area", "Quay", "'Quay' is no level of area; did you mean 'Quayside'?"),
        ("sex", "woman", "'woman' is no level of sex; it is one of female, male, other."),
        (
            "age",
            "5-9",
            "'5-9' is no level of age; it is one of Under 1, 1 to 4, 5 to 9, 10 to 15, 16 and over.",
        ),
        ("deprivation", "6", "'6' is no level of deprivation; it is one of 1, 2, 3, 4, 5."),
    ],
)
def test_a_population_is_of_levels_that_returns_can_have(characteristic: str, level: str, said: str) -> None:
    rows = [
        {"row": 2, "characteristic": characteristic, "level": level},
        {"row": 3, "characteristic": "area", "level": "quayside"},
        {"row": 4, "characteristic": "age", "level": "Under 1"},
    ]
    (fault,) = check_levels(rows, [{"area": "Quayside", "title": None}])
    assert (fault.row, fault.column, fault.said) == (2, "level", said)
    assert not [*check_levels([{"row": 2, "characteristic": "area", "level": "anywhere"}], [])]
