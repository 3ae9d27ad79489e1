"""Tables on planning and letting: each fault is told with its row, column and mend."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.files.commissioner.cycle_tables import check_bids, check_cited, check_criteria


def test_a_service_may_cite_a_priority_that_is_there_or_none() -> None:
    services: list[dict[str, Any]] = [
        {"row": 2, "priority_id": "R1"},
        {"row": 3, "priority_id": None},
        {"row": 4, "priority_id": "R9"},
    ]
    (fault,) = check_cited(services, [{"priority_id": "R1"}])
    assert (fault.row, fault.column) == (4, "priority_id")
    assert "'R9' is not a priority of priorities.csv" in fault.said


def test_the_bids_of_a_tender_close_on_one_day() -> None:
    days = (dt.date(2010, 3, 31), dt.date(2010, 3, 31), dt.date(2010, 4, 1))
    rows = [{"row": row, "tender": "Lot 2", "closed_on": day} for row, day in enumerate(days, 2)]
    (fault,) = check_bids(rows)
    assert (fault.row, fault.column) == (4, "closed_on")
    assert "closed on 2010-03-31 in the first row" in fault.said


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
